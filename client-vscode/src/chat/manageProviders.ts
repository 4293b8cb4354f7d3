/** The providers that are set up: their keys, addresses and names, and what their models can take. */
import * as vscode from "vscode";
import type { ModelInfo, Provider } from "../generated/protocol";
import { addProvider, changeAddress, changeKey, tell, test } from "./addProvider";
import type { ChatServices } from "./services";
import { shownHost } from "./shown";

const SOURCES = { session: "key set", environment: "key from the environment", none: "no key" };

type Manage = (services: ChatServices, provider: Provider) => Promise<unknown>;

const MANAGE: Readonly<Record<string, Manage>> = {
  "$(key) Change Key…": (services, { id }) => changeKey(services, id),
  "$(debug-start) Test": tested,
  "$(star) Use by Default": ({ providers }, { id }) =>
    providers.change("providers/configure", { id, isDefault: true }),
  "$(symbol-ruler) Window and Prices of Its Model…": describeModel,
  "$(link) Change Address…": (services, { id }) => changeAddress(services, id),
  "$(edit) Rename…": rename,
  "$(trash) Remove Provider…": remove,
};

/** The providers, their keys' sources, and what can be done with one. */
export async function manageKeys(services: ChatServices): Promise<void> {
  const { providers } = services;
  await providers.refresh();
  const rows = (providers.all ?? []).map((provider) => ({
    label: `$(server-process) ${provider.name}`,
    description: [
      provider.isDefault ? "default" : "",
      provider.needsKey || provider.keySource !== "none" ? SOURCES[provider.keySource] : "",
    ]
      .filter((part) => part !== "")
      .join(" · "),
    detail: `${shownHost(provider.baseUrl)}${provider.model === "" ? "" : ` · ${provider.model}`}`,
    provider,
  }));
  const add = { label: "$(add) Add Provider…", description: "", detail: "", provider: undefined };
  const picked = await vscode.window.showQuickPick([...rows, add], {
    title: "Providers and Keys",
    matchOnDetail: true,
  });
  if (!picked?.provider) {
    await (picked ? addProvider(services) : undefined);
    return;
  }
  const { provider } = picked;
  const action = await vscode.window.showQuickPick(Object.keys(MANAGE), { title: provider.name });
  await MANAGE[action ?? ""]?.(services, provider);
}

async function tested(services: ChatServices, { id, name }: Provider): Promise<void> {
  const result = await test(services, id);
  if (result.ok) {
    void vscode.window.showInformationMessage(`${name} answers. ${result.message}`);
  } else {
    await tell(services, id, result);
  }
}

async function rename({ providers }: ChatServices, { id, name }: Provider): Promise<void> {
  const typed = await vscode.window.showInputBox({ title: "Rename Provider", value: name });
  if (typed !== undefined && typed.trim() !== "") {
    await providers.change("providers/configure", { id, name: typed.trim() });
  }
}

/** What the user knows better than the provider, or alone; the meter and the costs go by it. */
async function describeModel(services: ChatServices, provider: Provider): Promise<void> {
  const { id, model, models } = provider;
  if (model === "") {
    void vscode.window.showInformationMessage("OctoPrompt: select a model of this provider first.");
    return;
  }
  const known = await factsOf(services, provider);
  const window = await askNumber(`How many tokens ${model} can take`, known.contextWindow, true);
  const input = window && (await askNumber(INPUT, known.inputPrice, false));
  const output = input && (await askNumber(OUTPUT, known.outputPrice, false));
  if (output) {
    const said: ModelInfo = {
      ...(models.find((one) => one.id === model) ?? NOTHING),
      id: model,
      contextWindow: window.value,
      inputPrice: input.value,
      outputPrice: output.value,
    };
    const others = models.filter((one) => one.id !== model);
    await services.providers.change("providers/configure", { id, models: [...others, said] });
  }
}

/** What is known of a provider's model, by whomever. */
async function factsOf({ server }: ChatServices, { id, model, models }: Provider): Promise<ModelInfo> {
  const listed = await server.request("providers/models", { id });
  return [...listed.models, ...models].find((one) => one.id === model) ?? NOTHING;
}

const INPUT = "Dollars for a million tokens of the question";
const OUTPUT = "Dollars for a million tokens of the answer";
const NOTHING: ModelInfo = {
  id: "",
  name: "",
  contextWindow: null,
  maxOutput: null,
  inputPrice: null,
  outputPrice: null,
  cachedPrice: null,
};

/** A number, or nothing said; undefined when the user leaves. */
async function askNumber(
  prompt: string,
  value: number | null,
  isWhole: boolean,
): Promise<{ value: number | null } | undefined> {
  const typed = await vscode.window.showInputBox({
    title: "Window and Prices",
    prompt: `${prompt}. Empty: as the provider says.`,
    value: value === null ? "" : String(value),
    ignoreFocusOut: true,
    validateInput: (text) => {
      const number = Number(text);
      const isGood = isWhole ? Number.isSafeInteger(number) && number > 0 : number >= 0;
      return text.trim() === "" || isGood ? undefined : "A number is needed";
    },
  });
  return typed === undefined ? undefined : { value: typed.trim() === "" ? null : Number(typed) };
}

async function remove({ providers }: ChatServices, { id, name }: Provider): Promise<void> {
  const yes = "Remove";
  const answer = await vscode.window.showWarningMessage(
    `Remove ${name} and its key? Chats keep their messages.`,
    { modal: true },
    yes,
  );
  if (answer === yes) {
    await providers.setKey(id, "");
    await providers.change("providers/remove", { id });
  }
}
