/** Telling the user what went wrong, once, with what to do about it. */
import * as vscode from "vscode";
import { ERROR_CODES } from "../generated/protocol";
import { RequestFailed, ServerUnavailable } from "../server/client";
import type { Services } from "../services";

/** Added to a sentence or a title where an answer may lack what is not indexed yet. */
export const STILL_READING = " (the index is still being made)";

const BUDGET = "Set Budget…";
const RESTART = "Restart Server";
const LOG = "Show Log";
const MODEL = "Select Model…";

/** A sentence for the user that is no fault of the program: nothing is open, nothing is chosen. */
export class Notice extends Error {
  override readonly name = "Notice";
}

export function report(error: unknown, { log, supervisor }: Pick<Services, "log" | "supervisor">): void {
  if (error instanceof vscode.CancellationError) {
    return;
  }
  if (error instanceof Notice) {
    void vscode.window.showInformationMessage(error.message);
    return;
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const text = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(`OctoPrompt: ${text}`, ...actionsFor(error)).then((answer) => {
    switch (answer) {
      case BUDGET:
        return vscode.commands.executeCommand("octoprompt.setBudget");
      case MODEL:
        return vscode.commands.executeCommand("octoprompt.selectModel");
      case RESTART:
        return supervisor.restart();
      case LOG:
        log.show();
    }
    return undefined;
  });
}

function actionsFor(error: unknown): string[] {
  if (error instanceof ServerUnavailable) {
    return [RESTART, LOG];
  }
  if (error instanceof RequestFailed && error.code === ERROR_CODES.BudgetTooSmall) {
    return [BUDGET];
  }
  if (error instanceof RequestFailed && error.code === ERROR_CODES.NoProvider) {
    return [MODEL];
  }
  const expected = error instanceof RequestFailed && error.code > 0;
  return expected ? [] : [LOG];
}
