/** The rows of the Tickets view. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import type { Task, TicketHead } from "../generated/protocol";
import { describeTicket, isOverdue, PRIORITIES, STATUSES } from "./words";

export interface TicketNode {
  readonly kind: "ticket";
  readonly project: OpenProject;
  readonly ticket: TicketHead;
}

export interface TaskNode {
  readonly kind: "task";
  readonly project: OpenProject;
  readonly ticket: TicketHead;
  readonly task: Task;
}

/** A file that a ticket concerns. */
export interface TicketFileNode {
  readonly kind: "ticketFile";
  readonly project: OpenProject;
  readonly ticket: TicketHead;
  readonly path: string;
}

export type Node = TicketNode | TaskNode | TicketFileNode;

export interface Marks {
  /** The ticket of the current selection. */
  readonly chosen: string | null;
  readonly today: string;
}

export function rowOf(node: Node, marks: Marks, uri: (path: string) => vscode.Uri): vscode.TreeItem {
  switch (node.kind) {
    case "ticket":
      return ticketRow(node, marks);
    case "task":
      return taskRow(node);
    case "ticketFile":
      return fileRow(node, uri(node.path));
  }
}

function ticketRow({ ticket }: TicketNode, { chosen, today }: Marks): vscode.TreeItem {
  const { id, title, status, priority, taskCount, fileCount } = ticket;
  const row = new vscode.TreeItem(
    title,
    taskCount + fileCount > 0
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.None,
  );
  const isChosen = id === chosen;
  const overdue = isOverdue(ticket, today);
  row.id = id;
  row.iconPath = new vscode.ThemeIcon(STATUSES[status][1], colorOf(ticket, overdue));
  row.description = [isChosen ? "in the context" : "", describeTicket(ticket, today)]
    .filter(Boolean)
    .join(" · ");
  row.tooltip = [
    title,
    `${STATUSES[status][0]}, ${PRIORITIES[priority][0].toLowerCase()} priority`,
    row.description,
  ]
    .filter(Boolean)
    .join("\n");
  row.contextValue = `ticket ${status} ${isChosen ? "chosen" : "unchosen"}`;
  row.command = { command: "octoprompt.openTicket", title: "Open Ticket", arguments: [ticket] };
  row.accessibilityInformation = {
    label: `${title}, ${STATUSES[status][0]}, ${row.description}`,
  };
  return row;
}

function colorOf({ status, priority }: TicketHead, overdue: boolean): vscode.ThemeColor | undefined {
  if (status === "done") {
    return new vscode.ThemeColor("testing.iconPassed");
  }
  if (status === "closed") {
    return new vscode.ThemeColor("disabledForeground");
  }
  if (overdue) {
    return new vscode.ThemeColor("list.errorForeground");
  }
  return priority === "high" ? new vscode.ThemeColor("list.warningForeground") : undefined;
}

function taskRow({ ticket, task }: TaskNode): vscode.TreeItem {
  const row = new vscode.TreeItem(task.content);
  row.id = `${ticket.id}:${task.id}`;
  row.description = task.description.split("\n")[0] ?? "";
  row.tooltip = [task.content, task.description].filter(Boolean).join("\n\n");
  row.checkboxState = task.done
    ? vscode.TreeItemCheckboxState.Checked
    : vscode.TreeItemCheckboxState.Unchecked;
  row.contextValue = `task ${task.done ? "done" : "open"}`;
  return row;
}

function fileRow({ ticket, path }: TicketFileNode, uri: vscode.Uri): vscode.TreeItem {
  const row = new vscode.TreeItem(path.slice(path.lastIndexOf("/") + 1));
  row.id = `${ticket.id}:file:${path}`;
  row.resourceUri = uri;
  row.iconPath = vscode.ThemeIcon.File;
  row.description = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  row.tooltip = path;
  row.contextValue = "ticketFile";
  row.command = { command: "vscode.open", title: "Open File", arguments: [uri] };
  return row;
}
