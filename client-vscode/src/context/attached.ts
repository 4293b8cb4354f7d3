/** What the prompts and the ticket of a selection are called. */
import * as vscode from "vscode";
import type { Data } from "../data/data";
import type { Area } from "../data/paths";
import type { SelectionBody } from "../generated/protocol";
import type { Server } from "../server/client";

/** A prompt or a ticket that goes into the context. */
export interface Attached {
  readonly area: Area;
  readonly id: string;
  /** Undefined until the server has said it, and for what is deleted. */
  readonly name: string | undefined;
}

export class AttachedNames implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private readonly names = new Map<string, Promise<string | undefined>>();
  private readonly known = new Map<string, string | undefined>();

  constructor(
    private readonly server: Server,
    data: Data,
  ) {
    this.owned = [this.changed, data.onDidChange(() => this.forget())];
  }

  /** The ticket, then the prompts, in the order in which they are sent. */
  of({ ticketId, promptIds }: SelectionBody): Attached[] {
    const ids: [Area, string][] = [
      ...(ticketId === null ? [] : [["tickets", ticketId] satisfies [Area, string]]),
      ...promptIds.map((id): [Area, string] => ["prompts", id]),
    ];
    return ids.map(([area, id]) => ({ area, id, name: this.nameOf(area, id) }));
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private nameOf(area: Area, id: string): string | undefined {
    const key = `${area} ${id}`;
    if (!this.names.has(key)) {
      const asked = this.ask(area, id).catch(() => undefined);
      this.names.set(key, asked);
      void asked.then((name) => {
        if (this.known.get(key) !== name) {
          this.known.set(key, name);
          this.changed.fire();
        }
      });
    }
    return this.known.get(key);
  }

  private async ask(area: Area, id: string): Promise<string> {
    return area === "prompts"
      ? (await this.server.request("prompts/get", { id })).name
      : (await this.server.request("tickets/get", { id })).title;
  }

  /** Something was renamed or deleted: what is known is shown until it is asked for again. */
  private forget(): void {
    this.names.clear();
    this.changed.fire();
  }
}
