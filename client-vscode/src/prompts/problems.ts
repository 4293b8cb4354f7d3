/** Where the template of an open prompt is broken: shown in its editor as it was last saved. */
import * as vscode from "vscode";
import { addressOf } from "../data/paths";
import { SCHEME } from "../data/uris";
import { ERROR_CODES } from "../generated/protocol";
import { RequestFailed } from "../server/client";
import type { Services } from "../services";

export function registerPromptProblems(services: Services): vscode.Disposable[] {
  const problems = vscode.languages.createDiagnosticCollection("octoprompt-prompts");
  const look = (document: vscode.TextDocument): void => {
    const id = promptId(document);
    if (id !== undefined) {
      void problemOf(services, document, id).then((found) => problems.set(document.uri, found));
    }
  };
  vscode.workspace.textDocuments.forEach(look);
  return [
    problems,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.delete(uri)),
  ];
}

function promptId({ uri }: vscode.TextDocument): string | undefined {
  const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.area === "prompts" ? address.id : undefined;
}

/** Whatever else goes wrong is told where the prompt is used. */
async function problemOf(
  { server }: Services,
  document: vscode.TextDocument,
  id: string,
): Promise<vscode.Diagnostic[]> {
  try {
    await server.request("prompts/render", { id });
    return [];
  } catch (error) {
    if (!(error instanceof RequestFailed) || error.code !== ERROR_CODES.BadTemplate) {
      return [];
    }
    const line = contentStart(document) + Math.max(Number(error.data.line ?? 1), 1) - 1;
    const at = document.lineAt(Math.min(line, document.lineCount - 1));
    const begin = offsetOf(at.text, Number(error.data.column ?? 1));
    const range = begin < at.text.length ? at.range.with(at.range.start.translate(0, begin)) : at.range;
    const found = new vscode.Diagnostic(range, error.message, vscode.DiagnosticSeverity.Error);
    found.source = "OctoPrompt";
    return [found];
  }
}

/** The line on which the content begins, behind the front matter. */
function contentStart(document: vscode.TextDocument): number {
  const isFence = (line: number): boolean => document.lineAt(line).text.trimEnd() === "---";
  if (!isFence(0)) {
    return 0;
  }
  for (let line = 1; line < document.lineCount; line++) {
    if (isFence(line)) {
      return line + 1;
    }
  }
  return 0;
}

/** Where a column begins: the server counts characters from 1, the editor UTF-16 units from 0. */
function offsetOf(line: string, column: number): number {
  return Array.from(line)
    .slice(0, Math.max(column - 1, 0))
    .join("").length;
}
