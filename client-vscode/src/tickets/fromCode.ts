/** Tickets made of code: of a TODO comment, of a problem, of a selection. */
import * as vscode from "vscode";
import { offersActions } from "../commands/codeActions";
import { activeEditor } from "../commands/targets";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import type { Place } from "../context/projects";
import type { Services } from "../services";
import { openTicket } from "./edit";
import { type Made, todoAt } from "./todo";

const KIND = vscode.CodeActionKind.QuickFix.append("octoprompt");

export function registerTicketsFromCode(services: Services): vscode.Disposable[] {
  return [
    vscode.languages.registerCodeActionsProvider({ scheme: "file" }, new TicketActions(services), {
      providedCodeActionKinds: [KIND],
    }),
    register(services, "newTicketFromSelection", () => fromSelection(services)),
    register(services, "newTicketFromTodo", (uri?: vscode.Uri, made?: Made) => fromTodo(services, uri, made)),
    register(services, "newTicketFromProblem", (uri: vscode.Uri, made: Made) => create(services, uri, made)),
  ];
}

class TicketActions implements vscode.CodeActionProvider {
  constructor(private readonly services: Services) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!offersActions(this.services, document)) {
      return [];
    }
    const todo = todoAt(document, range.start.line);
    return [
      ...(todo ? [action("Create Ticket from TODO", "newTicketFromTodo", document.uri, todo)] : []),
      ...diagnostics.map((diagnostic) => fromDiagnostic(document, diagnostic)),
    ];
  }
}

function fromDiagnostic(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const { range, message } = diagnostic;
  const lines = new vscode.Range(range.start.line, 0, range.end.line, Number.MAX_SAFE_INTEGER);
  const made: Made = {
    kind: "diagnostic",
    line: range.start.line + 1,
    endLine: range.end.line + 1,
    text: document.getText(document.validateRange(lines)),
    message,
  };
  const found = action("Create Ticket from This Problem", "newTicketFromProblem", document.uri, made);
  found.diagnostics = [diagnostic];
  return found;
}

async function fromTodo(services: Services, uri?: vscode.Uri, made?: Made): Promise<void> {
  if (uri && made) {
    await create(services, uri, made);
    return;
  }
  const { editor } = activeEditor(services);
  const todo = todoAt(editor.document, editor.selection.active.line);
  if (!todo) {
    throw new Notice("OctoPrompt: put the cursor into a line with a TODO comment first.");
  }
  await create(services, editor.document.uri, todo);
}

async function fromSelection(services: Services): Promise<void> {
  const { editor } = activeEditor(services);
  const { selection, document } = editor;
  if (selection.isEmpty) {
    throw new Notice("OctoPrompt: select the lines first that the ticket is about.");
  }
  const endsBefore = selection.end.character === 0 && selection.end.line > selection.start.line;
  await create(services, document.uri, {
    kind: "selection",
    line: selection.start.line + 1,
    endLine: selection.end.line + (endsBefore ? 0 : 1),
    text: document.getText(selection),
  });
}

async function create(services: Services, uri: vscode.Uri, made: Made): Promise<void> {
  const place: Place | undefined = services.projects.locate(uri);
  if (!place) {
    throw new Notice("OctoPrompt: this file is in no open folder that is indexed.");
  }
  const ticket = await services.data.change("tickets/fromSelection", {
    projectId: place.project.id,
    path: place.path,
    ...made,
  });
  await openTicket(ticket, false);
}

function action(title: string, name: string, uri: vscode.Uri, made: Made): vscode.CodeAction {
  const found = new vscode.CodeAction(title, KIND);
  found.command = { command: `octoprompt.${name}`, title, arguments: [uri, made] };
  return found;
}
