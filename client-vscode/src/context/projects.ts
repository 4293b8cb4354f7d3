/** The projects of this window: which folder is which project of the server, and which one is being worked on. */
import { realpath } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { RequestFailed, type Server } from "../server/client";
import { setTimeout as sleep } from "node:timers/promises";

/** A workspace folder that the server has opened. */
export interface OpenProject {
  readonly id: string;
  readonly name: string;
  readonly folder: vscode.WorkspaceFolder;
  /** The real path that the server works in. */
  readonly root: string;
}

/** A file of a project; `path` is relative to its root, with `/`. */
export interface Place {
  readonly project: OpenProject;
  readonly path: string;
}

const ATTEMPTS = 20;
const ATTEMPT_MS = 250;

export class Projects implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  /** The open projects changed, another one became the active one, or the server was started anew. */
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private projects: readonly OpenProject[] = [];
  private activeId: string | undefined;
  private isReloading = false;
  private givenUp = false;

  constructor(
    private readonly server: Server,
    private readonly onError: (error: unknown) => void,
  ) {
    this.owned = [
      this.changed,
      server.onDidChangeState((state) => state === "running" && void this.reload()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.reload()),
      // A folder that took the server longer than anybody waits for it.
      server.onNotification("index/changed", ({ projectId }) => {
        if (!this.byId(projectId) && !this.isReloading) {
          void this.reload();
        }
      }),
    ];
  }

  /** In the order of the workspace folders. */
  get open(): readonly OpenProject[] {
    return this.projects;
  }

  /** Whether the server has opened none of the folders, and is not expected to. */
  get isUnopened(): boolean {
    return this.projects.length === 0 && this.givenUp;
  }

  /** The one that the Task and Selected views show: the one last worked with, at first the first. */
  get active(): OpenProject | undefined {
    return this.byId(this.activeId) ?? this.projects[0];
  }

  activate(id: string): void {
    if (this.active?.id !== id) {
      this.activeId = id;
      this.changed.fire();
    }
  }

  byId(id: string | undefined): OpenProject | undefined {
    return this.projects.find((project) => project.id === id);
  }

  /** Where a file or folder lies; undefined when it is in no open project. The root itself has the empty path. */
  locate(uri: vscode.Uri): Place | undefined {
    const folder = uri.scheme === "file" ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
    const project = this.projects.find(
      (candidate) => candidate.folder.uri.toString() === folder?.uri.toString(),
    );
    if (!project) {
      return undefined;
    }
    const relative = path.relative(project.folder.uri.fsPath, uri.fsPath);
    return { project, path: relative.split(path.sep).join("/") };
  }

  uriOf(project: OpenProject, relative: string): vscode.Uri {
    return vscode.Uri.joinPath(project.folder.uri, relative);
  }

  dispose(): void {
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** The server opens folders in its own time: ask until it knows them all. */
  private async reload(): Promise<void> {
    this.isReloading = true;
    try {
      for (let attempt = 0; attempt < ATTEMPTS && this.server.state === "running"; attempt++) {
        if (await this.match()) {
          this.givenUp = false;
          return;
        }
        await sleep(ATTEMPT_MS);
      }
      this.givenUp = this.server.state === "running";
      this.changed.fire();
    } catch (error) {
      // A server that ended meanwhile is told of elsewhere, and asked again when it is back.
      if (error instanceof RequestFailed) {
        this.onError(error);
      }
    } finally {
      this.isReloading = false;
    }
  }

  private async match(): Promise<boolean> {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(
      (folder) => folder.uri.scheme === "file",
    );
    const known = await this.server.request("projects/list", {});
    const matched: OpenProject[] = [];
    for (const folder of folders) {
      const root = await realpath(folder.uri.fsPath).catch(() => folder.uri.fsPath);
      const project = known.projects.find((candidate) => candidate.open && samePath(candidate.root, root));
      if (project) {
        matched.push({ id: project.id, name: folder.name, folder, root });
      }
    }
    const complete = matched.length === folders.length;
    const ids = (list: readonly OpenProject[]): string => list.map(({ id }) => id).join(" ");
    if (complete || ids(matched) !== ids(this.projects)) {
      this.projects = matched;
      this.changed.fire();
    }
    return complete;
  }
}

/** Drive letters differ in case between VS Code and Python. */
function samePath(one: string, other: string): boolean {
  const [a, b] = [path.normalize(one), path.normalize(other)];
  return process.platform === "win32" ? a.toLowerCase() === b.toLowerCase() : a === b;
}
