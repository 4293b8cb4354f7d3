/** What the last copy of each project held: a read-only page behind "Details". */
import * as vscode from "vscode";
import { accountOf } from "../context/account";
import type { OpenProject } from "../context/projects";
import type { BuildContextResult } from "../generated/protocol";

const SCHEME = "octoprompt-copied";

export class Copied implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  private readonly accounts = new Map<string, string>();

  async open({ id, name }: OpenProject, built: BuildContextResult): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Copied from ${name}.md`, query: id });
    this.accounts.set(id, accountOf(name, built));
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // Restored with the window, which forgets what was copied before.
    return this.accounts.get(uri.query) ?? "Nothing was copied from this folder since the window was opened.";
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, this.registration).dispose();
  }
}
