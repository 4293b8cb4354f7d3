/** The Runs view: what agents do and did in the active project, and the files that they propose to change. */
import * as vscode from "vscode";
import { report } from "../commands/report";
import { plural } from "../context/numbers";
import type { Services } from "../services";
import { chosen } from "./boxes";
import { type Node, type RunNode, rowOf } from "./nodes";
import type { Runs } from "./runs";

const ID = "octoprompt.runs";
/** More than a tree can be looked through; the log as a document has all. */
const MOST_STEPS = 200;
const MOST_TRIES = 5;
const SETTLE_MS = 200;

export class RunsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly treeChanged = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly owned: vscode.Disposable[];
  /** The rows of the runs, as they were last shown: the tree knows them by identity. */
  private shown: readonly RunNode[] = [];
  private finishing: (() => void) | undefined;

  constructor(
    private readonly services: Services,
    private readonly runs: Runs,
  ) {
    this.view = vscode.window.createTreeView(ID, {
      treeDataProvider: this,
      manageCheckboxStateManually: true,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.owned = [
      this.treeChanged,
      this.view,
      this.view.onDidChangeCheckboxState(({ items }) => void this.choose(items)),
      runs.onDidChange(() => this.refresh()),
      runs.onDidTick(() => this.tick()),
    ];
    this.refresh();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    try {
      if (!node) {
        this.shown = this.load();
        return [...this.shown, ...(this.runs.hasMore ? [{ kind: "more" } as const] : [])];
      }
      switch (node.kind) {
        case "run":
          return await this.partsOf(node);
        case "steps":
          return await this.stepsOf(node.parent);
        case "edit":
          return node.edit.hunks.map((hunk) => ({
            kind: "hunk",
            parent: node.parent,
            edit: node.edit,
            hunk,
          }));
        default:
          return [];
      }
    } catch (error) {
      this.view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return rowOf(node, Date.now());
  }

  getParent(node: Node): Node | undefined {
    return node.kind === "run" || node.kind === "more" ? undefined : node.parent;
  }

  /** Unfold a run and show it, where the view is to be seen. */
  async reveal(runId: string): Promise<void> {
    await this.runs.refresh();
    for (let tries = 0; tries < MOST_TRIES && this.view.visible; tries += 1) {
      const node = this.shown.find(({ run }) => run.id === runId);
      try {
        await (node && this.view.reveal(node, { select: false, focus: false, expand: 1 }));
        return;
      } catch (error) {
        // The tree was drawn anew meanwhile, and knows other rows.
        this.services.log.debug(`a run was not shown: ${String(error)}`);
        await new Promise((again) => setTimeout(again, SETTLE_MS));
      }
    }
  }

  dispose(): void {
    this.finishing?.();
    vscode.Disposable.from(...this.owned).dispose();
  }

  private refresh(): void {
    const n = this.runs.working.length;
    this.view.badge = n === 0 ? undefined : { value: n, tooltip: `${plural(n, "run")} at work` };
    void vscode.commands.executeCommand("setContext", "octoprompt.hasWorkingRun", n > 0);
    void vscode.commands.executeCommand("setContext", "octoprompt.hasRuns", this.runs.all.length > 0);
    this.followWork(n > 0);
    this.treeChanged.fire(undefined);
  }

  /** The bar above the view moves while something runs. */
  private followWork(isWorking: boolean): void {
    if (isWorking && !this.finishing) {
      const done = new Promise<void>((resolve) => (this.finishing = resolve));
      void vscode.window.withProgress({ location: { viewId: ID } }, () => done);
    } else if (!isWorking) {
      this.finishing?.();
      this.finishing = undefined;
    }
  }

  private tick(): void {
    this.shown.filter(({ run }) => run.status === "running").forEach((node) => this.treeChanged.fire(node));
  }

  private load(): RunNode[] {
    const { projects } = this.services;
    const project = projects.active;
    this.view.description = project && projects.open.length > 1 ? project.name : "";
    if (!project) {
      return [];
    }
    this.view.message = "";
    return this.runs.all.map((run): RunNode => ({ kind: "run", project, run }));
  }

  private async partsOf(node: RunNode): Promise<Node[]> {
    const { run } = node;
    const edits = run.edits > 0 ? await this.services.edits.list(run.id) : [];
    return [
      ...(run.problem ? [{ kind: "problem", parent: node } as const] : []),
      ...(run.summary ? [{ kind: "result", parent: node } as const] : []),
      ...edits.map((edit) => ({ kind: "edit", parent: node, edit }) as const),
      { kind: "steps", parent: node },
    ];
  }

  private async stepsOf(parent: RunNode): Promise<Node[]> {
    const { entries } = await this.services.server.request("agents/log", {
      runId: parent.run.id,
      limit: MOST_STEPS,
    });
    return entries.map((entry) => ({ kind: "step", parent, entry }));
  }

  /** A box of a file stands for all its hunks. */
  private async choose(items: readonly (readonly [Node, vscode.TreeItemCheckboxState])[]): Promise<void> {
    const clicked = items.map(([node, state]) => ({
      node,
      isOn: state === vscode.TreeItemCheckboxState.Checked,
    }));
    try {
      for (const { edit, hunks } of chosen(clicked)) {
        await this.services.edits.choose(edit, hunks);
      }
    } catch (error) {
      report(error, this.services);
      this.treeChanged.fire(undefined);
    }
  }
}
