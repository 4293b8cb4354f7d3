/** The runs of the active project, as the server last told; started here, and followed while they work. */
import * as vscode from "vscode";
import type { Run, RunAgentParams, RunAgentResult } from "../generated/protocol";
import type { Services } from "../services";
import { usageOf } from "./words";

const MOST_LISTED = 100;
/** While something runs: its time goes on, and what happens in other windows is not told. */
const TICK_MS = 1000;

/** A run that this window waits for. */
interface Awaited {
  readonly params: RunAgentParams;
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
  async start(params: RunAgentParams, title: string): Promise<RunAgentResult> {
    const location = vscode.ProgressLocation.Notification;
    return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
      const mine: Awaited = { params, progress, runId: undefined };
      this.awaited.add(mine);
      try {
        const work = this.services.data.change("agents/run", params, token);
        void this.refresh();
        return await work;
      } finally {
        this.awaited.delete(mine);
        void this.refresh();
      }
    });
  }

  /** Read the list again; one reading at a time, and another one after it when something happened meanwhile. */
  async refresh(): Promise<void> {
    this.isStale = true;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
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
    return (await server.request("agents/list", { projectId: projects.active.id, limit: MOST_LISTED })).runs;
  }

  private take(runs: readonly Run[]): void {
    const isNew = JSON.stringify(runs) !== JSON.stringify(this.listed);
    this.listed = runs;
    this.claim();
    if (isNew) {
      this.changed.fire();
    }
  }

  /** A run tells its id only when it ended: until then it is known by what was asked. */
  private claim(): void {
    const claimed = new Set([...this.awaited].map(({ runId }) => runId));
    for (const mine of this.awaited) {
      const run = mine.runId
        ? this.byId(mine.runId)
        : this.working.find((one) => !claimed.has(one.id) && isOf(one, mine.params));
      if (run) {
        mine.runId = run.id;
        claimed.add(run.id);
        mine.progress.report({ message: [run.step, usageOf(run.usage)].filter(Boolean).join(" · ") });
      }
    }
  }
}

function isOf(run: Run, { kind, request = "", ticketId = null }: RunAgentParams): boolean {
  return run.kind === kind && run.request === request && run.ticketId === ticketId;
}
