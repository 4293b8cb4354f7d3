/** Which tickets a command means: those of the view, the one in the editor, or one that is picked from all. */
import * as vscode from "vscode";
import { activeProject } from "../commands/register";
import { Notice } from "../commands/report";
import { addressOf } from "../data/paths";
import { SCHEME } from "../data/uris";
import type { TicketHead } from "../generated/protocol";
import type { Services } from "../services";
import type { Node } from "./nodes";
import { describeTicket, dayOf, STATUSES } from "./words";

/** A row of the view, or what a row's own click carries. */
export type Target = Node | TicketHead;

const MOST_OFFERED = 1000;

export async function ticketsOf(
  services: Services,
  title: string,
  clicked?: Target,
  selected?: readonly Target[],
): Promise<TicketHead[]> {
  const targets = selected && selected.length > 0 ? selected : clicked ? [clicked] : [];
  if (targets.length > 0) {
    const heads = targets.map((target) => ("kind" in target ? target.ticket : target));
    return [...new Map(heads.map((head) => [head.id, head])).values()];
  }
  const one = (await ticketInEditor(services)) ?? (await pickTicket(services, title));
  return one ? [one] : [];
}

export async function ticketOf(
  services: Services,
  title: string,
  clicked?: Target,
): Promise<TicketHead | undefined> {
  return (await ticketsOf(services, title, clicked))[0];
}

/** Ask which ticket of the active project. */
export async function pickTicket(services: Services, title: string): Promise<TicketHead | undefined> {
  const project = activeProject(services);
  const { tickets } = await services.server.request("tickets/list", {
    projectId: project.id,
    limit: MOST_OFFERED,
  });
  if (tickets.length === 0) {
    throw new Notice("OctoPrompt: there are no tickets yet; make one with OctoPrompt: New Ticket…");
  }
  return pickOf(tickets, title);
}

export async function pickOf(tickets: readonly TicketHead[], title: string): Promise<TicketHead | undefined> {
  const today = dayOf(new Date());
  const picked = await vscode.window.showQuickPick(
    tickets.map((ticket) => ({
      label: `$(${STATUSES[ticket.status][1]}) ${ticket.title}`,
      description: describeTicket(ticket, today),
      ticket,
    })),
    { title, placeHolder: "Which ticket?", matchOnDescription: true },
  );
  return picked?.ticket;
}

/** The ticket that is open in the active editor. */
export async function ticketInEditor({ server }: Services): Promise<TicketHead | undefined> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const address = uri?.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.area === "tickets" ? server.request("tickets/get", { id: address.id }) : undefined;
}
