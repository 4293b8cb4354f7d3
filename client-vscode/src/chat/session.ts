/** One page's conversation: what it shows, what it was sent, and what its user asks for. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import { ERROR_CODES, type Chat, type ChatMessage, type ChatPath } from "../generated/protocol";
import { RequestFailed, ServerUnavailable, type Params } from "../server/client";
import { isOfModel, type Asking } from "./conversations";
import type { Mention, ToPage } from "./messages";
import { grown, placed, stamp, type Path } from "./path";
import { haltOfWindow, homes } from "./home";
import { wireDraft, type WireDraft } from "./resolve";
import type { ChatServices } from "./services";
import { costOf, modelName, shownMessage, shownMeter, titleOf } from "./shown";

const PAGE = 500;
const EMPTY: Path = { messages: [], earlier: false };

/** A message as it stands in the composer. */
export interface Draft {
  readonly text: string;
  readonly mentions: readonly Mention[];
  readonly frozen: boolean;
  readonly replaces: string | null;
}

export class ChatSession implements vscode.Disposable {
  private readonly owned: vscode.Disposable[];
  private readonly moved = new vscode.EventEmitter<void>();
  /** Another chat is shown, or its title changed. */
  readonly onDidMove = this.moved.event;
  private chat: Chat | undefined;
  private path = EMPTY;
  /** The chat that is to be shown as soon as the server gives it. */
  private wanted: string | null = null;
  /** What the page has, by message: the text of what it was sent. */
  private readonly posted = new Map<string, string>();
  /** What is being written, as it was last measured. */
  private draft: Draft | undefined;
  private measuring: vscode.CancellationTokenSource | undefined;
  /** While a message is on its way: whether the server has kept it. */
  private taken = true;
  /** The model for a chat that does not exist yet. */
  private next: { providerId: string; model: string } | undefined;

  constructor(
    readonly services: ChatServices,
    private readonly post: (message: ToPage) => void,
  ) {
    const { conversations, drafts, providers, supervisor } = services;
    this.owned = [
      this.moved,
      conversations.onDelta((delta) => delta.chatId === this.chat?.id && this.grow(delta)),
      conversations.onChanged(({ chat, messages }) => chat.id === this.chat?.id && this.take(messages)),
      conversations.onMoved((id) => void this.follow(id).catch(this.onError)),
      supervisor.onDidChangePhase(() => this.postState()),
      drafts.onKept((chatId, { draft }, by) => by !== this && this.post({ type: "shared", chatId, draft })),
      providers.onDidChange(() => {
        // What was chosen for a new chat gives way to a provider that was set up since.
        this.next = providers.of(null)?.id === this.next?.providerId ? this.next : undefined;
        this.postState();
        if (this.draft) {
          void this.measure(this.draft).catch(this.onError);
        }
        void this.postHome().catch(this.onError);
      }),
    ];
  }

  get id(): string | null {
    return this.chat?.id ?? null;
  }

  /** What the page is about, even while it is still being read. */
  private get shownId(): string | null {
    return this.id ?? this.wanted;
  }

  get title(): string {
    return this.chat ? titleOf(this.chat) : "New Chat";
  }

  get busy(): boolean {
    return this.services.conversations.isBusy(this.id);
  }

  get current(): Chat | undefined {
    return this.chat;
  }

  /** The project that the chat is about. */
  get project(): OpenProject | undefined {
    const { projects } = this.services;
    return projects.byId(this.chat?.projectId ?? undefined) ?? projects.active;
  }

  message(id: string): ChatMessage | undefined {
    return this.path.messages.find((message) => message.id === id);
  }

  /** Show a chat, or with null a new one; one that is gone is a new one. */
  async open(id: string | null): Promise<void> {
    this.wanted = id;
    try {
      const found = id === null ? undefined : await this.read(id, PAGE);
      if (this.wanted === id) {
        this.adopt(found);
      }
    } catch (error) {
      // It is opened when the server is back.
      if (!(error instanceof ServerUnavailable)) {
        throw error;
      }
    }
  }

  /** Send everything to a page that has nothing. */
  async refresh(): Promise<void> {
    this.posted.clear();
    this.postPath(true);
    this.postDraft();
    this.postState();
    this.post({ type: "meter", meter: null });
    await this.postHome();
  }

  /** The chat; it is made now when nothing was sent yet, and what is being written goes with it. */
  async begin(): Promise<Chat> {
    if (!this.chat) {
      const projectId = this.project?.id ?? null;
      this.chat = await this.services.conversations.request("chats/create", { projectId, ...this.next });
      this.moved.fire();
      this.postPath(false);
      this.post({ type: "drafted", chatId: this.chat.id, kept: null });
    }
    return this.chat;
  }

  async send(draft: Draft): Promise<void> {
    this.taken = false;
    try {
      const { id } = await this.begin();
      await this.ask(id, "chats/send", {
        chatId: id,
        content: draft.text,
        replaces: draft.replaces,
        ...this.wire(draft),
      });
    } catch (error) {
      this.post({ type: "sent", taken: this.taken });
      this.taken = true;
      throw error;
    }
  }

  /** Ask for an answer; what goes wrong after it began is told in the message. */
  async ask<M extends Asking>(id: string, method: M, params: Params<M>): Promise<void> {
    try {
      await this.services.conversations.ask(id, method, params);
    } catch (error) {
      const told = this.taken && (error instanceof ServerUnavailable || isOfModel(error));
      if (!told && !(error instanceof vscode.CancellationError)) {
        throw error;
      }
    }
  }

  /** Measure what would be sent; an older measurement is given up. */
  async measure(draft: Draft): Promise<void> {
    this.measuring?.cancel();
    this.draft = draft;
    const { id, next } = this;
    if (this.busy || !this.services.providers.of(this.chat?.providerId)) {
      return;
    }
    const running = new vscode.CancellationTokenSource();
    this.measuring = running;
    try {
      const { text: content, replaces } = draft;
      const params = { chatId: id, content, replaces, ...next, ...this.wire(draft) };
      const meter = await this.services.server.request("chats/estimate", params, running.token);
      const refs = draft.mentions.map(({ ref }) => ref);
      this.post({ type: "meter", meter: shownMeter(meter, refs) });
    } catch (error) {
      if (error instanceof RequestFailed) {
        this.services.log.debug(`the draft was not measured: ${error.message}`);
        this.post({ type: "meter", meter: null });
      } else if (!(error instanceof vscode.CancellationError || error instanceof ServerUnavailable)) {
        throw error;
      }
    } finally {
      running.dispose();
    }
  }

  /** The model of the next answer. */
  async useModel(providerId: string, model: string): Promise<void> {
    if (this.id === null) {
      this.next = { providerId, model };
    } else {
      await this.services.conversations.request("chats/update", { id: this.id, providerId, model });
      this.services.conversations.touch(this.id);
    }
    this.postState();
  }

  async earlier(): Promise<void> {
    const [first] = this.path.messages;
    if (this.chat && first && this.path.earlier) {
      const { id } = this.chat;
      const page = { id, before: first.id, limit: PAGE };
      const before = await this.services.conversations.request("chats/get", page);
      if (this.id === id && this.path.messages[0]?.id === first.id) {
        this.path = { messages: [...before.messages, ...this.path.messages], earlier: before.earlier };
        this.postPath(false);
      }
    }
  }

  /** Read the chat anew and show what is other than before. */
  async reload(): Promise<void> {
    const { id } = this;
    if (id !== null) {
      const found = await this.read(id, Math.max(PAGE, this.path.messages.length));
      if (this.id === id) {
        this.adopt(found);
      }
    }
  }

  /** Show what a request gave. */
  adopt(found: ChatPath | undefined): void {
    this.wanted = null;
    const other = found?.chat.id !== this.chat?.id;
    this.chat = found?.chat;
    this.path = found ? { messages: found.messages, earlier: found.earlier } : EMPTY;
    if (other) {
      this.posted.clear();
      this.post({ type: "meter", meter: null });
    }
    this.postPath(other);
    if (other) {
      this.postDraft();
    }
    this.postState();
    this.moved.fire();
    if (!found) {
      void this.postHome().catch(this.onError);
    }
  }

  compose(text: string, mentions: readonly Mention[], replace: boolean): void {
    this.post({ type: "compose", text, mentions, replace });
  }

  /** Text that was pasted is in fact lines of a file. */
  pasted(text: string, mentions: readonly Mention[]): void {
    this.post({ type: "pasted", text, mentions });
  }

  offer(request: number, items: readonly Mention[]): void {
    this.post({ type: "completions", request, items });
  }

  /** Put another text in the place of an answer; the old one stays beside it. */
  async editAnswer(id: string, content: string): Promise<void> {
    await this.services.conversations.request("chats/editMessage", { id, content });
    await this.reload();
    this.post({ type: "sent", taken: true });
  }

  dispose(): void {
    this.measuring?.dispose();
    vscode.Disposable.from(...this.owned).dispose();
  }

  private readonly onError = (error: unknown): void => {
    if (!(error instanceof ServerUnavailable)) {
      this.services.log.error(String(error));
    }
  };

  private wire({ mentions, frozen }: Draft): WireDraft {
    return wireDraft(this.services, this.project, mentions, frozen);
  }

  private async read(id: string, limit: number): Promise<ChatPath | undefined> {
    try {
      return await this.services.conversations.request("chats/get", { id, limit: Math.min(limit, 5_000) });
    } catch (error) {
      if (error instanceof RequestFailed && error.code === ERROR_CODES.UnknownId) {
        return undefined;
      }
      throw error;
    }
  }

  private async follow(id: string): Promise<void> {
    if (id !== "" && id !== this.id) {
      return;
    }
    this.postState();
    if (this.wanted !== null) {
      await this.open(this.wanted);
    } else if (this.id === null) {
      await this.postHome();
    } else if (!this.busy) {
      await this.reload();
    }
  }

  private grow(delta: {
    messageId: string;
    text: string;
    reasoning: string;
    offset: number;
    notice: string;
  }): void {
    const path = grown(this.path, delta);
    if (path === undefined) {
      // Something was missed, or the message is of another branch.
      void this.reload().catch(this.onError);
      return;
    }
    this.path = path;
    const { messageId: id, text, reasoning, notice } = delta;
    this.post({ type: "delta", id, text, reasoning, notice });
  }

  /** Messages began or ended. */
  private take(messages: readonly ChatMessage[]): void {
    this.path = messages.reduce(placed, this.path);
    this.postPath(false);
    if (!this.taken && messages.some(({ role }) => role === "user")) {
      this.taken = true;
      this.post({ type: "sent", taken: true });
    }
  }

  private postPath(reset: boolean): void {
    const changed: ChatMessage[] = [];
    const shown = new Set(this.path.messages.map(({ id }) => id));
    // The page forgets what it does not show.
    [...this.posted.keys()].filter((id) => !shown.has(id)).forEach((id) => this.posted.delete(id));
    for (const message of this.path.messages) {
      const now = stamp(message);
      if (this.posted.get(message.id) !== now) {
        this.posted.set(message.id, now);
        changed.push(message);
      }
    }
    this.post({
      type: "path",
      chatId: this.shownId,
      ids: [...shown],
      changed: changed.map(shownMessage),
      earlier: this.path.earlier,
      reset,
    });
  }

  private postDraft(): void {
    const chatId = this.shownId;
    this.post({ type: "drafted", chatId, kept: this.services.drafts.of(chatId) });
  }

  private postState(): void {
    const { providers } = this.services;
    const { chat, next } = this;
    const provider = providers.of(chat?.providerId ?? next?.providerId);
    this.post({
      type: "state",
      state: {
        chatId: this.shownId,
        title: this.title.slice(0, 500),
        model: modelName(provider, chat?.model ?? next?.model ?? null),
        busy: this.busy || this.isAnsweredElsewhere,
        cost: costOf(chat?.usage),
        halt: haltOfWindow(this.services, this.shownId === null),
      },
    });
  }

  private get isAnsweredElsewhere(): boolean {
    return this.isServed && (this.chat?.streaming ?? false);
  }

  private get isServed(): boolean {
    return this.services.server.state === "running";
  }

  private async postHome(): Promise<void> {
    if (this.shownId !== null || !this.isServed) {
      return;
    }
    for await (const home of homes(this.services, this.project)) {
      this.post(home);
    }
  }
}
