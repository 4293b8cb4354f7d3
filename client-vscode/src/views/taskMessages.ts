/** What the Task view's page and the extension say to each other. */
import type { Passage } from "../generated/protocol";

export interface SuggestionRow {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  readonly tokens: number;
  readonly reasons: readonly string[];
  readonly passages: readonly Passage[];
  readonly chosen: boolean;
}

/** Which files are asked for: those that the task needs, or those that go with the chosen ones. */
export type Question = "task" | "selected";

/** What would be sent, against the budget. */
export interface Meter {
  readonly tokens: number;
  readonly budget: number;
  /** `~12.4k of 32k · 3 files`. */
  readonly total: string;
  /** The same in whole numbers, and what everything whole would take. */
  readonly details: string;
  /** What the budget cuts, or why nothing can be built. */
  readonly cuts: string;
  /** How many files are added by themselves. */
  readonly adds: string;
  readonly level: "fits" | "cut" | "over";
}

export interface TaskState {
  readonly ready: boolean;
  /** Which project and selection this is about; another one replaces the text in the box. */
  readonly subject: string;
  readonly task: string;
  readonly question: Question;
  readonly rows: readonly SuggestionRow[];
  readonly busy: boolean;
  /** For people: what the suggestions had to do without, or what went wrong. */
  readonly note: string;
  readonly files: number;
  readonly meter: Meter;
}

export interface ToPage {
  readonly type: "state";
  readonly state: TaskState;
}

export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "task"; readonly text: string }
  | { readonly type: "ask"; readonly question: Question }
  | { readonly type: "choose"; readonly path: string; readonly chosen: boolean }
  | { readonly type: "choosePassage"; readonly path: string; readonly passage: Passage }
  | { readonly type: "chooseAll" }
  | { readonly type: "open"; readonly path: string; readonly line: number }
  | { readonly type: "run"; readonly command: (typeof COMMANDS)[number] };

const COMMANDS = ["copyContext", "previewContext", "setBudget", "setSuggest"] as const;

/** Check a message of the page; undefined when it is not one of ours. */
export function parseFromPage(value: unknown): FromPage | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const message = value as Record<string, unknown>;
  const text = (...keys: string[]): boolean => keys.every((key) => typeof message[key] === "string");
  const valid: Record<FromPage["type"], () => boolean> = {
    ready: () => true,
    task: () => text("text"),
    ask: () => message.question === "task" || message.question === "selected",
    choose: () => text("path") && typeof message.chosen === "boolean",
    choosePassage: () => text("path") && isPassage(message.passage),
    chooseAll: () => true,
    open: () => text("path") && Number.isSafeInteger(message.line),
    run: () => (COMMANDS as readonly unknown[]).includes(message.command),
  };
  const type = message.type;
  const known =
    typeof type === "string" && Object.hasOwn(valid, type) ? valid[type as FromPage["type"]] : undefined;
  return known?.() ? (message as unknown as FromPage) : undefined;
}

function isPassage(value: unknown): boolean {
  const passage = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return (
    typeof passage.symbol === "string" &&
    Number.isSafeInteger(passage.line) &&
    Number.isSafeInteger(passage.endLine)
  );
}
