/** Asking the server which files matter, again and again while the user types and chooses. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import { suggest } from "../context/suggestions";
import type { IndexStatus, SuggestContextResult } from "../generated/protocol";
import type { Services } from "../services";
import type { Question } from "./taskMessages";

const SHORTEST_QUERY = 3;
const AFTER_INDEX_MS = 350;

/** An answer, and what it was made from. */
interface Answer {
  /** The project, the selection and the question. */
  readonly subject: string;
  /** How much of the index it could draw on. */
  readonly stage: string;
  readonly result: SuggestContextResult;
}

export class Suggesting implements vscode.Disposable {
  private asked: Question = "task";
  private answer: Answer | undefined;
  private failure = "";
  /** What was last asked for: the text, and the chosen files where they matter. */
  private last = "";
  private running: vscode.CancellationTokenSource | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly services: Services,
    private readonly changed: () => void,
  ) {}

  get isBusy(): boolean {
    return this.running !== undefined;
  }

  get problem(): string {
    return this.failure;
  }

  /** What goes with the chosen files can only be asked while there are some. */
  question(project: OpenProject): Question {
    return this.pathsOf(project).length === 0 ? "task" : this.asked;
  }

  /** The last answer, when it is about what is shown. */
  result(project: OpenProject): SuggestContextResult | undefined {
    return this.answer?.subject === this.subject(project) ? this.answer.result : undefined;
  }

  choose(question: Question): void {
    this.asked = question;
    this.last = "";
    this.askIfNew();
  }

  /** Ask when something that the answer depends on has changed. */
  askIfNew(): void {
    const project = this.services.projects.active;
    if (project) {
      this.asked = this.question(project);
    }
    if (project && this.key(project) !== this.last) {
      void this.ask(project);
    }
  }

  /** An answer made from half an index, or without the history, is asked for again when more is there. */
  indexChanged(status: IndexStatus): void {
    const project = this.services.projects.active;
    if (project?.id !== status.projectId || !this.answer) {
      return;
    }
    const lacksSomething = this.answer.result.note !== "" && status.state === "idle";
    if (this.answer.stage === stageOf(status) && !lacksSomething) {
      return;
    }
    this.answer = { ...this.answer, stage: stageOf(status) };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(project), AFTER_INDEX_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.running?.dispose();
  }

  private async ask(project: OpenProject): Promise<void> {
    clearTimeout(this.timer);
    this.running?.cancel();
    this.last = this.key(project);
    this.failure = "";
    const query = this.queryOf(project);
    const like = this.question(project) === "selected" ? this.pathsOf(project) : [];
    if (query.length < SHORTEST_QUERY && like.length === 0) {
      this.running = undefined;
      this.answer = undefined;
      this.changed();
      return;
    }
    const running = new vscode.CancellationTokenSource();
    const subject = this.subject(project);
    const stage = stageOf(this.services.indexStates.of(project));
    this.running = running;
    this.changed();
    try {
      const result = await suggest(this.services, project, query, like, running.token);
      result.files.forEach(({ path, tokens }) => this.services.estimates.learn(project, path, tokens));
      if (this.running === running) {
        this.answer = { subject, stage, result };
      }
    } catch (error) {
      if (this.running === running && !(error instanceof vscode.CancellationError)) {
        this.failure = error instanceof Error ? error.message : String(error);
      }
    } finally {
      running.dispose();
      if (this.running === running) {
        this.running = undefined;
        this.changed();
      }
    }
  }

  /** Suggestions belong to one project, one selection and one question. */
  private subject(project: OpenProject): string {
    return [project.id, this.services.selections.of(project).name, this.question(project)].join("\0");
  }

  private key(project: OpenProject): string {
    const like = this.question(project) === "selected" ? this.pathsOf(project) : [];
    return [this.subject(project), this.queryOf(project), ...like].join("\0");
  }

  private queryOf(project: OpenProject): string {
    const { body } = this.services.selections.of(project);
    return body.instructions.trim();
  }

  private pathsOf(project: OpenProject): string[] {
    return [...new Set(this.services.selections.of(project).body.items.map(({ path }) => path))].sort();
  }
}

function stageOf(status: IndexStatus | undefined): string {
  return `${String(status?.textReady)} ${String(status?.symbolsReady)}`;
}
