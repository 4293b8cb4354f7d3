/** The letters and colours of proposed files, as source control has them. */
import * as vscode from "vscode";
import { EDIT_SCHEME } from "./nodes";

const MARKS: Readonly<Record<string, readonly [color: string, tooltip: string]>> = {
  M: ["gitDecoration.modifiedResourceForeground", "Modified"],
  A: ["gitDecoration.addedResourceForeground", "New file"],
  D: ["gitDecoration.deletedResourceForeground", "Deleted"],
  R: ["gitDecoration.renamedResourceForeground", "Renamed"],
  "!": ["list.warningForeground", "Look at its tooltip before you apply it"],
};
const GONE = new Set(["rejected", "undone"]);

export class Marks implements vscode.FileDecorationProvider {
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const [, mark = "", status = ""] = uri.query.split(" ");
    const known = uri.scheme === EDIT_SCHEME ? MARKS[mark] : undefined;
    if (!known) {
      return undefined;
    }
    const [color, tooltip] = known;
    const shown = GONE.has(status) ? "disabledForeground" : color;
    return new vscode.FileDecoration(mark, tooltip, new vscode.ThemeColor(shown));
  }
}
