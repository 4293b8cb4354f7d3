/** Where chats are shown: the view in the side bar, and editor tabs that VS Code restores. */
import * as vscode from "vscode";
import { factSetter } from "../contextKeys";
import { ChatPage } from "./page";
import type { ChatServices } from "./services";

const VIEW = "octoprompt.chat";
const PANEL = "octoprompt.chatEditor";

export class ChatPages
  implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, vscode.Disposable
{
  private readonly owned: vscode.Disposable[];
  private readonly pages = new Set<ChatPage>();
  private readonly panels = new Map<ChatPage, vscode.WebviewPanel>();
  private view: { page: ChatPage; view: vscode.WebviewView } | undefined;
  /** Who waits for the view to be there. */
  private awaiting: ((page: ChatPage) => void)[] = [];
  private last: ChatPage | undefined;
  private readonly setFact = factSetter();

  constructor(private readonly services: ChatServices) {
    this.owned = [
      vscode.window.registerWebviewViewProvider(VIEW, this),
      vscode.window.registerWebviewPanelSerializer(PANEL, this),
      services.conversations.onMoved(() => this.keepKeys()),
      services.server.onDidChangeState((state) => state === "running" && this.warm()),
    ];
  }

  /** The page that was used last; the view when there is none. */
  get current(): ChatPage | undefined {
    return this.last ?? this.view?.page;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { drafts } = this.services;
    const page = this.make(view.webview, () => drafts.shown);
    this.view = { page, view };
    const describe = (): void => {
      view.description = page.session.id === null ? "" : page.session.title;
    };
    page.session.onDidMove(() => {
      describe();
      drafts.show(page.session.id);
    });
    view.onDidChangeVisibility(() => (view.visible ? this.use(page) : page.hide()));
    view.onDidDispose(() => {
      this.view = undefined;
      page.dispose();
    });
    this.use(page);
    this.awaiting.splice(0).forEach((resolve) => resolve(page));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.adopt(panel, undefined);
    return Promise.resolve();
  }

  /** The page of the view, shown. */
  async show(): Promise<ChatPage> {
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    if (this.view) {
      this.use(this.view.page);
      return this.view.page;
    }
    return new Promise((resolve) => this.awaiting.push(resolve));
  }

  /** The page that is in use, brought into sight. */
  async reveal(): Promise<ChatPage> {
    const page = this.last;
    const panel = page && this.panels.get(page);
    if (!page || !panel) {
      return this.show();
    }
    panel.reveal();
    return page;
  }

  /** A chat as an editor tab. */
  openEditor(chatId: string | null): ChatPage {
    const panel = vscode.window.createWebviewPanel(PANEL, "Chat", vscode.ViewColumn.Active, {
      enableFindWidget: true,
    });
    return this.adopt(panel, chatId);
  }

  /** A chat is gone: who shows it shows a new one. */
  forget(chatId: string): void {
    for (const { session } of this.pages) {
      if (session.id === chatId) {
        session.adopt(undefined);
      }
    }
  }

  dispose(): void {
    this.pages.forEach((page) => page.dispose());
    vscode.Disposable.from(...this.owned).dispose();
  }

  private adopt(panel: vscode.WebviewPanel, chatId: string | null | undefined): ChatPage {
    const page = this.make(panel.webview, () => chatId);
    this.panels.set(page, panel);
    const { extensionUri } = this.services.context;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, "media", "octoprompt.svg");
    page.session.onDidMove(() => {
      panel.title = page.session.title;
    });
    panel.onDidChangeViewState(() => {
      if (panel.active) {
        this.use(page);
      } else if (!panel.visible) {
        page.hide();
      }
    });
    panel.onDidDispose(() => {
      this.panels.delete(page);
      page.dispose();
    });
    this.use(page);
    return page;
  }

  /** Whoever looks at a chat will ask soon, and the first question is not to wait. */
  private warm(): void {
    if (this.services.server.state === "running" && this.pages.size > 0) {
      this.services.server.request("providers/warm", {}).catch((error: unknown) => {
        this.services.log.debug(`nothing was warmed: ${String(error)}`);
      });
    }
  }

  private make(webview: vscode.Webview, first: () => string | null | undefined): ChatPage {
    const page = new ChatPage(this.services, webview, first);
    this.pages.add(page);
    this.warm();
    page.session.onDidMove(() => this.keepKeys());
    page.onDidClose(() => {
      this.pages.delete(page);
      if (this.last === page) {
        this.last = undefined;
      }
      this.keepKeys();
    });
    return page;
  }

  private use(page: ChatPage): void {
    this.last = page;
    this.keepKeys();
  }

  /** For `when` clauses: whether a chat is there, and whether it is being answered. */
  private keepKeys(): void {
    const { current } = this;
    this.setFact("hasChat", (current?.session.id ?? null) !== null);
    this.setFact("chatBusy", this.services.conversations.anyBusy);
  }
}
