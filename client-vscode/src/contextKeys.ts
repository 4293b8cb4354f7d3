/** The facts that `when` clauses of the manifest ask for. */
import * as vscode from "vscode";
import type { Services } from "./services";

export function keepContextKeys({ server, projects, selections, indexStates }: Services): vscode.Disposable {
  const known = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (known.get(key) !== value) {
      known.set(key, value);
      void vscode.commands.executeCommand("setContext", `octoprompt.${key}`, value);
    }
  };
  const update = (): void => {
    const { active, open } = projects;
    set("ready", server.state === "running" && active !== undefined);
    set("multiRoot", open.length > 1);
    set("hasItems", active !== undefined && selections.of(active).body.items.length > 0);
    set("canUndo", active !== undefined && selections.canUndo(active));
    set("canRedo", active !== undefined && selections.canRedo(active));
    set("hasTicket", active !== undefined && selections.of(active).body.ticketId !== null);
    set("indexPaused", indexStates.of(active)?.state === "paused");
  };
  update();
  return vscode.Disposable.from(
    server.onDidChangeState(update),
    projects.onDidChange(update),
    selections.onDidChange(update),
    indexStates.onDidChange(update),
  );
}
