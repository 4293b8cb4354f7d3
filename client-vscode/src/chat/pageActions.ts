/** What the user does in a chat page, done. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import { applyCode, insertCode, newFile } from "./blocks";
import { complete, linesOf } from "./complete";
import { useFound } from "./addProvider";
import { showSentContext } from "./documents";
import { pathAndLine, safeUrl, workspacePath } from "./links";
import type { FromPage, Mention } from "./messages";
import { mention } from "./refs";
import { reveal } from "./reveal";
import type { ChatServices } from "./services";
import type { ChatSession } from "./session";

type Of<T extends FromPage["type"]> = Extract<FromPage, { type: T }>;
type Actions = {
  [T in Exclude<FromPage["type"], "ready">]: (
    session: ChatSession,
    message: Of<T>,
    services: ChatServices,
  ) => unknown;
};

export async function act(
  services: ChatServices,
  session: ChatSession,
  message: Exclude<FromPage, { type: "ready" }>,
): Promise<void> {
  const action = ACTIONS[message.type] as Actions["send"];
  await action(session, message as Of<"send">, services);
}

const ACTIONS: Actions = {
  send: (session, { text, mentions, frozen, replaces }) => session.send({ text, mentions, frozen, replaces }),
  draft: (session, { text, mentions, frozen, replaces }) =>
    session.measure({ text, mentions, frozen, replaces }),
  keep: (session, { chatId, kept }, { drafts }) => drafts.keep(chatId, kept, session),
  stop: (session, _message, { conversations }) => session.id !== null && conversations.stop(session.id),
  earlier: (session) => session.earlier(),
  edit: (session, { id, text }) => session.editAnswer(id, text),
  regenerate: (session, { id }) => withChat(session, (chat) => session.ask(chat, "chats/regenerate", { id })),
  resume: (session, { id }) => withChat(session, (chat) => session.ask(chat, "chats/continue", { id })),
  choose: async (session, { id }, { conversations }) =>
    session.adopt(await conversations.request("chats/choose", { id, limit: 500 })),
  fork: (session, { id }) => fork(session, id),
  exclude: async (session, { id, excluded }, { conversations }) => {
    await conversations.request("chats/excludeMessage", { id, excluded });
    touch(session);
  },
  remove: (session, { id }) => remove(session, id),
  copy: (_session, { text }) => vscode.env.clipboard.writeText(text),
  code: (session, message) => code(session, message),
  link: (_session, { url }) => openLink(url),
  file: (session, { path }) => openFile(session, path),
  complete: async (session, { request, kind, query }, services) =>
    session.offer(request, await complete(services, session.project, kind, query)),
  pasted: (session, { text }, services) => pasted(session, text, services),
  dropped: (session, { uris }, services) => dropped(session, uris, services),
  reveal: (session, { ref }, services) => reveal(services, session, ref),
  sentContext: (_session, { id }) => showSentContext(id),
  open: (session, { chatId }) => session.open(chatId),
  connect: (_session, { kind }, services) => useFound(services, kind),
  run: (_session, { command }) => vscode.commands.executeCommand(FOREIGN[command] ?? `octoprompt.${command}`),
};

/** Commands of VS Code itself. */
const FOREIGN: Partial<Record<Of<"run">["command"], string>> = {
  openFolder: "vscode.openFolder",
  manageTrust: "workbench.trust.manage",
};

function touch(session: ChatSession): void {
  if (session.id !== null) {
    session.services.conversations.touch(session.id);
  }
}

async function withChat(session: ChatSession, work: (chat: string) => Promise<void>): Promise<void> {
  if (session.id !== null) {
    await work(session.id);
  }
}

async function fork(session: ChatSession, messageId: string): Promise<void> {
  await withChat(session, async (id) => {
    const made = await session.services.conversations.request("chats/fork", { id, messageId });
    await session.open(made.id);
    vscode.window.setStatusBarMessage("OctoPrompt: this is a copy of the chat up to that message", 5_000);
  });
}

async function remove(session: ChatSession, id: string): Promise<void> {
  const { conversations } = session.services;
  const { ids } = await conversations.request("chats/deleteMessage", { id });
  touch(session);
  const undo = "Undo";
  const answer = await vscode.window.showInformationMessage("The message was deleted.", undo);
  if (answer === undo) {
    await conversations.request("chats/restoreMessages", { ids });
    touch(session);
  }
}

async function code(session: ChatSession, { action, text, language, path }: Of<"code">): Promise<void> {
  switch (action) {
    case "copy":
      await vscode.env.clipboard.writeText(text);
      break;
    case "insert":
      await insertCode(text);
      break;
    case "newFile":
      await newFile(text, language);
      break;
    case "apply":
      await applyCode(session.services, session.project, { text, language, path });
  }
}

/** VS Code asks before it opens a site that the user does not trust. */
async function openLink(url: string): Promise<void> {
  const safe = safeUrl(url);
  if (safe === undefined) {
    throw new Notice("OctoPrompt: only links to web pages and mail addresses are opened.");
  }
  await vscode.env.openExternal(vscode.Uri.parse(safe, true));
}

async function openFile({ project, services }: ChatSession, link: string): Promise<void> {
  const { path, line } = pathAndLine(link);
  if (!project || workspacePath(path) === undefined) {
    return;
  }
  const uri = services.projects.uriOf(project, path);
  const at = new vscode.Range(line - 1, 0, line - 1, 0);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    throw new Notice(`OctoPrompt: ${path} is not in ${project.name}.`);
  }
  await vscode.window.showTextDocument(uri, { preview: true, selection: at });
}

/** Text that was copied from an open file comes in as a mention of its lines, paths as mentions of their files. */
async function pasted(session: ChatSession, text: string, services: ChatServices): Promise<void> {
  const uris = urisOf(text);
  const found = await mentionsOf(session, uris, services);
  if (found.length > 0 && found.length === uris.length) {
    session.pasted(text, found);
    return;
  }
  const { project } = session;
  const { projects } = services;
  for (const editor of vscode.window.visibleTextEditors) {
    const place = projects.locate(editor.document.uri);
    const { selection, document } = editor;
    if (
      place &&
      place.project.id === project?.id &&
      document.getText(selection) === text &&
      text.length > 80
    ) {
      session.pasted(text, [mention(linesOf(place.path, selection))]);
      return;
    }
  }
}

/** What Copy Path gives: a path on each line, as the system writes them, or addresses of files. */
function urisOf(text: string): vscode.Uri[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const arePaths = lines.length <= 200 && lines.every((line) => /^(?:file:\/\/|\/|[a-z]:[\\/])/i.test(line));
  return arePaths
    ? lines.map((line) => (/^file:/i.test(line) ? vscode.Uri.parse(line) : vscode.Uri.file(line)))
    : [];
}

/** Those that are files and folders of the chat's project. */
async function mentionsOf(
  session: ChatSession,
  uris: readonly vscode.Uri[],
  { projects }: ChatServices,
): Promise<Mention[]> {
  const mentions: Mention[] = [];
  for (const uri of uris) {
    const place = projects.locate(uri);
    const isOwn = place && place.project.id === session.project?.id && place.path !== "";
    const stat = isOwn ? await vscode.workspace.fs.stat(uri).then(undefined, () => undefined) : undefined;
    if (place && stat) {
      const kind = stat.type & vscode.FileType.Directory ? "folder" : "file";
      mentions.push(mention({ kind, path: place.path }));
    }
  }
  return mentions;
}

async function dropped(session: ChatSession, uris: readonly string[], services: ChatServices): Promise<void> {
  const mentions = await mentionsOf(
    session,
    uris.map((text) => vscode.Uri.parse(text)),
    services,
  );
  session.compose("", mentions, false);
  if (mentions.length < uris.length) {
    throw new Notice("OctoPrompt: only files of this workspace can be added to the chat.");
  }
}
