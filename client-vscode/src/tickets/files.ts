/** The files of tickets: linking them, having them suggested, building a context from them, and the way back. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { placesOf, type Target as FileTarget } from "../commands/targets";
import { addPaths } from "../context/items";
import { plural } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import type { TicketHead } from "../generated/protocol";
import type { Services } from "../services";
import { openTicket } from "./edit";
import type { Node, TicketFileNode } from "./nodes";
import { pickOf, pickTicket, type Target, ticketOf } from "./targets";

const SUGGESTED = 15;

export function registerTicketFiles(services: Services): vscode.Disposable[] {
  return [
    register(services, "linkFilesToTicket", (clicked?: FileTarget, selected?: FileTarget[]) =>
      linkFrom(services, clicked, selected),
    ),
    register(services, "linkActiveFile", async (clicked?: Target) => {
      const ticket = await ticketOf(services, "Link Active File", clicked);
      const uri = vscode.window.activeTextEditor?.document.uri;
      if (ticket && !uri) {
        throw new Notice("OctoPrompt: open a file of the workspace first.");
      }
      if (ticket && uri) {
        await linkFiles(services, ticket, [uri]);
      }
    }),
    register(services, "linkSelectedFiles", (clicked?: Target) => linkChosen(services, clicked)),
    register(services, "unlinkFile", (node: TicketFileNode, selected?: Node[]) =>
      unlink(services, selected ?? [node]),
    ),
    register(services, "suggestTicketFiles", (clicked?: Target) => suggest(services, clicked)),
    register(services, "buildFromTicket", (clicked?: Target) => build(services, clicked)),
    register(services, "removeTicketFromContext", () => takeOut(services)),
    register(services, "showTicketsOfFile", () => ticketsOfFile(services)),
  ];
}

/** Say that a ticket concerns files of its project. */
export async function linkFiles(
  services: Services,
  ticket: TicketHead,
  uris: readonly vscode.Uri[],
): Promise<void> {
  const paths = uris
    .map((uri) => services.projects.locate(uri))
    .filter((place) => place?.project.id === ticket.projectId && place.path !== "")
    .map((place) => place?.path ?? "");
  if (paths.length === 0) {
    throw new Notice("OctoPrompt: that is no file of the ticket's project.");
  }
  await services.data.change("tickets/linkFiles", { id: ticket.id, paths });
}

/** From the explorer, a tab, the Files view: the files are known, the ticket is asked for. */
async function linkFrom(services: Services, clicked?: FileTarget, selected?: FileTarget[]): Promise<void> {
  const places = placesOf(services, clicked, selected);
  const ticket = await pickTicket(services, `Link ${plural(places.length, "File")} to a Ticket`);
  if (ticket) {
    const own = places.filter(({ project }) => project.id === ticket.projectId);
    await services.data.change("tickets/linkFiles", { id: ticket.id, paths: own.map(({ path }) => path) });
  }
}

async function linkChosen(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Link Files of the Context", clicked);
  if (!ticket) {
    return;
  }
  const paths = pathsInContext(services, projectOf(services, ticket));
  if (paths.length === 0) {
    throw new Notice("OctoPrompt: no files are in the context.");
  }
  await services.data.change("tickets/linkFiles", { id: ticket.id, paths });
}

async function unlink({ data }: Services, nodes: readonly Node[]): Promise<void> {
  const files = nodes.filter((node) => node.kind === "ticketFile");
  for (const ticketId of new Set(files.map(({ ticket }) => ticket.id))) {
    const paths = files.filter(({ ticket }) => ticket.id === ticketId).map(({ path }) => path);
    await data.change("tickets/unlinkFiles", { id: ticketId, paths });
  }
}

async function suggest(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Suggest Files for a Ticket", clicked);
  const paths = ticket && (await pickSuggested(services, ticket, "Link"));
  if (ticket && paths && paths.length > 0) {
    await services.data.change("tickets/linkFiles", { id: ticket.id, paths });
  }
}

/** Ask the index which files a ticket is about, and the user which of them; the best are ticked. */
async function pickSuggested(
  { server }: Services,
  { id, title }: TicketHead,
  verb: string,
): Promise<string[] | undefined> {
  const { files, note } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "OctoPrompt: looking for the ticket's files" },
    (_progress, token) => server.request("tickets/suggestFiles", { id, limit: SUGGESTED }, token),
  );
  if (files.length === 0) {
    throw new Notice(`OctoPrompt: ${note || "no further file fits the words of this ticket."}`);
  }
  const picked = await vscode.window.showQuickPick(
    files.map(({ path, reasons, score }) => ({
      label: path.slice(path.lastIndexOf("/") + 1),
      description: path,
      detail: reasons.join(" · "),
      picked: score >= 0.5,
      path,
    })),
    {
      title: `Files for "${title}"`,
      placeHolder: `${verb} which? ${note}`.trim(),
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  return picked?.map(({ path }) => path);
}

/** Put a ticket and its files into the current selection; without files, those that fit are offered. */
async function build(services: Services, clicked?: Target): Promise<void> {
  const ticket = await ticketOf(services, "Build Context from Ticket", clicked);
  if (!ticket) {
    return;
  }
  const project = projectOf(services, ticket);
  let { paths } = await services.server.request("tickets/get", { id: ticket.id });
  if (paths.length === 0) {
    const suggested = await pickSuggested(services, ticket, "Add").catch(unlessNotice);
    if (suggested && suggested.length > 0) {
      await services.data.change("tickets/linkFiles", { id: ticket.id, paths: suggested });
    }
    paths = suggested ?? [];
  }
  const { items } = services.selections.of(project).body;
  services.selections.update(project, { ticketId: ticket.id, items: [...addPaths(items, paths)] });
  await vscode.commands.executeCommand("octoprompt.selected.focus");
}

async function takeOut(services: Services): Promise<void> {
  const project = services.projects.active;
  if (project) {
    services.selections.update(project, { ticketId: null });
  }
  return Promise.resolve();
}

async function ticketsOfFile(services: Services): Promise<void> {
  const [place] = placesOf(services);
  if (!place) {
    return;
  }
  const { tickets } = await services.server.request("tickets/list", {
    projectId: place.project.id,
    path: place.path,
  });
  if (tickets.length === 0) {
    throw new Notice(`OctoPrompt: no ticket concerns ${place.path}.`);
  }
  const ticket = await pickOf(tickets, `Tickets of ${place.path}`);
  if (ticket) {
    await openTicket(ticket, false);
  }
}

function pathsInContext({ selections }: Services, project: OpenProject): string[] {
  return [...new Set(selections.of(project).body.items.map(({ path }) => path))];
}

function projectOf({ projects }: Services, { projectId }: TicketHead): OpenProject {
  const project = projects.byId(projectId);
  if (!project) {
    throw new Notice("OctoPrompt: the folder of this ticket is not open.");
  }
  return project;
}

/** That there is nothing to suggest does not keep the ticket out. */
function unlessNotice(error: unknown): undefined {
  if (!(error instanceof Notice)) {
    throw error;
  }
}
