/** Select Changed Files: what git says is changed, staged, untracked or in conflict. */
import * as vscode from "vscode";
import { addPaths } from "../context/items";
import { plural } from "../context/numbers";
import type { Services } from "../services";
import { register } from "./register";
import { Notice } from "./report";
import { byProject } from "./targets";

/** The part of VS Code's git extension that is used here. */
interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly { readonly state: GitState }[] };
}

type Changes = readonly { readonly uri: vscode.Uri; readonly status: number }[];

interface GitState {
  readonly workingTreeChanges: Changes;
  readonly indexChanges: Changes;
  readonly mergeChanges: Changes;
  readonly untrackedChanges?: Changes;
}

/** INDEX_DELETED and DELETED: there is nothing left to choose. */
const DELETED: ReadonlySet<number> = new Set([2, 6]);

export function registerChangedFiles(services: Services): vscode.Disposable {
  return register(services, "selectChanged", async () => {
    const uris = await changedUris();
    const places = uris.map((uri) => services.projects.locate(uri)).filter((place) => place !== undefined);
    if (places.length === 0) {
      throw new Notice("OctoPrompt: git sees no changed files in the open folders.");
    }
    for (const [project, paths] of byProject(places)) {
      services.selections.updateItems(project, (items) => addPaths(items, paths));
    }
    vscode.window.setStatusBarMessage(`OctoPrompt: added ${plural(places.length, "changed file")}`, 4000);
  });
}

async function changedUris(): Promise<vscode.Uri[]> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  if (!extension) {
    throw new Notice("OctoPrompt: VS Code's git extension is switched off; it knows which files changed.");
  }
  const git = (await extension.activate()).getAPI(1);
  if (git.repositories.length === 0) {
    throw new Notice("OctoPrompt: git knows no repository in the open folders.");
  }
  const changes = git.repositories.flatMap(({ state }) => [
    ...state.workingTreeChanges,
    ...state.indexChanges,
    ...state.mergeChanges,
    ...(state.untrackedChanges ?? []),
  ]);
  const kept = changes.filter(({ status }) => !DELETED.has(status));
  return [...new Map(kept.map(({ uri }) => [uri.toString(), uri])).values()];
}
