/** Find Files to Add: any file of the workspace by parts of its path, several at once. */
import * as vscode from "vscode";
import { addPaths } from "../context/items";
import type { OpenProject } from "../context/projects";
import type { Services } from "../services";
import { activeProject, register } from "./register";
import { report } from "./report";

const MOST_FOUND = 50;
const TYPED_MS = 80;

interface Choice extends vscode.QuickPickItem {
  readonly path: string;
}

export function registerFindFiles(services: Services): vscode.Disposable {
  return register(services, "findFiles", async () => {
    const project = activeProject(services);
    const paths = await new Finder(services, project).show();
    if (paths.length > 0) {
      services.selections.updateItems(project, (items) => addPaths(items, paths));
    }
  });
}

/** A list that keeps what is checked while other words are typed. */
class Finder {
  private readonly list = vscode.window.createQuickPick<Choice>();
  private picked: readonly Choice[] = [];
  private running: vscode.CancellationTokenSource | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly services: Services,
    private readonly project: OpenProject,
  ) {
    this.list.title = `Find Files to Add to the Context of ${project.name}`;
    this.list.placeholder = "Parts of the path; check several, then press Enter";
    this.list.canSelectMany = true;
    this.list.matchOnDescription = true;
  }

  show(): Promise<string[]> {
    const { list } = this;
    return new Promise((resolve) => {
      list.onDidChangeValue(() => this.searchSoon());
      list.onDidChangeSelection((picked) => (this.picked = picked));
      list.onDidAccept(() => {
        const chosen = this.picked.length > 0 ? this.picked : list.activeItems;
        resolve(chosen.map(({ path }) => path));
        list.hide();
      });
      list.onDidHide(() => {
        resolve([]);
        clearTimeout(this.timer);
        this.running?.cancel();
        list.dispose();
      });
      list.show();
      this.searchSoon();
    });
  }

  private searchSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => void this.search().catch((error: unknown) => report(error, this.services)),
      TYPED_MS,
    );
  }

  private async search(): Promise<void> {
    this.running?.cancel();
    const running = new vscode.CancellationTokenSource();
    this.running = running;
    const params = {
      projectId: this.project.id,
      query: this.list.value,
      kind: "path",
      limit: MOST_FOUND,
    } as const;
    this.list.busy = true;
    const { hits } = await this.services.server.request("files/search", params, running.token);
    if (this.running === running) {
      const kept = new Set(this.picked.map(({ path }) => path));
      const found = hits.filter(({ path }) => !kept.has(path)).map(({ path }) => choiceOf(path));
      const { picked } = this;
      this.list.items = [...picked, ...found];
      this.list.selectedItems = picked;
      this.list.busy = false;
    }
  }
}

function choiceOf(path: string): Choice {
  const cut = path.lastIndexOf("/");
  // The server has found it: VS Code's own filter shall not hide it again.
  return { path, label: path.slice(cut + 1), description: path.slice(0, Math.max(cut, 0)), alwaysShow: true };
}
