/** Preview Prompt: what a prompt's text becomes, beside its editor, anew with each save. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { partsOf } from "../data/paths";
import { ERROR_CODES, type PromptHead } from "../generated/protocol";
import { RequestFailed } from "../server/client";
import type { Services } from "../services";
import { promptOf, type Target } from "./targets";
import { editorVariables } from "./use";

const SCHEME = "octoprompt-prompt-preview";

export function registerPromptPreview(services: Services): vscode.Disposable[] {
  const preview = new PromptPreview(services);
  return [
    preview,
    register(services, "previewPrompt", async (clicked?: Target) => {
      const prompt = await promptOf(services, "Preview Prompt", clicked);
      if (prompt) {
        await preview.open(prompt);
      }
    }),
  ];
}

class PromptPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  /** What the editor knew when the preview was opened: it is itself the active one afterwards. */
  private readonly known = new Map<string, Record<string, string>>();

  constructor(private readonly services: Services) {
    this.owned = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      services.data.onDidChange(() => this.renew()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.known.delete(uri.toString())),
    ];
  }

  async open({ id, name }: PromptHead): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, ...partsOf({ area: "prompts", id }, `${name} (preview)`) });
    this.known.set(uri.toString(), editorVariables());
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
    });
  }

  /** What has no value stands in the text as its name. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { server, projects } = this.services;
    const variables = this.known.get(uri.toString()) ?? {};
    const projectId = projects.active?.id ?? null;
    try {
      return (await server.request("prompts/render", { projectId, id: uri.query, variables })).text;
    } catch (error) {
      if (error instanceof RequestFailed && error.code === ERROR_CODES.BadTemplate) {
        return error.message;
      }
      throw error;
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private renew(): void {
    vscode.workspace.textDocuments
      .filter(({ uri }) => uri.scheme === SCHEME)
      .forEach(({ uri }) => this.changed.fire(uri));
  }
}
