/** The one file that talks to the language client: the server's life, its requests and its notifications. */
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  State,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { PREFIX, type Notifications, type Requests } from "../generated/protocol";
import { CrashBudget } from "./crashes";
import type { Launch } from "./launch";
import { parseLogLine, type Level } from "./logLine";

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M][0];
export type Result<M extends Method> = Requests[M][1];
export type ServerState = "stopped" | "starting" | "running";

/** Requests that take as long as the work takes. */
const UNBOUNDED: ReadonlySet<Method> = new Set<Method>([
  "index/refresh",
  "index/rebuild",
  "chats/send",
  "chats/regenerate",
  "chats/continue",
  "chats/compact",
  "providers/test",
  "data/export",
  "data/import",
  "data/backup",
  "agents/run",
  // A person may be looking at a preview.
  "edits/apply",
  "agents/resume",
  "tickets/generateTasks",
  "prompts/optimize",
  "prompts/suggest",
  "summaries/generate",
  "data/restore",
]);
/** How the language client reports that the server is gone. */
const CONNECTION_LOST: ReadonlySet<number> = new Set([-32099, -32098, -32097, -32096]);
const TIMEOUT_MS = 65_000;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 6_000;

/** A request that the server refused; `code` is one of `ERROR_CODES` or a negative one of JSON-RPC. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
    /** What the error says besides, as the line of a template. */
    readonly data: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** There is no server to ask, or it did not answer in time. */
export class ServerUnavailable extends Error {
  override readonly name = "ServerUnavailable";
}

/** Writes to the log what the language client would also pop up: who needs to know is told by the supervisor. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  readonly onDidChangeState = this.stateChanged.event;
  private readonly gaveUp = new vscode.EventEmitter<void>();
  /** It crashed too often and stays down until it is started by hand. */
  readonly onDidGiveUp = this.gaveUp.event;

  private readonly crashes = new CrashBudget();
  private readonly handlers = new Map<string, Set<(params: never) => void>>();
  private client: LanguageClient | undefined;
  private current: ServerState = "stopped";
  /** A start that fails while somebody waits for it is reported to them, not repeated. */
  private startingByHand = false;
  /** The last line of the server's log: when it dies, it usually says why. */
  private lastWords = "";
  /** Each start and stop waits for the one before it. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  get state(): ServerState {
    return this.current;
  }

  /** Start the server, or start it anew with another launch; rejects when it does not come up. */
  start(launch: Launch): Promise<void> {
    this.crashes.reset();
    return this.inTurn(async () => {
      await this.stopClient();
      const client = new QuietClient(
        "octoprompt",
        "OctoPrompt",
        { command: launch.command, args: [...launch.args], options: { cwd: launch.cwd, env: launch.env } },
        this.options(launch),
      );
      this.client = client;
      client.onDidChangeState(({ newState }) => this.moved(client, newState));
      for (const method of this.handlers.keys()) {
        this.listen(client, method);
      }
      this.become("starting");
      this.startingByHand = true;
      this.lastWords = "";
      try {
        await within(START_TIMEOUT_MS, client.start());
      } catch (error) {
        this.become("stopped");
        this.log.error(String(error));
        throw new ServerUnavailable(this.lastWords || (error instanceof Error ? error.message : String(error)));
      } finally {
        this.startingByHand = false;
      }
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopClient());
  }

  /**
   * Ask the server; waits while it starts. Fails with `RequestFailed`, with `ServerUnavailable`, or with
   * `vscode.CancellationError` when `token` was cancelled.
   */
  async request<M extends Method>(
    method: M,
    params: Params<M>,
    token?: vscode.CancellationToken,
  ): Promise<Result<M>> {
    const client = await this.running();
    const cancel = new vscode.CancellationTokenSource();
    const following = token?.onCancellationRequested(() => cancel.cancel());
    const deadline = { passed: false };
    const timer = UNBOUNDED.has(method)
      ? undefined
      : setTimeout(() => {
          deadline.passed = true;
          cancel.cancel();
        }, TIMEOUT_MS);
    try {
      const answer = client.sendRequest<Result<M>>(PREFIX + method, params, cancel.token);
      return await Promise.race([answer, cancelled(cancel.token)]);
    } catch (error) {
      if (deadline.passed) {
        throw new ServerUnavailable(
          `The server did not answer \`${method}\` within ${TIMEOUT_MS / 1000} seconds.`,
        );
      }
      throw this.translate(method, error, token);
    } finally {
      clearTimeout(timer);
      following?.dispose();
      cancel.dispose();
    }
  }

  /** Listen to a notification, from now on and over restarts. */
  onNotification<N extends keyof Notifications>(
    name: N,
    handler: (params: Notifications[N]) => void,
  ): vscode.Disposable {
    const method = PREFIX + name;
    const handlers = this.handlers.get(method) ?? new Set();
    if (!this.handlers.has(method)) {
      this.handlers.set(method, handlers);
      if (this.client) {
        this.listen(this.client, method);
      }
    }
    handlers.add(handler);
    return new vscode.Disposable(() => handlers.delete(handler));
  }

  dispose(): void {
    void this.stop();
    this.stateChanged.dispose();
    this.gaveUp.dispose();
  }

  private options(launch: Launch): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: "file" }],
      initializationOptions: launch.initializationOptions,
      outputChannel: this.log,
      stdioOptions: {
        stdout: (stream) => forEachLine(stream, (line) => this.log.warn(`stdout: ${line}`)),
        stderr: (stream) => this.logLines(stream),
      },
      initializationFailedHandler: (error: Error) => {
        this.log.error(`the server refused to initialize: ${error.message}`);
        return false;
      },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
  }

  private logLines(stream: NodeJS.ReadableStream): void {
    let level: Level = "info";
    forEachLine(stream, (line) => {
      const parsed = parseLogLine(line, level);
      level = parsed.level;
      this.log[level](parsed.text);
      this.lastWords = parsed.text.trim();
    });
  }

  private closed(): { action: CloseAction; handled: boolean } {
    if (this.startingByHand) {
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    if (this.crashes.crashed(Date.now())) {
      this.log.warn("the server ended unexpectedly and is started again");
      return { action: CloseAction.Restart, handled: true };
    }
    this.log.error("the server crashed too often and stays down");
    this.gaveUp.fire();
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private listen(client: LanguageClient, method: string): void {
    client.onNotification(method, (params: unknown) => {
      for (const handler of this.handlers.get(method) ?? []) {
        handler(params as never);
      }
    });
  }

  private moved(client: LanguageClient, state: State): void {
    if (client === this.client) {
      this.become(state === State.Running ? "running" : state === State.Starting ? "starting" : "stopped");
    }
  }

  private become(state: ServerState): void {
    if (state !== this.current) {
      this.current = state;
      this.stateChanged.fire(state);
    }
  }

  private async running(): Promise<LanguageClient> {
    if (this.current === "starting") {
      await this.leaveStarting();
    }
    if (this.client === undefined || this.current !== "running") {
      throw new ServerUnavailable("The OctoPrompt server does not run.");
    }
    return this.client;
  }

  private leaveStarting(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      };
      const timer = setTimeout(done, START_TIMEOUT_MS);
      const listener = this.onDidChangeState((state) => {
        if (state !== "starting") {
          done();
        }
      });
    });
  }

  private translate(method: Method, error: unknown, token?: vscode.CancellationToken): unknown {
    if (token?.isCancellationRequested || error instanceof vscode.CancellationError) {
      return new vscode.CancellationError();
    }
    if (!(error instanceof ResponseError) || CONNECTION_LOST.has(error.code)) {
      return new ServerUnavailable(`The server ended before it answered \`${method}\`.`);
    }
    if (error.code === LSPErrorCodes.RequestCancelled) {
      return new vscode.CancellationError();
    }
    this.log.debug(`${method} failed with ${error.code}: ${error.message}`);
    const data: unknown = error.data;
    const more = typeof data === "object" && data !== null ? { ...data } : {};
    return new RequestFailed(method, error.code, error.message, more);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become("stopped");
    if (client === undefined) {
      return;
    }
    try {
      await within(STOP_TIMEOUT_MS, client.dispose(3000));
    } catch (error) {
      this.log.warn(`the server did not stop in order: ${String(error)}`);
    }
  }
}

function cancelled(token: vscode.CancellationToken): Promise<never> {
  return new Promise((_resolve, reject) => {
    token.onCancellationRequested(() => reject(new vscode.CancellationError()));
  });
}

/** What the language client waits for without a limit of its own. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The server did not answer within ${milliseconds / 1000} seconds.`)),
      milliseconds,
    );
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function forEachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.on("data", (chunk: Buffer | string) => {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(-10_000);
    lines.filter((line) => line !== "").forEach(take);
  });
}
