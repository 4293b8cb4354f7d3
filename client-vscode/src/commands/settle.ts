/** Set Token Budget, How Many Files to Add, How Much of a File, Format, Git Diff: what a selection is built with. */
import * as vscode from "vscode";
import { byPath, isWholeFile, setMode } from "../context/items";
import { FOR_A_TASK_ALONE } from "../context/content";
import { full, parseCount, parseTokens } from "../context/numbers";
import type { Place } from "../context/projects";
import type { Include, SelectionBody } from "../generated/protocol";
import type { Services } from "../services";
import { GIT_DIFFS, type ItemNode } from "../views/selectedNodes";
import { activeProject, register } from "./register";
import { Notice } from "./report";
import { byProject, placesOf, type Target } from "./targets";

type FileMode = "auto" | "full" | "outline";

const BUDGETS = [4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 200_000, 1_000_000];

const SUGGESTED = [3, 5, 10, 20, 50];
const MOST_SUGGESTED = 100;
const AUTOMATIC = `Up to ${FOR_A_TASK_ALONE} while nothing is chosen, else none.`;

const FORMATS: Record<SelectionBody["format"], string> = {
  markdown: "One fenced block for each file",
  xml: "XML tags around each file",
  plain: "A heading line for each file",
};

const MODES: Record<FileMode, string> = {
  auto: "Whole, or its outline where the budget needs it",
  full: "Whole, before files of which an outline would do",
  outline: "Signatures only",
};

export function registerSettle(services: Services): vscode.Disposable[] {
  return [
    register(services, "setBudget", () => setBudget(services)),
    register(services, "setSuggest", () => setSuggest(services)),
    register(services, "chooseFormat", () => chooseFormat(services)),
    register(services, "setGitDiff", () => setGitDiff(services)),
    register(services, "setItemMode", (clicked?: Target, selected?: Target[]) =>
      chooseMode(services, clicked, selected),
    ),
    register(services, "setItemFull", (node: ItemNode) => apply(services, placesOf(services, node), "full")),
    register(services, "setItemOutline", (node: ItemNode) =>
      apply(services, placesOf(services, node), "outline"),
    ),
  ];
}

async function setBudget(services: Services): Promise<void> {
  const project = activeProject(services);
  const { budgetTokens } = services.selections.of(project).body;
  const picked = await pickOrType({
    title: "Token Budget",
    placeholder: `Now ${full(budgetTokens)} tokens; choose, or type a number such as 24k`,
    offered: BUDGETS.map((value) => choice(full(value), value, budgetTokens)),
    typed: (text) => withLabel(parseTokens(text)),
  });
  if (picked) {
    services.selections.update(project, { budgetTokens: picked.value });
  }
}

async function setSuggest(services: Services): Promise<void> {
  const project = activeProject(services);
  const { suggest } = services.selections.of(project).body;
  const alone = { ...choice<number | null>("Automatic", null, suggest), detail: AUTOMATIC };
  const none = { ...choice<number | null>("None", 0, suggest), detail: "Only what was chosen is sent." };
  const picked = await pickOrType<number | null>({
    title: "How Many Files to Add for the Task",
    placeholder: "Choose, or type a number up to 100; they never take room from what you chose",
    offered: [alone, none, ...SUGGESTED.map((value) => choice<number | null>(full(value), value, suggest))],
    typed: (text) => withLabel(parseCount(text, MOST_SUGGESTED)),
  });
  if (picked) {
    services.selections.update(project, { suggest: picked.value });
  }
}

interface Choice<V> extends vscode.QuickPickItem {
  readonly value: V;
}

function choice<V>(label: string, value: V, now: V): Choice<V> {
  return { label, value, description: value === now ? "current" : "" };
}

function withLabel(value: number | undefined): Choice<number> | undefined {
  return value === undefined ? undefined : { label: full(value), value, alwaysShow: true };
}

/** One of the usual values, or any that is typed; undefined when the list is left. */
function pickOrType<V>(asked: {
  readonly title: string;
  readonly placeholder: string;
  readonly offered: readonly Choice<V>[];
  readonly typed: (text: string) => Choice<V> | undefined;
}): Promise<Choice<V> | undefined> {
  const list = vscode.window.createQuickPick<Choice<V>>();
  list.title = asked.title;
  list.placeholder = asked.placeholder;
  list.items = asked.offered;
  list.activeItems = asked.offered.filter(({ description }) => description !== "");
  return new Promise((resolve) => {
    list.onDidChangeValue((text) => {
      const typed = asked.typed(text);
      list.items = typed === undefined ? asked.offered : [typed];
    });
    list.onDidAccept(() => {
      // A quick hand accepts before the list shows what was typed.
      resolve(asked.typed(list.value) ?? list.activeItems[0]);
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

async function chooseFormat(services: Services): Promise<void> {
  const project = activeProject(services);
  const { format } = services.selections.of(project).body;
  const picked = await pick("Context Format", FORMATS, format);
  if (picked) {
    services.selections.update(project, { format: picked });
  }
}

async function setGitDiff(services: Services): Promise<void> {
  const project = activeProject(services);
  const { include } = services.selections.of(project).body;
  const picked = await pick<Include["gitDiff"]>("Git Diff", GIT_DIFFS, include.gitDiff);
  if (picked) {
    services.selections.update(project, { include: { ...include, gitDiff: picked } });
  }
}

async function chooseMode(services: Services, clicked?: Target, selected?: Target[]): Promise<void> {
  const places = clicked ? placesOf(services, clicked, selected) : await chosenPlace(services);
  if (places.length === 0) {
    return;
  }
  const mode = await pick<FileMode>("How Much of the File", MODES, "auto");
  if (mode) {
    apply(services, places, mode);
  }
}

function apply({ selections }: Services, places: readonly Place[], mode: FileMode): void {
  for (const [project, paths] of byProject(places)) {
    const chosen = byPath(selections.of(project).body.items);
    const missing = paths.find((path) => !chosen.get(path)?.some(isWholeFile));
    if (missing !== undefined) {
      throw new Notice(`OctoPrompt: ${missing} is not in the context as a file.`);
    }
    selections.updateItems(project, (items) => setMode(items, paths, mode));
  }
}

/** From the palette: one of the chosen files. */
async function chosenPlace(services: Services): Promise<Place[]> {
  const project = activeProject(services);
  const whole = services.selections.of(project).body.items.filter(isWholeFile);
  const picked = await vscode.window.showQuickPick(
    whole.map(({ path, mode }) => ({ label: path, description: mode })),
    { title: "Set How Much of a File to Include", placeHolder: "Which file?" },
  );
  return picked ? [{ project, path: picked.label }] : [];
}

async function pick<K extends string>(
  title: string,
  texts: Record<K, string>,
  now: string,
): Promise<K | undefined> {
  const keys = Object.keys(texts) as K[];
  const picked = await vscode.window.showQuickPick(
    keys.map((key) => ({ label: key, description: key === now ? "current" : "", detail: texts[key] })),
    { title },
  );
  return picked?.label;
}
