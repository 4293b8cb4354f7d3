/** Answers that hold edits (search and replace blocks, diffs): proposed, looked at file by file, applied, undone. */
import * as path from "node:path";
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { OpenProject } from "../context/projects";
import type { Edit } from "../generated/protocol";
import type { Services } from "../services";
import { Proposals } from "./proposals";

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
    applied.push(...(await reviewEdit(services, project, edit)));
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

async function reviewEdit(services: Services, project: OpenProject, edit: Edit): Promise<Edit[]> {
  const { server, context, projects } = services;
  const { before, after } = await server.request("edits/get", { id: edit.id });
  const uri = projects.uriOf(project, edit.path);
  const words = edit.problems.map(({ message }) => message).join(" ");
  if (before === after && edit.kind !== "delete" && edit.kind !== "rename") {
    await server.request("edits/reject", { ids: [edit.id] });
    throw new Notice(`OctoPrompt: nothing to change in ${edit.path}. ${words}`);
  }
  const agreed = await Proposals.instance(context).show(
    { uri, before: before ?? "", after: after ?? "", isNew: edit.kind === "create" },
    async () => {
      const action = edit.kind === "delete" ? "Delete" : APPLY;
      const said = `${question(edit)}${words === "" ? "" : ` ${words}`}`;
      const ask = edit.needsConfirmation
        ? vscode.window.showWarningMessage(said, { modal: true }, action)
        : vscode.window.showInformationMessage(said, action, "Discard");
      return (await ask) === action;
    },
  );
  if (!agreed) {
    await server.request("edits/reject", { ids: [edit.id] });
    return [];
  }
  const { edits } = await server.request("edits/apply", {
    ids: [edit.id],
    confirmed: edit.needsConfirmation ? [edit.id] : [],
  });
  const failed = edits.filter(({ status }) => status !== "applied");
  if (failed.length > 0) {
    throw new Notice(
      `OctoPrompt: ${failed.flatMap(({ problems }) => problems.map(({ message }) => message)).join(" ")}`,
    );
  }
  return edits;
}

function question({ kind, path: name, newPath, added, removed }: Edit): string {
  switch (kind) {
    case "create":
      return `Create ${name}?`;
    case "delete":
      return `Delete ${name}?`;
    case "rename":
      return `Rename ${name} to ${newPath ?? ""}?`;
    case "modify":
      return `Apply this change to ${path.posix.basename(name)} (+${added} -${removed})?`;
  }
}

function offerUndo({ server }: Services, edits: readonly Edit[]): void {
  const names = edits.map(({ path: name }) => path.posix.basename(name)).join(", ");
  void vscode.window.showInformationMessage(`Changed ${names}.`, UNDO).then(async (answer) => {
    if (answer === UNDO) {
      await server.request("edits/undo", { ids: edits.map(({ id }) => id) });
    }
  });
}
