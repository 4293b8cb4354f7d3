/** A webview that shows a chat, wherever it is: fills it, and binds it to a conversation. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { report } from "../commands/report";
import { chatPage } from "./html";
import { parseFromPage, parseToPage, type FromPage, type ToPage } from "./messages";
import { act } from "./pageActions";
import type { ChatServices } from "./services";
import { ChatSession } from "./session";

export class ChatPage implements vscode.Disposable {
  readonly session: ChatSession;
  private readonly listening: vscode.Disposable;
  private isReady = false;
  private isNew = true;
  /** What was said before the page could hear it. */
  private waiting: ToPage[] = [];
  private readonly closed = new vscode.EventEmitter<void>();
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly services: ChatServices,
    readonly webview: vscode.Webview,
    /** The chat to show first; undefined leaves it to the page, which may have been there before. */
    private readonly first: () => string | null | undefined,
  ) {
    this.session = new ChatSession(services, (message) => this.post(message));
    const { extensionUri } = services.context;
    const roots = ["dist", "media"].map((name) => vscode.Uri.joinPath(extensionUri, name));
    webview.options = { enableScripts: true, localResourceRoots: roots };
    this.listening = webview.onDidReceiveMessage((value: unknown) => {
      const message = parseFromPage(value);
      if (message) {
        void this.receive(message).catch((error: unknown) => report(error, services));
      }
    });
    const asset = (...parts: string[]): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
    webview.html = chatPage({
      source: webview.cspSource,
      nonce: randomBytes(16).toString("base64"),
      styles: [asset("dist", "codicon.css"), asset("media", "page.css"), asset("media", "chat.css")],
      script: asset("dist", "chat.js"),
      languages: asset("dist", "chatLanguages.js"),
    });
  }

  focus(): void {
    this.say({ type: "focus" });
  }

  /** Say something to the page, at the latest when it is there. */
  say(message: ToPage): void {
    if (this.isReady) {
      this.post(message);
    } else {
      this.waiting.push(message);
    }
  }

  /** What is hidden loses its content; it says so when it is there again. */
  hide(): void {
    this.isReady = false;
  }

  dispose(): void {
    this.closed.fire();
    vscode.Disposable.from(this.listening, this.session, this.closed).dispose();
  }

  private async receive(message: FromPage): Promise<void> {
    if (message.type !== "ready") {
      await act(this.services, this.session, message);
      return;
    }
    await this.services.drafts.ready;
    this.isReady = true;
    // A page that was hidden comes back to what it showed; a new one to what it showed before the window was reloaded.
    const first = this.isNew ? this.first() : null;
    const wanted = this.session.id ?? (first === undefined ? message.chatId : first);
    this.isNew = false;
    const opening = wanted === this.session.id ? undefined : this.session.open(wanted);
    await Promise.all([opening, this.session.refresh()]);
    this.waiting.splice(0).forEach((waiting) => this.post(waiting));
  }

  private post(message: ToPage): void {
    if (parseToPage(message) === undefined) {
      this.services.log.error(`a message to the chat page is not as it should be: ${message.type}`);
      return;
    }
    if (this.isReady) {
      void this.webview.postMessage(message);
    }
  }
}
