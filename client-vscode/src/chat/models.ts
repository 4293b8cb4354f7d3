/** Choosing a model, and the list of providers with their keys. */
import * as vscode from "vscode";
import type { Provider } from "../generated/protocol";
import { addProvider, changeKey, tell, test } from "./addProvider";
import { known, rowOf, typeModel, type ModelItem } from "./pickModel";
import type { ChatServices } from "./services";
import { shownHost } from "./shown";

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

function separator(label: string): ModelItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, providerId: "", model: "" };
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
