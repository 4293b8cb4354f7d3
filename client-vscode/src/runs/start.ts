/** Commands that let an agent work. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import { openDiffs } from "../edits/sides";
import type { Run, RunAgentParams, RunAgentResult } from "../generated/protocol";
import type { Services } from "../services";
import { openResult } from "./documents";
import type { Runs } from "./runs";
import { projectOf } from "./targets";
import type { RunsView } from "./view";
import { titleOf } from "./words";

const ADD_PROVIDER = "Add Provider…";
const LOG = "Show Run Log";
const REVIEW = "Review Changes";
const APPLY = "Apply";

/** What the commands that start runs work with. */
export interface Starting {
  readonly services: Services;
  readonly runs: Runs;
  readonly view: RunsView;
}

export function registerStarts(starting: Starting): vscode.Disposable[] {
  const { services } = starting;
  return [
    register(services, "writeCode", async () => {
      const request = await askRequest(
        "Write Code",
        "What is to be changed; you review it before it is written",
      );
      await (request && work(starting, { kind: "code", request }));
    }),
    register(services, "askCodebase", async () => {
      const request = await askRequest(
        "Ask About the Codebase",
        "The model may read files and search to answer",
      );
      await (request && work(starting, { kind: "ask", request }));
    }),
  ];
}

/** Let an agent work in the active project, and show what came of it; undefined when it did not come to its end. */
export async function work(starting: Starting, order: RunAgentParams): Promise<RunAgentResult | undefined> {
  const { services, runs } = starting;
  if (!vscode.workspace.isTrusted) {
    throw new Notice("OctoPrompt: agents do not work in Restricted Mode; trust this workspace first.");
  }
  const params = { projectId: activeProject(services).id, ...order };
  if (!(await hasModel(services))) {
    return undefined;
  }
  const result = await runs.start(params, titleOf({ kind: params.kind, request: params.request ?? "" }));
  switch (result.status) {
    case "complete":
      await show(starting, result);
      return result;
    case "failed":
      await runs.refresh();
      void tellFailed(result, runs.byId(result.runId));
      return undefined;
    default:
      return undefined;
  }
}

async function show(starting: Starting, { runId, edits }: RunAgentResult): Promise<void> {
  await starting.runs.refresh();
  const run = starting.runs.byId(runId);
  if (!run) {
    return;
  }
  if (edits === 0) {
    await openResult(run);
    return;
  }
  await starting.view.reveal(runId);
  void review(starting, run, edits);
}

async function review({ services }: Starting, run: Run, nEdits: number): Promise<void> {
  const said = `${titleOf(run)}: changes of ${plural(nEdits, "file")} are proposed.`;
  switch (await vscode.window.showInformationMessage(said, REVIEW, APPLY)) {
    case REVIEW:
      await openDiffs(services, projectOf(services, run), titleOf(run), await services.edits.list(run.id));
      break;
    case APPLY:
      await vscode.commands.executeCommand("octoprompt.applyEdits", run);
  }
}

async function tellFailed({ problem }: RunAgentResult, run: Run | undefined): Promise<void> {
  const answer = await vscode.window.showErrorMessage(`OctoPrompt: ${problem ?? "the run failed"}`, LOG);
  if (answer === LOG) {
    await vscode.commands.executeCommand("octoprompt.showRunLog", run);
  }
}

/** Without a model nothing runs: offer to set one up. */
async function hasModel({ server }: Services): Promise<boolean> {
  const count = async (): Promise<number> => (await server.request("providers/list", {})).providers.length;
  if ((await count()) > 0) {
    return true;
  }
  const answer = await vscode.window.showInformationMessage(
    "OctoPrompt: agents need a model: one on this machine (Ollama, LM Studio), or one with a key.",
    ADD_PROVIDER,
  );
  if (answer !== ADD_PROVIDER) {
    return false;
  }
  await vscode.commands.executeCommand("octoprompt.addProvider");
  return (await count()) > 0;
}

export async function askRequest(title: string, prompt: string): Promise<string> {
  return (await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true }))?.trim() ?? "";
}
