/** The two texts of a proposed edit as read-only documents, in VS Code's own diff editor. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import type { Edit } from "../generated/protocol";
import type { Services } from "../services";
import { nameOf } from "./words";

const SCHEME = "octoprompt-edit";
const STATES: Partial<Record<Edit["status"], string>> = { applied: "applied", rejected: "rejected" };

type Side = "before" | "after";

/** Gives the texts, and says that one is another when other hunks were chosen. */
export class Sides implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly services: Pick<Services, "server" | "edits">) {
    this.owned = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      services.edits.onDidChange((edits) =>
        edits.map((edit) => sideOf(edit, "after")).forEach((uri) => this.changed.fire(uri)),
      ),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [id = "", side] = uri.query.split(" ");
    const texts = await this.services.server.request("edits/get", { id });
    return texts[side === "before" ? "before" : "after"] ?? "";
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }
}

/** Show what an edit makes of its file; `line` is one of the text before, from 1. */
export async function openDiff(edit: Edit, line?: number): Promise<void> {
  const selection = line === undefined ? undefined : new vscode.Range(line - 1, 0, line - 1, 0);
  await vscode.commands.executeCommand(
    "vscode.diff",
    sideOf(edit, "before"),
    sideOf(edit, "after"),
    title(edit),
    {
      preview: true,
      preserveFocus: line !== undefined,
      ...(selection ? { selection } : {}),
    },
  );
}

/** Show all files of a run in one editor. */
export async function openDiffs(
  { projects }: Pick<Services, "projects">,
  project: OpenProject,
  name: string,
  edits: readonly Edit[],
): Promise<void> {
  const [first] = edits;
  if (edits.length === 1 && first) {
    await openDiff(first);
    return;
  }
  const files = edits.map((edit) => [
    projects.uriOf(project, edit.newPath ?? edit.path),
    edit.kind === "create" ? undefined : sideOf(edit, "before"),
    edit.kind === "delete" ? undefined : sideOf(edit, "after"),
  ]);
  await vscode.commands.executeCommand("vscode.changes", name, files);
}

/** The edit that a diff editor shows; undefined for any other document. */
export function editIdOf(uri: vscode.Uri): string | undefined {
  return uri.scheme === SCHEME ? uri.query.split(" ", 1)[0] : undefined;
}

/** Show an edit while a person is asked about it. */
export async function whileShown<T>(edit: Edit, ask: () => Promise<T>): Promise<T> {
  await openDiff(edit);
  try {
    return await ask();
  } finally {
    await closeDiff(edit);
  }
}

/** Close the diff editors of an edit. */
export async function closeDiff(edit: Edit): Promise<void> {
  const after = sideOf(edit, "after").toString();
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(
    tabs.filter(
      ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === after,
    ),
  );
}

function title({ kind, path, newPath, status }: Edit): string {
  const kinds = { create: "new file", delete: "deleted", rename: "renamed", modify: "proposed" };
  const name = newPath === null ? nameOf(path) : `${nameOf(path)} → ${nameOf(newPath)}`;
  return `${name} (${STATES[status] ?? kinds[kind]})`;
}

function sideOf({ id, path, newPath }: Edit, side: Side): vscode.Uri {
  const name = side === "after" ? (newPath ?? path) : path;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: `${id} ${side}` });
}
