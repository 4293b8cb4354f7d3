/** Which files a command means: it may come from the explorer, a tab, an editor, the Files view or the palette. */
import * as vscode from "vscode";
import type { OpenProject, Place } from "../context/projects";
import type { Services } from "../services";
import type { FileNode } from "../views/fileNodes";
import type { AddedNode, ItemNode } from "../views/selectedNodes";
import { Notice } from "./report";

export type Target = vscode.Uri | FileNode | ItemNode | AddedNode;

/** The places behind the arguments of a menu (`clicked`, `all selected`), else the active editor's file. */
export function placesOf(services: Services, clicked?: Target, selected?: readonly Target[]): Place[] {
  const targets = selected && selected.length > 0 ? selected : clicked ? [clicked] : [activeUri()];
  const places = targets.map((target) => placeOf(services, target));
  const outside = places.indexOf(undefined);
  if (outside >= 0) {
    const target = targets[outside];
    const name = target instanceof vscode.Uri ? target.fsPath : "this";
    throw new Notice(`OctoPrompt: ${name} is not in an open folder that is indexed.`);
  }
  return places.filter((place) => place !== undefined);
}

/** The same places, by project. */
export function byProject(places: readonly Place[]): Map<OpenProject, string[]> {
  const groups = new Map<OpenProject, string[]>();
  for (const { project, path } of places) {
    groups.set(project, [...(groups.get(project) ?? []), path]);
  }
  return groups;
}

/** The editor and the place of its file. */
export function activeEditor({ projects }: Services): { editor: vscode.TextEditor; place: Place } {
  const editor = vscode.window.activeTextEditor;
  const place = editor && projects.locate(editor.document.uri);
  if (!editor || !place) {
    throw new Notice("OctoPrompt: open a file of the workspace first.");
  }
  return { editor, place };
}

function placeOf({ projects }: Services, target: Target): Place | undefined {
  if (target instanceof vscode.Uri) {
    return projects.locate(target);
  }
  return { project: target.project, path: pathOf(target) };
}

function pathOf(node: FileNode | ItemNode | AddedNode): string {
  switch (node.kind) {
    case "item":
      return node.item.path;
    case "added":
      return node.file.path;
    case "entry":
      return node.entry.path;
    default:
      return "";
  }
}

function activeUri(): vscode.Uri {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) {
    return input.uri;
  }
  throw new Notice("OctoPrompt: open a file of the workspace first.");
}
