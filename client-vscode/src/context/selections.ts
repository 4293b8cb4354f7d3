/** The current selection of each project: changed here at once, kept by the server a moment later. */
import * as vscode from "vscode";
import { ERROR_CODES, type Selection, type SelectionBody } from "../generated/protocol";
import { RequestFailed, ServerUnavailable, type Server } from "../server/client";
import { History } from "./history";
import { addItems, moveItems, type Items } from "./items";
import { freeName } from "./names";
import type { OpenProject, Projects } from "./projects";

/** What steps back and forth go through. */
type Steps = Omit<SelectionBody, "instructions">;

const SAVE_AFTER_MS = 250;
const FIRST_NAME = "Default";

/** A selection as it is now; without `id` the server does not know it yet. */
export interface Current {
  readonly id?: string;
  readonly name: string;
  readonly version?: number;
  readonly body: SelectionBody;
}

/** What the memory of VS Code keeps: which selection was current in which project. */
export type Memory = Pick<vscode.Memento, "get" | "update">;

export class Selections implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<OpenProject>();
  /** The current selection of a project changed. */
  readonly onDidChange = this.changed.event;
  private readonly owned: vscode.Disposable[];
  private readonly current = new Map<string, Current>();
  private readonly loaded = new Set<string>();
  /** Projects whose selection could not be saved yet. */
  private readonly waiting = new Set<string>();
  /** Projects whose selection is on its way to the server. */
  private readonly underway = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private saving: Promise<void> = Promise.resolve();
  /** Of each selection, by its id, what can be undone. */
  private readonly histories = new Map<string, History<Steps>>();
  /** The project whose changes still belong to the step before. */
  private stepOf: string | undefined;

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly memory: Memory,
    private readonly onError: (error: unknown) => void,
  ) {
    this.owned = [
      this.changed,
      projects.onDidChange(() => void this.loadMissing()),
      server.onDidChangeState((state) => state === "running" && this.saveWaiting()),
      server.onNotification("data/changed", () => void this.follow().catch(this.onError)),
    ];
  }

  /** The current selection; an empty one until the server gave it. */
  of(project: OpenProject): Current {
    return this.current.get(project.id) ?? { name: FIRST_NAME, body: emptyBody(project) };
  }

  /** Change the body; the project becomes the active one. */
  update(project: OpenProject, change: Partial<SelectionBody>): void {
    if (Object.keys(change).some((key) => key !== "instructions")) {
      this.remember(project);
    }
    this.change(project, change);
  }

  /** Whether a step back can be taken; the text of the task has steps of its own in its box. */
  canUndo(project: OpenProject): boolean {
    return this.historyOf(project).canUndo;
  }

  canRedo(project: OpenProject): boolean {
    return this.historyOf(project).canRedo;
  }

  /** Take the last change back, or do again what was taken back. */
  step(project: OpenProject, direction: "undo" | "redo"): void {
    const now = withoutTask(this.of(project).body);
    const other = this.historyOf(project)[direction](now);
    if (other) {
      this.change(project, other);
    }
  }

  /** Files have new names: what was chosen of them stays chosen, also in the steps that can be taken back. */
  renamed(project: OpenProject, moved: (path: string) => string): void {
    const items = moveItems(this.of(project).body.items, moved);
    this.historyOf(project).map((body) => ({ ...body, items: [...moveItems(body.items, moved)] }));
    if (items !== this.of(project).body.items) {
      this.change(project, { items: [...items] });
    }
  }

  private change(project: OpenProject, change: Partial<SelectionBody>): void {
    const before = this.of(project);
    this.current.set(project.id, { ...before, body: { ...before.body, ...change } });
    this.projects.activate(project.id);
    this.changed.fire(project);
    this.saveSoon(project);
  }

  updateItems(project: OpenProject, change: (items: Items) => Items): void {
    this.update(project, { items: [...change(this.of(project).body.items)] });
  }

  /** Make another selection of the project the current one. */
  async switchTo(project: OpenProject, id: string): Promise<void> {
    await this.flush();
    if (this.of(project).id === id) {
      return;
    }
    const wanted = await this.server.request("selections/get", { id });
    // What was changed meanwhile belongs to the selection that goes.
    while (this.timers.has(project.id)) {
      await this.flush();
    }
    this.adopt(project, wanted);
  }

  /** Give the current body a new name as a selection of its own, and make that the current one. */
  async saveAs(project: OpenProject, name: string, body = this.of(project).body): Promise<void> {
    await this.flush();
    const saved = await this.server.request("selections/save", { projectId: project.id, name, body });
    this.adoptWithChanges(project, saved);
  }

  async rename(project: OpenProject, name: string): Promise<void> {
    await this.saveNow(project);
    const { id } = this.of(project);
    if (id !== undefined) {
      this.adoptWithChanges(project, await this.server.request("selections/rename", { id, name }));
    }
  }

  /** Delete a selection and give back what it was; when it was the current one, another takes its place. */
  async remove(project: OpenProject, id: string): Promise<Selection> {
    await this.flush();
    const removed = await this.server.request("selections/delete", { id });
    if (this.of(project).id === id) {
      this.current.delete(project.id);
      await this.load(project);
    }
    return removed;
  }

  /** Save whatever waits; call it before the window closes and before another selection comes. */
  async flush(): Promise<void> {
    for (const id of new Set([...this.timers.keys(), ...this.waiting])) {
      const project = this.projects.byId(id);
      if (project) {
        await this.saveNow(project);
      }
    }
    await this.saving;
  }

  dispose(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
    vscode.Disposable.from(...this.owned).dispose();
  }

  /** Changes of one moment are one step. */
  private remember(project: OpenProject): void {
    if (this.stepOf !== project.id) {
      this.stepOf = project.id;
      setImmediate(() => (this.stepOf = undefined));
      this.historyOf(project).did(withoutTask(this.of(project).body));
    }
  }

  private historyOf(project: OpenProject): History<Steps> {
    const key = this.of(project).id ?? `new ${project.id}`;
    const known = this.histories.get(key) ?? new History<Steps>();
    this.histories.set(key, known);
    return known;
  }

  private async loadMissing(): Promise<void> {
    for (const project of this.projects.open.filter(({ id }) => !this.loaded.has(id))) {
      this.loaded.add(project.id);
      await this.load(project).catch((error: unknown) => {
        this.loaded.delete(project.id);
        this.onError(error);
      });
    }
  }

  private async load(project: OpenProject): Promise<void> {
    const { selections } = await this.server.request("selections/list", { projectId: project.id });
    const wanted = this.memory.get<string>(memoryKey(project));
    const latest = selections.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0];
    const head = selections.find(({ id }) => id === wanted) ?? latest;
    const found = head && (await this.server.request("selections/get", { id: head.id }));
    const early = this.current.get(project.id)?.body.items ?? [];
    if (found) {
      this.adopt(project, found);
    } else {
      this.current.set(project.id, { name: FIRST_NAME, body: emptyBody(project) });
      this.changed.fire(project);
    }
    if (early.length > 0) {
      // Chosen before the server had answered.
      this.updateItems(project, (items) => addItems(items, early));
    }
  }

  /** Another window saved something: show its version, unless something of ours is not saved yet. */
  private async follow(): Promise<void> {
    for (const project of this.projects.open) {
      const { id } = this.of(project);
      if (id === undefined || this.isUnsaved(project)) {
        continue;
      }
      const theirs = await this.server.request("selections/get", { id }).catch(unlessDeleted);
      const mine = this.of(project);
      if (theirs && mine.id === id && theirs.version > (mine.version ?? 0) && !this.isUnsaved(project)) {
        // A step back would take back what the other window did.
        this.histories.delete(id);
        this.adopt(project, theirs);
      }
    }
  }

  private isUnsaved(project: OpenProject): boolean {
    return [this.timers, this.waiting, this.underway].some((some) => some.has(project.id));
  }

  /** Take a selection over, with what was changed while the server answered. */
  private adoptWithChanges(project: OpenProject, saved: Selection): void {
    const body = this.timers.has(project.id) ? this.of(project).body : saved.body;
    this.adopt(project, { ...saved, body });
  }

  private adopt(project: OpenProject, { id, name, version, body }: Selection): void {
    this.current.set(project.id, { id, name, version, body });
    void this.memory.update(memoryKey(project), id);
    this.changed.fire(project);
  }

  private saveSoon(project: OpenProject): void {
    clearTimeout(this.timers.get(project.id));
    this.timers.set(
      project.id,
      setTimeout(
        () => void this.saveNow(project).catch((error: unknown) => this.notSaved(project, error)),
        SAVE_AFTER_MS,
      ),
    );
  }

  /** Nothing is lost: it is saved when the server is back, with the next change, or when the window closes. */
  private notSaved(project: OpenProject, error: unknown): void {
    this.waiting.add(project.id);
    if (!(error instanceof ServerUnavailable)) {
      this.onError(error);
    }
  }

  private saveWaiting(): void {
    for (const id of this.waiting) {
      const project = this.projects.byId(id);
      if (project) {
        this.saveSoon(project);
      }
    }
    this.waiting.clear();
  }

  /** One save at a time, so that each knows the version of the one before. */
  private saveNow(project: OpenProject): Promise<void> {
    clearTimeout(this.timers.get(project.id));
    this.timers.delete(project.id);
    const mine = this.saving.then(() => this.save(project));
    this.saving = mine.catch(() => undefined);
    return mine;
  }

  private async save(project: OpenProject): Promise<void> {
    const sent = this.of(project);
    this.waiting.delete(project.id);
    this.underway.add(project.id);
    const saved = await this.store(project, sent).finally(() => this.underway.delete(project.id));
    const now = this.of(project);
    if (now.id === sent.id) {
      const { id, name, version } = saved;
      const history = this.historyOf(project);
      this.current.set(project.id, { id, name, version, body: now.body });
      this.histories.set(id, history);
      await this.memory.update(memoryKey(project), id);
      if (name !== sent.name) {
        this.changed.fire(project);
      }
    }
  }

  private async store(project: OpenProject, sent: Current): Promise<Selection> {
    const { id, name, version, body } = sent;
    const known = id === undefined ? { name } : { id, version: version ?? null };
    try {
      return await this.server.request("selections/save", { projectId: project.id, body, ...known });
    } catch (error) {
      if (error instanceof RequestFailed && error.code === ERROR_CODES.UnknownId) {
        return this.server.request("selections/save", { projectId: project.id, name, body });
      }
      if (error instanceof RequestFailed && error.code === ERROR_CODES.NameTaken && id === undefined) {
        return this.saveUnderFreeName(project, FIRST_NAME, body);
      }
      if (error instanceof RequestFailed && error.code === ERROR_CODES.StaleVersion && id !== undefined) {
        return this.keepBoth(project, sent, id);
      }
      throw error;
    }
  }

  private async saveUnderFreeName(
    project: OpenProject,
    wanted: string,
    body: SelectionBody,
  ): Promise<Selection> {
    const { selections } = await this.server.request("selections/list", { projectId: project.id });
    const name = freeName(
      wanted,
      selections.map((head) => head.name),
    );
    return this.server.request("selections/save", { projectId: project.id, name, body });
  }

  /** Another window saved the same selection meanwhile: neither is lost, the user says which one to go on with. */
  private async keepBoth(project: OpenProject, sent: Current, id: string): Promise<Selection> {
    const mine = await this.saveUnderFreeName(project, sent.name, this.of(project).body);
    const useTheirs = "Use Theirs";
    void vscode.window
      .showWarningMessage(
        `The selection "${sent.name}" of ${project.name} was changed in another window. Yours is kept as "${mine.name}".`,
        useTheirs,
      )
      .then((answer) => (answer === useTheirs ? this.switchTo(project, id) : undefined))
      .then(undefined, this.onError);
    return mine;
  }
}

/** What was deleted in another window stays in this one; its next change saves it again. */
function unlessDeleted(error: unknown): undefined {
  if (!(error instanceof RequestFailed && error.code === ERROR_CODES.UnknownId)) {
    throw error;
  }
}

/** What a new selection starts with: the settings of the folder. */
export function emptyBody(project: OpenProject): SelectionBody {
  const settings = vscode.workspace.getConfiguration("octoprompt.context", project.folder);
  return {
    items: [],
    instructions: "",
    promptIds: [],
    promptValues: {},
    ticketId: null,
    suggest: settings.get<number | null>("suggestFiles", null),
    include: {
      tree: settings.get("includeTree", false),
      gitDiff: settings.get<SelectionBody["include"]["gitDiff"]>("includeGitDiff", "none"),
      diagnostics: settings.get("includeDiagnostics", false),
      rules: settings.get("includeRules", false),
    },
    budgetTokens: settings.get("budgetTokens", 32_000),
    model: settings.get<string>("model", "") || null,
    format: settings.get<SelectionBody["format"]>("format", "markdown"),
  };
}

function withoutTask({ instructions: _, ...rest }: SelectionBody): Steps {
  return rest;
}

function memoryKey(project: OpenProject): string {
  return `selection.${project.id}`;
}
