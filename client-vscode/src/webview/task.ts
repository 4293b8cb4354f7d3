/** The page of the Task view: shows the state it is sent, and says what the user does. */
import { short } from "../context/numbers";
import type { Passage } from "../generated/protocol";
import type { FromPage, Meter, Question, SuggestionRow, TaskState, ToPage } from "../views/taskMessages";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const vscode = acquireVsCodeApi();
/** So that a list made in 100 ms is there 300 ms after the last key, on a slow machine too. */
const TYPED_MS = 120;

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the page's own markup says what each id is
function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`no element ${id}`);
  }
  return found as E;
}

const task = element<HTMLTextAreaElement>("task");
const meter = element("meter");
const fill = element("fill");
const total = element<HTMLButtonElement>("total");
const note = element("note");
const suggestions = element("suggestions");
const cuts = element("cuts");
const adds = element<HTMLButtonElement>("adds");
const tabs: Record<Question, HTMLButtonElement> = {
  task: element("forTask"),
  selected: element("forSelected"),
};
const list = element("rows");
const copy = element<HTMLButtonElement>("copy");
const preview = element<HTMLButtonElement>("preview");
const all = element<HTMLButtonElement>("all");

let subject = "";
let typing: number | undefined;
let drawn = "";
let shown: readonly SuggestionRow[] = [];
/** Files whose parts are shown, by path. */
const unfolded = new Set<string>();

function sendTask(): void {
  clearTimeout(typing);
  typing = undefined;
  vscode.postMessage({ type: "task", text: task.value });
}

task.addEventListener("input", () => {
  grow();
  clearTimeout(typing);
  typing = setTimeout(sendTask, TYPED_MS);
});
task.addEventListener("blur", () => {
  if (typing !== undefined) {
    sendTask();
  }
});
task.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    sendTask();
    ask("task");
  }
});
copy.addEventListener("click", () => vscode.postMessage({ type: "run", command: "copyContext" }));
preview.addEventListener("click", () => vscode.postMessage({ type: "run", command: "previewContext" }));
total.addEventListener("click", () => vscode.postMessage({ type: "run", command: "setBudget" }));
adds.addEventListener("click", () => vscode.postMessage({ type: "run", command: "setSuggest" }));
for (const question of ["task", "selected"] as const) {
  tabs[question].addEventListener("click", () => ask(question));
  tabs[question].addEventListener("keydown", (event) => {
    const other = question === "task" ? "selected" : "task";
    if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && !tabs[other].disabled) {
      tabs[other].focus();
      ask(other);
    }
  });
}
all.addEventListener("click", () => vscode.postMessage({ type: "chooseAll" }));

window.addEventListener("message", (event: MessageEvent<ToPage>) => show(event.data.state));
vscode.postMessage({ type: "ready" });

function show(state: TaskState): void {
  task.disabled = !state.ready;
  if (state.subject !== subject || (typing === undefined && document.activeElement !== task)) {
    subject = state.subject;
    task.value = state.task;
    grow();
  }
  showMeter(state.meter);
  copy.disabled = !state.ready;
  preview.disabled = !state.ready;
  note.textContent = state.note;
  note.hidden = state.note === "";
  suggestions.hidden = state.rows.length === 0 && !state.busy && state.files === 0;
  showTabs(state);
  list.setAttribute("aria-busy", String(state.busy));
  all.disabled = state.rows.every((row) => row.chosen);
  showRows(state.rows);
}

function ask(question: Question): void {
  vscode.postMessage({ type: "ask", question });
}

function showTabs({ question, files }: TaskState): void {
  tabs.selected.disabled = files === 0;
  for (const [name, tab] of Object.entries(tabs)) {
    const isShown = name === question;
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
  }
}

function showMeter({ tokens, budget, ...meterOf }: Meter): void {
  const share = Math.min(tokens / budget, 1);
  fill.style.width = `${(share * 100).toFixed(1)}%`;
  meter.className = meterOf.level;
  meter.setAttribute("aria-valuemax", String(budget));
  meter.setAttribute("aria-valuenow", String(Math.min(tokens, budget)));
  meter.setAttribute("aria-valuetext", [meterOf.details, meterOf.cuts].filter(Boolean).join(" · "));
  meter.title = meterOf.details;
  total.textContent = meterOf.total;
  total.title = `${meterOf.details}. Set the token budget`;
  adds.textContent = meterOf.adds;
  cuts.textContent = meterOf.cuts;
  cuts.hidden = meterOf.cuts === "";
  cuts.className = meterOf.level;
  cuts.title = meterOf.details;
}

/** Draw the rows only when they are different, and keep the focus where it is. */
function showRows(rows: readonly SuggestionRow[]): void {
  const now = JSON.stringify(rows);
  if (now === drawn) {
    return;
  }
  drawn = now;
  shown = rows;
  drawRows();
}

function drawRows(): void {
  const focused = document.activeElement?.getAttribute("data-key");
  list.replaceChildren(...shown.map(rowOf));
  if (focused) {
    list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }
}

function rowOf(row: SuggestionRow): HTMLLIElement {
  const toggle = button("", `toggle ${row.path}`, () =>
    vscode.postMessage({ type: "choose", path: row.path, chosen: !row.chosen }),
  );
  toggle.className = `toggle codicon codicon-${row.chosen ? "check" : "add"}`;
  toggle.setAttribute("aria-pressed", String(row.chosen));
  toggle.setAttribute("aria-label", `${row.chosen ? "Remove" : "Add"} ${row.path}`);
  toggle.title = row.chosen ? "Remove from the context" : "Add to the context";
  const name = button(row.name, `open ${row.path}`, () =>
    vscode.postMessage({ type: "open", path: row.path, line: row.passages[0]?.line ?? 1 }),
  );
  name.className = "name";
  name.title = row.path;
  const tokens = block("span", "tokens", short(row.tokens));
  tokens.title = `about ${row.tokens} tokens`;
  const head = block("div", "head", name, block("span", "folder", row.folder), tokens);
  const why = block("div", "reasons", ...withCode(row.reasons.join(" · ")));
  why.title = row.reasons.join("\n").replaceAll("`", "");
  const body = block("div", "body", head, block("div", "line why", why, ...partsToggle(row)));
  if (unfolded.has(row.path)) {
    body.append(block("div", "passages", ...row.passages.map((passage) => chipOf(row.path, passage))));
  }
  const item = document.createElement("li");
  item.classList.toggle("chosen", row.chosen);
  item.append(toggle, body);
  return item;
}

/** Shows and hides the best parts of a file. */
function partsToggle({ path, passages }: SuggestionRow): HTMLElement[] {
  if (passages.length === 0) {
    return [];
  }
  const isOpen = unfolded.has(path);
  const words = `${passages.length} part${passages.length === 1 ? "" : "s"}`;
  const toggle = button(words, `parts ${path}`, () => {
    if (!unfolded.delete(path)) {
      unfolded.add(path);
    }
    drawRows();
  });
  toggle.className = "link parts";
  toggle.append(block("span", `codicon codicon-chevron-${isOpen ? "down" : "right"}`));
  toggle.setAttribute("aria-expanded", String(isOpen));
  toggle.title = "The parts of the file that match best; each can be added alone";
  return [toggle];
}

/** A definition inside the file: its name opens it, the plus adds only that part. */
function chipOf(path: string, passage: Passage): HTMLElement {
  const { symbol, line, endLine } = passage;
  const name = symbol === "" ? `lines ${line}-${endLine}` : symbol;
  const open = button(symbol === "" ? name : `${symbol}:${line}`, `passage ${path} ${symbol} ${line}`, () =>
    vscode.postMessage({ type: "open", path, line }),
  );
  open.title = `Open ${name}, line ${line}`;
  const add = button("", `add ${path} ${symbol} ${line}`, () =>
    vscode.postMessage({ type: "choosePassage", path, passage }),
  );
  add.className = "codicon codicon-add";
  add.title = `Add only ${name}`;
  add.setAttribute("aria-label", `Add only ${name} of ${path}`);
  return block("span", "chip", open, add);
}

/** Text in which `x` is shown as code. */
function withCode(text: string): Node[] {
  return text.split(/`([^`]+)`/).map((part, index) => {
    if (index % 2 === 0) {
      return document.createTextNode(part);
    }
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

function button(text: string, key: string, clicked: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.dataset.key = key;
  made.addEventListener("click", clicked);
  return made;
}

function block(tag: "div" | "span", className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

function grow(): void {
  task.style.height = "auto";
  task.style.height = `${Math.min(task.scrollHeight + 2, 240)}px`;
}
