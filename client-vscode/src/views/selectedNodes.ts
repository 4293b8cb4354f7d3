/** The nodes of the Selected view, and what each looks like. */
import * as vscode from "vscode";
import type { Attached } from "../context/attached";
import { suggestedFor, switchedSuggest } from "../context/content";
import type { Estimate } from "../context/estimates";
import { describeItem, isWholeFile, keyOf } from "../context/items";
import { full, short } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import { addedBy, isCut } from "../context/total";
import { uriOf } from "../data/uris";
import type { BuiltItem, ContextItem, Include, SelectionBody } from "../generated/protocol";

export interface ItemNode {
  readonly kind: "item";
  readonly project: OpenProject;
  readonly item: ContextItem;
}

/** A file that a build adds by itself. */
export interface AddedNode {
  readonly kind: "added";
  readonly project: OpenProject;
  readonly file: BuiltItem;
}

/** A prompt or the ticket. */
export interface AttachedNode {
  readonly kind: "attached";
  readonly project: OpenProject;
  readonly attached: Attached;
}

export interface GroupNode {
  readonly kind: "group";
  readonly group: "added" | "include";
}

export type Section = "tree" | "gitDiff" | "diagnostics" | "rules";

export interface IncludeNode {
  readonly kind: "include";
  readonly section: Section | "suggest";
}

export type SelectedNode = ItemNode | AttachedNode | AddedNode | GroupNode | IncludeNode;

/** How the server's reason begins for a file that is sent when the user says yes. */
const CONFIRM = "needs confirmation";

/** What each switch shows: its label, its icon, and the section of the context that it fills. */
const INCLUDES: Record<Section, readonly [label: string, icon: string, section: string]> = {
  tree: ["File tree", "list-tree", "tree"],
  gitDiff: ["Git diff", "git-compare", "diff"],
  diagnostics: ["Problems", "warning", "diagnostics"],
  rules: ["Rules files", "law", "rules"],
};

const SECTIONS = Object.keys(INCLUDES) as Section[];

export const GIT_DIFFS: Record<Include["gitDiff"], string> = {
  none: "No diff",
  staged: "Staged changes",
  working: "All uncommitted changes",
  branch: "Since the branch left the default branch",
};

/** The rows of the top level: ticket and prompts, chosen items by path, what is added to them, and the switches. */
export function rootNodes(
  project: OpenProject,
  body: SelectionBody,
  estimate: Estimate,
  attached: readonly Attached[],
): SelectedNode[] {
  const rows: SelectedNode[] = [
    ...attached.map((each): AttachedNode => ({ kind: "attached", project, attached: each })),
    ...[...body.items].sort(byPath).map((item): ItemNode => ({ kind: "item", project, item })),
    ...(addedBy(estimate.plan).length > 0 ? [{ kind: "group", group: "added" } as const] : []),
  ];
  const isEmpty = rows.length === 0 && !SECTIONS.some((section) => isOn(body, section));
  return isEmpty ? [] : [...rows, { kind: "group", group: "include" }];
}

export function childNodes(
  { group }: GroupNode,
  project: OpenProject,
  estimate: Estimate,
): (AddedNode | IncludeNode)[] {
  return group === "added"
    ? addedBy(estimate.plan).map((file) => ({ kind: "added", project, file }))
    : [...(["suggest", ...SECTIONS] as const)].map((section) => ({ kind: "include", section }));
}

/** A row, but for the place of the file that it may stand for. */
export function rowOf(node: SelectedNode, body: SelectionBody, estimate: Estimate): vscode.TreeItem {
  switch (node.kind) {
    case "item":
      return itemRow(node, estimate);
    case "attached":
      return attachedRow(node, body, estimate);
    case "added":
      return addedRow(node);
    case "group":
      return node.group === "added" ? addedGroupRow(estimate) : includeGroupRow(body);
    case "include":
      return node.section === "suggest" ? suggestRow(body) : includeRow(node.section, body, estimate);
  }
}

/** What a switch that was clicked changes. */
export function switched(
  { section }: IncludeNode,
  on: boolean,
  body: SelectionBody,
  usual: number | null,
): Partial<SelectionBody> {
  if (section === "suggest") {
    return { suggest: switchedSuggest(on, usual) };
  }
  const change: Partial<Include> =
    section === "gitDiff" ? { gitDiff: on ? "working" : "none" } : { [section]: on };
  return { include: { ...body.include, ...change } };
}

/** What is known of an item: what it costs, what is sent of it, and why not when it is not. */
interface Facts {
  readonly tokens: number | undefined;
  readonly problem: string | undefined;
  readonly shown: BuiltItem | undefined;
  readonly out: string | undefined;
}

function factsOf(item: ContextItem, { items, plan }: Estimate): Facts {
  const counted = items.get(keyOf(item));
  const problem = counted?.problem ?? undefined;
  const shown = plan?.shown.get(item.path);
  const out = shown || problem ? undefined : plan?.leftOut.get(item.path);
  return { tokens: counted?.tokens, problem, shown, out };
}

function itemRow({ project, item }: ItemNode, estimate: Estimate): vscode.TreeItem {
  const { name, folder } = split(item.path);
  const row = new vscode.TreeItem(name);
  const facts = factsOf(item, estimate);
  const { problem, shown, out } = facts;
  const confirmable = problem?.startsWith(CONFIRM) ? " confirmable" : "";
  const moved = estimate.items.get(keyOf(item))?.movedTo ? " moved" : "";
  row.id = `${project.id}:${keyOf(item)}`;
  row.iconPath = problem || out ? new vscode.ThemeIcon("warning") : vscode.ThemeIcon.File;
  row.description =
    problem ?? (out ? `left out · ${folder}` : describeRow(item, folder, facts.tokens, shown));
  row.tooltip = tooltip(item, facts);
  row.contextValue = `item ${item.mode}${isCut(item, shown) ? " cut" : ""}${confirmable}${moved}`;
  row.command = {
    command: "octoprompt.openItem",
    title: "Open File",
    arguments: [{ kind: "item", project, item } satisfies ItemNode],
  };
  return row;
}

function tooltip(item: ContextItem, { tokens, problem, shown, out }: Facts): string {
  const asked = describeItem(item);
  const lines = [item.path, asked];
  if (problem) {
    lines.push(problem);
  } else if (tokens !== undefined) {
    lines.push(`${full(tokens)} tokens${isCut(item, shown) ? " as it was asked for" : ""}`);
  }
  if (shown) {
    lines.push(`Will be sent: ${sentAs(shown)} (${shown.why})`);
  }
  if (out) {
    lines.push(`Left out: ${out}`);
  }
  return lines.filter(Boolean).join("\n");
}

/** `1.2k · src/views`; `outline 1.2k of 9.8k · src/views` where the budget cuts it. */
function describeRow(
  item: ContextItem,
  folder: string,
  tokens: number | undefined,
  shown: BuiltItem | undefined,
): string {
  const size =
    shown && isCut(item, shown)
      ? [`outline ${short(shown.tokens)}${tokens === undefined ? "" : ` of ${short(tokens)}`}`]
      : [tokens === undefined ? "" : short(tokens)];
  return [...size, describeItem(item), folder].filter(Boolean).join(" · ");
}

function attachedRow({ attached }: AttachedNode, body: SelectionBody, estimate: Estimate): vscode.TreeItem {
  const { area, id, name } = attached;
  const [kind, icon] = area === "prompts" ? ["Prompt", "note"] : ["Ticket", "issues"];
  const row = new vscode.TreeItem(name ?? kind);
  const section = area === "prompts" ? "prompts" : "ticket";
  const tokens = estimate.sections.find((candidate) => candidate.name === section)?.tokens;
  const isWhole = area === "tickets" || body.promptIds.length === 1;
  row.id = `${area}:${id}`;
  row.iconPath = new vscode.ThemeIcon(icon);
  row.contextValue = "attached";
  row.description = [
    ...(isWhole && tokens !== undefined ? [short(tokens)] : []),
    ...(name === undefined ? [] : [kind.toLowerCase()]),
  ].join(" · ");
  row.tooltip = `${kind}${name === undefined ? "" : `: ${name}`}`;
  if (name !== undefined) {
    row.command = { command: "vscode.open", title: "Open", arguments: [uriOf(attached, name)] };
  }
  return row;
}

function addedRow({ project, file }: AddedNode): vscode.TreeItem {
  const { name, folder } = split(file.path);
  const row = new vscode.TreeItem(name);
  row.id = `${project.id}:added:${file.path}`;
  row.iconPath = vscode.ThemeIcon.File;
  row.contextValue = "added";
  row.description = [sentAs(file), folder].filter(Boolean).join(" · ");
  row.tooltip = `${file.path}\n${full(file.tokens)} tokens\n${file.why}`;
  row.command = {
    command: "octoprompt.openItem",
    title: "Open File",
    arguments: [{ kind: "added", project, file } satisfies AddedNode],
  };
  return row;
}

/** `outline 1.2k`, `parts 800`, `9.8k`. */
function sentAs({ mode, tokens }: BuiltItem): string {
  const how = {
    full: "",
    auto: "",
    outline: "outline ",
    summary: "summary ",
    range: "parts ",
    symbol: "parts ",
  };
  return `${how[mode]}${short(tokens)}`;
}

function addedGroupRow({ plan }: Estimate): vscode.TreeItem {
  const added = addedBy(plan);
  const row = new vscode.TreeItem("Added for the task", vscode.TreeItemCollapsibleState.Collapsed);
  row.id = "added";
  row.contextValue = "added group";
  row.iconPath = new vscode.ThemeIcon("sparkle");
  row.description = `${full(added.length)} · ${short(added.reduce((sum, { tokens }) => sum + tokens, 0))}`;
  row.tooltip = "Files that are sent besides the chosen ones, as far as the budget has room.";
  return row;
}

function includeGroupRow(body: SelectionBody): vscode.TreeItem {
  const row = new vscode.TreeItem("Also include", vscode.TreeItemCollapsibleState.Collapsed);
  const on = SECTIONS.filter((section) => isOn(body, section)).map((section) => INCLUDES[section][0]);
  const files = body.suggest ? [`up to ${body.suggest} files`] : [];
  row.id = "include";
  row.iconPath = new vscode.ThemeIcon("add");
  row.description = [...files, ...on.map((label) => label.toLowerCase())].join(", ");
  return row;
}

function suggestRow(body: SelectionBody): vscode.TreeItem {
  const row = new vscode.TreeItem("Files for the task");
  row.id = "include.suggest";
  row.iconPath = new vscode.ThemeIcon("sparkle");
  row.contextValue = "include.suggest";
  row.description =
    body.suggest === null
      ? `up to ${suggestedFor({ items: [], suggest: null })} when nothing is chosen`
      : body.suggest > 0
        ? `up to ${body.suggest}`
        : "";
  row.tooltip = "How many files a build adds by itself for the task, as far as the budget has room";
  row.checkboxState = checkbox(body.suggest !== null && body.suggest > 0);
  return row;
}

function includeRow(section: Section, body: SelectionBody, estimate: Estimate): vscode.TreeItem {
  const [label, icon, name] = INCLUDES[section];
  const on = isOn(body, section);
  const tokens = estimate.sections.find((candidate) => candidate.name === name)?.tokens;
  const row = new vscode.TreeItem(label);
  row.id = `include.${section}`;
  row.iconPath = new vscode.ThemeIcon(icon);
  row.contextValue = `include.${section}`;
  row.description = [
    ...(on && tokens !== undefined ? [short(tokens)] : []),
    ...(on && section === "gitDiff" ? [GIT_DIFFS[body.include.gitDiff].toLowerCase()] : []),
  ].join(" · ");
  row.checkboxState = checkbox(on);
  return row;
}

function checkbox(on: boolean): vscode.TreeItemCheckboxState {
  return on ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
}

function isOn({ include }: SelectionBody, section: Section): boolean {
  return section === "gitDiff" ? include.gitDiff !== "none" : include[section];
}

function split(path: string): { name: string; folder: string } {
  const cut = path.lastIndexOf("/");
  return { name: path.slice(cut + 1), folder: path.slice(0, Math.max(cut, 0)) };
}

function byPath(a: ContextItem, b: ContextItem): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : Number(isWholeFile(b)) - Number(isWholeFile(a));
}
