/** The runs of the active project, as the server last told; started here, and followed while they work. */
import * as vscode from "vscode";
import type { Run, RunAgentParams, RunAgentResult } from "../generated/protocol";
import type { Services } from "../services";
import { titleOf, usageOf } from "./words";

/** As many more are listed each time that more are asked for. */
const PAGE = 100;
const MOST_LISTED = 1000;
/** While something runs: its time goes on, and what happens in other windows is not told. */
const TICK_MS = 1000;

/** A run that this window waits for. */
interface Awaited {
  /** Whether a run is the one: it tells its id only when it ended. */
  readonly fits: (run: Run) => boolean;
  readonly progress: vscode.Progress<{ message: string }>;
  runId: string | undefined;
}

export class Runs implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** Runs began, went on or ended, or their edits changed. */
  readonly onDidChange = this.changed.event;
  private readonly ticked = new vscode.EventEmitter<void>();
  /** A second went by while something runs. */
  readonly onDidTick = this.ticked.event;
  private readonly owned: vscode.Disposable[];
  private readonly awaited = new Set<Awaited>();
  private listed: readonly Run[] = [];
  private wanted = PAGE;
  /** Whether there are older ones that can be listed. */
  hasMore = false;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private isStale = false;

  constructor(private readonly services: Services) {
    const follow = (): void => void this.refresh();
    const { server, projects, data, edits } = services;
    this.owned = [
      this.changed,
      this.ticked,
      server.onNotification("agents/progress", follow),
      server.onDidChangeState(follow),
      projects.onDidChange(follow),
      data.onDidChange(follow),
      edits.onDidChange(() => {
        this.changed.fire();
        follow();
      }),
    ];
    follow();
  }

  /** The latest first. */
  get all(): readonly Run[] {
    return this.listed;
  }

  get working(): readonly Run[] {
    return this.listed.filter(({ status }) => status === "running");
  }

  byId(id: string): Run | undefined {
    return this.listed.find((run) => run.id === id);
  }

  /** Let an agent work to its end, with its progress shown and a way to stop it. */
  start(params: RunAgentParams, title: string): Promise<RunAgentResult> {
    const { data } = this.services;
    return this.follow(title, { fits: (run) => isOf(run, params) }, (token) =>
      data.change("agents/run", params, token),
    );
  }

  /** Let a run that was cut off go on to its end, in the same way. */
  resume(run: Run): Promise<RunAgentResult> {
    const { data } = this.services;
    return this.follow(titleOf(run), { fits: ({ id }) => id === run.id }, (token) =>
      data.change("agents/resume", { runId: run.id }, token),
    );
  }

  private async follow(
    title: string,
    { fits }: Pick<Awaited, "fits">,
    ask: (token: vscode.CancellationToken) => Promise<RunAgentResult>,
  ): Promise<RunAgentResult> {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const mine: Awaited = { fits, progress, runId: undefined };
      this.awaited.add(mine);
      try {
        const answer = ask(token);
        void this.refresh();
        return await answer;
      } finally {
        this.awaited.delete(mine);
        void this.refresh();
      }
    });
  }

  /** List older runs too. */
  async showMore(): Promise<void> {
    this.wanted = Math.min(this.wanted + PAGE, MOST_LISTED);
    await this.refresh();
  }

  /** Read the list again; one reading at a time, and another one after it when something happened meanwhile. */
  async refresh(): Promise<void> {
    this.isStale = true;
    this.reading ??= this.read();
    await this.reading;
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async read(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      try {
        this.take(await this.ask());
      } catch (error) {
        // A server that ended is told of elsewhere; the list is read again when it is back.
        this.services.log.debug(`the runs were not listed: ${String(error)}`);
      }
    }
    this.reading = undefined;
    clearTimeout(this.timer);
    if (this.working.length + this.awaited.size > 0) {
      this.timer = setTimeout(() => {
        this.ticked.fire();
        void this.refresh();
      }, TICK_MS);
    }
  }

  private async ask(): Promise<readonly Run[]> {
    const { server, projects } = this.services;
    if (!projects.active || server.state !== "running") {
      return [];
    }
    const { runs, cursor } = await server.request("agents/list", {
      projectId: projects.active.id,
      limit: this.wanted,
    });
    this.hasMore = cursor !== null && this.wanted < MOST_LISTED;
    return runs;
  }

  private take(runs: readonly Run[]): void {
    const isNew = JSON.stringify(runs) !== JSON.stringify(this.listed);
    this.listed = runs;
    this.claim();
    if (isNew) {
      this.changed.fire();
    }
  }

  /** Tell those who wait how their runs go. */
  private claim(): void {
    const claimed = new Set([...this.awaited].map(({ runId }) => runId));
    for (const mine of this.awaited) {
      const run = mine.runId
        ? this.byId(mine.runId)
        : this.working.find((one) => !claimed.has(one.id) && mine.fits(one));
      if (run) {
        mine.runId = run.id;
        claimed.add(run.id);
        mine.progress.report({ message: [run.step, usageOf(run.usage)].filter(Boolean).join(" · ") });
      }
    }
  }
}

function isOf(run: Run, { kind, request = "", ticketId = null, taskId = null }: RunAgentParams): boolean {
  const isSame = run.kind === kind && run.ticketId === ticketId && run.taskId === taskId;
  // A prompt that is not saved yet is no request.
  return isSame && (run.request === request || kind === "optimizePrompt");
}
