/** Telling whether a row of a tree has to be drawn anew. */
import * as vscode from "vscode";

/** Changes exactly when the row would look or act differently. */
export function signature(row: vscode.TreeItem): string {
  const { id, label, iconPath, description, tooltip, contextValue, checkboxState } = row;
  const icon = iconPath instanceof vscode.ThemeIcon ? iconPath.id : "";
  const box = typeof checkboxState === "object" ? checkboxState.state : checkboxState;
  return [id, label, icon, description, tooltip, contextValue, box].map(String).join("\0");
}
