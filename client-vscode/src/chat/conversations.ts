/** Answers that are being written, and who wants to know of them: over all pages of this window. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import { ERROR_CODES, type ChatChangedParams, type ChatDeltaParams } from "../generated/protocol";
import { RequestFailed, type Method, type Params, type Result, type Server } from "../server/client";

export type Asking = "chats/send" | "chats/regenerate" | "chats/continue" | "chats/compact";

export class Conversations implements vscode.Disposable {
  private readonly delta = new vscode.EventEmitter<ChatDeltaParams>();
  readonly onDelta = this.delta.event;
  private readonly changed = new vscode.EventEmitter<ChatChangedParams>();
  readonly onChanged = this.changed.event;
  private readonly moved = new vscode.EventEmitter<string>();
  /** A chat's settings changed, or an answer began or ended: the chat's id; empty when any may have. */
  readonly onMoved = this.moved.event;
  private readonly running = new Map<string, vscode.CancellationTokenSource>();
  private readonly owned: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.owned = [
      this.delta,
      this.changed,
      this.moved,
      server.onNotification("chats/delta", (params) => this.delta.fire(params)),
      server.onNotification("chats/changed", (params) => this.changed.fire(params)),
      server.onNotification("data/changed", () => this.moved.fire("")),
      server.onDidChangeState((state) => state === "running" && this.moved.fire("")),
    ];
  }

  isBusy(chatId: string | null): boolean {
    return chatId !== null && this.running.has(chatId);
  }

  get anyBusy(): boolean {
    return this.running.size > 0;
  }

  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    return this.server.request(method, params);
  }

  /** Tell every page that a chat is other than it was. */
  touch(chatId: string): void {
    this.moved.fire(chatId);
  }

  /** Ask for an answer and wait for its end, one at a time for each chat; fails as the request does. */
  async ask<M extends Asking>(chatId: string, method: M, params: Params<M>): Promise<void> {
    if (this.running.has(chatId)) {
      throw new Notice("OctoPrompt: an answer of this chat is being written. Stop it first.");
    }
    const cancel = new vscode.CancellationTokenSource();
    this.running.set(chatId, cancel);
    this.moved.fire(chatId);
    try {
      await this.server.request(method, params, cancel.token);
    } finally {
      this.running.delete(chatId);
      cancel.dispose();
      this.moved.fire(chatId);
    }
  }

  stop(chatId: string): void {
    this.running.get(chatId)?.cancel();
  }

  stopAll(): void {
    this.running.forEach((cancel) => cancel.cancel());
  }

  /** Nobody said stop: an answer that the window's end cuts off is interrupted, which the server knows. */
  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }
}

/** An error that is told in the answer itself, once there is one. */
export function isOfModel(error: unknown): boolean {
  return (
    error instanceof RequestFailed &&
    Math.floor(error.code / 100) === Math.floor(ERROR_CODES.ModelProblem / 100)
  );
}
