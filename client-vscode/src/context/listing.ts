/** All files below a folder. */
import * as vscode from "vscode";
import type { FileEntry } from "../generated/protocol";
import type { Server } from "../server/client";
import type { Services } from "../services";
import type { OpenProject } from "./projects";

const PAGE = 5000;

/**
 * The paths of all files below a folder that a context may hold; skipped ones have to be chosen by hand. Waits for an
 * index that is being made, and says so.
 */
export async function listBelow(
  { server, indexStates }: Pick<Services, "server" | "indexStates">,
  project: OpenProject,
  folder: string,
): Promise<string[]> {
  const status = indexStates.of(project);
  const location = status?.textReady ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
  const title = status?.textReady
    ? "OctoPrompt: listing files"
    : "OctoPrompt: waiting until all files are known";
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, token) => {
    await indexStates.filesKnown(project, token);
    return listAll(server, project, folder, token);
  });
}

async function listAll(
  server: Server,
  project: OpenProject,
  folder: string,
  token: vscode.CancellationToken,
): Promise<string[]> {
  const entries: FileEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: { entries: FileEntry[]; nextCursor: string | null } = await server.request(
      "files/list",
      { projectId: project.id, folder, recursive: true, limit: PAGE, cursor },
      token,
    );
    entries.push(...page.entries);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries
    .filter((entry) => entry.kind === "file" && entry.skipped === null)
    .map((entry) => entry.path);
}
