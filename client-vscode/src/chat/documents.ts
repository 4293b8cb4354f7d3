/**
 * What a chat has to show beside itself, as read-only pages: the context that went with a message, and what models
 * cost. They are shown as text and not rendered: a preview would load pictures from wherever a file says.
 */
import * as vscode from "vscode";
import type { ChatServices } from "./services";
import { usageText } from "./usageText";

const SCHEME = "octoprompt-chat";
const USAGE = "usage";

export class ChatDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly services: Pick<ChatServices, "server" | "providers">) {}

  /** What models were asked in the last thirty days. */
  async openUsage(): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: "/Usage and Cost.md", query: USAGE });
    // A page that is open already is read anew.
    this.changed.fire(uri);
    await show(uri);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    return query === USAGE ? this.usage() : this.sent(query);
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, this.registration).dispose();
  }

  private async usage(): Promise<string> {
    const { server, providers } = this.services;
    const [models, days, purposes] = await Promise.all([
      server.request("usage/summary", { by: ["model"] }),
      server.request("usage/summary", { by: ["day"] }),
      server.request("usage/summary", { by: ["purpose"] }),
    ]);
    const account = { ...days, models: models.rows, days: days.rows, purposes: purposes.rows };
    return usageText(account, (id) => providers.all?.find((provider) => provider.id === id)?.name ?? id);
  }

  private async sent(id: string): Promise<string> {
    const { text } = await this.services.server.request("chats/getContext", { id });
    return text === "" ? "Nothing but the message was sent." : text;
  }
}

/** The very text that went with a message. */
export async function showSentContext(id: string): Promise<void> {
  await show(vscode.Uri.from({ scheme: SCHEME, path: "/Sent Text.md", query: id }));
}

async function show(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}
