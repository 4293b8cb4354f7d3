/** Prompts as files: importing them from the workspace or from anywhere else, and exporting them. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import type { ImportPromptsResult, PromptFile } from "../generated/protocol";
import type { Services } from "../services";
import { promptsOf, type Target } from "./targets";

const ENDINGS = /\.(prompt\.md|prompt|mdc|md|markdown|txt)$/i;
const MOST_FILES = 2000;
const LARGEST_BYTES = 1_000_000;
type Conflict = "skip" | "replace" | "rename";

const CONFLICTS: Record<Conflict, string> = {
  skip: "Keep the prompt that is there",
  replace: "Replace it; what it was stays among its versions",
  rename: "Import the file under a free name",
};

export function registerPromptTransfer(services: Services): vscode.Disposable[] {
  return [
    register(services, "importPrompts", async () => {
      const uris = await vscode.window.showOpenDialog({
        title: "Import Prompts",
        openLabel: "Import",
        canSelectMany: true,
        canSelectFiles: true,
        canSelectFolders: true,
        filters: { "Prompt files": ["md", "mdc", "prompt", "markdown", "txt"], "All files": ["*"] },
      });
      await importUris(services, uris ?? []);
    }),
    register(services, "importPromptFile", (clicked?: vscode.Uri, selected?: vscode.Uri[]) => {
      const active = vscode.window.activeTextEditor?.document.uri;
      return importUris(services, selected ?? (clicked ? [clicked] : active ? [active] : []));
    }),
    register(services, "exportPrompt", async (clicked?: Target, selected?: Target[]) => {
      const prompts = await promptsOf(services, "Export Prompt", clicked, selected);
      if (prompts.length > 0) {
        await save(
          services,
          prompts.map(({ id }) => id),
        );
      }
    }),
    register(services, "exportAllPrompts", () => save(services, [])),
  ];
}

/** Make prompts of files and of the prompt files in folders, and say what became of each. */
export async function importUris(services: Services, uris: readonly vscode.Uri[]): Promise<void> {
  const unread: string[] = [];
  const files: PromptFile[] = [];
  for (const uri of uris) {
    await collect(uri, true, files, unread);
  }
  if (files.length === 0) {
    if (uris.length > 0) {
      throw new Notice(
        "OctoPrompt: no prompt files there; Markdown, `.prompt`, `.mdc` and text files are read.",
      );
    }
    return;
  }
  const onConflict = await askConflict();
  if (!onConflict) {
    return;
  }
  const result = await services.data.change("prompts/import", { files, onConflict });
  await tell(services, result, unread);
}

async function collect(
  uri: vscode.Uri,
  chosen: boolean,
  files: PromptFile[],
  unread: string[],
): Promise<void> {
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const stat = await vscode.workspace.fs.stat(uri);
  if (stat.type & vscode.FileType.Directory) {
    for (const [child] of await vscode.workspace.fs.readDirectory(uri)) {
      if (child !== "node_modules" && child !== ".git") {
        await collect(vscode.Uri.joinPath(uri, child), false, files, unread);
      }
    }
    return;
  }
  if (!chosen && !ENDINGS.test(name)) {
    return;
  }
  if (stat.size > LARGEST_BYTES || files.length >= MOST_FILES) {
    unread.push(`${name}: ${stat.size > LARGEST_BYTES ? "too large" : `only ${MOST_FILES} at a time`}`);
    return;
  }
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    files.push({ name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) });
  } catch (error) {
    unread.push(`${name}: ${error instanceof TypeError ? "no text" : String(error)}`);
  }
}

async function askConflict(): Promise<Conflict | undefined> {
  const picked = await vscode.window.showQuickPick(
    (Object.keys(CONFLICTS) as Conflict[]).map((key) => ({ label: CONFLICTS[key], key })),
    { title: "Import Prompts", placeHolder: "When a prompt of that name is there already" },
  );
  return picked?.key;
}

async function tell(
  { log }: Services,
  { prompts, skipped }: ImportPromptsResult,
  unread: readonly string[],
): Promise<void> {
  const reasons = [...skipped.map(({ name, reason }) => `${name}: ${reason}`), ...unread];
  reasons.forEach((reason) => log.warn(`prompt file skipped: ${reason}`));
  const message = `Imported ${plural(prompts.length, "prompt")}`;
  if (reasons.length === 0) {
    void vscode.window.showInformationMessage(`${message}.`);
    return;
  }
  const details = "Show Log";
  const [only] = reasons;
  const left = reasons.length === 1 ? `skipped ${only ?? ""}` : `skipped ${plural(reasons.length, "file")}`;
  if ((await vscode.window.showWarningMessage(`${message}; ${left}.`, details)) === details) {
    log.show();
  }
}

async function save({ server }: Services, ids: string[]): Promise<void> {
  const { files } = await server.request("prompts/export", { ids });
  const [first] = files;
  if (!first) {
    throw new Notice("OctoPrompt: there are no prompts to export.");
  }
  const home = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (ids.length === 1) {
    const target = await vscode.window.showSaveDialog({
      title: "Export Prompt",
      ...(home ? { defaultUri: vscode.Uri.joinPath(home, first.name) } : {}),
      filters: { Markdown: ["md"] },
    });
    if (target) {
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(first.text));
    }
    return;
  }
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: `Folder for ${plural(files.length, "Prompt File")}`,
      openLabel: "Export Here",
      canSelectFolders: true,
      canSelectFiles: false,
      ...(home ? { defaultUri: home } : {}),
    })) ?? [];
  if (folder) {
    await writeAll(folder, files);
  }
}

/** Ask before files are replaced; all of them or none. */
async function writeAll(folder: vscode.Uri, files: readonly PromptFile[]): Promise<void> {
  const there = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  const replaced = files.filter(({ name }) => there.has(name));
  const replace = "Replace";
  if (replaced.length > 0) {
    const question = `Replace ${plural(replaced.length, "file")} in ${folder.path}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true }, replace)) !== replace) {
      return;
    }
  }
  for (const { name, text } of files) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  }
  void vscode.window.showInformationMessage(`Exported ${plural(files.length, "prompt")}.`);
}
