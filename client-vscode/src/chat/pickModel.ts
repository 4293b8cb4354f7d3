/** Models as rows of a list, and the choice of one provider's. */
import * as vscode from "vscode";
import { short } from "../context/numbers";
import type { ModelInfo, Provider } from "../generated/protocol";
import type { ChatServices } from "./services";

export interface ModelItem extends vscode.QuickPickItem {
  readonly providerId: string;
  readonly model: string;
  readonly action?: "add" | "keys" | "type";
}

/** A model of one provider; undefined when there is nothing to choose or the list is left. */
export async function pickModel(
  { server, providers }: ChatServices,
  id: string,
): Promise<string | undefined> {
  const { models } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "OctoPrompt: reading the list of models" },
    () => server.request("providers/models", { id, refresh: true }),
  );
  const provider = providers.of(id);
  if (!provider || (models.length === 1 && models[0])) {
    return models[0]?.id;
  }
  if (models.length === 0) {
    return typeModel(provider.model);
  }
  const other: ModelItem = {
    ...known(provider),
    label: "$(edit) Another model…",
    description: "",
    action: "type",
  };
  const picked = await vscode.window.showQuickPick(
    [...models.map((model) => rowOf(provider, model)), other],
    {
      title: "Add Provider",
      placeHolder: `Which model of ${provider.name}?`,
      matchOnDescription: true,
    },
  );
  return picked?.action === "type" ? typeModel(provider.model) : picked?.model;
}

export function rowOf(
  provider: Provider,
  { id, name, contextWindow, inputPrice, outputPrice }: ModelInfo,
): ModelItem {
  const facts = [
    name === id ? "" : name,
    contextWindow === null ? "" : `${short(contextWindow)} tokens`,
    inputPrice === null || outputPrice === null ? "" : `$${inputPrice} / $${outputPrice} per million`,
  ].filter((fact) => fact !== "");
  return { label: id, description: facts.join(" · "), providerId: provider.id, model: id };
}

export function known({ id, name, model }: Provider): ModelItem {
  return { label: model || "its own default", description: name, providerId: id, model };
}

export function typeModel(value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Select Model",
    prompt: "The name of the model, as the provider has it",
    value,
    validateInput: (typed) => (typed.trim() === "" ? "A name is needed" : undefined),
  });
}
