/** Asking the server which files matter for a task. */
import * as vscode from "vscode";
import type { SuggestContextResult } from "../generated/protocol";
import type { Services } from "../services";
import type { OpenProject } from "./projects";

export const SUGGESTIONS = 15;

/** `like` names chosen files: then the question is what goes with them. */
export function suggest(
  { server, projects }: Pick<Services, "server" | "projects">,
  project: OpenProject,
  query: string,
  like: readonly string[],
  token: vscode.CancellationToken,
): Promise<SuggestContextResult> {
  const openPaths = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputText ? [projects.locate(input.uri)] : []))
    .flatMap((place) => (place?.project.id === project.id ? [place.path] : []));
  return server.request(
    "context/suggest",
    {
      projectId: project.id,
      query,
      limit: SUGGESTIONS,
      openPaths: [...new Set(openPaths)],
      selectedPaths: [...like],
    },
    token,
  );
}
