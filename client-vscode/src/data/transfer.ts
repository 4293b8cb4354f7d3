/** Everything that the user made, as one file: out, in, and a backup of the database. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural, short } from "../context/numbers";
import type { DataRemark, ImportDataParams, ImportDataResult } from "../generated/protocol";
import type { Services } from "../services";

type Conflict = NonNullable<ImportDataParams["onConflict"]>;

const CONFLICTS: Record<Conflict, string> = {
  newer: "Take what was changed later",
  keep: "Keep what is here",
  replace: "Take what is in the file",
};

export function registerDataTransfer(services: Services): vscode.Disposable[] {
  return [
    register(services, "exportData", () => exportData(services)),
    register(services, "importData", () => importData(services)),
    register(services, "importOriginalData", () => importOriginal(services)),
    register(services, "backUpData", () => backUp(services)),
    register(services, "restoreBackup", () => restoreBackup(services)),
  ];
}

/** How many records came in, changed ones among them. */
export function nTaken({ counts }: Pick<ImportDataResult, "counts">): number {
  return Object.values(counts).reduce((sum, { added, updated }) => sum + added + updated, 0);
}

/** One line for the log about a record that needs a word. */
export function remark({ kind, id, reason }: DataRemark): string {
  return `${kind}${id ? ` ${id}` : ""}: ${reason}`;
}

async function exportData({ server, log }: Services): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const home = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `octoprompt-${day}.json`;
  const target = await vscode.window.showSaveDialog({
    title: "Export All Data",
    ...(home ? { defaultUri: vscode.Uri.joinPath(home, name) } : {}),
    filters: { JSON: ["json"] },
  });
  if (!target) {
    return;
  }
  // The server writes the file itself: there may be more than a message can hold.
  const path = isLocal(target) ? target.fsPath : null;
  const { document, counts, damaged } = await inProgress("Exporting all data", () =>
    server.request("data/export", { path }),
  );
  if (document) {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(JSON.stringify(document, null, 1)));
  }
  const records = Object.values(counts).reduce((sum, count) => sum + count, 0);
  await tell(log, `Exported ${plural(records, "record")}`, damaged, "cannot be read");
}

async function importData(services: Services): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: "Import Data",
      openLabel: "Import",
      filters: { JSON: ["json"], "All files": ["*"] },
    })) ?? [];
  const onConflict = file && (await askConflict());
  if (file && onConflict) {
    const what = isLocal(file)
      ? { path: file.fsPath }
      : { document: new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) };
    await take(services, { ...what, onConflict });
  }
}

async function importOriginal(services: Services): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: "The Original OctoPrompt's Data Folder",
      openLabel: "Import",
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  const onConflict = folder && (await askConflict());
  if (folder && onConflict) {
    await take(services, { folder: folder.fsPath, onConflict });
  }
}

async function askConflict(): Promise<Conflict | undefined> {
  const picked = await vscode.window.showQuickPick(
    (Object.keys(CONFLICTS) as Conflict[]).map((key) => ({ label: CONFLICTS[key], key })),
    { title: "Import Data", placeHolder: "When a record is here already and is different" },
  );
  return picked?.key;
}

async function take({ data, log }: Services, params: ImportDataParams): Promise<void> {
  const result = await inProgress("Importing data", () => data.change("data/import", params));
  const remarks = [...result.conflicts, ...result.skipped];
  await tell(log, `Imported ${plural(nTaken(result), "record")}`, remarks, "need a look");
}

async function backUp({ server }: Services): Promise<void> {
  const { path } = await inProgress("Backing up the database", () => server.request("data/backup", {}));
  const show = "Show in Folder";
  if ((await vscode.window.showInformationMessage(`Backed up to ${path}.`, show)) === show) {
    await vscode.commands.executeCommand("revealFileInOS", vscode.Uri.file(path));
  }
}

async function restoreBackup({ server, data }: Services): Promise<void> {
  const { backups } = await server.request("data/listBackups", {});
  if (backups.length === 0) {
    throw new Notice("OctoPrompt: there is no backup yet. Back Up Data makes one.");
  }
  const picked = await vscode.window.showQuickPick(
    backups.map(({ name, occasion, bytes, madeAt }) => ({
      label: new Date(madeAt).toLocaleString(),
      description: `${occasionOf(occasion)} · ${short(bytes)}B`,
      name,
    })),
    { title: "Restore a Backup", placeHolder: "The state to go back to", matchOnDescription: true },
  );
  const restore = "Restore";
  if (!picked || (await confirmed(picked.label, restore)) !== restore) {
    return;
  }
  const { before } = await inProgress("Restoring the backup", () =>
    data.change("data/restore", { name: picked.name }),
  );
  void vscode.window.showInformationMessage(
    `Restored the backup of ${picked.label}. What was there before is the backup ${before}.`,
  );
}

function confirmed(when: string, restore: string): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(
    `Go back to the backup of ${when}?`,
    {
      modal: true,
      detail:
        "All prompts, tickets, chats, selections, summaries and agent runs become what they were then, in every " +
        "window. What was made or changed since then goes. The state of now is kept as a backup first: restoring " +
        "that one takes this back.",
    },
    restore,
  );
}

const OCCASIONS: Partial<Record<string, string>> = {
  daily: "made by itself",
  manual: "made by hand",
  replaced: "before another file took its place",
  "before-restore": "before a backup was restored",
};

/** What made a backup; what is not known here is an upgrade. */
export function occasionOf(occasion: string): string {
  return OCCASIONS[occasion] ?? "before an update of OctoPrompt";
}

/** Whether the server reaches a file by its path. */
function isLocal({ scheme }: vscode.Uri): boolean {
  return scheme === "file";
}

function inProgress<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, work);
}

async function tell(
  log: vscode.LogOutputChannel,
  done: string,
  remarks: readonly DataRemark[],
  what: string,
): Promise<void> {
  if (remarks.length === 0) {
    void vscode.window.showInformationMessage(`${done}.`);
    return;
  }
  remarks.forEach((one) => log.warn(remark(one)));
  const details = "Show Log";
  const message = `${done}; ${remarks.length} ${what}.`;
  if ((await vscode.window.showWarningMessage(message, details)) === details) {
    log.show();
  }
}
