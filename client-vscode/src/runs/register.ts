/** Agents in the editor: the view of their runs, the commands that start and stop them, what they propose. */
import * as vscode from "vscode";
import type { Services } from "../services";
import { registerRunCommands } from "./commands";
import { RunDocuments } from "./documents";
import { Marks } from "./marks";
import { Runs } from "./runs";
import { registerStarts } from "./start";
import { RunsView } from "./view";

export function registerRuns(services: Services): vscode.Disposable[] {
  const runs = new Runs(services);
  const view = new RunsView(services, runs);
  return [
    runs,
    view,
    new RunDocuments(services),
    vscode.window.registerFileDecorationProvider(new Marks()),
    ...registerRunCommands(services, runs),
    ...registerStarts({ services, runs, view }),
  ];
}
