/** The chats and runs that go with a ticket: linked to it from where they are, opened and unlinked from the ticket. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import type { Run, Ticket, TicketHead, TicketLink } from "../generated/protocol";
import { describeRun, STATUSES, titleOf } from "../runs/words";
import type { Services } from "../services";
import { pickTicket, type Target, ticketOf } from "./targets";

const MOST_LISTED = 1000;
const UNLINK: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon("close"), tooltip: "Unlink" };

interface Choice extends vscode.QuickPickItem {
  readonly link: TicketLink;
  readonly open: () => Thenable<unknown>;
}

export function registerTicketLinks(services: Services): vscode.Disposable[] {
  return [
    register(services, "linkRunToTicket", ({ run }: { run: Run }) =>
      linkToTicket(services, { kind: "run", id: run.id }, "Link Run"),
    ),
    register(services, "showTicketWork", (clicked?: Target) => showWork(services, clicked)),
  ];
}

/** Ask which ticket a chat or a run goes with. */
export async function linkToTicket(services: Services, link: TicketLink, title: string): Promise<void> {
  const ticket = await pickTicket(services, title);
  if (ticket) {
    await services.data.change("tickets/link", { id: ticket.id, links: [link] });
    vscode.window.setStatusBarMessage(`OctoPrompt: linked to "${ticket.title}"`, 5000);
  }
}

async function showWork(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Show Chats and Runs of a Ticket", clicked);
  const choices = ticket && (await choicesOf(services, ticket));
  if (!ticket || !choices) {
    return;
  }
  if (choices.length === 0) {
    throw new Notice(`OctoPrompt: no chat and no run goes with "${ticket.title}" so far.`);
  }
  const list = vscode.window.createQuickPick<Choice>();
  list.title = `Chats and Runs of "${ticket.title}"`;
  list.placeholder = "Which one is to be opened?";
  list.matchOnDescription = true;
  list.items = choices;
  list.onDidAccept(() => {
    const [picked] = list.selectedItems;
    list.hide();
    void picked?.open();
  });
  list.onDidTriggerItemButton(async ({ item }) => {
    await services.data.change("tickets/unlink", { id: ticket.id, links: [item.link] });
    list.items = list.items.filter((other) => other !== item);
  });
  list.onDidHide(() => list.dispose());
  list.show();
}

/** The latest first: runs that were started for the ticket, then what was linked to it. */
async function choicesOf({ server }: Services, head: TicketHead): Promise<Choice[]> {
  const { id: ticketId, projectId } = head;
  const ticket: Ticket = await server.request("tickets/get", { id: ticketId });
  const { runs } = await server.request("agents/list", { projectId, limit: MOST_LISTED });
  const { chats } = await server.request("chats/list", { limit: MOST_LISTED });
  const isLinked = (kind: TicketLink["kind"], id: string): boolean =>
    ticket.links.some((link) => link.kind === kind && link.id === id);
  return [
    ...runs
      .filter((run) => run.ticketId === ticketId || isLinked("run", run.id))
      .map((run) => runChoice(run, run.ticketId !== ticketId)),
    ...chats
      .filter(({ id }) => isLinked("chat", id))
      .map(({ id, title }): Choice => ({
        label: `$(comment-discussion) ${title}`,
        description: "chat",
        buttons: [UNLINK],
        link: { kind: "chat", id },
        open: () => vscode.commands.executeCommand("octoprompt.openChat", { chatId: id }),
      })),
  ];
}

function runChoice(run: Run, canUnlink: boolean): Choice {
  const command = run.summary === "" ? "octoprompt.showRunLog" : "octoprompt.openRunResult";
  return {
    label: `$(${STATUSES[run.status][1]}) ${titleOf(run)}`,
    description: describeRun(run, Date.now()),
    buttons: canUnlink ? [UNLINK] : [],
    link: { kind: "run", id: run.id },
    open: () => vscode.commands.executeCommand(command, run),
  };
}
