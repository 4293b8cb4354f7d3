/** Choosing a model among those of all providers. */
import * as vscode from "vscode";
import type { Provider } from "../generated/protocol";
import { addProvider } from "./addProvider";
import { manageKeys } from "./manageProviders";
import { known, rowOf, typeModel, type ModelItem } from "./pickModel";
import type { ChatServices } from "./services";

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
