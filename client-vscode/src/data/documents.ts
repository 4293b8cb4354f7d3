/**
 * Prompts, tickets, plans and the system prompts of chats as files of an editor: opening one reads it from the server,
 * saving keeps it there.
 */
import * as vscode from "vscode";
import {
  ERROR_CODES,
  type GetPromptMarkdownResult,
  type GetTicketMarkdownResult,
} from "../generated/protocol";
import { RequestFailed } from "../server/client";
import type { Services } from "../services";
import { systemPromptName } from "../chat/shown";
import { documentName } from "../runs/words";
import { type Address, addressOf, type Area } from "./paths";
import { SCHEME, uriOf } from "./uris";

const PATIENCE_MS = 60_000;
/** What the bin calls them; plans are not deleted. */
const KINDS: Partial<Record<Area, "prompt" | "ticket">> = { prompts: "prompt", tickets: "ticket" };

interface Text {
  readonly name: string;
  readonly text: string;
  readonly version: number;
  readonly createdAt: string;
}

export class Documents implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly owned: vscode.Disposable[];
  /**
   * The version that VS Code last looked at: it looks right before it writes, compares that with what its editor was
   * made from, and asks the user. What changes between the look and the write is refused by the server.
   */
  private readonly seen = new Map<string, number>();
  /** Open addresses whose record is gone. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly services: Services,
    onError: (error: unknown) => void,
  ) {
    this.owned = [
      this.changed,
      vscode.workspace.registerFileSystemProvider(SCHEME, this, { isCaseSensitive: true }),
      services.data.onDidChange(() => void this.follow().catch(onError)),
    ];
  }

  /** Changes are told for everything that is open, watched or not. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const address = addressOf(uri);
    if (!address) {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    const { createdAt, version } = await this.read(uri, address);
    this.seen.set(uri.toString(), version);
    const created = Date.parse(createdAt);
    // VS Code takes a file for changed when both its time and its size differ: both follow the version.
    return { type: vscode.FileType.File, ctime: created, mtime: created + version, size: version };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const address = addressOf(uri);
    if (!address) {
      throw vscode.FileSystemError.FileIsADirectory(uri);
    }
    return new TextEncoder().encode((await this.read(uri, address)).text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const address = addressOf(uri);
    if (!address) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    const text = new TextDecoder().decode(content);
    try {
      await this.save(address, text, this.seen.get(uri.toString()));
    } catch (error) {
      const kind = KINDS[address.area];
      if (!isUnknown(error) || !kind) {
        throw error;
      }
      // It was deleted while it was being edited: who saves it wants it back.
      await this.services.data.change("bin/restore", { kind, id: address.id });
      await this.save(address, text, undefined);
    }
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async read(uri: vscode.Uri, address: Address): Promise<Text> {
    await this.serverRuns();
    try {
      return await this.ask(address);
    } catch (error) {
      throw isUnknown(error) ? vscode.FileSystemError.FileNotFound(uri) : error;
    }
  }

  private async ask({ area, id }: Address): Promise<Text> {
    const { server } = this.services;
    switch (area) {
      case "prompts": {
        const prompt: GetPromptMarkdownResult = await server.request("prompts/markdown", { id });
        return prompt;
      }
      case "tickets": {
        const ticket: GetTicketMarkdownResult = await server.request("tickets/markdown", { id });
        return { ...ticket, name: ticket.title };
      }
      case "plans": {
        const { run } = await server.request("agents/get", { runId: id });
        return { ...run, name: documentName(run, "Plan"), text: run.summary };
      }
      case "chats": {
        const { chat } = await server.request("chats/get", { id, limit: 1 });
        const { systemPrompt: text, createdAt } = chat;
        return { name: systemPromptName(chat), text, createdAt, version: versionOf(text) };
      }
    }
  }

  private async save({ area, id }: Address, text: string, version: number | undefined): Promise<void> {
    const params = { text, version: version ?? null };
    switch (area) {
      case "prompts":
        await this.services.data.change("prompts/saveMarkdown", { id, ...params });
        break;
      case "tickets":
        await this.services.data.change("tickets/saveMarkdown", { id, ...params });
        break;
      case "plans":
        await this.services.data.change("agents/savePlan", { runId: id, ...params });
        break;
      case "chats":
        await this.services.data.change("chats/update", { id, systemPrompt: text });
    }
  }

  /** Tell VS Code what became of what is open; it reads again what has no unsaved changes. */
  private async follow(): Promise<void> {
    for (const { uri } of vscode.workspace.textDocuments.filter(isOurs)) {
      const address = addressOf(uri);
      const now = address && (await this.ask(address).catch(unlessUnknown));
      if (!address || !now) {
        this.gone.add(uri.toString());
        this.changed.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
        continue;
      }
      const type = this.gone.delete(uri.toString())
        ? vscode.FileChangeType.Created
        : vscode.FileChangeType.Changed;
      this.changed.fire([{ type, uri }]);
      await reopenAs(uri, uriOf(address, now.name));
    }
  }

  /** An editor that is restored with its window asks before the server is there. */
  private serverRuns(): Promise<void> {
    const { supervisor } = this.services;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (supervisor.phase === "running") {
          stop();
          resolve();
        } else if (supervisor.phase === "stopped" || supervisor.phase === "noEnvironment") {
          fail();
        }
      };
      const fail = (): void => {
        stop();
        reject(vscode.FileSystemError.Unavailable("The OctoPrompt server does not run."));
      };
      const stop = (): void => {
        clearTimeout(timer);
        listener.dispose();
      };
      const timer = setTimeout(fail, PATIENCE_MS);
      const listener = supervisor.onDidChangePhase(look);
      look();
    });
  }
}

/** A chat's version moves with its messages: this one moves with the text alone. */
function versionOf(text: string): number {
  return new TextEncoder().encode(text).reduce((sum, byte) => (Math.imul(sum, 31) + byte) & 0x7fffffff, 17);
}

function isOurs({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === SCHEME;
}

function isUnknown(error: unknown): boolean {
  return error instanceof RequestFailed && error.code === ERROR_CODES.UnknownId;
}

function unlessUnknown(error: unknown): undefined {
  if (!isUnknown(error)) {
    throw error;
  }
}

/** After a rename: the tab that shows the old name gives way to one with the new name. */
async function reopenAs(before: vscode.Uri, now: vscode.Uri): Promise<void> {
  const old = before.toString();
  if (old === now.toString()) {
    return;
  }
  const tabsOf = (): vscode.Tab[] =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === old);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === old);
  const groups = new Set<vscode.ViewColumn>();
  for (const tab of tabsOf().filter(({ isActive, isDirty }) => isActive && !isDirty)) {
    groups.add(tab.group.viewColumn);
    await vscode.window.showTextDocument(now, {
      viewColumn: tab.group.viewColumn,
      preserveFocus: !tab.group.isActive,
      preview: tab.isPreview,
      ...(shown ? { selection: shown.selection } : {}),
    });
  }
  // The tabs are others now than before: VS Code makes them anew when one is opened.
  await vscode.window.tabGroups.close(
    tabsOf().filter(({ group, isDirty }) => groups.has(group.viewColumn) && !isDirty),
    true,
  );
}
