/** How a command is bound: its errors are told to the user, and the active project is found for it. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import type { Services } from "../services";
import { Notice, report } from "./report";

/** Bind `octoprompt.<name>`; whatever the handler throws is reported once. */
export function register(
  services: Services,
  name: string,
  handler: (...args: never[]) => Promise<void> | void,
): vscode.Disposable {
  return vscode.commands.registerCommand(`octoprompt.${name}`, async (...args: never[]) => {
    try {
      await handler(...args);
    } catch (error) {
      report(error, services);
    }
  });
}

/** The project that a command without a file works on. */
export function activeProject({ projects, server }: Services): OpenProject {
  if (projects.active) {
    return projects.active;
  }
  throw new Notice(
    server.state === "running"
      ? "OctoPrompt: open a folder first."
      : "OctoPrompt: the server does not run yet; see OctoPrompt: Show Log.",
  );
}
