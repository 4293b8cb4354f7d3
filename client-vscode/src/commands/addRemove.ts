/** Add to Context and Remove from Context, for files and folders from wherever they are named. */
import { stat } from "node:fs/promises";
import type * as vscode from "vscode";
import { addPaths, confirm, keyOf, moveItems, removeFolder, removePaths } from "../context/items";
import { listBelow } from "../context/listing";
import type { OpenProject, Place } from "../context/projects";
import type { ContextItem } from "../generated/protocol";
import type { Services } from "../services";
import type { ItemNode } from "../views/selectedNodes";
import { confirmLeftOut } from "./confirm";
import { registerFindFiles } from "./findFiles";
import { registerReferences } from "./references";
import { register } from "./register";
import { registerRelatedFiles } from "./related";
import { byProject, placesOf, type Target } from "./targets";

export function registerAddRemove(services: Services): vscode.Disposable[] {
  return [
    register(services, "addToContext", (clicked?: Target, selected?: Target[]) =>
      add(services, placesOf(services, clicked, selected)),
    ),
    register(services, "removeFromContext", (clicked?: Target, selected?: Target[]) =>
      remove(services, placesOf(services, clicked, selected)),
    ),
    registerFindFiles(services),
    registerRelatedFiles(services),
    registerReferences(services),
    register(services, "followItem", ({ project, item }: ItemNode) => follow(services, project, item)),
    register(services, "confirmItem", ({ project, item }: ItemNode) =>
      confirmItem(services, project, item.path),
    ),
  ];
}

async function add(services: Services, places: readonly Place[]): Promise<void> {
  for (const [project, paths] of byProject(places)) {
    const files: string[] = [];
    for (const path of paths) {
      const isFolder = (await stat(services.projects.uriOf(project, path).fsPath)).isDirectory();
      files.push(...(isFolder ? await listBelow(services, project, path) : [path]));
    }
    services.selections.updateItems(project, (items) => addPaths(items, files));
  }
}

async function confirmItem({ selections }: Services, project: OpenProject, path: string): Promise<void> {
  if (await confirmLeftOut(path, "it may hold secrets, or rules leave it out")) {
    selections.updateItems(project, (items) => confirm(items, [path]));
  }
}

/** Choose a file that moved by its new path, with all that was chosen of it. */
function follow({ estimates, selections }: Services, project: OpenProject, item: ContextItem): void {
  const to = estimates.of(project).items.get(keyOf(item))?.movedTo;
  if (to) {
    selections.updateItems(project, (items) => moveItems(items, (path) => (path === item.path ? to : path)));
  }
}

function remove(services: Services, places: readonly Place[]): void {
  for (const [project, paths] of byProject(places)) {
    services.selections.updateItems(project, (items) =>
      paths.reduce((rest, path) => removeFolder(rest, path), removePaths(items, paths)),
    );
  }
}
