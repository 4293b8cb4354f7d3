/** What models said of files, read again at no cost, and forgotten. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { placesOf, type Target } from "../commands/targets";
import { listBelow } from "../context/listing";
import { plural } from "../context/numbers";
import type { Place } from "../context/projects";
import type { GetSummariesResult } from "../generated/protocol";
import type { Services } from "../services";

const SCHEME = "octoprompt-summary";
/** As many as the server takes. */
const MOST_AT_ONCE = 2_000;

/** Summaries as read-only documents, asked for anew each time one is opened. */
export class Summaries implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Services) {
    this.owned = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      register(services, "showSummary", (clicked?: Target) => this.show(clicked)),
      register(services, "clearSummaries", (clicked?: Target) => this.clear(clicked)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { projectId, path } = JSON.parse(uri.query) as { projectId: string; path: string };
    const project = this.services.projects.byId(projectId);
    return project ? summaryText(path || project.name, await this.ask({ project, path })) : "";
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async show(clicked?: Target): Promise<void> {
    const [place] = placesOf(this.services, clicked);
    if (!place) {
      return;
    }
    const { summaries } = await this.ask(place);
    const { project, path } = place;
    if (summaries.length > 0) {
      const query = JSON.stringify({ projectId: project.id, path });
      const name = `Summary of ${path || project.name}`.replace(/\//g, "∕");
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md`, query });
      this.changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true });
      return;
    }
    const make = "Summarise…";
    const answer = await vscode.window.showInformationMessage(
      `OctoPrompt: ${path || project.name} has no summary as it is now.`,
      ...(vscode.workspace.isTrusted ? [make] : []),
    );
    await (answer &&
      vscode.commands.executeCommand("octoprompt.summarize", this.services.projects.uriOf(project, path)));
  }

  private async clear(clicked?: Target): Promise<void> {
    const [place] = placesOf(this.services, clicked);
    if (!place) {
      return;
    }
    const { summaries } = await this.ask(place);
    const paths = summaries.map(({ path }) => path);
    const name = place.path || place.project.name;
    if (paths.length === 0) {
      throw new Notice(`OctoPrompt: ${name} has no summary.`);
    }
    const forget = "Forget Them";
    const answer = await vscode.window.showWarningMessage(
      `Forget what was said of ${plural(paths.length, "file")} in ${name}?`,
      { modal: true, detail: "Summaries that are made again are paid for again." },
      forget,
    );
    if (answer === forget) {
      await this.services.data.change("summaries/clear", { projectId: place.project.id, paths });
      vscode.window.setStatusBarMessage(
        `OctoPrompt: forgot the summaries of ${plural(paths.length, "file")}`,
        5000,
      );
    }
  }

  /** Of a file, or of the files below a folder. */
  private async ask({ project, path }: Place): Promise<GetSummariesResult> {
    const { server, projects } = this.services;
    const { type } = await vscode.workspace.fs.stat(projects.uriOf(project, path));
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    const paths = isFolder ? await listBelow(this.services, project, path) : [path];
    const all: GetSummariesResult = { summaries: [], missing: [], unreadable: [] };
    for (let at = 0; at < paths.length; at += MOST_AT_ONCE) {
      const part = paths.slice(at, at + MOST_AT_ONCE);
      const found = await server.request("summaries/get", { projectId: project.id, paths: part });
      all.summaries.push(...found.summaries);
      all.missing.push(...found.missing);
    }
    return all;
  }
}

/** As Markdown: each summary under its path, then what has none. */
export function summaryText(name: string, { summaries, missing }: GetSummariesResult): string {
  const parts = summaries.map(
    ({ path, text, model, createdAt }) =>
      `## ${path}\n\n${text.trim()}\n\n*${model}, ${new Date(createdAt).toLocaleString()}*`,
  );
  const without =
    missing.length === 0 ? "" : `## Without a summary\n\n${missing.map((path) => `- ${path}`).join("\n")}`;
  return [`# Summary of ${name}`, ...parts, without].filter(Boolean).join("\n\n").concat("\n");
}
