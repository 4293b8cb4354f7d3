/** Agents for tickets: tasks made of one, a plan for it, and the work on it or on one of its tasks. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { plural } from "../context/numbers";
import type { TicketHead } from "../generated/protocol";
import type { Services } from "../services";
import { openTicket } from "../tickets/edit";
import type { TaskNode } from "../tickets/nodes";
import { type Target, ticketInEditor, ticketOf } from "../tickets/targets";
import { openPlan } from "./plans";
import { present, type Starting, work } from "./work";

export function registerTicketWork(starting: Starting): vscode.Disposable[] {
  const { services } = starting;
  const on = (name: string, title: string, carry: (ticket: TicketHead) => Promise<void>): vscode.Disposable =>
    register(services, name, async (clicked?: Target) => {
      const ticket = await ticketOf(services, title, clicked);
      await (ticket && carry(ticket));
    });
  return [
    on("generateTasks", "Generate Tasks", (ticket) => generateTasks(starting, ticket)),
    on("planTicket", "Plan Ticket", async ({ id, projectId, title }) => {
      const result = await work(starting, { kind: "plan", projectId, ticketId: id }, title);
      await (result && openPlan(starting, result.runId));
    }),
    on("workOnTicket", "Work on Ticket", (ticket) => workOn(starting, ticket)),
    register(services, "workOnTask", ({ ticket, task }: TaskNode) =>
      workOn(starting, ticket, { id: task.id, title: task.content }),
    ),
  ];
}

async function workOn(
  starting: Starting,
  { id: ticketId, projectId, title }: TicketHead,
  task?: { id: string; title: string },
): Promise<void> {
  const order = { kind: "code", projectId, ticketId, taskId: task?.id ?? null } as const;
  const paths = await pathsOf(starting.services, ticketId);
  const result = await work(starting, { ...order, paths }, task?.title ?? title);
  await (result && present(starting, result));
}

/** What is linked to a ticket is what the model sees first. */
async function pathsOf({ server }: Services, id: string): Promise<string[]> {
  return (await server.request("tickets/get", { id })).paths;
}

async function generateTasks(starting: Starting, ticket: TicketHead): Promise<void> {
  const append = await mayStay(ticket);
  if (append === undefined) {
    return;
  }
  const { id, projectId, title } = ticket;
  const paths = await pathsOf(starting.services, id);
  const order = { kind: "generateTasks", projectId, ticketId: id, append, paths } as const;
  const result = await work(starting, order, title);
  if (!result) {
    return;
  }
  const open = "Open Ticket";
  const said = `Added ${plural(result.steps.length, "task")} to "${title}".`;
  if ((await ticketInEditor(starting.services))?.id === id) {
    vscode.window.setStatusBarMessage(`OctoPrompt: ${said}`, 5000);
    return;
  }
  void vscode.window.showInformationMessage(said, open).then((answer) => answer && openTicket(ticket, false));
}

/** Whether the tasks that are there stay; undefined when the question is left. */
async function mayStay({ taskCount, title }: TicketHead): Promise<boolean | undefined> {
  if (taskCount === 0) {
    return true;
  }
  const picked = await vscode.window.showQuickPick(
    [
      { label: "$(add) Add to Them", description: "what is there already is not made again", append: true },
      { label: "$(replace-all) Replace Them", description: "the old ones go to the bin", append: false },
    ],
    { title: "Generate Tasks", placeHolder: `"${title}" has ${plural(taskCount, "task")}` },
  );
  return picked?.append;
}
