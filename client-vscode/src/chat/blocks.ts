/** What can be done with a code block of an answer. Nothing changes a file before the user has seen the change. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { OpenProject } from "../context/projects";
import type { Services } from "../services";
import { holdsEdits, reviewEdits } from "./edits";
import { workspacePath } from "./links";
import { Proposals } from "./proposals";

export interface CodeBlock {
  readonly text: string;
  readonly language: string;
  /** Where it says that it belongs; empty when it does not say. */
  readonly path: string;
}

/** Names that models use for what VS Code calls otherwise. */
const LANGUAGES: Readonly<Record<string, string>> = {
  js: "javascript",
  ts: "typescript",
  jsx: "javascriptreact",
  tsx: "typescriptreact",
  py: "python",
  rs: "rust",
  rb: "ruby",
  sh: "shellscript",
  bash: "shellscript",
  zsh: "shellscript",
  shell: "shellscript",
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  yml: "yaml",
  md: "markdown",
  kt: "kotlin",
  text: "plaintext",
};

export async function insertCode(text: string): Promise<void> {
  const editor = lastEditor();
  if (!editor) {
    throw new Notice("OctoPrompt: open the file first in which the code is to be inserted.");
  }
  const done = await editor.edit((edit) => edit.replace(editor.selection, withoutLastBreak(text)));
  if (!done) {
    throw new Notice("OctoPrompt: this editor cannot be changed.");
  }
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

export async function newFile(text: string, language: string): Promise<void> {
  const known = await vscode.languages.getLanguages();
  const wanted = LANGUAGES[language.toLowerCase()] ?? language.toLowerCase();
  const document = await vscode.workspace.openTextDocument({
    content: text,
    language: known.includes(wanted) ? wanted : "plaintext",
  });
  await vscode.window.showTextDocument(document);
}

/**
 * Show what the file would be with the code in it, beside what it is, and change it when the user says so.
 *
 * The code takes the place of the selected text; of nothing selected, that of a whole file that the block names.
 */
export async function applyCode(
  services: Services,
  project: OpenProject | undefined,
  block: CodeBlock,
): Promise<void> {
  if (project && holdsEdits(block.text, block.language)) {
    const open = lastEditor()?.document.uri;
    const near = open && services.projects.locate(open)?.path;
    await reviewEdits(services, project, block.text, block.path === "" ? (near ?? "") : block.path);
    return;
  }
  const uri = target(services, project, block.path);
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  const document = exists ? await vscode.workspace.openTextDocument(uri) : undefined;
  await Proposals.instance(services.context).review({
    uri,
    before: document?.getText() ?? "",
    after: document ? placed(document, block) : block.text,
    isNew: !exists,
  });
}

/** The file that a block names, else the one that is open. */
function target({ projects }: Services, project: OpenProject | undefined, path: string): vscode.Uri {
  const editor = lastEditor();
  if (path === "" || !project || workspacePath(path) === undefined) {
    if (!editor) {
      throw new Notice("OctoPrompt: open the file first to which the code is to be applied.");
    }
    return editor.document.uri;
  }
  const named = projects.uriOf(project, path);
  // `query.py` alone means the open file of that name.
  const open = editor?.document.uri;
  const isOpen = !path.includes("/") && open?.path.endsWith(`/${path}`);
  return open && isOpen ? open : named;
}

function placed(document: vscode.TextDocument, block: CodeBlock): string {
  const text = document.getText();
  const editor = vscode.window.visibleTextEditors.find(
    (candidate) => candidate.document.uri.toString() === document.uri.toString(),
  );
  const selection = editor?.selection;
  if (!editor || !selection || selection.isEmpty) {
    return block.path === "" && editor ? inserted(document, editor.selection.active, block.text) : block.text;
  }
  const [start, end] = [document.offsetAt(selection.start), document.offsetAt(selection.end)];
  const ends = text.slice(start, end).endsWith("\n");
  return text.slice(0, start) + (ends ? block.text : withoutLastBreak(block.text)) + text.slice(end);
}

function inserted(document: vscode.TextDocument, at: vscode.Position, code: string): string {
  const offset = document.offsetAt(at);
  const text = document.getText();
  return text.slice(0, offset) + withoutLastBreak(code) + text.slice(offset);
}

/** The editor that was used last: while the chat has the focus, none is active. */
function lastEditor(): vscode.TextEditor | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return editors.find(
    (editor) => editor !== undefined && ["file", "untitled"].includes(editor.document.uri.scheme),
  );
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, "");
}
