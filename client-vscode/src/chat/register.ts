/** The chat as a whole: its pages, its commands, its code actions. */
import { join } from "node:path";
import * as vscode from "vscode";
import { register } from "../commands/register";
import { report } from "../commands/report";
import type { Services } from "../services";
import { linkToTicket } from "../tickets/links";
import { addProvider } from "./addProvider";
import { addContext, AskActions, askAboutSelection, explain, fixProblem } from "./asking";
import { Conversations } from "./conversations";
import { ChatDocuments } from "./documents";
import { Drafts } from "./drafts";
import { exportChat, importChats, openChat, remove, rename } from "./history";
import { manageKeys } from "./manageProviders";
import { chooseModel } from "./models";
import { ChatPages } from "./pages";
import { Providers } from "./providers";
import type { ChatServices } from "./services";
import type { ChatSession } from "./session";
import { chatSettings } from "./settings";

export function registerChat(services: Services): vscode.Disposable[] {
  const { server, context, log } = services;
  const conversations = new Conversations(server);
  const providers = new Providers(server, context.secrets, log, (error) => report(error, services));
  const folder = context.storageUri && join(context.storageUri.fsPath, "drafts");
  const drafts = new Drafts(folder, (error) => log.warn(`a draft is not on disk: ${String(error)}`));
  const chat: ChatServices = { ...services, conversations, providers, drafts };
  const pages = new ChatPages(chat);
  const documents = new ChatDocuments(chat);
  const on = (name: string, handler: (...args: never[]) => Promise<void> | void): vscode.Disposable =>
    register(services, name, handler);
  return [
    conversations,
    providers,
    pages,
    documents,
    ...chatCommands(chat, pages, on),
    on("addProvider", async () => {
      await addProvider(chat);
    }),
    on("manageKeys", () => manageKeys(chat)),
    on("showUsage", () => documents.openUsage()),
    on("selectModel", () => selectModel(chat, pages)),
    on("explain", () => explain(chat, pages)),
    on("askAboutSelection", () => askAboutSelection(chat, pages)),
    on("fixProblem", (at?: { uri: vscode.Uri; line: number; message: string }) =>
      fixProblem(chat, pages, at),
    ),
    on("addContextToChat", () => addContext(chat, pages)),
    vscode.languages.registerCodeActionsProvider({ scheme: "file" }, new AskActions(chat), {
      providedCodeActionKinds: AskActions.kinds,
    }),
  ];
}

type On = (name: string, handler: (...args: never[]) => Promise<void> | void) => vscode.Disposable;

function chatCommands(services: ChatServices, pages: ChatPages, on: On): vscode.Disposable[] {
  const withSession = async (work: (session: ChatSession) => Promise<void> | void): Promise<void> => {
    const page = await pages.reveal();
    await work(page.session);
  };
  return [
    on("newChat", async () => {
      const page = await pages.reveal();
      await page.session.open(null);
      page.focus();
    }),
    on("openChat", async (wanted?: { chatId?: string }) => {
      if (typeof wanted?.chatId !== "string") {
        return openChat(services, pages);
      }
      await (await pages.reveal()).session.open(wanted.chatId);
    }),
    on("linkChatToTicket", () =>
      withSession(({ id }) =>
        id === null ? undefined : linkToTicket(services, { kind: "chat", id }, "Link Chat"),
      ),
    ),
    on("openChatInEditor", () => void pages.openEditor(pages.current?.session.id ?? null)),
    on("stopAnswer", () => services.conversations.stopAll()),
    on("exportChat", () => withSession((session) => exportChat(services, session))),
    on("importChats", () => importChats(services, pages)),
    on("renameChat", () => withSession(({ current }) => current && rename(services, current))),
    on("deleteChat", () => withSession(({ current }) => current && remove(services, pages, current))),
    on("chatSettings", () => withSession((session) => chatSettings(services, session))),
    on("compactChat", () =>
      withSession(async (session) => {
        if (session.id !== null) {
          await session.ask(session.id, "chats/compact", { id: session.id });
        }
      }),
    ),
  ];
}

async function selectModel(services: ChatServices, pages: ChatPages): Promise<void> {
  const session = pages.current?.session;
  const chat = session?.current;
  const provider = services.providers.of(chat?.providerId);
  const now = provider && { providerId: provider.id, model: chat?.model ?? provider.model };
  const chosen = await chooseModel(services, now);
  if (!chosen) {
    return;
  }
  if (session?.id === null || !session) {
    const { providerId: id, model } = chosen;
    await services.providers.change("providers/configure", { id, model, isDefault: true });
  }
  await session?.useModel(chosen.providerId, chosen.model);
}
