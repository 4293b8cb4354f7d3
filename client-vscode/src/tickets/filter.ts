/** Which tickets the view shows: by status, words, tag, or the file in the editor; kept with the workspace. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import type { OpenProject } from "../context/projects";
import type { TicketHead } from "../generated/protocol";
import type { Services } from "../services";
import { ACTIVE, ALL_STATUSES, type Status, STATUSES } from "./words";

interface Wanted {
  readonly statuses: readonly Status[];
  readonly query: string;
  readonly tag: string;
}

const USUAL: Wanted = { statuses: ACTIVE, query: "", tag: "" };
const MEMORY = "tickets.filter";

export class TicketFilter implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private wanted: Wanted;

  constructor(private readonly services: Services) {
    this.wanted = { ...USUAL, ...services.context.workspaceState.get<Partial<Wanted>>(MEMORY) };
    this.owned = [
      this.changed,
      register(services, "filterTickets", () => this.chooseStatuses()),
      register(services, "filterTicketsByTag", () => this.chooseTag()),
      register(services, "searchTickets", () => this.search()),
      register(services, "clearTicketFilter", () => this.set(USUAL)),
    ];
    this.tell();
  }

  /** The tickets to show, and in words what of them is left out. */
  async load(project: OpenProject, limit: number): Promise<{ tickets: TicketHead[]; filtered: string }> {
    const { query, tag } = this.wanted;
    const shared = { projectId: project.id, statuses: [...this.wanted.statuses], limit };
    const { server } = this.services;
    const { tickets } =
      query === ""
        ? await server.request("tickets/list", { ...shared, tag: tag || null })
        : await server.request("tickets/search", { ...shared, query });
    const shown = tag === "" ? tickets : tickets.filter(({ tags }) => tags.includes(tag));
    return { tickets: shown, filtered: this.words() };
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private words(): string {
    const { query, tag, statuses } = this.wanted;
    const usual = statuses.length === ACTIVE.length && ACTIVE.every((status) => statuses.includes(status));
    const names = statuses.map((status) => STATUSES[status][0].toLowerCase()).join(", ");
    const all = statuses.length === ALL_STATUSES.length;
    return [query && `“${query}”`, tag && `#${tag}`, usual ? "" : all ? "all" : `only ${names}`]
      .filter(Boolean)
      .join(" · ");
  }

  private async chooseStatuses(): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      ALL_STATUSES.map((status) => ({
        label: `$(${STATUSES[status][1]}) ${STATUSES[status][0]}`,
        status,
        picked: this.wanted.statuses.includes(status),
      })),
      { title: "Filter Tickets by Status", placeHolder: "Which tickets to show", canPickMany: true },
    );
    if (picked) {
      const statuses = picked.map(({ status }) => status);
      this.set({ ...this.wanted, statuses: statuses.length > 0 ? statuses : ACTIVE });
    }
  }

  private async chooseTag(): Promise<void> {
    const project = this.services.projects.active;
    if (!project) {
      return;
    }
    const { tickets } = await this.services.server.request("tickets/list", {
      projectId: project.id,
      limit: 1000,
    });
    const tags = [...new Set(tickets.flatMap((ticket) => ticket.tags))].sort((a, b) => a.localeCompare(b));
    const picked = await vscode.window.showQuickPick(
      [{ label: "$(clear-all) Any tag", tag: "" }, ...tags.map((tag) => ({ label: `$(tag) ${tag}`, tag }))],
      { title: "Filter Tickets by Tag" },
    );
    if (picked) {
      this.set({ ...this.wanted, tag: picked.tag });
    }
  }

  private async search(): Promise<void> {
    const query = await vscode.window.showInputBox({
      title: "Search Tickets",
      value: this.wanted.query,
      prompt: "Words in the title, the overview, the tags or the tasks; empty shows all",
    });
    if (query !== undefined) {
      this.set({ ...this.wanted, query: query.trim() });
      await vscode.commands.executeCommand("octoprompt.tickets.focus");
    }
  }

  private set(wanted: Wanted): void {
    this.wanted = wanted;
    void this.services.context.workspaceState.update(MEMORY, wanted);
    this.tell();
    this.changed.fire();
  }

  private tell(): void {
    void vscode.commands.executeCommand("setContext", "octoprompt.ticketsFiltered", this.words() !== "");
  }
}
