/** Commands that make, change and delete tickets and their tasks. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { offerUndo } from "../data/bin";
import { uriOf } from "../data/uris";
import type { TicketHead } from "../generated/protocol";
import { parseTags } from "../prompts/groups";
import type { Services } from "../services";
import type { Node, TaskNode } from "./nodes";
import { pickTicket, type Target, ticketOf, ticketsOf } from "./targets";
import {
  ALL_PRIORITIES,
  ALL_STATUSES,
  type Priority,
  PRIORITIES,
  parseDay,
  type Status,
  STATUSES,
} from "./words";

export function registerTicketEdits(services: Services): vscode.Disposable[] {
  const status = (name: string, value: Status): vscode.Disposable =>
    register(services, name, async (clicked?: Target, selected?: Target[]) => {
      for (const { id } of await ticketsOf(services, STATUSES[value][0], clicked, selected)) {
        await services.data.change("tickets/update", { id, status: value });
      }
    });
  return [
    register(services, "newTicket", () => create(services)),
    register(services, "importTickets", () => importMarkdown(services)),
    register(services, "openTicket", async (clicked?: Target) => {
      const ticket = clicked
        ? await ticketOf(services, "", clicked)
        : await pickTicket(services, "Open Ticket");
      if (ticket) {
        await openTicket(ticket, clicked !== undefined);
      }
    }),
    register(services, "renameTicket", (clicked?: Target) => rename(services, clicked)),
    status("startTicket", "in_progress"),
    status("finishTicket", "done"),
    status("reopenTicket", "open"),
    register(services, "setTicketStatus", (clicked?: Target, selected?: Target[]) =>
      setStatus(services, clicked, selected),
    ),
    register(services, "setTicketPriority", (clicked?: Target, selected?: Target[]) =>
      setPriority(services, clicked, selected),
    ),
    register(services, "setTicketDue", (clicked?: Target) => setDue(services, clicked)),
    register(services, "setTicketTags", (clicked?: Target) => setTags(services, clicked)),
    register(services, "copyTicket", (clicked?: Target) => copy(services, clicked)),
    register(services, "deleteTicket", (clicked?: Node, selected?: Node[]) =>
      remove(services, clicked, selected),
    ),
    register(services, "addTask", (clicked?: Target) => addTask(services, clicked)),
    register(services, "editTask", (node: TaskNode) => editTask(services, node)),
    register(services, "describeTask", (node: TaskNode) => describeTask(services, node)),
    register(services, "deleteTask", (node: TaskNode, selected?: Node[]) =>
      removeTasks(services, node, selected),
    ),
  ];
}

export async function openTicket({ id, title }: TicketHead, preview: boolean): Promise<void> {
  await vscode.window.showTextDocument(uriOf({ area: "tickets", id }, title), { preview });
}

/** Make a ticket of each Markdown file: its first heading is the title, its checklist the tasks. */
async function importMarkdown(services: Services): Promise<void> {
  const { id: projectId } = activeProject(services);
  const files =
    (await vscode.window.showOpenDialog({
      title: "Import Tickets",
      openLabel: "Import",
      canSelectMany: true,
      filters: { Markdown: ["md", "markdown"], "All files": ["*"] },
    })) ?? [];
  for (const file of files) {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    await services.data.change("tickets/importMarkdown", { projectId, text });
  }
}

async function create(services: Services): Promise<void> {
  const project = activeProject(services);
  const title = await askText("New Ticket", "What is to be done, in a few words");
  if (title) {
    await openTicket(await services.data.change("tickets/create", { projectId: project.id, title }), false);
  }
}

async function rename(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Rename Ticket", clicked);
  const title = ticket && (await askText("Rename Ticket", "Title of the ticket", ticket.title));
  if (ticket && title && title !== ticket.title) {
    await services.data.change("tickets/update", { id: ticket.id, title });
  }
}

async function setStatus(services: Services, clicked?: Target, selected?: Target[]): Promise<void> {
  const tickets = await ticketsOf(services, "Set Ticket Status", clicked, selected);
  const now = tickets.length === 1 ? tickets[0]?.status : undefined;
  const status = tickets.length > 0 && (await pickOf<Status>("Ticket Status", ALL_STATUSES, STATUSES, now));
  for (const { id } of tickets) {
    if (status) {
      await services.data.change("tickets/update", { id, status });
    }
  }
}

async function setPriority(services: Services, clicked?: Target, selected?: Target[]): Promise<void> {
  const tickets = await ticketsOf(services, "Set Ticket Priority", clicked, selected);
  const now = tickets.length === 1 ? tickets[0]?.priority : undefined;
  const priority =
    tickets.length > 0 && (await pickOf<Priority>("Ticket Priority", ALL_PRIORITIES, PRIORITIES, now));
  for (const { id } of tickets) {
    if (priority) {
      await services.data.change("tickets/update", { id, priority });
    }
  }
}

async function pickOf<K extends string>(
  title: string,
  keys: readonly K[],
  texts: Record<K, readonly [label: string, icon: string]>,
  now: K | undefined,
): Promise<K | undefined> {
  const picked = await vscode.window.showQuickPick(
    keys.map((key) => ({
      label: `$(${texts[key][1]}) ${texts[key][0]}`,
      description: key === now ? "current" : "",
      key,
    })),
    { title },
  );
  return picked?.key;
}

async function setDue(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Set Due Date", clicked);
  if (!ticket) {
    return;
  }
  const text = await vscode.window.showInputBox({
    title: `Due Date of "${ticket.title}"`,
    value: ticket.dueOn ?? "",
    placeHolder: "2027-01-31",
    prompt: "A day as 2027-01-31, today, tomorrow or +3 (days from now); empty takes it away",
    validateInput: (typed) =>
      typed.trim() === "" || parseDay(typed, new Date()) ? undefined : "Write a day as 2027-01-31, or +3",
  });
  if (text !== undefined) {
    const dueOn = parseDay(text, new Date()) ?? null;
    await services.data.change("tickets/update", { id: ticket.id, dueOn, clearDueOn: dueOn === null });
  }
}

async function setTags(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Set Ticket Tags", clicked);
  const text =
    ticket &&
    (await vscode.window.showInputBox({
      title: `Tags of "${ticket.title}"`,
      value: ticket.tags.join(", "),
      prompt: "Separated by commas",
    }));
  if (ticket && text !== undefined) {
    await services.data.change("tickets/update", { id: ticket.id, tags: parseTags(text) });
  }
}

async function copy(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Copy Ticket as Markdown", clicked);
  if (ticket) {
    const { text } = await services.server.request("tickets/markdown", { id: ticket.id });
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`OctoPrompt: copied the ticket "${ticket.title}"`, 5000);
  }
}

async function remove(services: Services, clicked?: Node, selected?: Node[]): Promise<void> {
  const tickets = await ticketsOf(
    services,
    "Delete Ticket",
    clicked,
    selected?.filter(({ kind }) => kind === "ticket"),
  );
  for (const { id } of tickets) {
    await services.data.change("tickets/delete", { id });
  }
  await offerUndo(services, "ticket", tickets);
}

/** One task after the other, until nothing is typed. */
async function addTask(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Add Task", clicked);
  while (ticket) {
    const content = await askText(`Add Task to "${ticket.title}"`, "What to do; Enter adds it, Escape ends");
    if (!content) {
      return;
    }
    await services.data.change("tasks/create", { ticketId: ticket.id, content });
  }
}

async function editTask(services: Services, { task }: TaskNode): Promise<void> {
  const content = await askText("Edit Task", "What to do", task.content);
  if (content && content !== task.content) {
    await services.data.change("tasks/update", { id: task.id, content });
  }
}

async function describeTask(services: Services, { task }: TaskNode): Promise<void> {
  const description = await vscode.window.showInputBox({
    title: "Describe Task",
    value: task.description,
    prompt: `More about "${task.content}"`,
  });
  if (description !== undefined) {
    await services.data.change("tasks/update", { id: task.id, description });
  }
}

async function removeTasks(services: Services, clicked: TaskNode, selected?: Node[]): Promise<void> {
  const nodes = (selected ?? [clicked]).filter((node) => node.kind === "task");
  for (const { task } of nodes) {
    await services.data.change("tasks/delete", { id: task.id });
  }
  await offerUndo(
    services,
    "task",
    nodes.map(({ task }) => ({ id: task.id, title: task.content })),
  );
}

async function askText(title: string, prompt: string, value = ""): Promise<string | undefined> {
  const text = (await vscode.window.showInputBox({ title, prompt, value }))?.trim();
  return text === "" ? undefined : text;
}
