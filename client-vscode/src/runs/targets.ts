/** Which run or which edits a command means: rows of the view, else the run that is picked or the only one. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { OpenProject } from "../context/projects";
import { editIdOf } from "../edits/sides";
import type { Edit, Run } from "../generated/protocol";
import type { Services } from "../services";
import type { MoreNode, Node } from "./nodes";
import type { Runs } from "./runs";
import { describeRun, STATUSES, titleOf } from "./words";

/** An edit whose diff is in front. */
export interface ShownEdit {
  readonly run: Run;
  readonly edit: Edit;
}

/** What a command gets from a row, from a diff's buttons, from a notification or from the palette. */
export type Target = Exclude<Node, MoreNode> | Run | ShownEdit;

/** The edit that a diff editor's button is about. */
export async function shownEdit({ server }: Services, uri: vscode.Uri): Promise<ShownEdit> {
  const { edit } = await server.request("edits/get", { id: editIdOf(uri) ?? "" });
  return { edit, run: (await server.request("agents/get", { runId: edit.runId })).run };
}

/** The run of a row, else the only one that fits, else one that is picked. */
export async function runOf(
  runs: Runs,
  title: string,
  fits: (run: Run) => boolean,
  clicked?: Target,
): Promise<Run | undefined> {
  if (clicked) {
    return runIn(clicked);
  }
  await runs.refresh();
  const all = runs.all.filter(fits);
  if (all.length === 0) {
    throw new Notice(`OctoPrompt: ${title}: there is no such run.`);
  }
  return all.length === 1 ? all[0] : pick(all, title);
}

/** The edits of rows, of whatever runs; of a run's row all that it proposes. Without rows those of the run. */
export async function editsOf(
  { edits }: Services,
  run: Run,
  [clicked, selected]: readonly [clicked: Target | undefined, selected: readonly Target[] | undefined],
): Promise<Edit[]> {
  const chosen = (selected ?? []).filter((row) => !isMore(row));
  const rows = chosen.length > 0 ? chosen : [clicked ?? run];
  const found = new Map<string, Edit>();
  for (const [id, wanted] of wantedOf(rows)) {
    for (const edit of await edits.list(id)) {
      if (wanted === "all" || wanted.has(edit.id)) {
        found.set(edit.id, edit);
      }
    }
  }
  return [...found.values()];
}

function isMore(row: Target | MoreNode): row is MoreNode {
  return "kind" in row && row.kind === "more";
}

/** By run: which of its edits the rows are about. */
function wantedOf(rows: readonly Target[]): Map<string, Set<string> | "all"> {
  const wanted = new Map<string, Set<string> | "all">();
  for (const row of rows) {
    const { id } = runIn(row);
    const known = wanted.get(id) ?? new Set<string>();
    if ("edit" in row && known !== "all") {
      wanted.set(id, known.add(row.edit.id));
    } else {
      wanted.set(id, "all");
    }
  }
  return wanted;
}

function runIn(target: Target): Run {
  return "parent" in target ? target.parent.run : "run" in target ? target.run : target;
}

export function projectOf({ projects }: Services, { projectId }: Run): OpenProject {
  const project = projects.byId(projectId);
  if (!project) {
    throw new Notice("OctoPrompt: the folder of this run is not open.");
  }
  return project;
}

async function pick(all: readonly Run[], title: string): Promise<Run | undefined> {
  const picked = await vscode.window.showQuickPick(
    all.map((run) => ({
      label: `$(${STATUSES[run.status][1]}) ${titleOf(run)}`,
      description: describeRun(run, Date.now()),
      run,
    })),
    { title, placeHolder: "Which run?", matchOnDescription: true },
  );
  return picked?.run;
}
