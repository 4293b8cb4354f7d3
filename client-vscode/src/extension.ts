/** Where the extension starts: makes everything, owns everything, and lets go of it in order. */
import * as vscode from "vscode";
import { registerChat } from "./chat/register";
import { registerAddParts } from "./commands/addParts";
import { registerAddRemove } from "./commands/addRemove";
import { registerBuild } from "./commands/build";
import { registerChangedFiles } from "./commands/changedFiles";
import { registerCodeActions } from "./commands/codeActions";
import { registerIndex } from "./commands/index";
import { registerNamedSelections } from "./commands/namedSelections";
import { report } from "./commands/report";
import { registerServerCommands } from "./commands/serverCommands";
import { registerSettle } from "./commands/settle";
import { registerSuggestFiles } from "./commands/suggestFiles";
import { Estimates } from "./context/estimates";
import { IndexStates } from "./context/indexStates";
import { Projects } from "./context/projects";
import { Selections } from "./context/selections";
import { keepContextKeys } from "./contextKeys";
import { Data } from "./data/data";
import { registerData } from "./data/register";
import { Edits } from "./edits/edits";
import { registerPrompts } from "./prompts/register";
import { registerRuns } from "./runs/register";
import { Server } from "./server/client";
import { Supervisor } from "./server/supervisor";
import type { Services } from "./services";
import { registerTickets } from "./tickets/register";
import { FilesView } from "./views/files";
import { SelectedView } from "./views/selected";
import { StatusBar } from "./views/statusBar";
import { TaskView } from "./views/task";

let running: Services | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("OctoPrompt", { log: true });
  const server = new Server(log);
  const supervisor = new Supervisor(server, context, log);
  const onError = (error: unknown): void => report(error, { log, supervisor });
  const data = new Data(server);
  const projects = new Projects(server, onError);
  const selections = new Selections(server, projects, context.workspaceState, onError);
  const estimates = new Estimates(server, projects, selections, log);
  const indexStates = new IndexStates(server, projects);
  const services: Services = {
    context,
    log,
    server,
    supervisor,
    data,
    edits: new Edits(server, data),
    projects,
    selections,
    estimates,
    indexStates,
  };
  running = services;
  context.subscriptions.push(
    supervisor,
    estimates,
    indexStates,
    keepContextKeys(services),
    new TaskView(services),
    new FilesView(services),
    new SelectedView(services),
    new StatusBar(services),
    ...registerBuild(services),
    ...registerAddRemove(services),
    ...registerAddParts(services),
    registerSuggestFiles(services),
    registerChangedFiles(services),
    ...registerSettle(services),
    ...registerNamedSelections(services),
    ...registerIndex(services),
    ...registerServerCommands(services),
    ...registerChat(services),
    // VS Code shows the actions of who came last first.
    registerCodeActions(services),
    ...registerData(services, onError),
    ...registerPrompts(services),
    ...registerTickets(services),
    ...registerRuns(services),
  );
  void supervisor.start();
}

/**
 * Save what waits, then stop the server in order. VS Code lets go of the subscriptions without waiting for this, so what
 * is needed to save is not among them.
 */
export async function deactivate(): Promise<void> {
  const services = running;
  running = undefined;
  if (!services) {
    return;
  }
  const { log, server, projects, selections } = services;
  await selections
    .flush()
    .catch((error: unknown) => log.error(`the selection was not saved: ${String(error)}`));
  await server.stop();
  [selections, projects, server, log].forEach((owned) => owned.dispose());
}
