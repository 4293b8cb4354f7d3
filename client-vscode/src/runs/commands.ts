/** What can be done with a run and with what it proposes. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { applyEdits, filesOf, some, undoEdits } from "../edits/judge";
import { closeDiff, openDiff, openDiffs } from "../edits/sides";
import { isOpen, isWanted } from "../edits/words";
import type { Run, RunLogEntry } from "../generated/protocol";
import type { Services } from "../services";
import { openLog, openResult } from "./documents";
import type { EditNode, HunkNode } from "./nodes";
import { isPlan, openPlan, showPlan } from "./plans";
import { editsOf, projectOf, runOf, shownEdit, type Target } from "./targets";
import { titleOf } from "./words";
import { present, repeat, resume, type Starting } from "./work";

type Rows = readonly [clicked: Target | undefined, selected: readonly Target[] | undefined];
/** Those that give something to read or to judge; the others begin where their answer goes. */
const REPEATED: ReadonlySet<Run["kind"]> = new Set(["ask", "code", "plan", "review"]);

type Fits = (run: Run) => boolean;
type On = (
  name: string,
  title: string,
  fits: Fits,
  work: (run: Run, rows: Rows) => Promise<void>,
) => vscode.Disposable;

export function registerRunCommands(starting: Starting): vscode.Disposable[] {
  const { services, runs } = starting;
  const on: On = (name, title, fits, work) =>
    register(services, name, async (clicked?: Target | vscode.Uri, selected?: readonly Target[]) => {
      const target = clicked instanceof vscode.Uri ? await shownEdit(services, clicked) : clicked;
      const run = await runOf(runs, title, fits, target);
      // The button of an editor gives its place in the window instead of rows.
      await (run && work(run, [target, Array.isArray(selected) ? selected : undefined]));
      if (clicked instanceof vscode.Uri && target && "edit" in target) {
        await closeDiff(target.edit);
      }
    });
  return [...runCommands(starting, on), ...editCommands(services, on)];
}

function runCommands(starting: Starting, on: On): vscode.Disposable[] {
  const { services, runs } = starting;
  const isRunning: Fits = ({ status }) => status === "running";
  const canResume: Fits = (run) => run.canResume;
  const canRepeat: Fits = (run) => run.canRepeat && run.status !== "running" && REPEATED.has(run.kind);
  const hasResult: Fits = ({ summary }) => summary !== "";
  return [
    on("stopRun", "Stop Run", isRunning, async ({ id }) => {
      await services.server.request("agents/cancel", { runId: id });
      await runs.refresh();
    }),
    on("resumeRun", "Resume Run", canResume, async (run) => {
      const result = await resume(starting, run);
      if (result) {
        await (run.kind === "plan" ? openPlan(starting, run.id) : present(starting, result));
      }
    }),
    on("runAgain", "Run Again", canRepeat, async (run) => {
      const result = await repeat(starting, run);
      if (result) {
        await (run.kind === "plan" ? openPlan(starting, result.runId) : present(starting, result));
      }
    }),
    register(services, "showMoreRuns", () => runs.showMore()),
    on("openRunResult", "Open Result", hasResult, async (run) => {
      await (isPlan(run) ? showPlan(run) : openResult(run));
    }),
    register(services, "showRunLog", async (clicked?: Target, entry?: RunLogEntry) => {
      const run = await runOf(runs, "Show Run Log", () => true, clicked);
      // A menu gives all selected rows in its place.
      await (run && openLog(run, Array.isArray(entry) ? undefined : entry));
    }),
  ];
}

function editCommands(services: Services, on: On): vscode.Disposable[] {
  const hasEdits: Fits = ({ edits }) => edits > 0;
  const hasOpen: Fits = ({ openEdits, status }) => openEdits > 0 && status !== "running";
  const hasApplied: Fits = ({ appliedEdits }) => appliedEdits > 0;
  return [
    on("openRunChanges", "Open Changes", hasEdits, async (run) => {
      const edits = await services.edits.list(run.id);
      await openDiffs(services, projectOf(services, run), titleOf(run), edits);
    }),
    register(services, "openEdit", (node: EditNode | HunkNode) =>
      openDiff(node.edit, node.kind === "hunk" ? node.hunk.newLine : undefined),
    ),
    on("applyEdits", "Apply Changes", hasOpen, (run, rows) => apply(services, run, rows)),
    on("rejectEdits", "Reject Changes", hasOpen, async (run, rows) => {
      const open = (await editsOf(services, run, rows)).filter(isOpen);
      await services.edits.reject(some(open, "nothing is left to reject."));
    }),
    on("undoEdits", "Undo Run", hasApplied, async (run, rows) => {
      const applied = (await editsOf(services, run, rows)).filter(({ status }) => status === "applied");
      await undoEdits(services.edits, some(applied, "nothing of this run is applied."));
    }),
  ];
}

/** Apply what is wanted of a run, or of its rows. */
async function apply(services: Services, run: Run, rows: Rows): Promise<void> {
  const open = (await editsOf(services, run, rows)).filter(isOpen);
  const applied = await applyEdits(
    services.edits,
    some(open.filter(isWanted), "no change is left to apply."),
  );
  if (applied.length > 0) {
    vscode.window.setStatusBarMessage(`OctoPrompt: changed ${filesOf(applied)}`, 5000);
  }
}
