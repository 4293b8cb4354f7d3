/** Explain, Ask About Selection, Fix This Problem: from the editor into a chat with the right context. */
import * as vscode from "vscode";
import { offersActions } from "../commands/codeActions";
import { activeEditor } from "../commands/targets";
import { linesOf } from "./complete";
import type { Mention } from "./messages";
import type { ChatPages } from "./pages";
import { mention } from "./refs";
import type { ChatServices } from "./services";

const ASK = vscode.CodeActionKind.Refactor.append("octoprompt").append("ask");

/** Explain the selected lines, or the file. */
export async function explain(services: ChatServices, pages: ChatPages): Promise<void> {
  const { mentions, what } = marked(services);
  await ask(pages, `Explain what ${what} does and how it works.`, mentions, true);
}

/** Put what is selected into the composer; the question is the user's. */
export async function askAboutSelection(services: ChatServices, pages: ChatPages): Promise<void> {
  await ask(pages, "", marked(services).mentions, false);
}

/** Fix what the editor complains about: at the cursor, or where a code action says. */
export async function fixProblem(
  services: ChatServices,
  pages: ChatPages,
  at?: { uri: vscode.Uri; line: number; message: string },
): Promise<void> {
  const { editor, place } = activeEditor(services);
  const line = at?.line ?? editor.selection.active.line;
  const found = vscode.languages.getDiagnostics(at?.uri ?? editor.document.uri);
  const here = found.filter(({ range }) => range.start.line <= line && line <= range.end.line);
  const messages = at ? [at.message] : here.map(({ message }) => message);
  const what = messages.length > 0 ? `: ${messages.join("; ")}` : "";
  await ask(
    pages,
    `Fix the problem in line ${line + 1} of \`${place.path}\`${what}`,
    [
      mention({ kind: "file", path: place.path }),
      ...(messages.length > 0 ? [mention({ kind: "problems", path: place.path })] : []),
    ],
    true,
  );
}

/** Add the files of the current selection to the message that is being written. */
export async function addContext(services: ChatServices, pages: ChatPages): Promise<void> {
  const project = services.projects.active;
  const count = project
    ? new Set(services.selections.of(project).body.items.map(({ path }) => path)).size
    : 0;
  const page = await pages.reveal();
  const label = count === 1 ? "1 selected file" : `${count} selected files`;
  page.say({ type: "compose", text: "", mentions: [mention({ kind: "context" }, label)], replace: false });
}

async function ask(
  pages: ChatPages,
  text: string,
  mentions: readonly Mention[],
  fresh: boolean,
): Promise<void> {
  const page = await pages.reveal();
  if (fresh && !page.session.busy) {
    await page.session.open(null);
  }
  page.say({ type: "compose", text, mentions, replace: text !== "" });
}

function marked(services: ChatServices): { mentions: Mention[]; what: string } {
  const { editor, place } = activeEditor(services);
  if (editor.selection.isEmpty) {
    return { mentions: [mention({ kind: "file", path: place.path })], what: `\`${place.path}\`` };
  }
  const lines = mention(linesOf(place.path, editor.selection));
  return { mentions: [lines], what: `\`${lines.label}\`` };
}

/** What a model can do; offered once a provider is set up. */
export class AskActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, ASK];

  constructor(private readonly services: ChatServices) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const canAsk = (this.services.providers.all ?? []).length > 0;
    if (!canAsk || !offersActions(this.services, document)) {
      return [];
    }
    const fixes = diagnostics.slice(0, 3).map((diagnostic) => {
      const { message, range: where } = diagnostic;
      const fix = made(
        `Fix with OctoPrompt: ${shortened(message)}`,
        vscode.CodeActionKind.QuickFix,
        "fixProblem",
        {
          uri: document.uri,
          line: where.start.line,
          message,
        },
      );
      fix.diagnostics = [diagnostic];
      return fix;
    });
    return range.isEmpty
      ? fixes
      : [
          ...fixes,
          made("Explain with OctoPrompt", ASK, "explain"),
          made("Ask OctoPrompt About This", ASK, "askAboutSelection"),
        ];
  }
}

function made(
  title: string,
  kind: vscode.CodeActionKind,
  name: string,
  ...args: unknown[]
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, kind);
  action.command = { command: `octoprompt.${name}`, title, arguments: args };
  return action;
}

function shortened(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
