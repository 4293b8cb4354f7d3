/** What the current selection of each project costs, counted by the server soon after each change. */
import * as vscode from "vscode";
import type { EstimateContextResult, EstimatedItem, IndexStatus } from "../generated/protocol";
import { RequestFailed, type Server } from "../server/client";
import { buildParams } from "./build";
import { keyOf } from "./items";
import { guess, type Total } from "./total";
import type { OpenProject, Projects } from "./projects";
import type { Selections } from "./selections";

const AFTER_MS = 250;
const AFTER_INDEX_MS = 1000;

/** The last count, or a guess from it while a newer one is on its way. */
export interface Estimate extends Total {
  /** Whether a count is on its way. */
  readonly stale: boolean;
  readonly sections: EstimateContextResult["sections"];
  /** By the key of the item. */
  readonly items: ReadonlyMap<string, EstimatedItem>;
  /** Why there is no count, when there is none. */
  readonly problem?: string;
}

const NOTHING: Estimate = {
  tokens: 0,
  exact: true,
  pending: false,
  stale: false,
  sections: [],
  items: new Map(),
};

export class Estimates implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<OpenProject>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private readonly generations = new Map<string, number>();
  private readonly listed = new Map<string, number>();
  private readonly counted = new Map<string, Estimate>();
  private readonly known = new Map<string, Estimate>();
  private readonly running = new Map<
    string,
    { timer: NodeJS.Timeout; cancel: vscode.CancellationTokenSource }
  >();

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly selections: Selections,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.owned = [
      this.changed,
      selections.onDidChange((project) => this.renew(project)),
      projects.onDidChange(() => projects.open.forEach((project) => this.countSoon(project, AFTER_MS))),
      server.onNotification("index/changed", (status) => this.filesChanged(status)),
    ];
  }

  /** Remember what the server said elsewhere of a file's tokens, until it is counted. */
  learn(project: OpenProject, path: string, tokens: number): void {
    this.listed.set(`${project.id}:${path}`, tokens);
  }

  of(project: OpenProject): Estimate {
    return this.known.get(project.id) ?? NOTHING;
  }

  /** The selection changed: guess at once, and count anew soon. */
  renew(project: OpenProject): void {
    const { items } = this.selections.of(project).body;
    const last = this.counted.get(project.id) ?? NOTHING;
    const total = guess(items, last, (path) => this.listed.get(`${project.id}:${path}`));
    this.known.set(project.id, { ...last, ...total, stale: true });
    this.changed.fire(project);
    this.countSoon(project, AFTER_MS);
  }

  dispose(): void {
    for (const { timer, cancel } of this.running.values()) {
      clearTimeout(timer);
      cancel.dispose();
    }
    vscode.Disposable.from(...this.owned).dispose();
  }

  private countSoon(project: OpenProject, after: number): void {
    this.running.get(project.id)?.cancel.cancel();
    clearTimeout(this.running.get(project.id)?.timer);
    const cancel = new vscode.CancellationTokenSource();
    const timer = setTimeout(() => void this.count(project, cancel.token), after);
    this.running.set(project.id, { timer, cancel });
  }

  /** Files changed: count anew, but not with each step of an index that is being made. */
  private filesChanged({ projectId, generation }: IndexStatus): void {
    const project = this.projects.byId(projectId);
    if (project && this.generations.get(projectId) !== generation && !this.of(project).stale) {
      this.generations.set(projectId, generation);
      this.countSoon(project, AFTER_INDEX_MS);
    }
  }

  private async count(project: OpenProject, token: vscode.CancellationToken): Promise<void> {
    const params = buildParams(this.projects, project, this.selections.of(project).body);
    try {
      const { tokens, tokensExact, items, sections } = await this.server.request(
        "context/estimate",
        params,
        token,
      );
      const pairs = items.flatMap((item, index): [string, EstimatedItem][] => {
        const chosen = params.items[index];
        return chosen ? [[keyOf(chosen), { ...item, mode: chosen.mode }]] : [];
      });
      this.counted.set(project.id, {
        tokens,
        exact: tokensExact,
        pending: false,
        stale: false,
        sections,
        items: new Map(pairs),
      });
      this.settle(project, this.counted.get(project.id) ?? NOTHING);
    } catch (error) {
      if (token.isCancellationRequested) {
        return;
      }
      this.log.warn(`could not count the selection: ${String(error)}`);
      const problem = error instanceof RequestFailed ? error.message : "The server does not answer.";
      this.settle(project, { ...this.of(project), stale: false, problem });
    }
  }

  private settle(project: OpenProject, estimate: Estimate): void {
    this.known.set(project.id, estimate);
    this.changed.fire(project);
  }
}
