/** The status bar item: how far the index is, and how much of the budget the selection takes. */
import * as vscode from "vscode";
import { hasContent } from "../context/content";
import { full, plural } from "../context/numbers";
import { cutsOf, cutWords, inWords, ofBudget } from "../context/total";
import type { IndexStatus } from "../generated/protocol";
import type { Phase } from "../server/supervisor";
import type { Services } from "../services";

const PHASES: Record<Phase, readonly [icon: string, text: string]> = {
  settingUp: ["sync~spin", "setting up the server's Python environment"],
  noEnvironment: ["error", "the server's Python environment is not set up"],
  starting: ["sync~spin", "the server is starting"],
  running: ["sync~spin", "the server is opening the folder"],
  stopped: ["error", "the server does not run"],
};

const UNOPENED = ["warning", "the folder cannot be opened: it is not there, or may not be read"] as const;

export class StatusBar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Services) {
    const { supervisor, projects, selections, estimates, indexStates } = services;
    this.item = vscode.window.createStatusBarItem("octoprompt.status", vscode.StatusBarAlignment.Right, 90);
    this.item.name = "OctoPrompt";
    this.item.command = "octoprompt.quickActions";
    const show = (): void => this.show();
    this.owned = [
      this.item,
      supervisor.onDidChangePhase(show),
      projects.onDidChange(show),
      selections.onDidChange(show),
      estimates.onDidChange(show),
      indexStates.onDidChange(show),
    ];
    this.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private show(): void {
    const project = this.services.projects.active;
    if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
      this.item.hide();
      return;
    }
    this.item.backgroundColor = undefined;
    if (this.services.server.state !== "running" || !project) {
      this.showServer();
    } else {
      const status = this.busiest() ?? this.services.indexStates.of(project);
      const { body } = this.services.selections.of(project);
      const estimate = this.services.estimates.of(project);
      const cuts = cutWords(cutsOf(body.items, estimate));
      const warning = cuts || estimate.problem ? "$(warning) " : "";
      const total = hasContent(body) ? warning + ofBudget(estimate, body.budgetTokens) : "";
      this.item.text = [indexText(status), total].filter(Boolean).join("  ");
      const said = [inWords(estimate, body.budgetTokens), cuts, estimate.problem ?? ""];
      this.item.tooltip = tooltip(status, said.filter(Boolean).join(" · "));
      if (status?.state === "error") {
        this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
      }
    }
    this.item.accessibilityInformation = {
      label: `OctoPrompt ${this.item.text.replace(/\$\([^)]*\)/g, "")}`,
    };
    this.item.show();
  }

  private showServer(): void {
    const { supervisor, projects } = this.services;
    const [icon, text] =
      supervisor.phase === "running" && projects.isUnopened ? UNOPENED : PHASES[supervisor.phase];
    this.item.text = `$(${icon}) OctoPrompt`;
    this.item.tooltip = `OctoPrompt: ${text}`;
  }

  /** The index that works, if one does: with several roots it is the one worth showing. */
  private busiest(): IndexStatus | undefined {
    return this.services.projects.open
      .map((project) => this.services.indexStates.of(project))
      .find((status) => status?.state === "scanning" || status?.state === "indexing");
  }
}

function indexText(status: IndexStatus | undefined): string {
  switch (status?.state) {
    case "scanning":
      return "$(sync~spin) OctoPrompt: finding files";
    case "indexing":
      return `$(sync~spin) OctoPrompt: ${progress(status)}`;
    case "paused":
      return "$(debug-pause) OctoPrompt";
    case "error":
      return "$(warning) OctoPrompt";
    default:
      return "$(checklist) OctoPrompt";
  }
}

function progress({ files, pending }: IndexStatus): string {
  return `${full(Math.max(files - pending, 0))} of ${full(files)} files indexed`;
}

function tooltip(status: IndexStatus | undefined, total: string): vscode.MarkdownString {
  const lines = ["**OctoPrompt**", `Selection: ${total}`];
  if (status) {
    lines.push(`Index: ${status.message || status.state}`);
    lines.push(`${progress(status)}, ${plural(status.symbols, "symbol")}`);
    if (status.skippedTotal + status.failedTotal > 0) {
      lines.push(`${full(status.skippedTotal)} skipped, ${full(status.failedTotal)} failed`);
    }
  }
  return new vscode.MarkdownString(lines.join("\n\n"));
}
