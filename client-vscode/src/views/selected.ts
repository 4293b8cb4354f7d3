/** The Selected view: what is chosen in the active project, what will be sent of each, and what else goes in. */
import * as vscode from "vscode";
import { AttachedNames } from "../context/attached";
import { keyOf, removeItem } from "../context/items";
import { plural } from "../context/numbers";
import { ofBudget } from "../context/total";
import type { Services } from "../services";
import { signature } from "./signature";
import { SelectedDrop } from "./selectedDrop";
import {
  type AttachedNode,
  childNodes,
  type IncludeNode,
  rootNodes,
  rowOf,
  type SelectedNode,
  switched,
} from "./selectedNodes";

export class SelectedView implements vscode.TreeDataProvider<SelectedNode>, vscode.Disposable {
  private readonly treeChanged = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  private readonly view: vscode.TreeView<SelectedNode>;
  private readonly attached: AttachedNames;
  private drawn = "";
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Services) {
    const { projects, selections, estimates } = services;
    this.attached = new AttachedNames(services.server, services.data);
    this.view = vscode.window.createTreeView("octoprompt.selected", {
      treeDataProvider: this,
      dragAndDropController: new SelectedDrop(services),
      canSelectMany: true,
      manageCheckboxStateManually: true,
    });
    const refresh = (): void => this.refresh();
    this.owned = [
      this.treeChanged,
      this.view,
      this.attached,
      this.attached.onDidChange(refresh),
      this.view.onDidChangeCheckboxState(({ items }) =>
        items.forEach(([node, state]) => node.kind === "include" && this.toggled(node, state)),
      ),
      projects.onDidChange(refresh),
      selections.onDidChange(refresh),
      estimates.onDidChange(refresh),
      vscode.commands.registerCommand(
        "octoprompt.removeItem",
        (clicked?: SelectedNode, selected?: SelectedNode[]) => this.remove(clicked, selected),
      ),
    ];
  }

  getChildren(node?: SelectedNode): SelectedNode[] {
    const project = this.services.projects.active;
    if (!project) {
      return [];
    }
    const estimate = this.services.estimates.of(project);
    if (node) {
      return node.kind === "group" ? childNodes(node, project, estimate) : [];
    }
    const { body } = this.services.selections.of(project);
    return rootNodes(project, body, estimate, this.attached.of(body));
  }

  getTreeItem(node: SelectedNode): vscode.TreeItem {
    const project = this.services.projects.active;
    if (!project) {
      return new vscode.TreeItem("");
    }
    const { projects, selections, estimates } = this.services;
    const row = rowOf(node, selections.of(project).body, estimates.of(project));
    if (node.kind === "item" || node.kind === "added") {
      const { path } = node.kind === "item" ? node.item : node.file;
      row.resourceUri = projects.uriOf(node.project, path);
    }
    return row;
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** From a row's menu: the row, or all that are marked when it is one of them. By key: all that are marked. */
  private remove(clicked?: SelectedNode, selected?: readonly SelectedNode[]): void {
    const marked = clicked ? (selected ?? []) : this.view.selection;
    const nodes = clicked && !marked.includes(clicked) ? [clicked] : marked;
    for (const node of nodes) {
      if (node.kind === "item") {
        this.services.selections.updateItems(node.project, (items) => removeItem(items, keyOf(node.item)));
      } else if (node.kind === "attached") {
        this.detach(node);
      }
    }
  }

  private detach({ project, attached }: AttachedNode): void {
    const { selections } = this.services;
    const { promptIds } = selections.of(project).body;
    selections.update(
      project,
      attached.area === "tickets"
        ? { ticketId: null }
        : { promptIds: promptIds.filter((id) => id !== attached.id) },
    );
  }

  private toggled(node: IncludeNode, state: vscode.TreeItemCheckboxState): void {
    const project = this.services.projects.active;
    if (project) {
      const { body } = this.services.selections.of(project);
      const on = state === vscode.TreeItemCheckboxState.Checked;
      const settings = vscode.workspace.getConfiguration("octoprompt.context", project.folder);
      const usual = settings.get<number | null>("suggestFiles", null);
      this.services.selections.update(project, switched(node, on, body, usual));
    }
  }

  /** Draw the tree anew only when it looks different: a row that is replaced under the mouse loses its click. */
  private redraw(): void {
    const top = this.getChildren();
    const rows = top.flatMap((node) => [node, ...this.getChildren(node)]);
    const now = rows.map((node) => signature(this.getTreeItem(node))).join("\n");
    if (now !== this.drawn) {
      this.drawn = now;
      this.treeChanged.fire(undefined);
    }
  }

  private refresh(): void {
    this.redraw();
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
    this.view.message = problems > 0 ? `${plural(problems, "item")} cannot be sent: see below.` : "";
    this.view.badge =
      files > 0 ? { value: files, tooltip: `${plural(files, "file")} in the context` } : undefined;
  }
}
