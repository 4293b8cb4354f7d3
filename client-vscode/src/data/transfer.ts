/** Everything that the user made, as one file: out, in, and a backup of the database. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { plural } from "../context/numbers";
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
  const { document, counts, damaged } = await inProgress("Exporting all data", () =>
    server.request("data/export", {}),
  );
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(JSON.stringify(document, null, 1)));
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
    const document = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
    await take(services, { document, onConflict });
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
