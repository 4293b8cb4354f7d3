/** The code action "Add to OctoPrompt context": the selected lines as a refactoring, the file as a source action. */
import * as vscode from "vscode";
import type { Services } from "../services";

const PART = vscode.CodeActionKind.Refactor.append("octoprompt");
const FILE = vscode.CodeActionKind.Source.append("octoprompt");

/** The file belongs to an indexed folder, and the setting for it is on. */
export function offersActions({ projects }: Services, document: vscode.TextDocument): boolean {
  const settings = vscode.workspace.getConfiguration("octoprompt", document);
  return settings.get<boolean>("codeActions.enabled", true) && projects.locate(document.uri) !== undefined;
}

class AddActions implements vscode.CodeActionProvider {
  constructor(private readonly services: Services) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range | vscode.Selection,
  ): vscode.CodeAction[] {
    if (!offersActions(this.services, document)) {
      return [];
    }
    const file = action("Add File to OctoPrompt Context", FILE, "addToContext", document.uri);
    return range.isEmpty ? [file] : [action("Add to OctoPrompt Context", PART, "addSelection"), file];
  }
}

export function registerCodeActions(services: Services): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider({ scheme: "file" }, new AddActions(services), {
    providedCodeActionKinds: [PART, FILE],
  });
}

function action(
  title: string,
  kind: vscode.CodeActionKind,
  name: string,
  ...args: unknown[]
): vscode.CodeAction {
  const made = new vscode.CodeAction(title, kind);
  made.command = { command: `octoprompt.${name}`, title, arguments: args };
  return made;
}
