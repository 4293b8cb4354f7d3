/** Above a TODO line that has a ticket: how far that is, and a click to open it. A setting, off at first. */
import * as vscode from "vscode";
import type { Services } from "../services";
import { describeTicket, dayOf, STATUSES } from "./words";
import { type Made, todoAt } from "./todo";

const SETTING = "codeLens.tickets";
const MOST_TODOS = 500;

export function registerTicketLenses(services: Services): vscode.Disposable[] {
  const lenses = new TicketLenses(services);
  return [lenses, vscode.languages.registerCodeLensProvider({ scheme: "file" }, lenses)];
}

class TicketLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Services) {
    const renew = (): void => this.changed.fire();
    this.owned = [
      this.changed,
      services.data.onDidChange(renew),
      services.projects.onDidChange(renew),
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration(`octoprompt.${SETTING}`) && renew(),
      ),
    ];
  }

  async provideCodeLenses(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeLens[]> {
    const place = this.services.projects.locate(document.uri);
    if (!place || !vscode.workspace.getConfiguration("octoprompt", document).get<boolean>(SETTING, false)) {
      return [];
    }
    const todos = todosOf(document);
    if (todos.length === 0) {
      return [];
    }
    const { tickets } = await this.services.server.request(
      "tickets/matchTodos",
      { projectId: place.project.id, path: place.path, texts: todos.map(({ text }) => text) },
      token,
    );
    const today = dayOf(new Date());
    return tickets.flatMap((ticket, index) => {
      const line = (todos[index]?.line ?? 1) - 1;
      const words = ticket && [STATUSES[ticket.status][0], describeTicket(ticket, today)];
      const command = words && {
        title: `$(checklist) ${words.filter(Boolean).join(" · ")}`,
        tooltip: `Open the ticket "${ticket.title}"`,
        command: "octoprompt.openTicket",
        arguments: [ticket],
      };
      return command ? [new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command)] : [];
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }
}

function todosOf(document: vscode.TextDocument): Made[] {
  const found: Made[] = [];
  for (let line = 0; line < document.lineCount && found.length < MOST_TODOS; line++) {
    const todo = todoAt(document, line);
    if (todo) {
      found.push(todo);
    }
  }
  return found;
}
