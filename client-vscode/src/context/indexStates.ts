/** How far the index of each project is, as the server last said. */
import * as vscode from "vscode";
import type { IndexStatus } from "../generated/protocol";
import type { Server } from "../server/client";
import type { OpenProject, Projects } from "./projects";

export class IndexStates implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<IndexStatus>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private readonly known = new Map<string, IndexStatus>();

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
  ) {
    this.owned = [
      this.changed,
      server.onNotification("index/changed", (status) => this.take(status)),
      projects.onDidChange(() => void this.ask()),
    ];
  }

  of(project: OpenProject | undefined): IndexStatus | undefined {
    return project && this.known.get(project.id);
  }

  /** Remember a status that came as the answer to a request. */
  take(status: IndexStatus): void {
    this.known.set(status.projectId, status);
    this.changed.fire(status);
  }

  /** Wait until the index knows every file: before that a folder would be listed in part. */
  async filesKnown(project: OpenProject, token: vscode.CancellationToken): Promise<void> {
    while (!isComplete(this.of(project))) {
      await new Promise<void>((resolve, reject) => {
        const owned = vscode.Disposable.from(
          this.onDidChange(() => {
            owned.dispose();
            resolve();
          }),
          token.onCancellationRequested(() => {
            owned.dispose();
            reject(new vscode.CancellationError());
          }),
        );
      });
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async ask(): Promise<void> {
    for (const { id } of this.projects.open) {
      // One that fails is no news: the server sends each change by itself.
      const status = await this.server.request("index/status", { projectId: id }).catch(() => undefined);
      if (status) {
        this.take(status);
      }
    }
  }
}

/** A paused or failed index gets no more complete by waiting. */
function isComplete(status: IndexStatus | undefined): boolean {
  return status !== undefined && (status.textReady || status.state === "paused" || status.state === "error");
}
