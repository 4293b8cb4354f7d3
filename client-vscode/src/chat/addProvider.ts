/** Setting up a provider by quick picks: kind, address, key, test, model. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { Provider, ProviderKindInfo, TestProviderResult } from "../generated/protocol";
import { pickModel } from "./pickModel";
import { shownHost } from "./shown";
import type { ChatServices } from "./services";

const TITLE = "Add Provider";

type Kind = ProviderKindInfo["kind"];

/** Ask for everything and leave a provider that answers; gives nothing when the user leaves. */
export async function addProvider(services: ChatServices): Promise<Provider | undefined> {
  const { providers } = services;
  await providers.refresh();
  const kind = await pickKind(services);
  if (!kind) {
    return undefined;
  }
  const address = await askAddress(kind);
  if (address === undefined) {
    return undefined;
  }
  const key = await askKey(kind);
  if (key === undefined) {
    return undefined;
  }
  const id = freeId(kind.kind, providers.all ?? []);
  const params = { id, kind: kind.kind, baseUrl: address, name: nameOf(kind, id, address) };
  await providers.change("providers/configure", params);
  await keepKey(services, id, key);
  return finish(services, id);
}

/** Use a provider that was found: one that runs on this machine, or one whose key is in the environment. */
export async function useFound(services: ChatServices, kind: string): Promise<void> {
  const { found } = await services.server.request("providers/discover", {});
  const { providers } = services;
  const local = found.find((one) => one.kind === kind);
  const known = providers.kinds.find((one) => one.kind === kind && (one.environmentKey || local));
  if (!known) {
    throw new Notice("OctoPrompt: it does not run any more. Start it and try again.");
  }
  const id = local?.providerId ?? freeId(known.kind, providers.all ?? []);
  const baseUrl = local?.baseUrl ?? "";
  await providers.change("providers/configure", { id, kind: known.kind, baseUrl });
  await finish(services, id);
}

/** Try the provider and choose its model; what does not work is told, with the step that failed. */
async function finish(services: ChatServices, id: string): Promise<Provider | undefined> {
  const { providers } = services;
  const model = await pickModel(services, id);
  if (model !== undefined) {
    await providers.change("providers/configure", { id, model, isDefault: true });
  }
  const result = await test(services, id);
  if (result.ok) {
    void vscode.window.showInformationMessage(result.message);
    return providers.of(id);
  }
  await tell(services, id, result);
  return providers.of(id);
}

/** Test with progress that can be cancelled. */
export async function test(services: ChatServices, id: string): Promise<TestProviderResult> {
  const name = services.providers.of(id)?.name ?? id;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Trying ${name}`, cancellable: true },
    (_progress, token) => services.server.request("providers/test", { id }, token),
  );
}

const STEPS = { url: "its address", key: "its key", models: "its list of models", completion: "an answer" };

/** Say which step failed, and offer what mends it. */
export async function tell(services: ChatServices, id: string, result: TestProviderResult): Promise<void> {
  const failed = result.steps.find(({ ok }) => !ok);
  const where = failed ? ` (${STEPS[failed.step]})` : "";
  const [again, key, address] = ["Try Again", "Change Key…", "Change Address…"];
  const name = services.providers.of(id)?.name ?? id;
  const said = `${name} does not answer${where}: ${failed?.message ?? result.message}`;
  const answer = await vscode.window.showWarningMessage(said, again, key, address);
  switch (answer) {
    case again:
      break;
    case key:
      await changeKey(services, id);
      break;
    case address:
      await changeAddress(services, id);
      break;
    default:
      return;
  }
  await finish(services, id);
}

export async function changeKey(services: ChatServices, id: string): Promise<void> {
  const provider = services.providers.of(id);
  const kind = services.providers.kinds.find((one) => one.kind === provider?.kind);
  const key = kind && (await inputKey(`The key of ${provider?.name ?? id}`, kind, true));
  if (key !== undefined) {
    await keepKey(services, id, key);
  }
}

/** A key is not taken along to another host. */
export async function changeAddress(services: ChatServices, id: string): Promise<void> {
  const { providers } = services;
  const provider = providers.of(id);
  const before = provider?.baseUrl ?? "";
  const baseUrl = await inputAddress("Change Address", before);
  if (baseUrl === undefined) {
    return;
  }
  const moves = shownHost(baseUrl) !== shownHost(before);
  if (moves && provider?.keySource === "session") {
    await providers.setKey(id, "");
  }
  // One that is called by its host is called by the new one.
  const name = provider?.name.replace(shownHost(before), shownHost(baseUrl)) ?? id;
  await providers.change("providers/configure", { id, baseUrl, name });
  if (moves && provider?.keySource === "session") {
    await changeKey(services, id);
  }
}

async function keepKey({ providers }: ChatServices, id: string, key: string): Promise<void> {
  if (key !== "" && !(await providers.setKey(id, key))) {
    void vscode.window.showWarningMessage(
      "The system's keyring does not work, so the key is kept until this window closes. An environment variable works without one.",
    );
  }
}

async function pickKind({ providers, server }: ChatServices): Promise<ProviderKindInfo | undefined> {
  const { found } = await server.request("providers/discover", {});
  const running = new Map(found.map((one) => [one.kind, one]));
  const items = providers.kinds.map((kind) => {
    const local = running.get(kind.kind);
    const note = local
      ? `$(pass-filled) runs here, ${local.models.length} models`
      : kind.environmentKey
        ? "$(key) key found in the environment"
        : "";
    return {
      label: kind.title,
      description: note,
      detail: kind.isLocal
        ? "On this machine: nothing leaves it"
        : shownHost(kind.baseUrl) || "Any address that speaks the OpenAI protocol",
      chosen: kind,
      rank: local ? 0 : kind.environmentKey ? 1 : 2,
    };
  });
  const picked = await vscode.window.showQuickPick(
    items.toSorted((a, b) => a.rank - b.rank),
    { title: `${TITLE} (1/3)`, placeHolder: "Where do the models run?", matchOnDetail: true },
  );
  return picked?.chosen;
}

async function askAddress(kind: ProviderKindInfo): Promise<string | undefined> {
  if (kind.baseUrl !== "" && !kind.isLocal) {
    return "";
  }
  return inputAddress(`${TITLE} (2/3)`, kind.baseUrl);
}

function inputAddress(title: string, value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "The base URL, usually ending in /v1",
    placeHolder: "http://localhost:8080/v1",
    value,
    ignoreFocusOut: true,
    validateInput: (typed) =>
      /^https?:\/\/[^\s/@]+(\/\S*)?$/i.test(typed.trim())
        ? undefined
        : "An address that begins with http:// or https://",
  });
}

async function askKey(kind: ProviderKindInfo): Promise<string | undefined> {
  return kind.isLocal || (!kind.needsKey && kind.kind !== "custom")
    ? ""
    : inputKey(`${TITLE} (3/3)`, kind, false);
}

async function inputKey(title: string, kind: ProviderKindInfo, forget: boolean): Promise<string | undefined> {
  const variable = kind.keyVariables[0];
  const without = kind.environmentKey
    ? `Empty: the one in the environment (${kind.keyVariables.join(", ")})`
    : kind.needsKey
      ? `${variable === undefined ? "" : `Or leave it empty and set ${variable} in the environment. `}Kept in the system's keyring`
      : "Empty: none";
  const page = kind.keyPage === "" ? "" : ` Get one at ${shownHost(kind.keyPage)}.`;
  const typed = await vscode.window.showInputBox({
    title,
    prompt: `API key for ${kind.title}.${page} ${forget ? "Empty forgets it" : without}.`,
    password: true,
    ignoreFocusOut: true,
  });
  return typed?.trim();
}

function freeId(kind: Kind, all: readonly Provider[]): string {
  const taken = new Set(all.map(({ id }) => id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? kind : `${kind}-${number}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}

function nameOf(kind: ProviderKindInfo, id: string, address: string): string {
  const number = /-(\d+)$/.exec(id)?.[1];
  const host = kind.kind === "custom" ? shownHost(address) : "";
  return `${host || kind.title}${number === undefined ? "" : ` ${number}`}`;
}
