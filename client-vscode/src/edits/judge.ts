/** Applying and undoing as a person decides it: what needs a yes of its own asks, what is left is told. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import type { Edit } from "../generated/protocol";
import type { Edits } from "./edits";
import { asked, nameOf, problemsOf } from "./words";

const SKIP = "Leave It Out";
const AGAIN = "Run Again";
const OVERWRITE = "Undo Anyway";

/**
 * Write edits to their files; for each that is protected a person is asked first. Gives those that were applied, and
 * tells of the others; leaving a question applies nothing.
 */
export async function applyEdits(edits: Edits, wanted: readonly Edit[]): Promise<Edit[]> {
  const confirmed = await confirm(wanted.filter(({ needsConfirmation }) => needsConfirmation));
  const sure = wanted.filter((edit) => !edit.needsConfirmation || confirmed.includes(edit));
  const done = sure.length === 0 ? [] : await edits.apply(sure, confirmed);
  // What became protected since it was proposed, as by a link, says so only now.
  const late = await confirm(
    done.filter(({ status, needsConfirmation, id }) => {
      const wasAsked = confirmed.some((edit) => edit.id === id);
      return status !== "applied" && needsConfirmation && !wasAsked;
    }),
  );
  const again = late.length === 0 ? [] : await edits.apply(late, late);
  const all = [...done.filter(({ id }) => !again.some((edit) => edit.id === id)), ...again];
  const applied = all.filter(({ status }) => status === "applied");
  const failed = all.filter(({ status }) => status !== "applied");
  if (failed.length > 0) {
    const head = applied.length === 0 ? "Nothing was applied." : `Applied ${filesOf(applied)}, not all:`;
    void offerAgain(edits, head, failed);
  }
  return applied;
}

/** Give files back what they held. What changed since is left, unless a person says that the changes may be lost. */
export async function undoEdits(edits: Edits, applied: readonly Edit[]): Promise<void> {
  const done = await edits.undo(applied);
  const left = done.filter(({ status }) => status === "applied");
  const overwritten = left.length > 0 && (await agreeToLose(left)) ? await edits.undo(left, left) : left;
  const still = overwritten.filter(({ status }) => status === "applied");
  const nDone = done.length - still.length;
  if (still.length > 0) {
    void tellLeft(
      nDone === 0 ? "Nothing was undone." : `Undid ${plural(nDone, "file")}, left the others:`,
      still,
    );
  } else if (nDone > 0) {
    vscode.window.setStatusBarMessage(`OctoPrompt: undid the changes of ${filesOf(done)}`, 5000);
  }
}

/** One file by its name, several by their number. */
export function filesOf(edits: readonly Edit[]): string {
  const [first] = edits;
  return edits.length === 1 && first ? nameOf(first.path) : plural(edits.length, "file");
}

/** Ask about each; gives those to which the answer was yes. Fails with `CancellationError` when a question is left. */
async function confirm(edits: readonly Edit[]): Promise<Edit[]> {
  const agreed: Edit[] = [];
  for (const edit of edits) {
    const yes = edit.kind === "delete" ? "Delete It" : "Apply It";
    const answer = await vscode.window.showWarningMessage(
      `${asked(edit)}?`,
      { modal: true, detail: problemsOf([edit]) },
      yes,
      SKIP,
    );
    if (answer === undefined) {
      throw new vscode.CancellationError();
    }
    if (answer === yes) {
      agreed.push(edit);
    }
  }
  return agreed;
}

async function agreeToLose(left: readonly Edit[]): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    `${filesOf(left)} changed since the edits were applied. Undo them and lose the later changes?`,
    { modal: true, detail: problemsOf(left) },
    OVERWRITE,
  );
  return answer === OVERWRITE;
}

/** Where a file is another one than the agent saw, another run with what it is now helps. */
async function offerAgain(edits: Edits, head: string, failed: readonly Edit[]): Promise<void> {
  const stale = failed.find(({ problems }) => problems.some(({ kind }) => kind === "stale"));
  const run = stale && (await edits.runOf(stale));
  if (run?.canRepeat) {
    const answer = await tellLeft(head, failed, AGAIN);
    await (answer && vscode.commands.executeCommand("octoprompt.runAgain", run));
  } else {
    await tellLeft(head, failed);
  }
}

function tellLeft(head: string, left: readonly Edit[], ...offers: string[]): Thenable<string | undefined> {
  const why = left.map(({ path, problems }) => problems.at(-1)?.message ?? path).join(". ");
  return vscode.window.showWarningMessage(`OctoPrompt: ${head} ${why}.`, ...offers);
}

/** The edits that are meant, or a word that there are none. */
export function some(edits: readonly Edit[], otherwise: string): readonly Edit[] {
  if (edits.length === 0) {
    throw new Notice(`OctoPrompt: ${otherwise}`);
  }
  return edits;
}
