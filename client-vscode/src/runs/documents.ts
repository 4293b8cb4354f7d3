/**
 * What a run said, and its log, as read-only Markdown documents. They are shown as text and not rendered: VS Code's
 * preview would load pictures from wherever a model's answer says.
 */
import * as vscode from "vscode";
import type { GetAgentResult, Run, RunLogEntry } from "../generated/protocol";
import type { Services } from "../services";
import { headOf, logText } from "./log";
import { Places } from "./places";
import { documentName, KINDS } from "./words";

const SCHEME = "octoprompt-run";
const MOST_ENTRIES = 1000;

type Part = "result" | "log";

export class RunDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor(private readonly services: Pick<Services, "server" | "projects">) {
    const places = new Places(services, async ({ query }) => (await this.runOf(query)).run.projectId);
    this.registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: SCHEME }, places),
    );
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, part] = uri.query.split(" ");
    const { run, result } = await this.runOf(uri.query);
    return part === "log" ? logText(run, await this.entriesOf(run.id)) : (result?.text ?? run.summary);
  }

  dispose(): void {
    this.registration.dispose();
  }

  private runOf(query: string): Promise<GetAgentResult> {
    return this.services.server.request("agents/get", { runId: query.split(" ", 1)[0] ?? "" });
  }

  private async entriesOf(runId: string): Promise<RunLogEntry[]> {
    const all: RunLogEntry[] = [];
    for (let after = -1; ; after = all.at(-1)?.number ?? after) {
      const page = await this.services.server.request("agents/log", { runId, after, limit: MOST_ENTRIES });
      all.push(...page.entries);
      if (page.entries.length < MOST_ENTRIES) {
        return all;
      }
    }
  }
}

/** Open what a run said. */
export async function openResult(run: Run): Promise<void> {
  await open(run, "result", KINDS[run.kind][1]);
}

/** Open all that happened in a run, at an entry. */
export async function openLog(run: Run, entry?: RunLogEntry): Promise<void> {
  const editor = await open(run, "log", "Log");
  if (!entry) {
    return;
  }
  const head = headOf(entry);
  const at = editor.document.getText().split("\n").indexOf(head);
  if (at >= 0) {
    const range = new vscode.Range(at, 0, at, 0);
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.AtTop);
  }
}

/** Where the text is that a run gave, for a diff beside another one. */
export function resultUri(runId: string, name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${safe(name)}.md`, query: `${runId} result complete` });
}

function safe(name: string): string {
  return name.replace(/[/\\\p{Cc}]+/gu, "-").slice(0, 80);
}

/** VS Code reads such a document once: a run that goes on has another address each time. */
function open(run: Run, part: Part, what: string): Thenable<vscode.TextEditor> {
  const name = safe(documentName(run, what));
  const state = run.status === "running" ? String(Date.now()) : run.status;
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md`, query: `${run.id} ${part} ${state}` });
  return vscode.window.showTextDocument(uri, { preview: true });
}
