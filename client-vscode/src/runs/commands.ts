/** What can be done with a run and with what it proposes. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { applyEdits, filesOf, some, undoEdits } from "../edits/judge";
import { openDiff, openDiffs } from "../edits/sides";
import { isOpen, isWanted } from "../edits/words";
import type { Run, RunLogEntry } from "../generated/protocol";
import type { Services } from "../services";
import { openLog, openResult } from "./documents";
import type { EditNode, HunkNode } from "./nodes";
import type { Runs } from "./runs";
import { editsOf, projectOf, runOf, type Target } from "./targets";
import { titleOf } from "./words";

const hasEdits = ({ edits }: Run): boolean => edits > 0;
const any = (): boolean => true;

export function registerRunCommands(services: Services, runs: Runs): vscode.Disposable[] {
  const on = (
    name: string,
    title: string,
    fits: (run: Run) => boolean,
    work: (run: Run, clicked?: Target, selected?: readonly Target[]) => Promise<void>,
  ): vscode.Disposable =>
    register(services, name, async (clicked?: Target, selected?: readonly Target[]) => {
      const run = await runOf(runs, title, fits, clicked);
      if (run) {
        await work(run, clicked, selected);
      }
    });
  return [
    on(
      "stopRun",
      "Stop Run",
      ({ status }) => status === "running",
      async ({ id }) => {
        await services.server.request("agents/cancel", { runId: id });
        await runs.refresh();
      },
    ),
    on("openRunResult", "Open Result", ({ summary }) => summary !== "", openResult),
    register(services, "showRunLog", async (clicked?: Target, entry?: RunLogEntry) => {
      const run = await runOf(runs, "Show Run Log", any, clicked);
      await (run && openLog(run, Array.isArray(entry) ? undefined : entry));
    }),
    on("openRunChanges", "Open Changes", hasEdits, async (run) => {
      const edits = await services.edits.list(run.id);
      await openDiffs(services, projectOf(services, run), titleOf(run), edits);
    }),
    register(services, "openEdit", (node: EditNode | HunkNode) =>
      openDiff(node.edit, node.kind === "hunk" ? node.hunk.newLine : undefined),
    ),
    on("applyEdits", "Apply Changes", hasEdits, (run, ...rows) => apply(services, run, rows)),
    on("rejectEdits", "Reject Changes", hasEdits, async (run, ...rows) => {
      const edits = await editsOf(services, run, ...rows);
      await services.edits.reject(some(edits.filter(isOpen), "nothing is left to reject."));
    }),
    on("undoEdits", "Undo Run", hasEdits, async (run, ...rows) => {
      const edits = await editsOf(services, run, ...rows);
      const applied = edits.filter(({ status }) => status === "applied");
      await undoEdits(services.edits, some(applied, "nothing of this run is applied."));
    }),
  ];
}

/** Apply what is wanted of a run, or of its rows. */
async function apply(
  services: Services,
  run: Run,
  rows: readonly [(Target | undefined)?, (readonly Target[] | undefined)?],
): Promise<void> {
  const edits = (await editsOf(services, run, ...rows)).filter(isOpen);
  const wanted = some(edits.filter(isWanted), "no change is left to apply.");
  const applied = await applyEdits(services.edits, wanted);
  if (applied.length > 0) {
    vscode.window.setStatusBarMessage(`OctoPrompt: changed ${filesOf(applied)}`, 5000);
  }
}
