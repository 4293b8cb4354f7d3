/** Asking before a file is sent that rules leave out. */
import * as vscode from "vscode";

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
