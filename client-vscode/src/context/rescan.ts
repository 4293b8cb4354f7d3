/** Has the server look at the files again after the window was away: a watcher does not see every change. */
import * as vscode from "vscode";
import type { Services } from "../services";
import { Absence } from "./absence";

type Needed = Pick<Services, "indexStates" | "log" | "projects" | "server">;

export class Rescan implements vscode.Disposable {
  private readonly absence = new Absence();
  private readonly listener: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly services: Needed) {
    this.listener = vscode.window.onDidChangeWindowState(({ focused }) => {
      const wait = this.absence.moved(focused, Date.now());
      if (wait !== undefined) {
        this.timer = setTimeout(() => void this.look(), wait);
      }
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  /** Nobody asked for this, so nobody is told when it fails. */
  private async look(): Promise<void> {
    const { indexStates, log, projects, server } = this.services;
    for (const project of projects.open) {
      const isPaused = indexStates.of(project)?.state === "paused";
      if (!vscode.workspace.isTrusted || server.state !== "running" || isPaused) {
        continue;
      }
      try {
        await server.request("index/rescan", { projectId: project.id });
      } catch (error) {
        log.warn(`the files of ${project.name} were not looked at again: ${String(error)}`);
      }
    }
  }
}
