/** Using a prompt: filled in and inserted at the cursor, copied, or put into the context. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { Notice } from "../commands/report";
import { SCHEME } from "../data/uris";
import type { PromptHead } from "../generated/protocol";
import type { Services } from "../services";
import { askValues } from "./form";
import { promptOf, promptsOf, type Target } from "./targets";

export function registerPromptUse(services: Services): vscode.Disposable[] {
  return [
    register(services, "insertPrompt", (clicked?: Target) => insert(services, clicked)),
    register(services, "copyPrompt", (clicked?: Target) => copy(services, clicked)),
    register(services, "addPromptToContext", async (clicked?: Target, selected?: Target[]) => {
      const prompts = await promptsOf(services, "Add Prompt to Context", clicked, selected);
      await choosePrompts(
        services,
        prompts.map(({ id }) => id),
      );
    }),
    register(services, "removePromptFromContext", (clicked?: Target, selected?: Target[]) =>
      unchoose(services, clicked, selected),
    ),
  ];
}

/** Put prompts into the current selection; what they ask for is asked now and kept with the selection. */
export async function choosePrompts(services: Services, ids: readonly string[]): Promise<void> {
  const project = activeProject(services);
  const { server, selections } = services;
  const variables = { ...selections.of(project).body.promptValues };
  for (const id of ids) {
    const { missing } = await server.request("prompts/render", { projectId: project.id, id, variables });
    const { name } = await server.request("prompts/get", { id });
    const values = await askValues(`Prompt "${name}"`, missing);
    if (!values) {
      return;
    }
    Object.assign(variables, values);
    const { promptIds } = selections.of(project).body;
    selections.update(project, { promptIds: [...new Set([...promptIds, id])], promptValues: variables });
  }
}

async function unchoose(services: Services, clicked?: Target, selected?: Target[]): Promise<void> {
  const project = activeProject(services);
  const prompts = await promptsOf(services, "Remove Prompt from Context", clicked, selected);
  const gone = new Set(prompts.map(({ id }) => id));
  const { promptIds } = services.selections.of(project).body;
  services.selections.update(project, { promptIds: promptIds.filter((id) => !gone.has(id)) });
}

async function insert(services: Services, clicked?: Target): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    throw new Notice("OctoPrompt: open an editor first, the prompt is inserted at its cursor.");
  }
  const prompt = await promptOf(services, "Insert Prompt", clicked);
  const text = prompt && (await filledIn(services, prompt));
  if (text !== undefined) {
    await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, text)));
    await vscode.window.showTextDocument(editor.document, {
      viewColumn: editor.viewColumn ?? vscode.ViewColumn.Active,
    });
  }
}

async function copy(services: Services, clicked?: Target): Promise<void> {
  const prompt = await promptOf(services, "Copy Prompt", clicked);
  const text = prompt && (await filledIn(services, prompt));
  if (text !== undefined) {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`OctoPrompt: copied the prompt "${prompt?.name ?? ""}"`, 5000);
  }
}

/** The prompt's text with what the editor knows, and what the user says for the rest; undefined when they leave. */
async function filledIn(
  { server, projects }: Services,
  { id, name }: PromptHead,
): Promise<string | undefined> {
  const known = editorVariables();
  const projectId = projects.active?.id ?? null;
  const { text, missing } = await server.request("prompts/render", { projectId, id, variables: known });
  if (missing.length === 0) {
    return text;
  }
  const asked = await askValues(`Prompt "${name}"`, missing);
  const all =
    asked && (await server.request("prompts/render", { projectId, id, variables: { ...known, ...asked } }));
  return all?.text;
}

/** What the active editor knows: `selection`, `file` and `language`; what is empty is asked for. */
export function editorVariables(): Record<string, string> {
  const editor = vscode.window.activeTextEditor;
  // A prompt that is being written is not what it will be used on.
  if (!editor || editor.document.uri.scheme === SCHEME) {
    return {};
  }
  const { document, selection } = editor;
  const selected = document.getText(selection);
  return {
    file: vscode.workspace.asRelativePath(document.uri),
    language: document.languageId,
    ...(selected === "" ? {} : { selection: selected }),
  };
}
