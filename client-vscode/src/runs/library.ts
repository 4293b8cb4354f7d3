/** Agents for what a context is made of: files and prompts for a task, and a better prompt. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { Notice } from "../commands/report";
import { addPaths } from "../context/items";
import { nameOf } from "../edits/words";
import type { PromptHead } from "../generated/protocol";
import { promptOf, type Target as PromptTarget } from "../prompts/targets";
import { choosePrompts } from "../prompts/use";
import { contentOf } from "../prompts/versions";
import type { Services } from "../services";
import { type Target as TicketTarget, ticketOf } from "../tickets/targets";
import { resultUri } from "./documents";
import { askRequest, type Starting, work } from "./work";

export function registerLibraryWork(starting: Starting): vscode.Disposable[] {
  const { services } = starting;
  return [
    register(services, "suggestFilesByModel", () => suggestFiles(starting)),
    register(services, "suggestTicketFilesByModel", (clicked?: TicketTarget) => linkFiles(starting, clicked)),
    register(services, "suggestPrompts", () => suggestPrompts(starting)),
    register(services, "optimizePrompt", (clicked?: PromptTarget) => optimize(starting, clicked)),
  ];
}

async function suggestFiles(starting: Starting): Promise<void> {
  const { services } = starting;
  const project = activeProject(services);
  const request = await askTask(services, "Suggest Files with a Model");
  const result = request && (await work(starting, { kind: "suggestFiles", request }));
  const paths = result && (await pickFiles(result.paths, "Add Files to the Context"));
  if (paths) {
    services.selections.updateItems(project, (items) => addPaths(items, paths));
  }
}

async function linkFiles(starting: Starting, clicked?: TicketTarget): Promise<void> {
  const ticket = await ticketOf(starting.services, "Suggest Files with a Model", clicked);
  if (!ticket) {
    return;
  }
  const { id, projectId, title } = ticket;
  const result = await work(starting, { kind: "suggestFiles", projectId, ticketId: id }, title);
  const paths = result && (await pickFiles(result.paths, `Link Files to "${title}"`));
  if (paths && paths.length > 0) {
    await starting.services.data.change("tickets/linkFiles", { id, paths });
  }
}

async function suggestPrompts(starting: Starting): Promise<void> {
  const { services } = starting;
  const request = await askTask(services, "Suggest Prompts");
  const result = request && (await work(starting, { kind: "suggestPrompts", request }));
  if (!result) {
    return;
  }
  const all = await Promise.all(result.promptIds.map((id) => services.server.request("prompts/get", { id })));
  if (all.length === 0) {
    throw new Notice("OctoPrompt: no prompt of the library fits.");
  }
  const picked = await vscode.window.showQuickPick(
    all.map(({ id, name, description }, index) => ({
      label: `$(note) ${name}`,
      description,
      picked: index === 0,
      id,
    })),
    { title: "Add Prompts to the Context", placeHolder: "Which, best first?", canPickMany: true },
  );
  await (picked &&
    choosePrompts(
      services,
      picked.map(({ id }) => id),
    ));
}

/** What was typed into the Task view is offered. */
function askTask({ selections, projects }: Services, title: string): Promise<string> {
  const task = projects.active ? selections.of(projects.active).body.instructions : "";
  return askRequest(title, "What are you working on?", task);
}

async function pickFiles(paths: readonly string[], title: string): Promise<string[] | undefined> {
  if (paths.length === 0) {
    throw new Notice("OctoPrompt: the model found no file that fits.");
  }
  const picked = await vscode.window.showQuickPick(
    paths.map((path) => ({ label: nameOf(path), description: path, picked: true, path })),
    { title, placeHolder: "Which, best first?", canPickMany: true, matchOnDescription: true },
  );
  return picked?.map(({ path }) => path);
}

/** Nothing is saved before the difference was looked at. */
async function optimize(starting: Starting, clicked?: PromptTarget): Promise<void> {
  const { services } = starting;
  const head = await promptOf(services, "Optimise Prompt", clicked);
  const request =
    head &&
    (await vscode.window.showInputBox({
      title: `Optimise "${head.name}"`,
      prompt: "What matters about it; may stay empty",
      ignoreFocusOut: true,
    }));
  if (!head || request === undefined) {
    return;
  }
  const prompt = await services.server.request("prompts/get", { id: head.id });
  const result = await work(starting, { kind: "optimizePrompt", promptId: head.id, request }, head.name);
  if (result) {
    await compare(services, prompt, result.runId, result.text ?? "");
  }
}

async function compare(
  services: Services,
  prompt: PromptHead,
  runId: string,
  content: string,
): Promise<void> {
  const { id, name, version } = prompt;
  const sides = [contentOf(prompt, null, version), resultUri(runId, name)] as const;
  await vscode.commands.executeCommand("vscode.diff", ...sides, `${name} (optimised)`, { preview: true });
  const use = "Use the New Version";
  const answer = await vscode.window.showInformationMessage(
    `Use the new version of "${name}"?`,
    use,
    "Discard",
  );
  if (answer === use) {
    await services.data.change("prompts/update", { id, content, version });
    vscode.window.setStatusBarMessage(`OctoPrompt: "${name}" has its new version; the old one is kept`, 5000);
  }
}
