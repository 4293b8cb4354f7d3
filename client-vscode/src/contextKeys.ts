/** The facts that `when` clauses of the manifest ask for. */
import * as vscode from "vscode";
import { countByFolder, type Items } from "./context/items";
import type { Services } from "./services";

/** Gives what sets a fact; the window looks through its menus each time, so only when it changed. */
export function factSetter(): (key: string, value: boolean) => void {
  const known = new Map<string, boolean>();
  return (key, value) => {
    if (known.get(key) !== value) {
      known.set(key, value);
      void vscode.commands.executeCommand("setContext", `octoprompt.${key}`, value);
    }
  };
}

export function keepContextKeys({ server, projects, selections, indexStates }: Services): vscode.Disposable {
  const set = factSetter();
  const update = (): void => {
    const { active, open } = projects;
    set("ready", server.state === "running" && active !== undefined);
    set("unopened", server.state === "running" && projects.isUnopened);
    set("multiRoot", open.length > 1);
    set("hasItems", active !== undefined && selections.of(active).body.items.length > 0);
    set("canUndo", active !== undefined && selections.canUndo(active));
    set("canRedo", active !== undefined && selections.canRedo(active));
    set("hasTicket", active !== undefined && selections.of(active).body.ticketId !== null);
    set("indexPaused", indexStates.of(active)?.state === "paused");
  };
  const chosen = new ChosenPaths({ projects, selections });
  update();
  return vscode.Disposable.from(
    chosen,
    server.onDidChangeState(update),
    projects.onDidChange(update),
    selections.onDidChange(update),
    indexStates.onDidChange(update),
  );
}

/** The files that are chosen, and the folders around them, so that menus offer to take out only what is in. */
class ChosenPaths implements vscode.Disposable {
  private readonly listening: vscode.Disposable;
  private last: unknown[] = [];

  constructor(private readonly services: Pick<Services, "projects" | "selections">) {
    const update = (): void => this.update();
    this.listening = vscode.Disposable.from(
      services.projects.onDidChange(update),
      services.selections.onDidChange(update),
    );
    this.update();
  }

  dispose(): void {
    this.listening.dispose();
  }

  private update(): void {
    const { projects, selections } = this.services;
    const lists = projects.open.map((project) => selections.of(project).body.items);
    if (lists.length === this.last.length && lists.every((items, index) => items === this.last[index])) {
      return;
    }
    this.last = lists;
    const paths = projects.open.flatMap((project, index) =>
      pathsIn(lists[index] ?? []).map((path) => projects.uriOf(project, path).fsPath),
    );
    void vscode.commands.executeCommand("setContext", "octoprompt.chosenPaths", paths);
  }
}

function pathsIn(items: Items): string[] {
  const files = new Set(items.map(({ path }) => path));
  return [...files, ...countByFolder(items).keys()].filter(Boolean);
}
