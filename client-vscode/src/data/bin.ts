/** Undo after a deletion, Restore Deleted… and Empty Bin…: what was deleted stays thirty days. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import type { DeletedRecord } from "../generated/protocol";
import type { Services } from "../services";

type Kind = DeletedRecord["kind"];

const ICONS: Partial<Record<string, string>> = {
  project: "folder",
  selection: "layers",
  prompt: "note",
  ticket: "checklist",
  task: "tasklist",
};

export function registerBin(services: Services): vscode.Disposable[] {
  return [
    register(services, "restoreDeleted", () => restoreSome(services)),
    register(services, "emptyBin", () => empty(services)),
  ];
}

/** Say what was deleted, and offer to take that back. */
export async function offerUndo(services: Services, kind: Kind, deleted: readonly Deleted[]): Promise<void> {
  const [first, ...more] = deleted;
  if (!first) {
    return;
  }
  const what = more.length === 0 ? `the ${kind} "${first.title}"` : plural(deleted.length, kind);
  const ids = deleted.map(({ id }) => id);
  await offerRestore(services, kind, ids, `Deleted ${what}.`);
}

/** Say what happened in these words, and offer to take it back. */
export async function offerRestore(
  services: Services,
  kind: Kind,
  ids: readonly string[],
  words: string,
): Promise<void> {
  const undo = "Undo";
  if ((await vscode.window.showInformationMessage(words, undo)) === undo) {
    for (const id of ids) {
      await services.data.change("bin/restore", { kind, id });
    }
  }
}

export interface Deleted {
  readonly id: string;
  readonly title: string;
}

async function restoreSome({ server, data }: Services): Promise<void> {
  const { records } = await server.request("bin/list", {});
  if (records.length === 0) {
    throw new Notice("OctoPrompt: nothing was deleted in the last thirty days.");
  }
  const picked = await vscode.window.showQuickPick(
    records.map((record) => ({
      label: `$(${ICONS[record.kind] ?? "trash"}) ${record.title}`,
      description: `${record.kind} · deleted ${new Date(record.deletedAt).toLocaleString()}`,
      record,
    })),
    {
      title: "Restore Deleted",
      placeHolder: "What to bring back",
      canPickMany: true,
      matchOnDescription: true,
    },
  );
  for (const { record } of picked ?? []) {
    await data.change("bin/restore", { kind: record.kind, id: record.id });
  }
}

async function empty({ server, data }: Services): Promise<void> {
  const { records } = await server.request("bin/list", {});
  if (records.length === 0) {
    throw new Notice("OctoPrompt: the bin is empty.");
  }
  const forever = "Delete for Good";
  const answer = await vscode.window.showWarningMessage(
    `Delete ${plural(records.length, "record")} for good?`,
    { modal: true, detail: "They cannot be restored afterwards." },
    forever,
  );
  if (answer === forever) {
    const { deleted } = await data.change("bin/empty", {});
    void vscode.window.showInformationMessage(`Deleted ${plural(deleted, "record")} for good.`);
  }
}
