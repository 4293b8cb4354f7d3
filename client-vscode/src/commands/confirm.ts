/** Asking before a file is sent that rules leave out, and saying why one cannot be sent at all. */
import * as vscode from "vscode";
import { named } from "../context/account";

const SIZE_SETTING = "octoprompt.index.maxFileBytes";

/** Ask; true when the user wants the file in the context all the same. */
export async function confirmLeftOut(path: string, reason: string): Promise<boolean> {
  const include = "Include Anyway";
  const answer = await vscode.window.showWarningMessage(
    `\`${path}\` is left out of contexts: ${reason}.`,
    {
      modal: true,
      detail: "Secrets that are recognised in it will be masked; look at the preview before you send it.",
    },
    include,
  );
  return answer === include;
}

/** Say why a file cannot be sent, and what would help where a setting does. */
export async function sayWhyNot(path: string, reason: string): Promise<void> {
  const change = "Change the Limit";
  const answer = await vscode.window.showWarningMessage(
    `This file cannot be sent. ${named(path, reason)}.`,
    ...(reason.includes(SIZE_SETTING) ? [change] : []),
  );
  if (answer === change) {
    await vscode.commands.executeCommand("workbench.action.openSettings", SIZE_SETTING);
  }
}
