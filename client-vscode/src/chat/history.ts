/** The chats there are: find one and open it, rename, export, delete. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { ChatHead, FoundChat } from "../generated/protocol";
import type { ChatPages } from "./pages";
import type { ChatServices } from "./services";
import type { ChatSession } from "./session";
import { ago, titleOf } from "./shown";

const SEARCH_MS = 120;
const RENAME: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("edit"), tooltip: "Rename" };
const REMOVE: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("trash"), tooltip: "Delete" };
const EDITOR: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("go-to-file"),
  tooltip: "Open in Editor",
};

interface ChatItem extends vscode.QuickPickItem {
  readonly chat: FoundChat;
}

/** All chats, searched by their titles and messages as one types. */
export function openChat(services: ChatServices, pages: ChatPages): Promise<void> {
  const list = vscode.window.createQuickPick<ChatItem>();
  list.title = "Open Chat";
  list.placeholder = "Words of its title or of its messages";
  list.matchOnDetail = true;
  list.matchOnDescription = true;
  let timer: NodeJS.Timeout | undefined;
  const search = async (): Promise<void> => {
    list.busy = true;
    const query = list.value;
    const { chats } = await services.server.request("chats/search", { query, limit: 200 });
    if (query === list.value) {
      list.items = chats.map((chat) => itemOf(chat));
      list.busy = false;
    }
  };
  const failed = (error: unknown): void => services.log.error(String(error));
  return new Promise((resolve, reject) => {
    list.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void search().catch(failed), SEARCH_MS);
    });
    list.onDidTriggerItemButton(({ item, button }) => {
      void used(services, pages, item.chat, button).then(search, failed);
    });
    list.onDidAccept(() => {
      const [picked] = list.selectedItems;
      list.hide();
      if (picked) {
        pages
          .reveal()
          .then((page) => page.session.open(picked.chat.id))
          .then(resolve, reject);
      }
    });
    list.onDidHide(() => {
      clearTimeout(timer);
      list.dispose();
      resolve();
    });
    list.show();
    void search().catch(failed);
  });
}

function itemOf(chat: FoundChat): ChatItem {
  const { snippet, updatedAt, streaming } = chat;
  return {
    label: titleOf(chat),
    description: `${streaming ? "$(loading~spin) " : ""}${ago(updatedAt, Date.now())}`,
    ...(snippet === "" ? {} : { detail: snippet }),
    buttons: [EDITOR, RENAME, REMOVE],
    // The server found it: the list must not hide it for words that are not shown.
    alwaysShow: true,
    chat,
  };
}

async function used(
  services: ChatServices,
  pages: ChatPages,
  chat: ChatHead,
  button: vscode.QuickInputButton,
): Promise<void> {
  switch (button) {
    case RENAME:
      await rename(services, chat);
      break;
    case REMOVE:
      await remove(services, pages, chat);
      break;
    case EDITOR:
      pages.openEditor(chat.id);
  }
}

export async function rename(services: ChatServices, chat: Pick<ChatHead, "id" | "title">): Promise<void> {
  const title = await vscode.window.showInputBox({ title: "Rename Chat", value: chat.title });
  if (title !== undefined && title.trim() !== "") {
    await services.conversations.request("chats/rename", { id: chat.id, title: title.trim() });
    services.conversations.touch(chat.id);
  }
}

/** Into the bin, from where it comes back for a while. */
export async function remove(
  services: ChatServices,
  pages: ChatPages,
  { id }: Pick<ChatHead, "id">,
): Promise<void> {
  const { title } = await services.conversations.request("chats/delete", { id });
  pages.forget(id);
  const undo = "Undo";
  void vscode.window
    .showInformationMessage(`"${titleOf({ title })}" was deleted.`, undo)
    .then(async (answer) => {
      if (answer === undo) {
        await services.server.request("bin/restore", { kind: "chat", id });
        const page = await pages.reveal();
        await page.session.open(id);
      }
    });
}

/** As Markdown for people, or as JSON with every branch. */
export async function exportChat(services: ChatServices, { id }: ChatSession): Promise<void> {
  if (id === null) {
    throw new Notice("OctoPrompt: there is no chat to export.");
  }
  const picked = await vscode.window.showQuickPick(
    [
      { label: "Markdown", detail: "What is shown, for people", format: "markdown" as const },
      {
        label: "JSON",
        detail: "Everything, with all branches; can be imported again",
        format: "json" as const,
      },
    ],
    { title: "Export Chat" },
  );
  if (!picked) {
    return;
  }
  const { files } = await services.server.request("chats/export", { ids: [id], format: picked.format });
  const [file] = files;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!file) {
    return;
  }
  const target = await vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file.name) } : {}),
    title: "Export Chat",
  });
  if (target) {
    await vscode.workspace.fs.writeFile(target, Buffer.from(file.text, "utf8"));
    await vscode.window.showTextDocument(target, { preview: true });
  }
}

export async function importChats(services: ChatServices, pages: ChatPages): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: "Import Chats",
    filters: { Chats: ["md", "json"] },
  });
  if (!chosen) {
    return;
  }
  const files = await Promise.all(
    chosen.map(async (uri) => ({
      name: uri.path.slice(uri.path.lastIndexOf("/") + 1),
      text: Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8"),
    })),
  );
  const projectId = services.projects.active?.id ?? null;
  const { chats, skipped } = await services.server.request("chats/import", { files, projectId });
  const [first] = chats;
  if (first) {
    const page = await pages.reveal();
    await page.session.open(first.id);
  }
  if (skipped.length > 0) {
    throw new Notice(`OctoPrompt: ${skipped.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`);
  }
}
