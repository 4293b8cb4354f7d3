/** The rows of the Runs view. */
import * as vscode from "vscode";
import { describeEdit, isOpen, isWanted, markOf, nameOf, placeOf, problemsOf } from "../edits/words";
import type { OpenProject } from "../context/projects";
import type { Edit, EditHunk, Run, RunLogEntry } from "../generated/protocol";
import { aboutOf, describeRun, ENTRY_ICONS, KINDS, STATUSES, titleOf, usageOf } from "./words";

export interface RunNode {
  readonly kind: "run";
  readonly project: OpenProject;
  readonly run: Run;
}

interface PartOfRun {
  readonly parent: RunNode;
}

/** Why it failed. */
export interface ProblemNode extends PartOfRun {
  readonly kind: "problem";
}

/** What it said. */
export interface ResultNode extends PartOfRun {
  readonly kind: "result";
}

export interface EditNode extends PartOfRun {
  readonly kind: "edit";
  readonly edit: Edit;
}

export interface HunkNode extends PartOfRun {
  readonly kind: "hunk";
  readonly edit: Edit;
  readonly hunk: EditHunk;
}

export interface StepsNode extends PartOfRun {
  readonly kind: "steps";
}

export interface StepNode extends PartOfRun {
  readonly kind: "step";
  readonly entry: RunLogEntry;
}

/** Older runs are there. */
export interface MoreNode {
  readonly kind: "more";
}

type Part = ProblemNode | ResultNode | EditNode | HunkNode | StepsNode | StepNode;
export type Node = RunNode | Part | MoreNode;

/** Where the decorations of an edit's row come from. */
export const EDIT_SCHEME = "octoprompt-proposed";
const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

export function rowOf(node: Node, now: number): vscode.TreeItem {
  switch (node.kind) {
    case "run":
      return runRow(node, now);
    case "problem":
      return problemRow(node);
    case "result":
      return resultRow(node);
    case "edit":
      return editRow(node);
    case "hunk":
      return hunkRow(node);
    case "steps":
      return stepsRow(node);
    case "step":
      return stepRow(node);
    case "more":
      return moreRow();
  }
}

function runRow({ run }: RunNode, now: number): vscode.TreeItem {
  const [status, icon, color] = STATUSES[run.status];
  const row = new vscode.TreeItem(aboutOf(run), run.openEdits > 0 ? Expanded : Collapsed);
  row.id = run.id;
  row.iconPath = new vscode.ThemeIcon(icon, color === "" ? undefined : new vscode.ThemeColor(color));
  row.description = describeRun(run, now);
  row.tooltip = [
    `${KINDS[run.kind][0]}, ${status}`,
    run.request,
    run.request === "" ? run.about : "",
    run.problem ?? "",
    [run.model ?? "", usageOf(run.usage)].filter(Boolean).join(" · "),
    new Date(run.createdAt).toLocaleString(),
  ]
    .filter(Boolean)
    .join("\n");
  row.contextValue = `run ${run.status} ${run.kind} ${flagsOf(run).join(" ")}`;
  row.accessibilityInformation = { label: `${titleOf(run)}, ${status}, ${row.description}` };
  return row;
}

/** What can be done with a run, for the menus. */
function flagsOf({ status, edits, openEdits, appliedEdits, canResume, canRepeat }: Run): string[] {
  const flags = {
    edits: edits > 0,
    open: openEdits > 0 && status !== "running",
    applied: appliedEdits > 0,
    resumable: canResume,
    repeatable: canRepeat && status !== "running",
  };
  return Object.entries(flags).flatMap(([name, holds]) => (holds ? [name] : []));
}

function problemRow({ parent: { run } }: ProblemNode): vscode.TreeItem {
  const row = new vscode.TreeItem(run.problem ?? "", None);
  row.id = `${run.id} problem`;
  row.iconPath = new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  row.tooltip = run.problem ?? "";
  row.contextValue = "runProblem";
  return row;
}

function resultRow({ parent }: ResultNode): vscode.TreeItem {
  const { run } = parent;
  const [, label, icon] = KINDS[run.kind];
  const row = new vscode.TreeItem(label, None);
  row.id = `${run.id} result`;
  row.iconPath = new vscode.ThemeIcon(icon);
  row.description = run.summary.split("\n", 1)[0] ?? "";
  row.tooltip = `Open ${label.toLowerCase()}`;
  row.contextValue = `runResult ${run.kind}`;
  row.command = { command: "octoprompt.openRunResult", title: "Open Result", arguments: [parent] };
  return row;
}

function editRow(node: EditNode): vscode.TreeItem {
  const { edit } = node;
  const path = edit.newPath ?? edit.path;
  const row = new vscode.TreeItem(nameOf(path), edit.hunks.length > 0 ? Collapsed : None);
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  row.id = edit.id;
  row.resourceUri = decorated(edit);
  row.iconPath = vscode.ThemeIcon.File;
  row.description = [describeEdit(edit), folder].filter(Boolean).join(" · ");
  row.tooltip = [path, describeEdit(edit), problemsOf([edit])].filter(Boolean).join("\n");
  row.contextValue = `edit ${edit.status}${edit.problems.length > 0 ? " problem" : ""}`;
  row.command = { command: "octoprompt.openEdit", title: "Open Diff", arguments: [node] };
  if (edit.kind === "modify" && isOpen(edit) && edit.hunks.length > 0) {
    row.checkboxState = boxOf(isWanted(edit), "Apply this file's changes", "Leave this file as it is");
  }
  return row;
}

function hunkRow(node: HunkNode): vscode.TreeItem {
  const { edit, hunk } = node;
  const row = new vscode.TreeItem(placeOf(hunk), None);
  row.id = `${edit.id} ${hunk.number}`;
  row.description = hunk.text;
  row.tooltip = `${placeOf(hunk)} of ${edit.path}\n${hunk.text}`.trim();
  row.contextValue = "hunk";
  row.command = { command: "octoprompt.openEdit", title: "Open Diff", arguments: [node] };
  if (edit.kind === "modify" && isOpen(edit)) {
    row.checkboxState = boxOf(hunk.accepted, "Apply this change", "Leave this change out");
  }
  return row;
}

function boxOf(checked: boolean, on: string, off: string): NonNullable<vscode.TreeItem["checkboxState"]> {
  const state = checked ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
  return { state, tooltip: checked ? off : on };
}

function stepsRow({ parent: { run } }: StepsNode): vscode.TreeItem {
  const row = new vscode.TreeItem("Steps", Collapsed);
  row.id = `${run.id} steps`;
  row.iconPath = new vscode.ThemeIcon("list-tree");
  row.description = run.step;
  row.contextValue = "runSteps";
  return row;
}

function stepRow({ parent, entry }: StepNode): vscode.TreeItem {
  const row = new vscode.TreeItem(entry.message || entry.kind, None);
  row.id = `${parent.run.id} ${entry.number}`;
  row.iconPath = new vscode.ThemeIcon(ENTRY_ICONS[entry.kind]);
  row.description = entry.kind;
  row.tooltip = `${entry.kind}: ${entry.message}`;
  row.contextValue = "runStep";
  row.command = { command: "octoprompt.showRunLog", title: "Show Run Log", arguments: [parent, entry] };
  return row;
}

function moreRow(): vscode.TreeItem {
  const row = new vscode.TreeItem("Show More", None);
  row.id = "more";
  row.iconPath = new vscode.ThemeIcon("ellipsis");
  row.tooltip = "List older runs too";
  row.contextValue = "more";
  row.command = { command: "octoprompt.showMoreRuns", title: "Show More" };
  return row;
}

/** Its path gives the icon, the rest the mark of the row. */
function decorated(edit: Edit): vscode.Uri {
  const { path, newPath, status, problems } = edit;
  const mark = problems.length > 0 && isOpen(edit) ? "!" : markOf(edit);
  return vscode.Uri.from({
    scheme: EDIT_SCHEME,
    path: `/${newPath ?? path}`,
    query: `${edit.id} ${mark} ${status}`,
  });
}
