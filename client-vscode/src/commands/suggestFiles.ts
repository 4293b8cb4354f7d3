/** Suggest Files for Task: the same suggestions as in the Task view, by keyboard. */
import * as vscode from "vscode";
import { addPaths } from "../context/items";
import { short } from "../context/numbers";
import { suggest } from "../context/suggestions";
import type { SuggestedFile } from "../generated/protocol";
import type { Services } from "../services";
import { activeProject, register } from "./register";
import { Notice } from "./report";

interface Choice extends vscode.QuickPickItem {
  readonly path: string;
}

export function registerSuggestFiles(services: Services): vscode.Disposable {
  return register(services, "suggestFiles", async () => {
    const project = activeProject(services);
    const { body } = services.selections.of(project);
    const task = await vscode.window.showInputBox({
      title: "Suggest Files for Task",
      prompt: "What are you working on? A sentence, an error message, names from the code.",
      value: body.instructions,
    });
    if (!task?.trim()) {
      return;
    }
    services.selections.update(project, { instructions: task });
    const picked = await vscode.window.showQuickPick(choices(services, task), {
      title: "Add Files to the Context",
      placeHolder: "Check the files to add",
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked) {
      services.selections.updateItems(project, (items) =>
        addPaths(
          items,
          picked.map(({ path }) => path),
        ),
      );
    }
  });
}

async function choices(services: Services, task: string): Promise<Choice[]> {
  const project = activeProject(services);
  const cancel = new vscode.CancellationTokenSource();
  try {
    const { files, note } = await suggest(services, project, task, [], cancel.token);
    if (files.length === 0) {
      throw new Notice(`OctoPrompt: no file matches. ${note || "Try other words."}`);
    }
    files.forEach(({ path, tokens }) => services.estimates.learn(project, path, tokens));
    const chosen = new Set(services.selections.of(project).body.items.map(({ path }) => path));
    return files.filter(({ path }) => !chosen.has(path)).map(choiceOf);
  } finally {
    cancel.dispose();
  }
}

function choiceOf({ path, tokens, reasons }: SuggestedFile): Choice {
  const cut = path.lastIndexOf("/");
  return {
    path,
    label: path.slice(cut + 1),
    description: [path.slice(0, Math.max(cut, 0)), short(tokens)].filter(Boolean).join(" · "),
    detail: reasons.join(" · "),
  };
}
