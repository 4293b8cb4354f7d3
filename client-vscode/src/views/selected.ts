/** The Selected view: what is chosen in the active project, what each costs, and what else goes in. */
import * as vscode from "vscode";
import { describeItem, isWholeFile, keyOf, removeItem } from "../context/items";
import { full, plural, short } from "../context/numbers";
import { ofBudget } from "../context/total";
import type { Estimate } from "../context/estimates";
import type { OpenProject } from "../context/projects";
import type { ContextItem, Include, SelectionBody } from "../generated/protocol";
import type { Services } from "../services";

export interface ItemNode {
  readonly kind: "item";
  readonly project: OpenProject;
  readonly item: ContextItem;
}

interface GroupNode {
  readonly kind: "group";
}

export interface IncludeNode {
  readonly kind: "include";
  readonly section: "tree" | "gitDiff" | "diagnostics" | "rules";
}

export type SelectedNode = ItemNode | GroupNode | IncludeNode;

/** How the server's reason begins for a file that is sent when the user says yes. */
const CONFIRM = "needs confirmation";

const GROUP: GroupNode = { kind: "group" };

/** What each switch shows: its label, its icon, and the section of the context that it fills. */
const INCLUDES: Record<IncludeNode["section"], readonly [label: string, icon: string, section: string]> = {
  tree: ["File tree", "list-tree", "tree"],
  gitDiff: ["Git diff", "git-compare", "diff"],
  diagnostics: ["Problems", "warning", "diagnostics"],
  rules: ["Rules files", "law", "rules"],
};

export const GIT_DIFFS: Record<Include["gitDiff"], string> = {
  none: "No diff",
  staged: "Staged changes",
  working: "All uncommitted changes",
  branch: "Since the branch left the default branch",
};

export class SelectedView implements vscode.TreeDataProvider<SelectedNode>, vscode.Disposable {
  private readonly treeChanged = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  private readonly view: vscode.TreeView<SelectedNode>;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Services) {
    const { projects, selections, estimates } = services;
    this.view = vscode.window.createTreeView("octoprompt.selected", {
      treeDataProvider: this,
      canSelectMany: true,
      manageCheckboxStateManually: true,
    });
    const refresh = (): void => this.refresh();
    this.owned = [
      this.treeChanged,
      this.view,
      this.view.onDidChangeCheckboxState(({ items }) =>
        items.forEach(([node, state]) => this.toggled(node, state)),
      ),
      projects.onDidChange(refresh),
      selections.onDidChange(refresh),
      estimates.onDidChange(refresh),
    ];
  }

  getChildren(node?: SelectedNode): SelectedNode[] {
    const project = this.services.projects.active;
    if (!project) {
      return [];
    }
    if (node?.kind === "group") {
      return (Object.keys(INCLUDES) as IncludeNode["section"][]).map((section) => ({
        kind: "include",
        section,
      }));
    }
    if (node) {
      return [];
    }
    const items = [...this.services.selections.of(project).body.items].sort(byPath);
    const nodes = items.map((item): ItemNode => ({ kind: "item", project, item }));
    return nodes.length > 0 || hasIncludes(this.services.selections.of(project).body)
      ? [...nodes, GROUP]
      : [];
  }

  getTreeItem(node: SelectedNode): vscode.TreeItem {
    const project = this.services.projects.active;
    if (!project) {
      return new vscode.TreeItem("");
    }
    const estimate = this.services.estimates.of(project);
    const { body } = this.services.selections.of(project);
    switch (node.kind) {
      case "item":
        return this.itemRow(node, estimate);
      case "group":
        return groupRow(body);
      case "include":
        return includeRow(node, body, estimate);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private itemRow({ project, item }: ItemNode, estimate: Estimate): vscode.TreeItem {
    const row = new vscode.TreeItem(item.path.slice(item.path.lastIndexOf("/") + 1));
    const counted = estimate.items.get(keyOf(item));
    row.id = `${project.id}:${keyOf(item)}`;
    row.resourceUri = this.services.projects.uriOf(project, item.path);
    row.iconPath = counted?.problem ? new vscode.ThemeIcon("warning") : vscode.ThemeIcon.File;
    row.description = counted?.problem ?? describeRow(item, counted?.tokens);
    row.tooltip = [
      item.path,
      ...(describeItem(item) ? [describeItem(item)] : []),
      ...(counted ? [counted.problem ?? `${full(counted.tokens)} tokens`] : []),
    ].join("\n");
    row.contextValue = `item ${item.mode}${counted?.problem?.startsWith(CONFIRM) ? " confirmable" : ""}`;
    row.command = {
      command: "octoprompt.openItem",
      title: "Open File",
      arguments: [{ kind: "item", project, item } satisfies ItemNode],
    };
    return row;
  }

  private toggled(node: SelectedNode, state: vscode.TreeItemCheckboxState): void {
    const project = this.services.projects.active;
    if (node.kind !== "include" || !project) {
      return;
    }
    const on = state === vscode.TreeItemCheckboxState.Checked;
    const { include } = this.services.selections.of(project).body;
    const change: Partial<Include> =
      node.section === "gitDiff" ? { gitDiff: on ? "working" : "none" } : { [node.section]: on };
    this.services.selections.update(project, { include: { ...include, ...change } });
  }

  private refresh(): void {
    this.treeChanged.fire(undefined);
    const project = this.services.projects.active;
    if (!project) {
      this.view.description = "";
      this.view.badge = undefined;
      return;
    }
    const { name, body } = this.services.selections.of(project);
    const estimate = this.services.estimates.of(project);
    const files = new Set(body.items.map(({ path }) => path)).size;
    const where = this.services.projects.open.length > 1 ? `${project.name} · ` : "";
    this.view.description = `${where}${name} · ${ofBudget(estimate, body.budgetTokens)}`;
    const problems = [...estimate.items.values()].filter(({ problem }) => problem !== null).length;
    this.view.message =
      problems > 0 ? `${plural(problems, "item")} cannot be included as it is: see below.` : "";
    this.view.badge =
      files > 0 ? { value: files, tooltip: `${plural(files, "file")} in the context` } : undefined;
  }
}

/** Take one item out of the selection that a row belongs to. */
export function removeNode({ selections }: Services, { project, item }: ItemNode): void {
  selections.updateItems(project, (items) => removeItem(items, keyOf(item)));
}

/** `1.2k · outline · src/views`. */
function describeRow(item: ContextItem, tokens: number | undefined): string {
  const folder = item.path.slice(0, Math.max(item.path.lastIndexOf("/"), 0));
  return [tokens === undefined ? "" : short(tokens), describeItem(item), folder].filter(Boolean).join(" · ");
}

function groupRow(body: SelectionBody): vscode.TreeItem {
  const row = new vscode.TreeItem("Also include", vscode.TreeItemCollapsibleState.Collapsed);
  const on = (Object.keys(INCLUDES) as IncludeNode["section"][]).filter((section) =>
    isOn(body.include, section),
  );
  row.id = "include";
  row.iconPath = new vscode.ThemeIcon("add");
  row.description = on.map((section) => INCLUDES[section][0].toLowerCase()).join(", ");
  return row;
}

function includeRow({ section }: IncludeNode, body: SelectionBody, estimate: Estimate): vscode.TreeItem {
  const [label, icon, name] = INCLUDES[section];
  const on = isOn(body.include, section);
  const tokens = estimate.sections.find((candidate) => candidate.name === name)?.tokens;
  const row = new vscode.TreeItem(label);
  row.id = `include.${section}`;
  row.iconPath = new vscode.ThemeIcon(icon);
  row.contextValue = `include.${section}`;
  row.description = [
    ...(on && tokens !== undefined ? [short(tokens)] : []),
    ...(on && section === "gitDiff" ? [GIT_DIFFS[body.include.gitDiff].toLowerCase()] : []),
  ].join(" · ");
  row.checkboxState = on ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
  return row;
}

function isOn(include: Include, section: IncludeNode["section"]): boolean {
  return section === "gitDiff" ? include.gitDiff !== "none" : include[section];
}

function hasIncludes({ include }: SelectionBody): boolean {
  return (Object.keys(INCLUDES) as IncludeNode["section"][]).some((section) => isOn(include, section));
}

function byPath(a: ContextItem, b: ContextItem): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : Number(isWholeFile(b)) - Number(isWholeFile(a));
}
