/** Refresh, Rebuild, Pause and Resume the index, and what it has to say. */
import * as vscode from "vscode";
import { full, plural } from "../context/numbers";
import type { IndexStatus } from "../generated/protocol";
import type { Services } from "../services";
import { activeProject, register } from "./register";

type IndexMethod = "index/refresh" | "index/rebuild" | "index/pause" | "index/resume";

export function registerIndex(services: Services): vscode.Disposable[] {
  return [
    register(services, "refreshIndex", () => work(services, "index/refresh", "refreshing the index")),
    register(services, "rebuildIndex", () => work(services, "index/rebuild", "rebuilding the index")),
    register(services, "pauseIndexing", () => forEachProject(services, "index/pause")),
    register(services, "resumeIndexing", () => forEachProject(services, "index/resume")),
    register(services, "showIndexStatus", () => showStatus(services)),
  ];
}

async function work(services: Services, method: IndexMethod, title: string): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `OctoPrompt: ${title}` },
    (_progress, token) => forEachProject(services, method, token),
  );
}

async function forEachProject(
  services: Services,
  method: IndexMethod,
  token?: vscode.CancellationToken,
): Promise<void> {
  activeProject(services);
  for (const { id } of services.projects.open) {
    services.indexStates.take(await services.server.request(method, { projectId: id }, token));
  }
}

async function showStatus(services: Services): Promise<void> {
  const { id, name } = activeProject(services);
  const status = await services.server.request("index/status", { projectId: id });
  const document = await vscode.workspace.openTextDocument({
    language: "markdown",
    content: describe(name, status),
  });
  await vscode.window.showTextDocument(document, { preview: true });
}

/** The server's reasons often name their file already. */
function named(path: string, reason: string): string {
  return reason.includes(`\`${path}\``) ? reason : `\`${path}\`: ${reason}`;
}

function describe(name: string, status: IndexStatus): string {
  const issues = (title: string, total: number, list: IndexStatus["skipped"]): string[] =>
    total === 0
      ? []
      : [
          "",
          `## ${title}: ${full(total)}`,
          "",
          ...list.map(({ path, reason }) => `- ${named(path, reason)}`),
          ...(total > list.length ? [`- and ${full(total - list.length)} more`] : []),
        ];
  return [
    `# Index of ${name}`,
    "",
    `State: ${status.state}${status.message ? ` (${status.message})` : ""}  `,
    `${plural(status.files, "file")}, ${plural(status.symbols, "symbol")}, ${full(status.pending)} pending`,
    "",
    "## Languages",
    "",
    ...status.languages.map(
      ({ id, files, symbols, grammar }) =>
        `- ${id}: ${plural(files, "file")}, ${grammar === "none" ? "text search only" : plural(symbols, "symbol")}`,
    ),
    ...issues("Skipped", status.skippedTotal, status.skipped),
    ...issues("Failed", status.failedTotal, status.failed),
    "",
  ].join("\n");
}
