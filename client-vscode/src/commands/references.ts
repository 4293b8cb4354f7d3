/** Add References: the places where the name at the cursor is used, as definitions around them. */
import * as vscode from "vscode";
import { addItems, definition, lines, type Items } from "../context/items";
import { plural } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import { symbolAt } from "../context/symbolAt";
import type { GetSymbolReferencesResult, Reference } from "../generated/protocol";
import type { Services } from "../services";
import { register } from "./register";
import { Notice, STILL_READING } from "./report";
import { activeEditor } from "./targets";

const MOST_FOUND = 300;

interface Choice extends vscode.QuickPickItem {
  readonly uses: readonly Reference[];
}

export function registerReferences(services: Services): vscode.Disposable {
  return register(services, "addReferences", async () => {
    const { editor, place } = activeEditor(services);
    const range = editor.document.getWordRangeAtPosition(editor.selection.active);
    const name = range ? editor.document.getText(range) : "";
    if (name === "") {
      throw new Notice("OctoPrompt: put the cursor on a name first.");
    }
    const found = await usesOf(services, place.project, name, place.path);
    const picked = await pick(name, found);
    const uses = (picked ?? []).map((choice) => choice.uses);
    if (uses.length > 0) {
      const added = (await Promise.all(uses.map((each) => partsOf(services, place.project, each)))).flat();
      services.selections.updateItems(place.project, (items) => addItems(items, added));
    }
  });
}

/** Uses of what the name means here: what this file defines, else its only definition. */
async function usesOf(
  { server }: Services,
  { id: projectId }: OpenProject,
  name: string,
  path: string,
): Promise<GetSymbolReferencesResult> {
  const all = await server.request("symbols/references", { projectId, name, limit: MOST_FOUND });
  const [only, ...others] = all.definitions;
  const own = all.definitions.find((each) => each.path === path) ?? (others.length === 0 ? only : undefined);
  return own
    ? server.request("symbols/references", { projectId, name, path: own.path, limit: MOST_FOUND })
    : all;
}

async function pick(
  name: string,
  { references, truncated, incomplete }: GetSymbolReferencesResult,
): Promise<Choice[] | undefined> {
  const groups = new Map<string, Reference[]>();
  for (const use of references.filter(({ kind }) => kind !== "import")) {
    const key = `${use.path}\0${use.container ?? String(use.line)}`;
    groups.set(key, [...(groups.get(key) ?? []), use]);
  }
  if (groups.size === 0) {
    throw new Notice(`OctoPrompt: no use of \`${name}\` is known${incomplete ? STILL_READING : ""}.`);
  }
  return vscode.window.showQuickPick([...groups.values()].map(choiceOf), {
    title: `Uses of ${name}${truncated ? ` (the first ${MOST_FOUND})` : ""}${incomplete ? STILL_READING : ""}`,
    placeHolder: "Check what to add to the context",
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
}

function choiceOf(uses: readonly Reference[]): Choice {
  const [first] = uses;
  const { path = "", line = 0, container = null, text = "", resolved = false } = first ?? {};
  const more = uses.length > 1 ? ` · ${plural(uses.length, "use")}` : "";
  return {
    uses,
    label: container ?? `line ${line}`,
    description: `${path}:${line}${more}${resolved ? "" : " · by name only"}`,
    detail: text.trim(),
  };
}

/** The definitions around the uses; outside of all the lines themselves. */
async function partsOf(
  { server }: Services,
  { id: projectId }: OpenProject,
  uses: readonly Reference[],
): Promise<Items> {
  const [first] = uses;
  if (!first) {
    return [];
  }
  const { path } = first;
  const { symbols } = await server.request("files/outline", { projectId, path });
  return uses.map(({ line }) => {
    const symbol = symbolAt(symbols, line);
    return symbol === undefined ? lines(path, line, line) : definition(path, symbol);
  });
}
