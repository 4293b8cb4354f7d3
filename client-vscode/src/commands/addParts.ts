/** Add Symbol at Cursor and Add Selection: parts of the file in the editor. */
import * as vscode from "vscode";
import { addItems, definition, lines } from "../context/items";
import { symbolAt } from "../context/symbolAt";
import type { Services } from "../services";
import { register } from "./register";
import { Notice } from "./report";
import { activeEditor } from "./targets";

export function registerAddParts(services: Services): vscode.Disposable[] {
  return [
    register(services, "addSymbol", () => addSymbol(services)),
    register(services, "addSelection", () => addSelection(services)),
  ];
}

async function addSymbol(services: Services): Promise<void> {
  const { editor, place } = activeEditor(services);
  const { project, path } = place;
  const outline = await services.server.request("files/outline", { projectId: project.id, path });
  const symbol = symbolAt(outline.symbols, editor.selection.active.line + 1);
  if (symbol === undefined) {
    throw new Notice(`OctoPrompt: the cursor is in no definition of ${path}. ${outline.note}`.trim());
  }
  services.selections.updateItems(project, (items) => addItems(items, [definition(path, symbol)]));
  vscode.window.setStatusBarMessage(`OctoPrompt: added ${symbol}`, 4000);
}

function addSelection(services: Services): void {
  const { editor, place } = activeEditor(services);
  const parts = editor.selections.filter((selection) => !selection.isEmpty).map(linesOf);
  if (parts.length === 0) {
    throw new Notice("OctoPrompt: select some lines first.");
  }
  services.selections.updateItems(place.project, (items) =>
    addItems(
      items,
      parts.map(([start, end]) => lines(place.path, start, end)),
    ),
  );
  vscode.window.setStatusBarMessage(
    `OctoPrompt: added lines ${parts.map(([start, end]) => `${start}-${end}`).join(", ")}`,
    4000,
  );
}

/** Lines from 1; a selection that ends before the first character of a line does not mean that line. */
function linesOf(selection: vscode.Selection): [number, number] {
  const end = selection.end.character === 0 ? selection.end.line : selection.end.line + 1;
  return [selection.start.line + 1, end];
}
