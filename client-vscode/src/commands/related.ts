/** Add Related Files: what goes with a file, with the reason for each. */
import * as vscode from "vscode";
import { addPaths } from "../context/items";
import type { RelatedFile } from "../generated/protocol";
import type { Services } from "../services";
import { register } from "./register";
import { Notice, STILL_READING } from "./report";
import { placesOf, type Target } from "./targets";

const MOST_OF_A_KIND = 15;

interface Choice extends vscode.QuickPickItem {
  readonly path: string;
}

export function registerRelatedFiles(services: Services): vscode.Disposable {
  return register(services, "addRelated", async (clicked?: Target) => {
    const [place] = placesOf(services, clicked);
    if (!place) {
      return;
    }
    const { project, path } = place;
    const related = await services.server.request("files/relate", {
      projectId: project.id,
      path,
      limit: MOST_OF_A_KIND,
    });
    const unread = related.incomplete ? STILL_READING : "";
    const choices = [
      ...group("Tests", related.tests),
      ...group("Imports", related.imports),
      ...group("Imported By", related.importers),
      ...group("Changed Together", related.coChanged),
    ];
    if (choices.length === 0) {
      throw new Notice(`OctoPrompt: nothing is known to go with ${path}${unread}.`);
    }
    const picked = await vscode.window.showQuickPick(choices, {
      title: `Files That Go with ${path}${unread}`,
      placeHolder: "Check the files to add to the context",
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    const paths = new Set((picked ?? []).map((choice) => choice.path));
    if (paths.size > 0) {
      services.selections.updateItems(project, (items) => addPaths(items, paths));
    }
  });
}

/** A file may be in several groups: each says another reason. */
function group(name: string, files: readonly RelatedFile[]): Choice[] {
  const head: Choice = { label: name, kind: vscode.QuickPickItemKind.Separator, path: "" };
  return files.length === 0 ? [] : [head, ...files.map(choiceOf)];
}

function choiceOf({ path, reason }: RelatedFile): Choice {
  const cut = path.lastIndexOf("/");
  return { path, label: path.slice(cut + 1), description: path.slice(0, Math.max(cut, 0)), detail: reason };
}
