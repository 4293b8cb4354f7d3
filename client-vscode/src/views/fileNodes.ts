/** The nodes of the Files view, and what each looks like. */
import * as vscode from "vscode";
import { describeItem, isWholeFile, type Items } from "../context/items";
import { full, plural, short } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import type { FileEntry } from "../generated/protocol";

export interface RootNode {
  readonly kind: "root";
  readonly id: string;
  readonly project: OpenProject;
  readonly entry?: undefined;
}

export interface EntryNode {
  readonly kind: "entry";
  readonly id: string;
  readonly project: OpenProject;
  /** Replaced when the index knows more. */
  entry: FileEntry;
}

export interface MoreNode {
  readonly kind: "more";
  readonly id: string;
  readonly project: OpenProject;
  readonly folder: string;
  readonly remaining: number;
}

export type FileNode = RootNode | EntryNode | MoreNode;

/** What is chosen in a project, prepared for many look-ups. */
export interface Chosen {
  readonly items: ReadonlyMap<string, Items>;
  readonly byFolder: ReadonlyMap<string, number>;
  /** Those of them that can be sent: not the ones that are gone, or refused. */
  readonly sendable: ReadonlyMap<string, number>;
  /** Those of the sendable ones that rules leave out, and the user confirmed. */
  readonly confirmed: ReadonlyMap<string, number>;
  /** The tokens of a whole file, once the server has counted them. */
  readonly counted: (path: string) => number | undefined;
}

/** Greys out what is not indexed, without touching how the explorer shows the same file. */
export const SKIPPED_SCHEME = "octoprompt-skipped";

export function nodeId(project: OpenProject, path: string): string {
  return `${project.id}:${path}`;
}

/** The path of the folder or file behind a node; the root has the empty path. */
export function pathOf(node: FileNode): string {
  return node.kind === "entry" ? node.entry.path : node.kind === "more" ? node.folder : "";
}

export function treeItem(node: FileNode, uri: vscode.Uri, chosen: Chosen): vscode.TreeItem {
  if (node.kind === "more") {
    return moreItem(node);
  }
  const item =
    node.kind === "root"
      ? rootItem(node, chosen)
      : node.entry.kind === "folder"
        ? folderItem(node.entry, uri, chosen)
        : fileItem(node.entry, uri, chosen);
  item.id = node.id;
  return item;
}

function rootItem(node: RootNode, chosen: Chosen): vscode.TreeItem {
  const item = new vscode.TreeItem(node.project.name, vscode.TreeItemCollapsibleState.Expanded);
  const count = chosen.byFolder.get("") ?? 0;
  item.iconPath = new vscode.ThemeIcon("root-folder");
  item.description = count > 0 ? plural(count, "file") : "";
  item.contextValue = `root ${count > 0 ? "some" : "unchosen"}`;
  return item;
}

function folderItem(entry: FileEntry, uri: vscode.Uri, chosen: Chosen): vscode.TreeItem {
  const item = new vscode.TreeItem(entry.name, vscode.TreeItemCollapsibleState.Collapsed);
  const count = chosen.byFolder.get(entry.path) ?? 0;
  const choosable = entry.files - entry.skippedFiles + (chosen.confirmed.get(entry.path) ?? 0);
  const sendable = chosen.sendable.get(entry.path) ?? 0;
  const state = count === 0 ? "unchosen" : sendable > 0 && sendable >= choosable ? "chosen" : "some";
  item.resourceUri = uri;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.description = `${state === "some" ? `${full(sendable)} of ${full(choosable)} · ` : ""}${short(entry.tokens)}`;
  item.contextValue = `folder ${state}`;
  item.tooltip = `${entry.path}\n${plural(entry.files, "file")}, about ${full(entry.tokens)} tokens`;
  const some = state === "some" ? `, ${full(sendable)} of ${full(choosable)} files chosen` : "";
  item.checkboxState = checkbox(state === "chosen", `${entry.name}, folder${some}`);
  return item;
}

function fileItem(entry: FileEntry, uri: vscode.Uri, chosen: Chosen): vscode.TreeItem {
  const item = new vscode.TreeItem(entry.name, vscode.TreeItemCollapsibleState.None);
  const items = chosen.items.get(entry.path) ?? [];
  const parts = describeParts(items);
  item.resourceUri = entry.skipped === null ? uri : uri.with({ scheme: SKIPPED_SCHEME });
  item.iconPath = vscode.ThemeIcon.File;
  const exact = chosen.counted(entry.path);
  const tokens = exact ?? entry.tokens;
  item.description = [parts, entry.skipped === null ? short(tokens) : "skipped"].filter(Boolean).join(" · ");
  item.contextValue = `${entry.skipped === null ? "file" : "skipped"} ${items.length > 0 ? "chosen" : "unchosen"}`;
  item.tooltip =
    entry.skipped === null
      ? `${entry.path}\n${exact === undefined ? "about " : ""}${full(tokens)} tokens${entry.language === null ? "" : `, ${entry.language}`}`
      : `${entry.path}\nNot indexed: ${entry.skipped}`;
  item.checkboxState = checkbox(items.length > 0, entry.name);
  item.command = {
    command: "vscode.open",
    title: "Open File",
    arguments: [uri, { preview: true, preserveFocus: true }],
  };
  return item;
}

function describeParts(items: Items): string {
  const parts = items.filter((item) => !isWholeFile(item));
  if (parts.length > 1) {
    return plural(parts.length, "part");
  }
  return items.map(describeItem).filter(Boolean).join(" · ");
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`${full(node.remaining)} more…`, vscode.TreeItemCollapsibleState.None);
  item.id = node.id;
  item.iconPath = new vscode.ThemeIcon("ellipsis");
  item.command = { command: "octoprompt.showMoreFiles", title: "Show More Files", arguments: [node] };
  return item;
}

function checkbox(checked: boolean, label: string): NonNullable<vscode.TreeItem["checkboxState"]> {
  return {
    state: checked ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
    tooltip: checked ? "Remove from the context" : "Add to the context",
    accessibilityInformation: { label, role: "checkbox" },
  };
}
