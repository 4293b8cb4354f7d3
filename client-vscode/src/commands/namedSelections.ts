/** Switch, Save As, Rename, Delete, Clear, Undo and Redo of selections, and Choose Project. */
import * as vscode from "vscode";
import { plural } from "../context/numbers";
import { followRenames } from "../context/renames";
import { emptyBody } from "../context/selections";
import type { OpenProject } from "../context/projects";
import type { SelectionHead } from "../generated/protocol";
import type { Services } from "../services";
import { activeProject, register } from "./register";

const STEP_MESSAGE_MS = 6000;

export function registerNamedSelections(services: Services): vscode.Disposable[] {
  const { selections } = services;
  return [
    followRenames(services.projects, selections),
    register(services, "switchSelection", () => switchTo(services)),
    register(services, "saveSelectionAs", async () => {
      const project = activeProject(services);
      const name = await askName("Save Selection As", selections.of(project).name);
      if (name) {
        await selections.saveAs(project, name);
      }
    }),
    register(services, "renameSelection", async () => {
      const project = activeProject(services);
      const name = await askName("Rename Selection", selections.of(project).name);
      if (name) {
        await selections.rename(project, name);
      }
    }),
    register(services, "deleteSelection", () => remove(services)),
    register(services, "clearSelection", () => clear(services)),
    register(services, "undoSelection", () => step(services, "undo")),
    register(services, "redoSelection", () => step(services, "redo")),
    register(services, "chooseProject", () => chooseProject(services)),
  ];
}

async function switchTo(services: Services): Promise<void> {
  const project = activeProject(services);
  const { selections } = services;
  const create = { label: "$(add) New Selection…", id: undefined, description: "" };
  const heads = await listHeads(services, project);
  const picked = await vscode.window.showQuickPick(
    [...heads.map((head) => choiceOf(head, selections.of(project).id)), create],
    { title: `Selections of ${project.name}`, placeHolder: "Which selection to work with" },
  );
  if (picked?.id !== undefined) {
    await selections.switchTo(project, picked.id);
  } else if (picked) {
    const name = await askName("New Selection", "");
    if (name) {
      await selections.saveAs(project, name, emptyBody(project));
    }
  }
}

async function remove(services: Services): Promise<void> {
  const project = activeProject(services);
  const { selections } = services;
  const heads = await listHeads(services, project);
  const picked = await vscode.window.showQuickPick(
    heads.map((head) => choiceOf(head, selections.of(project).id)),
    { title: "Delete Selection", placeHolder: "Which selection to delete" },
  );
  if (picked?.id === undefined) {
    return;
  }
  const removed = await selections.remove(project, picked.id);
  const undo = "Undo";
  const answer = await vscode.window.showInformationMessage(`Deleted the selection "${removed.name}".`, undo);
  if (answer === undo) {
    await selections.saveAs(project, removed.name, removed.body);
  }
}

function clear(services: Services): void {
  const project = activeProject(services);
  const { items } = services.selections.of(project).body;
  services.selections.update(project, { items: [] });
  vscode.window.setStatusBarMessage(
    `OctoPrompt: took ${plural(items.length, "item")} out; Undo Selection Change brings them back`,
    STEP_MESSAGE_MS,
  );
}

function step(services: Services, direction: "undo" | "redo"): void {
  const project = activeProject(services);
  const before = services.selections.of(project).body.items.length;
  services.selections.step(project, direction);
  const now = services.selections.of(project).body.items.length;
  const done = direction === "undo" ? "took the last change back" : "did the change again";
  vscode.window.setStatusBarMessage(
    `OctoPrompt: ${done}${now === before ? "" : `, ${plural(now, "item")} now`}`,
    STEP_MESSAGE_MS,
  );
}

async function listHeads({ server, selections }: Services, project: OpenProject): Promise<SelectionHead[]> {
  await selections.flush();
  return (await server.request("selections/list", { projectId: project.id })).selections;
}

function choiceOf({ id, name, items }: SelectionHead, current: string | undefined) {
  return { id, label: name, description: `${plural(items, "item")}${id === current ? " · current" : ""}` };
}

async function askName(title: string, value: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    value,
    prompt: "Name of the selection",
    validateInput: (text) => (text.trim() === "" ? "A name is needed" : undefined),
  });
  return name?.trim();
}

async function chooseProject({ projects }: Services): Promise<void> {
  const picked = await vscode.window.showQuickPick(
    projects.open.map(({ id, name, root }) => ({ id, label: name, description: root })),
    { title: "Choose Project", placeHolder: "Which project the Task and Selected views show" },
  );
  if (picked) {
    projects.activate(picked.id);
  }
}
