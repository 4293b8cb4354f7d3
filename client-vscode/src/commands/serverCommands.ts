/** Show Log, Restart Server, Repair Python Environment, Open File and the status bar's quick actions. */
import * as vscode from "vscode";
import { hasContent } from "../context/content";
import { lineOf } from "../context/symbolAt";
import type { Services } from "../services";
import type { AddedNode, ItemNode } from "../views/selectedNodes";
import { register } from "./register";

interface Action extends vscode.QuickPickItem {
  readonly command: string;
}

export function registerServerCommands(services: Services): vscode.Disposable[] {
  return [
    register(services, "showLog", () => services.log.show()),
    register(services, "restartServer", () => services.supervisor.restart()),
    register(services, "repairEnvironment", () => services.supervisor.repair()),
    register(services, "openItem", (node: ItemNode | AddedNode) => openItem(services, node)),
    register(services, "quickActions", () => quickActions(services)),
  ];
}

async function openItem(services: Services, node: ItemNode | AddedNode): Promise<void> {
  const line = node.kind === "item" ? await firstLine(services, node) : undefined;
  const { path } = node.kind === "item" ? node.item : node.file;
  await vscode.commands.executeCommand("vscode.open", services.projects.uriOf(node.project, path), {
    preview: true,
    preserveFocus: true,
    ...(line === undefined ? {} : { selection: new vscode.Range(line - 1, 0, line - 1, 0) }),
  });
}

/** Where an item starts, from 1; undefined for a whole file, and for a symbol that is gone. */
async function firstLine({ server }: Services, { project, item }: ItemNode): Promise<number | undefined> {
  if (item.symbol === null) {
    return item.range?.start;
  }
  const { symbols } = await server.request("files/outline", { projectId: project.id, path: item.path });
  return lineOf(symbols, item.symbol);
}

async function quickActions(services: Services): Promise<void> {
  const picked = await vscode.window.showQuickPick(actions(services), { title: "OctoPrompt" });
  if (picked) {
    await vscode.commands.executeCommand(picked.command);
  }
}

function actions({ server, projects, selections, indexStates }: Services): Action[] {
  const always: Action[] = [
    { label: "$(output) Show Log", command: "octoprompt.showLog" },
    { label: "$(debug-restart) Restart Server", command: "octoprompt.restartServer" },
  ];
  const project = projects.active;
  if (server.state !== "running" || !project) {
    return always;
  }
  const some = hasContent(selections.of(project).body);
  const paused = indexStates.of(project)?.state === "paused";
  return [
    { label: "$(sparkle) Suggest Files for Task…", command: "octoprompt.suggestFiles" },
    { label: "$(search) Find Files to Add…", command: "octoprompt.findFiles" },
    { label: "$(git-compare) Select Changed Files", command: "octoprompt.selectChanged" },
    ...(some ? [{ label: "$(copy) Copy Context", command: "octoprompt.copyContext" }] : []),
    { label: "$(open-preview) Preview Context", command: "octoprompt.previewContext" },
    { label: "$(dashboard) Set Token Budget…", command: "octoprompt.setBudget" },
    { label: "$(list-filter) Set How Many Files to Add…", command: "octoprompt.setSuggest" },
    { label: "$(layers) Switch Selection…", command: "octoprompt.switchSelection" },
    { label: "$(info) Show Index Status", command: "octoprompt.showIndexStatus" },
    paused
      ? { label: "$(play) Resume Indexing", command: "octoprompt.resumeIndexing" }
      : { label: "$(debug-pause) Pause Indexing", command: "octoprompt.pauseIndexing" },
    { label: "$(refresh) Rebuild Index", command: "octoprompt.rebuildIndex" },
    ...always,
  ];
}
