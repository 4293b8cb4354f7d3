/** Answers that hold edits (search and replace blocks, diffs): proposed, looked at file by file, applied, undone. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { OpenProject } from "../context/projects";
import { applyEdits, filesOf, undoEdits } from "../edits/judge";
import { whileShown } from "../edits/sides";
import { asked, problemsOf } from "../edits/words";
import type { Edit } from "../generated/protocol";
import type { Services } from "../services";

const SEARCH = /^ {0,3}<{5,9} ?(?:SEARCH|ORIGINAL)\b/im;
const HUNK = /^@@ .*\n[ +-]/m;
const OWN_FILE = /^(?:--- |\+\+\+ )/m;
const APPLY = "Apply";
const UNDO = "Undo";

/** Whether a code block says what to change, and is not itself what should stand in the file. */
export function holdsEdits(text: string, language: string): boolean {
  return (
    SEARCH.test(text) ||
    (/^(diff|patch)$/i.test(language) && HUNK.test(text)) ||
    (HUNK.test(text) && OWN_FILE.test(text))
  );
}

/** Show what the edits of a block would do, file after file, and make those that the user agrees to. */
export async function reviewEdits(
  services: Services,
  project: OpenProject,
  text: string,
  file: string,
): Promise<void> {
  const { server } = services;
  const { edits } = await server.request("edits/propose", {
    projectId: project.id,
    text: asAnswer(text, file),
  });
  const applied: Edit[] = [];
  for (const edit of edits) {
    applied.push(...(await reviewEdit(services, edit)));
  }
  if (applied.length > 0) {
    offerUndo(services, applied);
  }
}

/** The block as it stood in the answer: a path, then a fence that nothing in it ends. */
function asAnswer(text: string, file: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const kind = SEARCH.test(text) ? "" : "diff";
  const body = text.endsWith("\n") ? text : `${text}\n`;
  return `${file === "" || OWN_FILE.test(text) ? "" : `${file}\n`}${fence}${kind}\n${body}${fence}\n`;
}

async function reviewEdit({ edits }: Services, edit: Edit): Promise<readonly Edit[]> {
  const words = problemsOf([edit]);
  if (edit.kind === "modify" && edit.hunks.length === 0) {
    await edits.reject([edit]);
    throw new Notice(`OctoPrompt: nothing to change in ${edit.path}. ${words}`);
  }
  const applied = await whileShown(edit, async () =>
    edit.needsConfirmation || (await agrees(edit, words)) ? applyEdits(edits, [edit]) : [],
  );
  if (applied.length === 0) {
    await edits.reject([edit]);
  }
  return applied;
}

async function agrees(edit: Edit, words: string): Promise<boolean> {
  const action = edit.kind === "delete" ? "Delete" : APPLY;
  const said = `${asked(edit)}?${words === "" ? "" : ` ${words}`}`;
  return (await vscode.window.showInformationMessage(said, action, "Discard")) === action;
}

function offerUndo({ edits }: Services, applied: readonly Edit[]): void {
  void vscode.window.showInformationMessage(`Changed ${filesOf(applied)}.`, UNDO).then(async (answer) => {
    if (answer === UNDO) {
      await undoEdits(edits, applied);
    }
  });
}
