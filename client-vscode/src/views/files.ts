/** The Files view: the workspace as the server sees it, with check boxes and tokens. */
import * as vscode from "vscode";
import { addPaths, byPath, countByFolder, keyOf, removeFolder, removePaths } from "../context/items";
import { cutsOf, cutWords, ofBudget } from "../context/total";
import type { OpenProject } from "../context/projects";
import type { FileEntry, IndexStatus } from "../generated/protocol";
import { confirmLeftOut, sayWhyNot } from "../commands/confirm";
import { report } from "../commands/report";
import type { Services } from "../services";
import { listBelow } from "../context/listing";
import { type Chosen, type FileNode, nodeId, pathOf, SKIPPED_SCHEME, treeItem } from "./fileNodes";
import { signature } from "./signature";

const PAGE = 2000;
const REFRESH_MS = 1000;
/** Above this many changed rows one refresh of the whole tree is cheaper. */
const MANY = 40;

interface Folder {
  readonly project: OpenProject;
  readonly path: string;
  /** How many entries to ask for; grows with "more". */
  limit: number;
  nodes: FileNode[];
}

export class FilesView
  implements vscode.TreeDataProvider<FileNode>, vscode.FileDecorationProvider, vscode.Disposable
{
  private readonly treeChanged = new vscode.EventEmitter<FileNode[] | undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  private readonly view: vscode.TreeView<FileNode>;
  private readonly owned: vscode.Disposable[];
  /** Folders that were opened at least once, by node id. */
  private readonly folders = new Map<string, Folder>();
  private readonly nodes = new Map<string, FileNode>();
  private readonly shown = new Map<string, string>();
  private readonly chosen = new Map<string, Chosen>();
  private readonly generations = new Map<string, number>();
  private refreshing: NodeJS.Timeout | undefined;
  private marked: readonly FileNode[] = [];
  private markedBefore: readonly FileNode[] = [];

  constructor(private readonly services: Services) {
    const { projects, selections, estimates, indexStates } = services;
    this.view = vscode.window.createTreeView("octoprompt.files", {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
      manageCheckboxStateManually: true,
    });
    this.owned = [
      this.treeChanged,
      this.view,
      vscode.window.registerFileDecorationProvider(this),
      this.view.onDidChangeCheckboxState((event) => void this.toggled(event.items)),
      this.view.onDidChangeSelection(({ selection }) => {
        [this.marked, this.markedBefore] = [selection, this.marked];
      }),
      vscode.commands.registerCommand("octoprompt.toggleFocused", () => this.toggleFocused()),
      projects.onDidChange(() => this.projectsChanged()),
      selections.onDidChange((project) => this.selectionChanged(project)),
      estimates.onDidChange(() => this.estimateChanged()),
      indexStates.onDidChange((status) => this.indexChanged(status)),
      vscode.commands.registerCommand(
        "octoprompt.showMoreFiles",
        (node: FileNode) => void this.showMore(node),
      ),
    ];
  }

  getTreeItem(node: FileNode): vscode.TreeItem {
    const item = treeItem(node, this.uriOf(node), this.chosenIn(node.project));
    this.shown.set(node.id, signature(item));
    return item;
  }

  async getChildren(node?: FileNode): Promise<FileNode[]> {
    const { open } = this.services.projects;
    if (node?.kind === "more") {
      return [];
    }
    if (node === undefined && open.length !== 1) {
      return open.map((project) => this.remember({ kind: "root", id: nodeId(project, ""), project }));
    }
    const project = node?.project ?? open[0];
    return project ? this.childrenOf(project, node ? pathOf(node) : "") : [];
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    return uri.scheme === SKIPPED_SCHEME
      ? { color: new vscode.ThemeColor("disabledForeground"), tooltip: "Not indexed" }
      : undefined;
  }

  /** The file or folder behind a node, as menus pass it to commands. */
  uriOf(node: FileNode): vscode.Uri {
    return this.services.projects.uriOf(node.project, pathOf(node));
  }

  dispose(): void {
    clearTimeout(this.refreshing);
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async childrenOf(project: OpenProject, path: string): Promise<FileNode[]> {
    const id = nodeId(project, path);
    const known = this.folders.get(id);
    if (known) {
      return known.nodes;
    }
    const folder: Folder = { project, path, limit: PAGE, nodes: [] };
    try {
      folder.nodes = await this.list(folder);
      this.folders.set(id, folder);
    } catch (error) {
      this.services.log.warn(`could not list \`${path}\`: ${String(error)}`);
    }
    return folder.nodes;
  }

  private async list({ project, path, limit }: Folder): Promise<FileNode[]> {
    const params = { projectId: project.id, folder: path, limit };
    const { entries, total } = await this.services.server.request("files/list", params);
    const nodes = entries.map((entry) => this.nodeOf(project, entry));
    for (const entry of entries.filter(({ kind, skipped }) => kind === "file" && skipped === null)) {
      this.services.estimates.learn(project, entry.path, entry.tokens);
    }
    if (total > entries.length) {
      const remaining = total - entries.length;
      nodes.push({ kind: "more", id: nodeId(project, `${path}\0more`), project, folder: path, remaining });
    }
    return nodes;
  }

  /** The same file keeps the same node, so that the tree keeps its place. */
  private nodeOf(project: OpenProject, entry: FileEntry): FileNode {
    const node = this.nodes.get(nodeId(project, entry.path));
    if (node?.kind === "entry" && node.entry.kind === entry.kind) {
      node.entry = entry;
      return node;
    }
    return this.remember({ kind: "entry", id: nodeId(project, entry.path), project, entry });
  }

  private remember(node: FileNode): FileNode {
    const known = this.nodes.get(node.id);
    if (known?.kind === node.kind && node.kind === "root") {
      return known;
    }
    this.nodes.set(node.id, node);
    return node;
  }

  private async showMore(node: FileNode): Promise<void> {
    const folder = this.folders.get(nodeId(node.project, pathOf(node)));
    if (folder) {
      folder.limit += PAGE;
      folder.nodes = await this.list(folder);
      this.fire([this.nodes.get(nodeId(folder.project, folder.path))]);
    }
  }

  /**
   * The row with the keyboard's focus, or all marked rows when it is one of them. VS Code tells nobody which row has the
   * focus: the key that calls this marks or unmarks it just before, and takes that back after.
   */
  private async toggleFocused(): Promise<void> {
    const [now, before] = [this.marked, this.markedBefore];
    const focused = [...now, ...before].find((node) => now.includes(node) !== before.includes(node));
    if (focused) {
      const nodes = before.includes(focused) ? before : [focused];
      const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
      const state = nodes.every((node) => this.isChosen(node)) ? Unchecked : Checked;
      await this.toggled(nodes.map((node) => [node, state]));
    }
  }

  private isChosen(node: FileNode): boolean {
    const row = this.getTreeItem(node);
    const box = typeof row.checkboxState === "object" ? row.checkboxState.state : row.checkboxState;
    return box === vscode.TreeItemCheckboxState.Checked;
  }

  private async toggled(items: readonly [FileNode, vscode.TreeItemCheckboxState][]): Promise<void> {
    try {
      for (const [node, state] of items) {
        if (state === vscode.TreeItemCheckboxState.Checked) {
          await this.check(node);
        } else {
          this.uncheck(node);
        }
      }
    } catch (error) {
      report(error, this.services);
    }
    // Also where nothing came of it: the box must show what is.
    this.fire(items.map(([node]) => node));
  }

  private async check(node: FileNode): Promise<void> {
    if (node.kind === "entry" && node.entry.kind === "file") {
      await this.checkFile(node.project, node.entry);
      return;
    }
    const paths = await listBelow(this.services, node.project, pathOf(node));
    this.services.selections.updateItems(node.project, (items) => addPaths(items, paths));
  }

  private async checkFile(project: OpenProject, entry: FileEntry): Promise<void> {
    const { path, skipped, confirmable } = entry;
    const confirmed = skipped !== null;
    if (confirmed && !confirmable) {
      // Not waited for: a message stays for long, and the box must show what is.
      void sayWhyNot(path, skipped);
      return;
    }
    if (confirmed && !(await confirmLeftOut(path, skipped))) {
      return;
    }
    this.services.selections.updateItems(project, (items) => addPaths(items, [path], confirmed));
  }

  private uncheck(node: FileNode): void {
    const path = pathOf(node);
    const isFile = node.kind === "entry" && node.entry.kind === "file";
    this.services.selections.updateItems(node.project, (items) =>
      isFile ? removePaths(items, [path]) : removeFolder(items, path),
    );
  }

  private chosenIn(project: OpenProject): Chosen {
    const known = this.chosen.get(project.id);
    if (known) {
      return known;
    }
    const { items } = this.services.selections.of(project).body;
    const counted = this.services.estimates.of(project).items;
    const sendable = items.filter((item) => !counted.get(keyOf(item))?.problem);
    const chosen = {
      items: byPath(items),
      byFolder: countByFolder(items),
      sendable: countByFolder(sendable),
      confirmed: countByFolder(sendable.filter(({ confirmed }) => confirmed)),
      counted: (path: string) => this.services.estimates.countedWhole(project, path),
    };
    this.chosen.set(project.id, chosen);
    return chosen;
  }

  private projectsChanged(): void {
    const ids = new Set(this.services.projects.open.map(({ id }) => id));
    const known = new Set([...this.nodes.values()].map(({ project }) => project.id));
    const same = known.size === ids.size && [...ids].every((id) => known.has(id));
    if (!same || known.size === 0) {
      this.folders.clear();
      this.nodes.clear();
      this.shown.clear();
      this.treeChanged.fire(undefined);
    } else {
      this.refreshSoon();
    }
    this.showTotal();
  }

  private selectionChanged(project: OpenProject): void {
    this.chosen.delete(project.id);
    this.fireChanged();
    this.showTotal();
  }

  /** A count that came: rows show it in place of the estimate, and what cannot be sent counts no more. */
  private estimateChanged(): void {
    this.chosen.clear();
    this.fireChanged();
    this.showTotal();
  }

  private indexChanged({ projectId, generation }: IndexStatus): void {
    if (this.generations.get(projectId) === generation) {
      return;
    }
    this.generations.set(projectId, generation);
    this.refreshSoon();
  }

  private refreshSoon(): void {
    this.refreshing ??= setTimeout(() => void this.refresh(), REFRESH_MS);
  }

  /** List what is open again, and tell the tree only what is different. */
  private async refresh(): Promise<void> {
    const changed: (FileNode | undefined)[] = [];
    try {
      if (this.folders.size === 0) {
        this.treeChanged.fire(undefined);
      }
      for (const [id, folder] of this.folders) {
        const before = folder.nodes.map((node) => node.id).join("\n");
        folder.nodes = await this.list(folder);
        if (before !== folder.nodes.map((node) => node.id).join("\n")) {
          changed.push(this.nodes.get(id));
        }
      }
    } catch (error) {
      this.services.log.debug(`the tree was not refreshed: ${String(error)}`);
      this.folders.clear();
      changed.push(undefined);
    } finally {
      this.refreshing = undefined;
    }
    if (changed.length > 0) {
      this.fire(changed);
    }
    this.fireChanged();
  }

  private fireChanged(): void {
    const changed = [...this.shown].flatMap(([id, before]) => {
      const node = this.nodes.get(id);
      const now = node && signature(treeItem(node, this.uriOf(node), this.chosenIn(node.project)));
      return node && now !== before ? [node] : [];
    });
    if (changed.length > 0) {
      this.fire(changed);
    }
  }

  /** An undefined node stands for the whole tree. */
  private fire(nodes: readonly (FileNode | undefined)[]): void {
    const some = nodes.filter((node) => node !== undefined);
    this.treeChanged.fire(some.length < nodes.length || some.length > MANY ? undefined : some);
  }

  private showTotal(): void {
    const project = this.services.projects.active;
    if (!project) {
      this.view.description = "";
      return;
    }
    const { items, budgetTokens } = this.services.selections.of(project).body;
    const estimate = this.services.estimates.of(project);
    const cuts = cutWords(cutsOf(items, estimate));
    this.view.description = [ofBudget(estimate, budgetTokens), cuts].filter(Boolean).join(" · ");
  }
}
