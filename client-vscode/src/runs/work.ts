/** Letting an agent work: with a model or an offer to set one up, and what came of it shown. */
import * as vscode from "vscode";
import { activeProject } from "../commands/register";
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

/**
 * Let an agent work, in the active project when nothing else is said; gives what came of it when it came to its end,
 * and tells why when it did not. `about` names it when the request does not.
 */
export async function work(
  starting: Starting,
  order: RunAgentParams,
  about = "",
): Promise<RunAgentResult | undefined> {
  const { services, runs } = starting;
  const params = { projectId: activeProject(services).id, ...order };
  if (!(await mayWork(services))) {
    return undefined;
  }
  const title = titleOf({ kind: params.kind, request: params.request ?? "", about });
  return ended(starting, await runs.start(params, title));
}

/** Let a run that was cut off go on; gives what came of it when it came to its end. */
export async function resume(starting: Starting, run: Run): Promise<RunAgentResult | undefined> {
  return (await mayWork(starting.services)) ? ended(starting, await starting.runs.resume(run)) : undefined;
}

/** Let another run do what one was asked for, with the files as they are now. */
export async function repeat(starting: Starting, { id }: Run): Promise<RunAgentResult | undefined> {
  const { run, asked } = await starting.services.server.request("agents/get", { runId: id });
  if (!asked) {
    throw new Notice("OctoPrompt: these changes come from a chat; ask there again.");
  }
  return work(starting, { ...asked, paths: [...asked.paths] }, run.about);
}

/** Show what came of a run: its changes to judge, else what it said. */
export async function present(starting: Starting, { runId, edits }: RunAgentResult): Promise<void> {
  await starting.runs.refresh();
  const run = starting.runs.byId(runId);
  if (run && edits > 0) {
    await starting.view.reveal(runId);
    void review(starting, run, edits);
  } else if (run) {
    await openResult(run);
  }
}

/** Restricted mode has no agents; without a model, say how to get one. */
export async function mayWork({ server }: Services): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    throw new Notice("OctoPrompt: agents do not work in Restricted Mode; trust this workspace first.");
  }
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

/** What is wanted, in words; empty when the question was left. */
export async function askRequest(title: string, prompt: string, value = ""): Promise<string> {
  return (await vscode.window.showInputBox({ title, prompt, value, ignoreFocusOut: true }))?.trim() ?? "";
}

async function ended({ runs }: Starting, result: RunAgentResult): Promise<RunAgentResult | undefined> {
  if (result.status === "failed") {
    await runs.refresh();
    void tellFailed(result, runs.byId(result.runId));
  }
  return result.status === "complete" ? result : undefined;
}

async function review({ services, view }: Starting, run: Run, nEdits: number): Promise<void> {
  const said = `${titleOf(run)}: changes of ${plural(nEdits, "file")} are proposed.`;
  switch (await vscode.window.showInformationMessage(said, REVIEW, APPLY)) {
    case REVIEW:
      await vscode.commands.executeCommand("octoprompt.runs.focus");
      await openDiffs(services, projectOf(services, run), titleOf(run), await services.edits.list(run.id));
      await view.reveal(run.id);
      break;
    case APPLY:
      await vscode.commands.executeCommand("octoprompt.applyEdits", run);
  }
}

async function tellFailed({ problem }: RunAgentResult, run: Run | undefined): Promise<void> {
  const answer = await vscode.window.showErrorMessage(`OctoPrompt: ${problem ?? "the run failed"}.`, LOG);
  if (answer === LOG) {
    await vscode.commands.executeCommand("octoprompt.showRunLog", run);
  }
}
