/** Agents in the editor: the view of their runs, the commands that start and stop them, what they propose. */
import * as vscode from "vscode";
import type { Services } from "../services";
import { registerCodebaseWork } from "./codebase";
import { registerRunCommands } from "./commands";
import { registerCommitMessage } from "./commit";
import { RunDocuments } from "./documents";
import { registerLibraryWork } from "./library";
import { Marks } from "./marks";
import { registerPlans } from "./plans";
import { Runs } from "./runs";
import { Summaries } from "./summaries";
import { registerTicketWork } from "./tickets";
import { RunsView } from "./view";

export function registerRuns(services: Services): vscode.Disposable[] {
  const runs = new Runs(services);
  const view = new RunsView(services, runs);
  const starting = { services, runs, view };
  return [
    runs,
    view,
    new RunDocuments(services),
    new Summaries(services),
    vscode.window.registerFileDecorationProvider(new Marks()),
    ...registerRunCommands(starting),
    ...registerCodebaseWork(starting),
    ...registerPlans(starting),
    ...registerTicketWork(starting),
    ...registerLibraryWork(starting),
    registerCommitMessage(starting),
  ];
}
