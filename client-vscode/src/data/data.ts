/** What the user made: every change of it goes through here, so that all views hear of it. */
import * as vscode from "vscode";
import type { Method, Params, Result, Server } from "../server/client";

/** One change often brings several: a view reads them at once. */
const SETTLE_MS = 50;

export class Data implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Prompts, tickets, tasks or the bin changed, here or in another window, or the server was started anew. */
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    const tell = (): void => this.tell();
    this.owned = [
      this.changed,
      server.onNotification("data/changed", tell),
      server.onDidChangeState((state) => state === "running" && tell()),
    ];
  }

  /** Ask the server for a change; who shows data hears of it, also when the change failed. */
  async change<M extends Method>(
    method: M,
    params: Params<M>,
    token?: vscode.CancellationToken,
  ): Promise<Result<M>> {
    try {
      return await this.server.request(method, params, token);
    } finally {
      this.tell();
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.owned).dispose();
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(), SETTLE_MS);
  }
}
