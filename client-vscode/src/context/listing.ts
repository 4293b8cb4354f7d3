/** All files below a folder. */
import type { FileEntry } from "../generated/protocol";
import type { Server } from "../server/client";
import type { OpenProject } from "./projects";

const PAGE = 5000;

/** The paths of all files below a folder that a context may hold; skipped ones have to be chosen by hand. */
export async function listBelow(server: Server, project: OpenProject, folder: string): Promise<string[]> {
  const entries: FileEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: { entries: FileEntry[]; nextCursor: string | null } = await server.request("files/list", {
      projectId: project.id,
      folder,
      recursive: true,
      limit: PAGE,
      cursor,
    });
    entries.push(...page.entries);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries
    .filter((entry) => entry.kind === "file" && entry.skipped === null)
    .map((entry) => entry.path);
}
