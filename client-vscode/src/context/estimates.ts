/** What the current selection of each project costs, counted by the server soon after each change. */
import * as vscode from "vscode";
import type {
  EstimateContextResult,
  EstimatedItem,
  IndexStatus,
  PlannedContext,
} from "../generated/protocol";
import { RequestFailed, type Server } from "../server/client";
import { buildParams } from "./build";
import { keyOf, wholeFile, type Items } from "./items";
import { guess, type Count, type Plan, type Total } from "./total";
import type { OpenProject, Projects } from "./projects";
import type { Selections } from "./selections";

const AFTER_MS = 250;
const AFTER_INDEX_MS = 1000;

/** The last count, or a guess from it while a newer one is on its way. */
export interface Estimate extends Total, Count {
  /** Whether a count is on its way. */
  readonly stale: boolean;
  readonly sections: EstimateContextResult["sections"];
  /** Why there is no count, or why nothing can be built. */
  readonly problem?: string;
}

const NOTHING: Estimate = {
  tokens: 0,
  exact: true,
  pending: false,
  stale: false,
  whole: 0,
  sections: [],
  items: new Map(),
  plan: undefined,
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

  /** The tokens of a whole file as last counted; undefined when it was not, or not whole. */
  countedWhole(project: OpenProject, path: string): number | undefined {
    const item = this.counted.get(project.id)?.items.get(keyOf(wholeFile(path)));
    return item?.problem === null && item.mode !== "outline" && item.mode !== "summary"
      ? item.tokens
      : undefined;
  }

  of(project: OpenProject): Estimate {
    return this.known.get(project.id) ?? NOTHING;
  }

  /** The selection changed: guess at once, and count anew soon. */
  renew(project: OpenProject): void {
    const { items, budgetTokens } = this.selections.of(project).body;
    const last = this.counted.get(project.id) ?? NOTHING;
    const total = guess(items, last, budgetTokens, (path) => this.listed.get(`${project.id}:${path}`));
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
      const result = await this.server.request("context/estimate", params, token);
      this.counted.set(project.id, read(result, params.items));
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

function read(result: EstimateContextResult, asked: Items): Estimate {
  const { tokens, tokensExact, items, sections, planned, problem } = result;
  const pairs = items.flatMap((item, index): [string, EstimatedItem][] => {
    const chosen = asked[index];
    return chosen ? [[keyOf(chosen), { ...item, mode: chosen.mode }]] : [];
  });
  return {
    tokens: planned?.tokens ?? tokens,
    exact: tokensExact,
    pending: false,
    stale: false,
    whole: tokens,
    sections,
    items: new Map(pairs),
    plan: planned ? planOf(planned) : undefined,
    ...(problem === null ? {} : { problem }),
  };
}

function planOf({ items, omitted }: PlannedContext): Plan {
  return {
    shown: new Map(items.map((item) => [item.path, item])),
    leftOut: new Map(omitted.map(({ path, reason }) => [path, reason])),
  };
}
