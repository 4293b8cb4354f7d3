/** Opening what a chip stands for. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import type { Services } from "../services";
import { parseRef, type Ref } from "./refs";
import type { ChatSession } from "./session";

type Openers = {
  [K in Ref["kind"]]?: (
    ref: Extract<Ref, { kind: K }>,
    services: Services,
    project: OpenProject,
  ) => Promise<unknown>;
};

const run = async (command: string, ...args: unknown[]): Promise<unknown> =>
  vscode.commands.executeCommand(command, ...args);

const OPENERS: Openers = {
  context: () => run("octoprompt.selected.focus"),
  file: ({ path }, services, project) => openLines(services.projects.uriOf(project, path), 1, 1),
  folder: ({ path }, services, project) => run("revealInExplorer", services.projects.uriOf(project, path)),
  symbol: async ({ path, name }, services, project) => {
    if (path === null) {
      return run("workbench.action.quickOpen", `#${name}`);
    }
    const line = await lineOfSymbol(services, path, name, project.id);
    return openLines(services.projects.uriOf(project, path), line, line);
  },
  selection: ({ path, start, end }, services, project) =>
    openLines(services.projects.uriOf(project, path), start, end),
  problems: () => run("workbench.panel.markers.view.focus"),
  diff: () => run("workbench.view.scm"),
};

export async function reveal(services: Services, { project }: ChatSession, text: string): Promise<void> {
  const ref = parseRef(text);
  const open = ref && (OPENERS[ref.kind] as Openers["file"] | undefined);
  if (open && project) {
    await open(ref as Extract<Ref, { kind: "file" }>, services, project);
  }
}

/** Lines from 1; several are selected. */
async function openLines(uri: vscode.Uri, start: number, end: number): Promise<void> {
  const selection = new vscode.Range(start - 1, 0, end === start ? start - 1 : end, 0);
  await vscode.window.showTextDocument(uri, { preview: true, selection });
}

async function lineOfSymbol(
  { server }: Services,
  path: string,
  name: string,
  projectId: string,
): Promise<number> {
  const { symbols } = await server.request("symbols/find", {
    query: name,
    projectId,
    limit: 50,
  });
  return symbols.find((symbol) => symbol.path === path)?.line ?? 1;
}
