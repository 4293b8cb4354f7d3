/** Choosing a model, and the list of providers with their keys. */
import * as vscode from "vscode";
import { short } from "../context/numbers";
import type { ModelInfo, Provider } from "../generated/protocol";
import { addProvider, changeKey, tell, test } from "./addProvider";
import type { ChatServices } from "./services";
import { shownHost } from "./shown";

interface ModelItem extends vscode.QuickPickItem {
  readonly providerId: string;
  readonly model: string;
  readonly action?: "add" | "keys" | "type";
}

export interface ChosenModel {
  readonly providerId: string;
  readonly model: string;
}

/** Any model of any provider; providers that do not tell theirs take a typed name. */
export async function chooseModel(
  services: ChatServices,
  now?: ChosenModel,
): Promise<ChosenModel | undefined> {
  await services.providers.refresh();
  const all = services.providers.all ?? [];
  if (all.length === 0) {
    const added = await addProvider(services);
    return added && { providerId: added.id, model: added.model };
  }
  const picked = await pickFrom(services, all, now);
  switch (picked?.action) {
    case "add": {
      const added = await addProvider(services);
      return added && { providerId: added.id, model: added.model };
    }
    case "keys":
      await manageKeys(services);
      return undefined;
    case "type": {
      const model = await typeModel(picked.model);
      return model === undefined ? undefined : { providerId: picked.providerId, model };
    }
    default:
      return picked && { providerId: picked.providerId, model: picked.model };
  }
}

/** The list fills while the providers answer. */
function pickFrom(
  services: ChatServices,
  all: readonly Provider[],
  now: ChosenModel | undefined,
): Promise<ModelItem | undefined> {
  const list = vscode.window.createQuickPick<ModelItem>();
  list.title = "Select Model";
  list.placeholder = "Which model answers?";
  list.matchOnDescription = true;
  list.busy = true;
  const groups = new Map<string, ModelItem[]>(all.map((provider) => [provider.id, [known(provider)]]));
  const show = (): void => {
    const rows = all.flatMap((provider) => [separator(provider.name), ...(groups.get(provider.id) ?? [])]);
    list.items = [...rows, separator(""), ...ACTIONS];
    const current = list.items.find(
      (item) => item.providerId === now?.providerId && item.model === now.model,
    );
    list.activeItems = current && list.value === "" ? [current] : list.activeItems;
  };
  show();
  const asked = all.map(async (provider) => {
    groups.set(provider.id, await modelsOf(services, provider));
    show();
  });
  void Promise.allSettled(asked).then(() => (list.busy = false));
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      resolve(list.selectedItems[0]);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

const ACTIONS: ModelItem[] = [
  { label: "$(add) Add Provider…", providerId: "", model: "", action: "add", alwaysShow: true },
  { label: "$(key) Manage Providers and Keys…", providerId: "", model: "", action: "keys", alwaysShow: true },
];

async function modelsOf({ server }: ChatServices, provider: Provider): Promise<ModelItem[]> {
  const { models, problem } = await server
    .request("providers/models", { id: provider.id })
    .catch((error: unknown) => ({ models: provider.models, problem: String(error) }));
  const rows = models.map((model) => rowOf(provider, model));
  const own =
    provider.model !== "" && !models.some(({ id }) => id === provider.model) ? [known(provider)] : [];
  const typed: ModelItem = {
    label: "$(edit) Another model…",
    description: problem === "" ? provider.name : `the list could not be read: ${problem}`,
    providerId: provider.id,
    model: provider.model,
    action: "type",
  };
  return [...own, ...rows, typed];
}

function rowOf(
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

function known({ id, name, model }: Provider): ModelItem {
  return { label: model || "its own default", description: name, providerId: id, model };
}

function separator(label: string): ModelItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, providerId: "", model: "" };
}

function typeModel(value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Select Model",
    prompt: "The name of the model, as the provider has it",
    value,
    validateInput: (typed) => (typed.trim() === "" ? "A name is needed" : undefined),
  });
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

const MANAGE = {
  key: "$(key) Change Key…",
  test: "$(debug-start) Test",
  default: "$(star) Use by Default",
  remove: "$(trash) Remove Provider…",
};

/** The providers, their keys' sources, and what can be done with one. */
export async function manageKeys(services: ChatServices): Promise<void> {
  const { providers } = services;
  await providers.refresh();
  const sources = { session: "key set", environment: "key from the environment", none: "no key" };
  const rows = (providers.all ?? []).map((provider) => ({
    label: `$(server-process) ${provider.name}`,
    description: [
      provider.isDefault ? "default" : "",
      provider.needsKey || provider.keySource !== "none" ? sources[provider.keySource] : "",
    ]
      .filter((part) => part !== "")
      .join(" · "),
    detail: `${shownHost(provider.baseUrl)}${provider.model === "" ? "" : ` · ${provider.model}`}`,
    provider,
  }));
  const add = { label: "$(add) Add Provider…", description: "", detail: "", provider: undefined };
  const picked = await vscode.window.showQuickPick([...rows, add], { title: "Providers and Keys" });
  if (!picked?.provider) {
    await (picked ? addProvider(services) : undefined);
    return;
  }
  const { id, name } = picked.provider;
  const action = await vscode.window.showQuickPick(Object.values(MANAGE), { title: name });
  await manage(services, id, action);
}

async function manage(services: ChatServices, id: string, action: string | undefined): Promise<void> {
  const { providers } = services;
  switch (action) {
    case MANAGE.key:
      await changeKey(services, id);
      break;
    case MANAGE.test: {
      const result = await test(services, id);
      if (!result.ok) {
        await tell(services, id, result);
      } else {
        void vscode.window.showInformationMessage(
          `${providers.of(id)?.name ?? id} answers. ${result.message}`,
        );
      }
      break;
    }
    case MANAGE.default:
      await providers.change("providers/configure", { id, isDefault: true });
      break;
    case MANAGE.remove:
      await remove(services, id);
  }
}

async function remove({ providers }: ChatServices, id: string): Promise<void> {
  const provider = providers.of(id);
  const yes = "Remove";
  const answer = await vscode.window.showWarningMessage(
    `Remove ${provider?.name ?? id} and its key? Chats keep their messages.`,
    { modal: true },
    yes,
  );
  if (answer === yes) {
    await providers.setKey(id, "");
    await providers.change("providers/remove", { id });
  }
}
