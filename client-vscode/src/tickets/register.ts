/** Everything of tickets in the editor. */
import type * as vscode from "vscode";
import type { Services } from "../services";
import { registerTicketEdits } from "./edit";
import { registerTicketFiles } from "./files";
import { registerTicketLinks } from "./links";
import { registerTicketsFromCode } from "./fromCode";
import { registerTicketLenses } from "./lenses";
import { TicketsView } from "./view";

export function registerTickets(services: Services): vscode.Disposable[] {
  return [
    new TicketsView(services),
    ...registerTicketEdits(services),
    ...registerTicketFiles(services),
    ...registerTicketLinks(services),
    ...registerTicketsFromCode(services),
    ...registerTicketLenses(services),
  ];
}
