/** Which run or which edits a command means: rows of the view, else the run that is picked or the only one. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { OpenProject } from "../context/projects";
import type { Edit, Run } from "../generated/protocol";
import type { Services } from "../services";
import type { Node } from "./nodes";
import type { Runs } from "./runs";
import { describeRun, STATUSES, titleOf } from "./words";

/** What a command gets from a row, from a notification or from the palette. */
export type Target = Node | Run;

/** The run of a row, else the only one that fits, else one that is picked. */
export async function runOf(
  runs: Runs,
  title: string,
  fits: (run: Run) => boolean,
  clicked?: Target,
): Promise<Run | undefined> {
  if (clicked) {
    return "parent" in clicked ? clicked.parent.run : "run" in clicked ? clicked.run : clicked;
  }
  await runs.refresh();
  const all = runs.all.filter(fits);
  if (all.length === 0) {
    throw new Notice(`OctoPrompt: ${title}: there is no such run.`);
  }
  return all.length === 1 ? all[0] : pick(all, title);
}

/** The edits of rows; of a run's row all that it proposes. */
export async function editsOf(
  { edits }: Services,
  run: Run,
  clicked?: Target,
  selected?: readonly Target[],
): Promise<Edit[]> {
  const rows = selected && selected.length > 0 ? selected : clicked ? [clicked] : [];
  const all = await edits.list(run.id);
  const ids = new Set(
    rows.flatMap((row) =>
      "kind" in row && (row.kind === "edit" || row.kind === "hunk") ? [row.edit.id] : [],
    ),
  );
  return ids.size === 0 ? all : all.filter(({ id }) => ids.has(id));
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
