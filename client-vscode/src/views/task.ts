/** The Task view: the task in words, suggestions for it, and the meter. The page itself is `src/webview/task.ts`. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { suggestWords } from "../context/content";
import { addItems, addPaths, definition, lines, removePaths } from "../context/items";
import { full, plural } from "../context/numbers";
import { addedBy, cutsOf, cutWords, inWords, ofBudget } from "../context/total";
import type { Estimate } from "../context/estimates";
import type { OpenProject } from "../context/projects";
import type { ContextItem, Passage, SelectionBody } from "../generated/protocol";
import type { Services } from "../services";
import { Suggesting } from "./suggesting";
import { taskPage } from "./taskHtml";
import {
  type FromPage,
  type Meter,
  parseFromPage,
  type SuggestionRow,
  type TaskState,
  type ToPage,
} from "./taskMessages";

const NO_METER: Meter = { tokens: 0, budget: 1, total: "", details: "", cuts: "", adds: "", level: "fits" };

export class TaskView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly owned: vscode.Disposable[];
  private readonly suggesting: Suggesting;
  private view: vscode.WebviewView | undefined;

  constructor(private readonly services: Services) {
    const { projects, selections, estimates, indexStates } = services;
    const post = (): void => this.post();
    this.suggesting = new Suggesting(services, post);
    this.owned = [
      this.suggesting,
      vscode.window.registerWebviewViewProvider("octoprompt.task", this),
      projects.onDidChange(post),
      selections.onDidChange(post),
      estimates.onDidChange(post),
      indexStates.onDidChange((status) => this.suggesting.indexChanged(status)),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const { webview } = view;
    const { extensionUri } = this.services.context;
    const roots = ["dist", "media"].map((name) => vscode.Uri.joinPath(extensionUri, name));
    webview.options = { enableScripts: true, localResourceRoots: roots };
    webview.html = page(webview, extensionUri);
    const listening = webview.onDidReceiveMessage((value: unknown) => {
      const message = parseFromPage(value);
      if (message) {
        this.received(message);
      }
    });
    const shown = view.onDidChangeVisibility(() => this.post());
    view.onDidDispose(() => {
      listening.dispose();
      shown.dispose();
      this.view = undefined;
    });
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  private received(message: FromPage): void {
    const project = this.services.projects.active;
    if (message.type === "ready" || !project) {
      this.post();
      return;
    }
    const { selections, projects } = this.services;
    switch (message.type) {
      case "task":
        if (message.text !== selections.of(project).body.instructions) {
          selections.update(project, { instructions: message.text });
        }
        break;
      case "ask":
        this.suggesting.choose(message.question);
        break;
      case "choose":
        selections.updateItems(project, (items) =>
          message.chosen ? addPaths(items, [message.path]) : removePaths(items, [message.path]),
        );
        break;
      case "choosePassage":
        selections.updateItems(project, (items) => addItems(items, [partOf(message.path, message.passage)]));
        break;
      case "chooseAll": {
        const paths = this.rows(project).map(({ path }) => path);
        selections.updateItems(project, (items) => addPaths(items, paths));
        break;
      }
      case "open":
        void open(projects.uriOf(project, message.path), message.line);
        break;
      case "run":
        void vscode.commands.executeCommand(`octoprompt.${message.command}`);
        break;
    }
  }

  private post(): void {
    const { projects } = this.services;
    if (this.view?.visible) {
      this.view.description = projects.open.length > 1 ? (projects.active?.name ?? "") : "";
      this.suggesting.askIfNew();
      void this.view.webview.postMessage({ type: "state", state: this.state() } satisfies ToPage);
    }
  }

  private state(): TaskState {
    const project = this.services.projects.active;
    if (!project) {
      const note = (vscode.workspace.workspaceFolders ?? []).length === 0 ? "Open a folder to start." : "";
      return {
        ready: false,
        subject: "",
        task: "",
        question: "task",
        rows: [],
        busy: false,
        note,
        files: 0,
        meter: NO_METER,
      };
    }
    const { name, body } = this.services.selections.of(project);
    const estimate = this.services.estimates.of(project);
    const result = this.suggesting.result(project);
    const nothing = result?.files.length === 0 ? "No file matches. Try other words." : "";
    return {
      ready: true,
      subject: `${project.id}:${name}`,
      task: body.instructions,
      question: this.suggesting.question(project),
      rows: this.rows(project),
      busy: this.suggesting.isBusy,
      note: [this.suggesting.problem, result?.note ?? "", nothing].find(Boolean) ?? "",
      files: new Set(body.items.map(({ path }) => path)).size,
      meter: meterOf(body, estimate),
    };
  }

  private rows(project: OpenProject): SuggestionRow[] {
    const chosen = new Set(this.services.selections.of(project).body.items.map(({ path }) => path));
    const files = this.suggesting.result(project)?.files ?? [];
    const { estimates } = this.services;
    return files.map(({ path, tokens, reasons, passages }) => {
      const cut = path.lastIndexOf("/");
      const [name, folder] = [path.slice(cut + 1), path.slice(0, Math.max(cut, 0))];
      return {
        path,
        name,
        folder,
        // As the other views show it once it is counted.
        tokens: estimates.countedWhole(project, path) ?? tokens,
        reasons,
        passages: distinct(passages).slice(0, 3),
        chosen: chosen.has(path),
      };
    });
  }
}

/** What would be sent against the budget, and what the budget cuts. */
function meterOf(body: SelectionBody, estimate: Estimate): Meter {
  const files = new Set(body.items.map(({ path }) => path)).size;
  const added = addedBy(estimate.plan).length;
  const cuts = cutsOf(body.items, estimate);
  return {
    tokens: estimate.tokens,
    budget: body.budgetTokens,
    total: [
      ofBudget(estimate, body.budgetTokens),
      ...(files > 0 || added === 0 ? [plural(files, "file")] : []),
      ...(added > 0 ? [`${full(added)} added`] : []),
    ].join(" · "),
    cuts: estimate.problem ?? cutWords(cuts),
    details: [
      inWords(estimate, body.budgetTokens),
      ...(estimate.whole > estimate.tokens ? [`${full(estimate.whole)} with everything whole`] : []),
    ].join("; "),
    adds: suggestWords(body),
    level:
      estimate.problem || cuts.leftOut + cuts.unsendable > 0 ? "over" : cuts.outlines > 0 ? "cut" : "fits",
  };
}

function partOf(path: string, { symbol, line, endLine }: Passage): ContextItem {
  return symbol === "" ? lines(path, line, endLine) : definition(path, symbol);
}

function distinct(passages: readonly Passage[]): Passage[] {
  return [...new Map(passages.map((passage) => [`${passage.symbol}:${passage.line}`, passage])).values()];
}

async function open(uri: vscode.Uri, line: number): Promise<void> {
  const at = new vscode.Range(Math.max(line - 1, 0), 0, Math.max(line - 1, 0), 0);
  await vscode.window.showTextDocument(uri, { preview: true, selection: at });
}

function page(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const asset = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
  return taskPage({
    source: webview.cspSource,
    nonce: randomBytes(16).toString("base64"),
    styles: [asset("dist", "codicon.css"), asset("media", "page.css"), asset("media", "task.css")],
    script: asset("dist", "task.js"),
  });
}
