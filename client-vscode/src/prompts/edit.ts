/** Commands that make, change and delete prompts. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { Notice } from "../commands/report";
import { freeName } from "../context/names";
import { offerUndo } from "../data/bin";
import { uriOf } from "../data/uris";
import type { PromptHead } from "../generated/protocol";
import type { Services } from "../services";
import { parseTags } from "./groups";
import { pickPrompt, promptOf, promptsOf, type Target } from "./targets";

export function registerPromptEdits(services: Services): vscode.Disposable[] {
  const each = (
    name: string,
    title: string,
    work: (prompt: PromptHead) => Promise<void>,
  ): vscode.Disposable =>
    register(services, name, async (clicked?: Target, selected?: Target[]) => {
      for (const prompt of await promptsOf(services, title, clicked, selected)) {
        await work(prompt);
      }
    });
  const favorite =
    (value: boolean) =>
    async ({ id }: PromptHead) => {
      await services.data.change("prompts/update", { id, favorite: value });
    };
  return [
    register(services, "newPrompt", () => create(services)),
    register(services, "newPromptFromSelection", () => createFromSelection(services)),
    register(services, "openPrompt", async (clicked?: Target) => {
      const prompt = clicked
        ? await promptOf(services, "", clicked)
        : await pickPrompt(services, "Open Prompt");
      if (prompt) {
        await openPrompt(prompt, clicked !== undefined);
      }
    }),
    register(services, "renamePrompt", (clicked?: Target) => rename(services, clicked)),
    each("duplicatePrompt", "Duplicate Prompt", (prompt) => duplicate(services, prompt)),
    register(services, "deletePrompt", (clicked?: Target, selected?: Target[]) =>
      remove(services, clicked, selected),
    ),
    each("favoritePrompt", "Add Prompt to Favorites", favorite(true)),
    each("unfavoritePrompt", "Remove Prompt from Favorites", favorite(false)),
    register(services, "setPromptTags", (clicked?: Target) => setTags(services, clicked)),
    register(services, "setPromptProjects", (clicked?: Target) => setProjects(services, clicked)),
  ];
}

export async function openPrompt({ id, name }: PromptHead, preview: boolean): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(uriOf({ area: "prompts", id }, name), { preview });
}

async function create(services: Services, content = ""): Promise<void> {
  const name = await askName("New Prompt", "");
  if (name) {
    const made = await services.data.change("prompts/create", { name, content });
    const editor = await openPrompt(made, false);
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    // Below the head, where the prompt is to be written.
    editor.selection = new vscode.Selection(end, end);
  }
}

async function createFromSelection(services: Services): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? "";
  if (text === "") {
    throw new Notice("OctoPrompt: select the text first that is to become a prompt.");
  }
  await create(services, text);
}

async function rename(services: Services, clicked?: Target): Promise<void> {
  const prompt = await promptOf(services, "Rename Prompt", clicked);
  const name = prompt && (await askName("Rename Prompt", prompt.name));
  if (prompt && name && name !== prompt.name) {
    await services.data.change("prompts/update", { id: prompt.id, name });
  }
}

async function duplicate({ server, data }: Services, { id }: PromptHead): Promise<void> {
  const { name, content, description, tags, favorite, projectIds } = await server.request("prompts/get", {
    id,
  });
  const taken = (await server.request("prompts/search", { query: name, limit: 1000 })).prompts;
  const free = freeName(
    name,
    taken.map((prompt) => prompt.name),
  );
  const made = await data.change("prompts/create", {
    name: free,
    content,
    description,
    tags,
    favorite,
    projectIds,
  });
  await openPrompt(made, false);
}

async function remove(services: Services, clicked?: Target, selected?: Target[]): Promise<void> {
  const prompts = await promptsOf(services, "Delete Prompt", clicked, selected);
  for (const { id } of prompts) {
    await services.data.change("prompts/delete", { id });
  }
  await offerUndo(
    services,
    "prompt",
    prompts.map(({ id, name }) => ({ id, title: name })),
  );
}

async function setTags(services: Services, clicked?: Target): Promise<void> {
  const prompt = await promptOf(services, "Set Prompt Tags", clicked);
  const text =
    prompt &&
    (await vscode.window.showInputBox({
      title: `Tags of "${prompt.name}"`,
      value: prompt.tags.join(", "),
      prompt: "Separated by commas",
    }));
  if (prompt && text !== undefined) {
    await services.data.change("prompts/update", { id: prompt.id, tags: parseTags(text) });
  }
}

/** Use a prompt in all projects, or only in some. */
async function setProjects(services: Services, clicked?: Target): Promise<void> {
  activeProject(services);
  const prompt = await promptOf(services, "Choose Projects of a Prompt", clicked);
  if (!prompt) {
    return;
  }
  const { projects } = await services.server.request("projects/list", {});
  const picked = await vscode.window.showQuickPick(
    projects.map(({ id, name, root }) => ({
      label: name,
      description: root,
      id,
      picked: prompt.projectIds.includes(id),
    })),
    { title: `Projects of "${prompt.name}"`, placeHolder: "None means all projects", canPickMany: true },
  );
  if (picked) {
    const projectIds = picked.map(({ id }) => id);
    await services.data.change("prompts/update", { id: prompt.id, projectIds });
  }
}

async function askName(title: string, value: string): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    value,
    prompt: "Name of the prompt",
    validateInput: (text) => (text.trim() === "" ? "A name is needed" : undefined),
  });
  return name?.trim();
}
