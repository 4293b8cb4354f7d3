/** The Tickets view: the active project's tickets, with their tasks to tick and their files. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { report } from "../commands/report";
import { full } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import { uriOf } from "../data/uris";
import type { TicketHead } from "../generated/protocol";
import type { Services } from "../services";
import { TicketFilter } from "./filter";
import { linkFiles } from "./files";
import { type Node, rowOf, type TaskNode, type TicketNode } from "./nodes";
import { countWords, dayOf, moved } from "./words";

/** What a dragged ticket or task is called among dragged things. */
const TICKETS_MIME = "application/vnd.code.tree.octoprompt.tickets";
const URIS_MIME = "text/uri-list";
/** More than a tree can be looked through; the filter finds the others. */
const MOST_SHOWN = 1000;

type CommandOf = Partial<Record<Node["kind"], string>>;

const RENAME: CommandOf = { ticket: "renameTicket", task: "editTask" };
const DELETE: CommandOf = { ticket: "deleteTicket", task: "deleteTask", ticketFile: "unlinkFile" };

export class TicketsView
  implements vscode.TreeDataProvider<Node>, vscode.TreeDragAndDropController<Node>, vscode.Disposable
{
  private readonly treeChanged = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  readonly dragMimeTypes = [TICKETS_MIME, URIS_MIME];
  readonly dropMimeTypes = [TICKETS_MIME, URIS_MIME];
  private readonly view: vscode.TreeView<Node>;
  private readonly owned: vscode.Disposable[];
  private readonly filter: TicketFilter;
  private dragged: readonly Node[] = [];

  constructor(private readonly services: Services) {
    this.filter = new TicketFilter(services);
    this.view = vscode.window.createTreeView("octoprompt.tickets", {
      treeDataProvider: this,
      dragAndDropController: this,
      canSelectMany: true,
      manageCheckboxStateManually: true,
      showCollapseAll: true,
    });
    const refresh = (): void => this.treeChanged.fire(undefined);
    this.owned = [
      this.treeChanged,
      this.view,
      this.filter,
      this.filter.onDidChange(refresh),
      this.view.onDidChangeCheckboxState(({ items }) => void this.tick(items)),
      register(services, "renameFocusedTicket", () => this.onSelected(RENAME)),
      register(services, "deleteFocusedTicket", () => this.onSelected(DELETE)),
      services.data.onDidChange(refresh),
      services.projects.onDidChange(refresh),
      services.selections.onDidChange(refresh),
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const project = node?.project ?? this.services.projects.active;
    if (!project || this.services.server.state !== "running") {
      return [];
    }
    try {
      return node ? await this.partsOf(node) : await this.load(project);
    } catch (error) {
      this.view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { projects, selections } = this.services;
    const marks = { chosen: selections.of(node.project).body.ticketId, today: dayOf(new Date()) };
    return rowOf(node, marks, (path) => projects.uriOf(node.project, path));
  }

  handleDrag(nodes: readonly Node[], transfer: vscode.DataTransfer): void {
    this.dragged = nodes;
    transfer.set(TICKETS_MIME, new vscode.DataTransferItem("dragged"));
    const uris = nodes.map((node) => this.addressOf(node)).filter((uri) => uri !== undefined);
    transfer.set(URIS_MIME, new vscode.DataTransferItem(uris.join("\r\n")));
  }

  /** Tickets and tasks take the place that they are dropped on; files are linked to the ticket. */
  async handleDrop(target: Node | undefined, transfer: vscode.DataTransfer): Promise<void> {
    try {
      if (transfer.get(TICKETS_MIME)) {
        await this.reorder(this.dragged, target);
        return;
      }
      const uris = (await transfer.get(URIS_MIME)?.asString())?.split(/\r?\n/).filter(Boolean);
      if (uris && target) {
        await linkFiles(
          this.services,
          target.ticket,
          uris.map((uri) => vscode.Uri.parse(uri)),
        );
      }
    } catch (error) {
      report(error, this.services);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** By its key: a command for what is selected in the tree, of the kind of the first. */
  private async onSelected(commands: CommandOf): Promise<void> {
    const [first, ...more] = this.view.selection;
    const name = first && commands[first.kind];
    if (name) {
      const alike = [first, ...more].filter(({ kind }) => kind === first.kind);
      await vscode.commands.executeCommand(`octoprompt.${name}`, first, alike);
    }
  }

  private addressOf(node: Node): string | undefined {
    switch (node.kind) {
      case "ticket":
        return uriOf({ area: "tickets", id: node.ticket.id }, node.ticket.title).toString();
      case "ticketFile":
        return this.services.projects.uriOf(node.project, node.path).toString();
      case "task":
        return undefined;
    }
  }

  private async load(project: OpenProject): Promise<TicketNode[]> {
    const { tickets, filtered } = await this.filter.load(project, MOST_SHOWN);
    const where = this.services.projects.open.length > 1 ? `${project.name} · ` : "";
    this.view.description = `${where}${[countWords(tickets), filtered].filter(Boolean).join(" · ")}`;
    const cut =
      tickets.length === MOST_SHOWN ? `The first ${full(MOST_SHOWN)}; the filter finds the others.` : "";
    this.view.message =
      cut || (tickets.length === 0 && filtered !== "" ? "No ticket matches the filter." : "");
    return tickets.map((ticket) => ({ kind: "ticket", project, ticket }));
  }

  private async partsOf(node: Node): Promise<Node[]> {
    if (node.kind !== "ticket") {
      return [];
    }
    const { project, ticket } = node;
    const { tasks, paths } = await this.services.server.request("tickets/get", { id: ticket.id });
    return [
      ...tasks.map((task): Node => ({ kind: "task", project, ticket, task })),
      ...paths.map((path): Node => ({ kind: "ticketFile", project, ticket, path })),
    ];
  }

  private async tick(items: readonly (readonly [Node, vscode.TreeItemCheckboxState])[]): Promise<void> {
    try {
      for (const [node, state] of items) {
        if (node.kind === "task") {
          const done = state === vscode.TreeItemCheckboxState.Checked;
          await this.services.data.change("tasks/update", { id: node.task.id, done });
        }
      }
    } catch (error) {
      report(error, this.services);
    }
  }

  private async reorder(dragged: readonly Node[], target: Node | undefined): Promise<void> {
    const tasks = dragged.filter((node) => node.kind === "task");
    const tickets = dragged.filter((node) => node.kind === "ticket");
    if (tickets.length > 0) {
      await this.reorderTickets(tickets, target);
    } else if (tasks.length > 0) {
      await this.reorderTasks(tasks, target);
    }
  }

  private async reorderTickets(dragged: readonly TicketNode[], target: Node | undefined): Promise<void> {
    const [first] = dragged;
    if (!first) {
      return;
    }
    const { server, data } = this.services;
    const projectId = first.project.id;
    const all: TicketHead[] = [];
    for (let cursor: string | null = "0"; cursor !== null;) {
      const page: { tickets: TicketHead[]; cursor: string | null } = await server.request("tickets/list", {
        projectId,
        limit: 1000,
        cursor,
      });
      all.push(...page.tickets);
      cursor = page.cursor;
    }
    const ids = moved(
      all.map(({ id }) => id),
      dragged.map(({ ticket }) => ticket.id),
      target?.ticket.id,
    );
    await data.change("tickets/reorder", { projectId, ids });
  }

  /** Tasks stay in their ticket. */
  private async reorderTasks(dragged: readonly TaskNode[], target: Node | undefined): Promise<void> {
    const { server, data } = this.services;
    const ticketId = target?.ticket.id;
    const own = dragged.filter(({ ticket }) => ticket.id === ticketId);
    if (!ticketId || own.length === 0) {
      return;
    }
    const { tasks } = await server.request("tasks/list", { ticketId });
    const ids = moved(
      tasks.map(({ id }) => id),
      own.map(({ task }) => task.id),
      target.kind === "task" ? target.task.id : tasks[0]?.id,
    );
    await data.change("tasks/reorder", { ticketId, ids });
  }
}
