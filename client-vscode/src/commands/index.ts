/** Refresh, Rebuild, Pause and Resume the index, what it has to say, and what keeps it current. */
import * as vscode from "vscode";
import { named } from "../context/account";
import { full, plural } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import { Rescan } from "../context/rescan";
import type { IndexStatus } from "../generated/protocol";
import type { Services } from "../services";
import { activeProject, register } from "./register";

type IndexMethod = "index/refresh" | "index/rebuild" | "index/pause" | "index/resume";

const SCHEME = "octoprompt-index";

export function registerIndex(services: Services): vscode.Disposable[] {
  const report = new Report(services);
  return [
    report,
    new Rescan(services),
    register(services, "refreshIndex", () => work(services, "index/refresh", "refreshing the index")),
    register(services, "rebuildIndex", () => work(services, "index/rebuild", "rebuilding the index")),
    register(services, "pauseIndexing", () => forEachProject(services, "index/pause")),
    register(services, "resumeIndexing", () => forEachProject(services, "index/resume")),
    register(services, "showIndexStatus", () => report.open(activeProject(services))),
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

/** A read-only document, so that nobody is asked to save it; told anew each time it is opened. */
class Report implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly services: Services) {}

  async open({ id, name }: OpenProject): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Index of ${name}.md`, query: id });
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const project = this.services.projects.byId(uri.query);
    if (!project) {
      return "The folder of this index is not open.";
    }
    try {
      const status = await this.services.server.request("index/status", { projectId: project.id });
      return describe(project.name, status);
    } catch (error) {
      return `The index has nothing to say: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  dispose(): void {
    vscode.Disposable.from(this.changed, this.registration).dispose();
  }
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
    `${full(status.files - status.pending)} of ${full(status.files)} files indexed, ${plural(status.symbols, "symbol")}`,
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
