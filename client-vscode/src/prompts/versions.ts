/** What a prompt was before: compared in VS Code's own diff, and restored. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { uriOf } from "../data/uris";
import type { Prompt, PromptHead, PromptVersion } from "../generated/protocol";
import type { Services } from "../services";
import { promptOf, type Target } from "./targets";

const SCHEME = "octoprompt-version";

export function registerPromptVersions(services: Services): vscode.Disposable[] {
  return [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, new Versions(services)),
    register(services, "showPromptVersions", async (clicked?: Target) => {
      const prompt = await promptOf(services, "Prompt Versions", clicked);
      if (prompt) {
        await choose(services, prompt);
      }
    }),
  ];
}

/** The content of a prompt at a version, read-only; what it is now is the version without a number. */
class Versions implements vscode.TextDocumentContentProvider {
  constructor(private readonly services: Services) {}

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { id, version } = JSON.parse(uri.query) as { id: string; version: number | null };
    if (version === null) {
      return (await this.services.server.request("prompts/get", { id })).content;
    }
    const { versions } = await this.services.server.request("prompts/versions", { id });
    return versions.find((old) => old.version === version)?.content ?? "";
  }
}

async function choose(services: Services, head: PromptHead): Promise<void> {
  const { versions } = await services.server.request("prompts/versions", { id: head.id });
  if (versions.length === 0) {
    throw new Notice(`OctoPrompt: "${head.name}" was never changed.`);
  }
  const restore = { iconPath: new vscode.ThemeIcon("discard"), tooltip: "Restore This Version" };
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly old: PromptVersion }>();
  pick.title = `Versions of "${head.name}"`;
  pick.placeholder = "Choose one to compare it with what the prompt is now";
  pick.items = versions.map((old) => ({
    label: new Date(old.savedAt).toLocaleString(),
    description: old.name === head.name ? "" : `called "${old.name}"`,
    detail: old.content.split("\n").find((line) => line.trim() !== "") ?? "",
    buttons: [restore],
    old,
  }));
  pick.onDidTriggerItemButton(({ item }) => {
    pick.hide();
    void vscode.commands.executeCommand("octoprompt.restorePromptVersion", head, item.old);
  });
  pick.onDidAccept(() => {
    const [item] = pick.activeItems;
    pick.hide();
    if (item) {
      void compare(services, head, item.old);
    }
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

async function compare(services: Services, head: PromptHead, old: PromptVersion): Promise<void> {
  const now = await services.server.request("prompts/get", { id: head.id });
  const when = new Date(old.savedAt).toLocaleString();
  await vscode.commands.executeCommand(
    "vscode.diff",
    contentOf(head, old.version, now.version),
    contentOf(head, null, now.version),
    `${now.name}: ${when} ↔ now`,
  );
  const restore = "Restore";
  const answer = await vscode.window.showInformationMessage(
    `Give "${now.name}" the text back that it had until ${when}?`,
    restore,
  );
  if (answer === restore) {
    await restoreVersion(services, now, old);
  }
}

export async function restoreVersion(
  services: Services,
  { id, name }: PromptHead,
  { version }: PromptVersion,
): Promise<void> {
  const restored: Prompt = await services.data.change("prompts/restoreVersion", { id, version });
  await vscode.window.showTextDocument(uriOf({ area: "prompts", id }, restored.name), { preview: false });
  vscode.window.setStatusBarMessage(`OctoPrompt: restored an earlier version of "${name}"`, 5000);
}

/** `seen` makes the address new with each version that the prompt is at: such documents are read once. */
export function contentOf({ id, name }: PromptHead, version: number | null, seen: number): vscode.Uri {
  const path = `/${name.replace(/[/\\]+/g, "-")}.md`;
  return vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify({ id, version, seen }) });
}
