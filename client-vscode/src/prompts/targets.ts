/** Which prompts a command means: those of the view, the one in the editor, or one that is picked from all. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import { addressOf } from "../data/paths";
import { SCHEME } from "../data/uris";
import type { PromptHead } from "../generated/protocol";
import type { Services } from "../services";

/** A row of the view. */
export interface PromptNode {
  readonly kind: "prompt";
  readonly prompt: PromptHead;
  /** The key of the group that it stands in. */
  readonly group: string;
}

/** A row of the view, or what a row's own click carries. */
export type Target = PromptNode | PromptHead;

const MOST_OFFERED = 1000;

export async function promptsOf(
  services: Services,
  title: string,
  clicked?: Target,
  selected?: readonly Target[],
): Promise<PromptHead[]> {
  const targets = selected && selected.length > 0 ? selected : clicked ? [clicked] : [];
  if (targets.length > 0) {
    const heads = targets.map((target) => ("kind" in target ? target.prompt : target));
    return [...new Map(heads.map((head) => [head.id, head])).values()];
  }
  const one = (await promptInEditor(services)) ?? (await pickPrompt(services, title));
  return one ? [one] : [];
}

export async function promptOf(
  services: Services,
  title: string,
  clicked?: Target,
): Promise<PromptHead | undefined> {
  return (await promptsOf(services, title, clicked))[0];
}

/** Ask which prompt. */
export async function pickPrompt(
  { server, projects }: Services,
  title: string,
): Promise<PromptHead | undefined> {
  const { prompts } = await server.request("prompts/list", {
    projectId: projects.active?.id ?? null,
    limit: MOST_OFFERED,
  });
  if (prompts.length === 0) {
    throw new Notice("OctoPrompt: there are no prompts yet; make one with OctoPrompt: New Prompt…");
  }
  const picked = await vscode.window.showQuickPick(
    prompts.map((prompt) => ({
      label: `$(${prompt.favorite ? "star-full" : "note"}) ${prompt.name}`,
      description: prompt.description,
      detail: prompt.tags.join(", "),
      prompt,
    })),
    { title, placeHolder: "Which prompt?", matchOnDescription: true, matchOnDetail: true },
  );
  return picked?.prompt;
}

/** The prompt that is open in the active editor. */
async function promptInEditor({ server }: Services): Promise<PromptHead | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const address = uri?.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.area === "prompts" ? server.request("prompts/get", { id: address.id }) : undefined;
}
