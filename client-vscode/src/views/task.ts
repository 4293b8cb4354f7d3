/** The Task view: the task in words, suggestions for it, and the meter. The page itself is `src/webview/task.ts`. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { addItems, addPaths, definition, lines, removePaths } from "../context/items";
import { plural } from "../context/numbers";
import { inWords } from "../context/total";
import type { OpenProject } from "../context/projects";
import { suggest } from "../context/suggestions";
import type { ContextItem, IndexStatus, Passage, SuggestContextResult } from "../generated/protocol";
import type { Services } from "../services";
import {
  type FromPage,
  parseFromPage,
  type SuggestionRow,
  type TaskState,
  type ToPage,
} from "./taskMessages";

const SUGGEST_AFTER_MS = 350;
const SHORTEST_QUERY = 3;

/** The last answer, and what it was made from. */
interface Asked {
  readonly subject: string;
  readonly more: boolean;
  readonly stage: string;
  readonly answer: SuggestContextResult;
}

export class TaskView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly owned: vscode.Disposable[];
  private view: vscode.WebviewView | undefined;
  private asked: Asked | undefined;
  private problem = "";
  /** What suggestions were last asked for unasked. */
  private offered: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: vscode.CancellationTokenSource | undefined;

  constructor(private readonly services: Services) {
    const { projects, selections, estimates, indexStates } = services;
    const post = (): void => this.post();
    this.owned = [
      vscode.window.registerWebviewViewProvider("octoprompt.task", this),
      projects.onDidChange(post),
      selections.onDidChange(post),
      estimates.onDidChange(post),
      indexStates.onDidChange((status) => this.indexChanged(status)),
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
    clearTimeout(this.timer);
    this.running?.dispose();
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
        selections.update(project, { instructions: message.text });
        this.askSoon();
        break;
      case "suggest":
        void this.ask(message.more);
        break;
      case "choose":
        selections.updateItems(project, (items) =>
          message.chosen ? addPaths(items, [message.path]) : removePaths(items, [message.path]),
        );
        break;
      case "choosePassage":
        selections.updateItems(project, (items) => addItems(items, [partOf(message.path, message.passage)]));
        break;
      case "chooseAll":
        selections.updateItems(project, (items) =>
          addPaths(
            items,
            this.rows(project).map(({ path }) => path),
          ),
        );
        break;
      case "open":
        void open(projects.uriOf(project, message.path), message.line);
        break;
      case "run":
        void vscode.commands.executeCommand(`octoprompt.${message.command}`);
        break;
    }
  }

  /** Suggestions made from half an index are asked for again when more of it is there. */
  private indexChanged(status: IndexStatus): void {
    const project = this.services.projects.active;
    if (project?.id !== status.projectId || this.asked?.subject !== this.subject(project)) {
      return;
    }
    if (this.asked.stage !== stageOf(status) && !this.asked.more) {
      this.asked = { ...this.asked, stage: stageOf(status) };
      this.askSoon();
    }
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(false), SUGGEST_AFTER_MS);
  }

  /** Ask for suggestions; `more` asks what goes with the files that are chosen already. */
  private async ask(more: boolean): Promise<void> {
    clearTimeout(this.timer);
    this.running?.cancel();
    const project = this.services.projects.active;
    if (!project) {
      return;
    }
    const { body } = this.services.selections.of(project);
    const query = body.instructions.trim();
    const like = more ? [...new Set(body.items.map(({ path }) => path))] : [];
    this.problem = "";
    if (query.length < SHORTEST_QUERY && like.length === 0) {
      this.asked = undefined;
      this.post();
      return;
    }
    const running = new vscode.CancellationTokenSource();
    this.running = running;
    const stage = stageOf(this.services.indexStates.of(project));
    this.post();
    try {
      const answer = await suggest(this.services, project, query, like, running.token);
      answer.files.forEach(({ path, tokens }) => this.services.estimates.learn(project, path, tokens));
      this.asked = { subject: this.subject(project), more, answer, stage };
    } catch (error) {
      if (error instanceof vscode.CancellationError) {
        return;
      }
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.running === running) {
        this.running = undefined;
        this.post();
      }
      running.dispose();
    }
  }

  /** A task that was written earlier gets its suggestions without being typed again. */
  private askForNewSubject(): void {
    const project = this.services.projects.active;
    const subject = project && this.subject(project);
    if (
      project &&
      subject !== this.offered &&
      this.services.selections.of(project).body.instructions !== ""
    ) {
      this.offered = subject;
      this.askSoon();
    }
  }

  private post(): void {
    const { projects } = this.services;
    if (this.view?.visible) {
      this.view.description = projects.open.length > 1 ? (projects.active?.name ?? "") : "";
      this.askForNewSubject();
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
        heading: "",
        rows: [],
        busy: false,
        note,
        files: 0,
        tokens: 0,
        budget: 1,
        total: "",
      };
    }
    const { body } = this.services.selections.of(project);
    const estimate = this.services.estimates.of(project);
    const files = new Set(body.items.map(({ path }) => path)).size;
    const total = `${inWords(estimate, body.budgetTokens)} · ${plural(files, "file")}`;
    return {
      ready: true,
      subject: this.subject(project),
      task: body.instructions,
      heading: this.asked?.more ? "Related files" : "Suggestions",
      rows: this.rows(project),
      busy: this.running !== undefined,
      note: this.problem || this.noteFor(project) || (estimate.problem ?? ""),
      files,
      tokens: estimate.tokens,
      budget: body.budgetTokens,
      total,
    };
  }

  private noteFor(project: OpenProject): string {
    const answer = this.asked?.subject === this.subject(project) ? this.asked.answer : undefined;
    return answer?.files.length === 0
      ? answer.note || "No file matches. Try other words."
      : (answer?.note ?? "");
  }

  private rows(project: OpenProject): SuggestionRow[] {
    if (this.asked?.subject !== this.subject(project)) {
      return [];
    }
    const chosen = new Set(this.services.selections.of(project).body.items.map(({ path }) => path));
    return this.asked.answer.files.map(({ path, tokens, reasons, passages }) => {
      const cut = path.lastIndexOf("/");
      const [name, folder] = [path.slice(cut + 1), path.slice(0, Math.max(cut, 0))];
      return {
        path,
        name,
        folder,
        tokens,
        reasons,
        passages: distinct(passages).slice(0, 3),
        chosen: chosen.has(path),
      };
    });
  }

  /** Suggestions belong to one project and one selection. */
  private subject(project: OpenProject): string {
    return `${project.id}:${this.services.selections.of(project).name}`;
  }
}

function partOf(path: string, { symbol, line, endLine }: Passage): ContextItem {
  return symbol === "" ? lines(path, line, endLine) : definition(path, symbol);
}

/** How much of the index suggestions can draw on. */
function stageOf(status: IndexStatus | undefined): string {
  return `${String(status?.textReady)} ${String(status?.symbolsReady)}`;
}

function distinct(passages: readonly Passage[]): Passage[] {
  return [...new Map(passages.map((passage) => [`${passage.symbol}:${passage.line}`, passage])).values()];
}

async function open(uri: vscode.Uri, line: number): Promise<void> {
  const at = new vscode.Range(Math.max(line - 1, 0), 0, Math.max(line - 1, 0), 0);
  await vscode.window.showTextDocument(uri, { preview: true, selection: at });
}

function page(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const asset = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="UTF-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1.0">
  <link rel="stylesheet" href="${asset("media", "task.css")}">
  <title>Task</title>
</head>
<body>
  <label for="task" class="hidden">What are you working on?</label>
  <textarea id="task" rows="3" placeholder="What are you working on? Files for it are suggested as you type."
    spellcheck="false" disabled></textarea>
  <div id="meter" role="progressbar" aria-label="Tokens against the budget" aria-valuemin="0"><div id="fill"></div></div>
  <button id="total" class="link" title="Set the token budget"></button>
  <div class="line actions">
    <button id="copy">Copy</button>
    <button id="preview" class="secondary">Preview</button>
  </div>
  <div id="note" role="status" aria-live="polite"></div>
  <div id="suggestions" hidden>
    <div class="line">
      <h2 id="heading">Suggestions</h2>
      <span class="push"></span>
      <button id="more" class="link" title="Suggest what goes with the chosen files">Related</button>
      <button id="all" class="link">Add all</button>
    </div>
    <ul id="rows" aria-labelledby="heading"></ul>
  </div>
  <script nonce="${nonce}" src="${asset("dist", "task.js")}"></script>
</body>
</html>`;
}
