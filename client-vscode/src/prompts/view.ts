/** The Prompts view: the library as a tree, what is searched for, and what can be dropped on it and taken from it. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { report } from "../commands/report";
import { full } from "../context/numbers";
import { uriOf } from "../data/uris";
import type { PromptHead } from "../generated/protocol";
import type { Services } from "../services";
import { group, type PromptGroup } from "./groups";
import type { PromptNode } from "./targets";
import { importUris } from "./transfer";

/** What a dragged prompt is called among dragged things. */
export const PROMPTS_MIME = "application/vnd.code.tree.octoprompt.prompts";
const URIS_MIME = "text/uri-list";
/** More than a tree can be looked through; the search finds the others. */
const MOST_SHOWN = 1000;

interface GroupNode {
  readonly kind: "group";
  readonly group: PromptGroup;
}

type Node = PromptNode | GroupNode;

export class PromptsView
  implements vscode.TreeDataProvider<Node>, vscode.TreeDragAndDropController<Node>, vscode.Disposable
{
  private readonly treeChanged = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.treeChanged.event;
  readonly dragMimeTypes = [URIS_MIME];
  readonly dropMimeTypes = [PROMPTS_MIME, URIS_MIME];
  private readonly view: vscode.TreeView<Node>;
  private readonly owned: vscode.Disposable[];
  private query = "";

  constructor(private readonly services: Services) {
    this.view = vscode.window.createTreeView("octoprompt.prompts", {
      treeDataProvider: this,
      dragAndDropController: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    const refresh = (): void => this.treeChanged.fire(undefined);
    this.owned = [
      this.treeChanged,
      this.view,
      services.data.onDidChange(refresh),
      services.projects.onDidChange(refresh),
      services.selections.onDidChange(refresh),
      register(services, "searchPrompts", () => this.search()),
      register(services, "clearPromptSearch", () => this.find("")),
      register(services, "renameFocusedPrompt", () => this.onSelected("renamePrompt")),
      register(services, "deleteFocusedPrompt", () => this.onSelected("deletePrompt")),
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node?.kind === "prompt") {
      return [];
    }
    if (node) {
      return node.group.prompts.map((prompt) => ({ kind: "prompt", prompt, group: node.group.key }));
    }
    const prompts = await this.load();
    if (this.query !== "") {
      return prompts.map((prompt) => ({ kind: "prompt", prompt, group: "found" }));
    }
    const projects = new Map(this.services.projects.open.map(({ id, name }) => [id, name]));
    const { groups, rest } = group(prompts, projects);
    return [
      ...groups.map((each): Node => ({ kind: "group", group: each })),
      ...rest.map((prompt): Node => ({ kind: "prompt", prompt, group: "rest" })),
    ];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === "group" ? groupRow(node.group) : this.promptRow(node);
  }

  handleDrag(nodes: readonly Node[], transfer: vscode.DataTransfer): void {
    const prompts = nodes.filter((node) => node.kind === "prompt").map(({ prompt }) => prompt);
    const uris = prompts.map(({ id, name }) => uriOf({ area: "prompts", id }, name).toString());
    transfer.set(PROMPTS_MIME, new vscode.DataTransferItem(JSON.stringify(prompts.map(({ id }) => id))));
    transfer.set(URIS_MIME, new vscode.DataTransferItem(uris.join("\r\n")));
  }

  /** A prompt on a group gets its tag or becomes a favourite; a file becomes a prompt. */
  async handleDrop(target: Node | undefined, transfer: vscode.DataTransfer): Promise<void> {
    try {
      const dragged = transfer.get(PROMPTS_MIME);
      const uris = transfer.get(URIS_MIME);
      if (dragged && target?.kind === "group") {
        await this.put(JSON.parse(await dragged.asString()) as string[], target.group);
      } else if (uris && !dragged) {
        const files = (await uris.asString()).split(/\r?\n/).filter(Boolean);
        await importUris(
          this.services,
          files.map((uri) => vscode.Uri.parse(uri)),
        );
      }
    } catch (error) {
      report(error, this.services);
    }
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** By its key: a command for what is selected in the tree. */
  private async onSelected(name: string): Promise<void> {
    const nodes = this.view.selection.filter(({ kind }) => kind === "prompt");
    if (nodes.length > 0) {
      await vscode.commands.executeCommand(`octoprompt.${name}`, nodes[0], nodes);
    }
  }

  private async put(ids: readonly string[], { key, tag }: PromptGroup): Promise<void> {
    const { server, data } = this.services;
    for (const id of ids) {
      const { tags } = await server.request("prompts/get", { id });
      if (tag !== undefined && !tags.includes(tag)) {
        await data.change("prompts/update", { id, tags: [...tags, tag] });
      } else if (key === "favorites") {
        await data.change("prompts/update", { id, favorite: true });
      }
    }
  }

  private async load(): Promise<PromptHead[]> {
    const { server, projects } = this.services;
    const projectId = projects.active?.id;
    // Commands work once the project is known; what is shown before could not be opened.
    if (server.state !== "running" || projectId === undefined) {
      return [];
    }
    try {
      const { prompts } =
        this.query === ""
          ? await server.request("prompts/list", { projectId, limit: MOST_SHOWN })
          : await server.request("prompts/search", { projectId, query: this.query, limit: MOST_SHOWN });
      const cut =
        prompts.length === MOST_SHOWN ? `The first ${full(MOST_SHOWN)}; search finds the others.` : "";
      this.view.message = cut || (prompts.length === 0 && this.query !== "" ? "No prompt matches." : "");
      return prompts;
    } catch (error) {
      this.view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  private promptRow({ prompt, group: key }: PromptNode): vscode.TreeItem {
    const { id, name, description, tags, favorite } = prompt;
    const chosen = this.isChosen(id);
    const row = new vscode.TreeItem(name);
    row.id = `${key}:${id}`;
    row.iconPath = new vscode.ThemeIcon(chosen ? "check" : "note");
    row.description = [chosen ? "in the context" : "", description].filter(Boolean).join(" · ");
    row.tooltip = [
      name,
      ...(description ? [description] : []),
      ...(tags.length > 0 ? [tags.join(", ")] : []),
    ].join("\n");
    row.contextValue = `prompt ${favorite ? "favorite" : "usual"} ${chosen ? "chosen" : "unchosen"}`;
    row.command = { command: "octoprompt.openPrompt", title: "Open Prompt", arguments: [prompt] };
    return row;
  }

  private isChosen(id: string): boolean {
    const { active } = this.services.projects;
    return active !== undefined && this.services.selections.of(active).body.promptIds.includes(id);
  }

  private async search(): Promise<void> {
    const query = await vscode.window.showInputBox({
      title: "Search Prompts",
      value: this.query,
      prompt: "Words in the name, the description, the tags or the text; empty shows all",
    });
    if (query !== undefined) {
      this.find(query.trim());
      await vscode.commands.executeCommand("octoprompt.prompts.focus");
    }
  }

  private find(query: string): void {
    this.query = query;
    this.view.description = query === "" ? "" : `“${query}”`;
    void vscode.commands.executeCommand("setContext", "octoprompt.promptsFiltered", query !== "");
    this.treeChanged.fire(undefined);
  }
}

function groupRow({ key, label, icon, prompts }: PromptGroup): vscode.TreeItem {
  const row = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  row.id = key;
  row.iconPath = new vscode.ThemeIcon(icon);
  row.description = String(prompts.length);
  row.contextValue = "promptGroup";
  return row;
}
