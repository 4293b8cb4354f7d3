/** Copy Context and Preview Context. */
import * as vscode from "vscode";
import { buildParams } from "../context/build";
import { hasContent } from "../context/content";
import { counted, plural } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import type { BuildContextResult } from "../generated/protocol";
import type { Services } from "../services";
import { Copied } from "./copied";
import { activeProject, register } from "./register";
import { Notice } from "./report";

const SCHEME = "octoprompt-context";
const REFRESH_MS = 800;
const MESSAGE_MS = 10_000;
const EXTENSIONS = { markdown: "md", xml: "xml", plain: "txt" } as const;

export function registerBuild(services: Services): vscode.Disposable[] {
  const preview = new Preview(services);
  const copied = new Copied();
  return [
    preview,
    copied,
    register(services, "copyContext", () => copy(services, copied)),
    register(services, "previewContext", () => preview.open(projectWithContent(services))),
  ];
}

function projectWithContent(services: Services): OpenProject {
  const project = activeProject(services);
  if (!hasContent(services.selections.of(project).body)) {
    throw new Notice("OctoPrompt: nothing to send yet. Describe a task, or choose files.");
  }
  return project;
}

async function copy(services: Services, copied: Copied): Promise<void> {
  const project = projectWithContent(services);
  const built = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "OctoPrompt: building the context" },
    () => build(services, project),
  );
  await vscode.env.clipboard.writeText(built.text);
  const chosen = chosenPaths(services, project);
  const message = `Copied ${counted(built.tokens, built.tokensExact)} tokens: ${summary(built, chosen)}.`;
  const details = "Details";
  const isAsChosen = built.omitted.every(({ path }) => !chosen.has(path)) && built.redactions.length === 0;
  const answer = await (isAsChosen
    ? vscode.window.showInformationMessage(message, details)
    : vscode.window.showWarningMessage(message, details));
  if (answer === details) {
    await copied.open(project, built);
  }
}

function build(
  services: Services,
  project: OpenProject,
  token?: vscode.CancellationToken,
): Promise<BuildContextResult> {
  const { body } = services.selections.of(project);
  return services.server.request("context/build", buildParams(services.projects, project, body), token);
}

function chosenPaths({ selections }: Services, project: OpenProject): ReadonlySet<string> {
  return new Set(selections.of(project).body.items.map(({ path }) => path));
}

/** `3 files whole, 1 in outline, 2 in parts, 2 of your files left out, no room for 3 more, 1 secret masked`. */
function summary({ items, omitted, redactions }: BuildContextResult, chosen: ReadonlySet<string>): string {
  const mine = omitted.filter(({ path }) => chosen.has(path)).length;
  const more = omitted.length - mine;
  const whole = items.filter(({ mode }) => mode === "full").length;
  const outlines = items.filter(({ mode }) => mode === "outline").length;
  const parts = items.length - whole - outlines;
  return [
    `${plural(whole, "file")} whole`,
    ...(outlines > 0 ? [`${outlines} in outline`] : []),
    ...(parts > 0 ? [`${parts} in parts`] : []),
    ...(mine > 0 ? [`${mine} of your files left out`] : []),
    ...(more > 0 ? [`no room for ${more} more`] : []),
    ...(redactions.length > 0 ? [`${plural(redactions.length, "secret")} masked`] : []),
  ].join(", ");
}

/** A read-only document for each project, built anew when the selection changes while it is open. */
class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly services: Services) {
    this.owned = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      services.estimates.onDidChange((project) => this.renewSoon(project)),
    ];
  }

  async open(project: OpenProject): Promise<void> {
    const uri = this.uriOf(project);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const project = this.services.projects.byId(uri.query);
    if (!project) {
      return "The folder of this context is not open.";
    }
    try {
      const built = await build(this.services, project, token);
      vscode.window.setStatusBarMessage(
        `OctoPrompt: ${counted(built.tokens, built.tokensExact)} tokens to send: ${summary(built, chosenPaths(this.services, project))}`,
        MESSAGE_MS,
      );
      return built.text;
    } catch (error) {
      return `The context cannot be built: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.owned).dispose();
  }

  private uriOf(project: OpenProject): vscode.Uri {
    const { format } = this.services.selections.of(project).body;
    return vscode.Uri.from({
      scheme: SCHEME,
      path: `/Context of ${project.name}.${EXTENSIONS[format]}`,
      query: project.id,
    });
  }

  private renewSoon(project: OpenProject): void {
    const uri = this.uriOf(project);
    const isOpen = vscode.workspace.textDocuments.some(
      (document) => document.uri.toString() === uri.toString(),
    );
    if (isOpen) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.changed.fire(uri), REFRESH_MS);
    }
  }
}
