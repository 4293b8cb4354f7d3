/** What a mention in the composer stands for, as the text `ref` that travels through the page. */
import type { ChatMessage } from "../generated/protocol";
import { LINE, REF, type Mention } from "./messages";
import { fields, nullable, oneOf, text, whole, type Of } from "./schema";

const path = text(4_096);
const kinds = {
  /** The files of the current selection, as they are when it is sent. */
  context: fields({ kind: oneOf("context") }),
  file: fields({ kind: oneOf("file"), path }),
  folder: fields({ kind: oneOf("folder"), path }),
  symbol: fields({ kind: oneOf("symbol"), name: text(1_000), path: nullable(path) }),
  selection: fields({ kind: oneOf("selection"), path, start: whole(), end: whole() }),
  /** Of one file, or of the whole project. */
  problems: fields({ kind: oneOf("problems"), path: nullable(path) }),
  diff: fields({ kind: oneOf("diff"), diff: oneOf("staged", "working", "branch") }),
  prompt: fields({ kind: oneOf("prompt"), id: text(200) }),
  ticket: fields({ kind: oneOf("ticket"), id: text(200) }),
};

export type Ref = Of<(typeof kinds)[keyof typeof kinds]>;
type WireMention = NonNullable<ChatMessage["context"]>["mentions"][number];

const ICONS: Record<Ref["kind"], string> = {
  context: "layers",
  file: "file",
  folder: "folder",
  symbol: "symbol-method",
  selection: "selection",
  problems: "warning",
  diff: "git-compare",
  prompt: "note",
  ticket: "checklist",
};

const DIFFS = { staged: "Staged changes", working: "Uncommitted changes", branch: "Changes of this branch" };

/** A mention of something; label and detail are for people. */
export function mention(
  ref: Ref,
  label = labelOf(ref),
  detail = detailOf(ref),
  icon = ICONS[ref.kind],
): Mention {
  const written = JSON.stringify(ref);
  // What is too long to travel cannot be opened, but is still shown.
  return {
    ref: written.length > REF ? "" : written,
    label: label.slice(0, LINE),
    detail: detail.slice(0, LINE),
    icon,
  };
}

/** What a `ref` of the page means; undefined when it is none of ours. */
export function parseRef(ref: string): Ref | undefined {
  let value: unknown;
  try {
    value = JSON.parse(ref);
  } catch {
    return undefined;
  }
  return Object.values(kinds).find((check) => check(value)) ? (value as Ref) : undefined;
}

/** What went with a message, so that it can be shown and attached again. */
export function refOf(sent: WireMention): Ref {
  switch (sent.kind) {
    case "file":
    case "folder":
      return { kind: sent.kind, path: sent.path };
    case "symbol":
      return { kind: "symbol", name: sent.name, path: sent.path };
    case "selection":
      return { kind: "selection", path: sent.path, start: sent.range.start, end: sent.range.end };
    case "problems":
      return { kind: "problems", path: onlyPath(sent.diagnostics.map((problem) => problem.path)) };
    case "diff":
      return { kind: "diff", diff: sent.diff };
    case "prompt":
    case "ticket":
      return { kind: sent.kind, id: sent.id };
  }
}

export function labelOf(ref: Ref): string {
  switch (ref.kind) {
    case "context":
      return "Selected files";
    case "file":
    case "folder":
      return nameOf(ref.path);
    case "symbol":
      return ref.name;
    case "selection":
      return `${nameOf(ref.path)}:${ref.start}-${ref.end}`;
    case "problems":
      return ref.path === null ? "Problems" : `Problems of ${nameOf(ref.path)}`;
    case "diff":
      return DIFFS[ref.diff];
    case "prompt":
      return "Prompt";
    case "ticket":
      return "Ticket";
  }
}

function detailOf(ref: Ref): string {
  return "path" in ref ? (ref.path ?? "") : "";
}

function nameOf(of: string): string {
  return of.slice(of.lastIndexOf("/") + 1) || of;
}

function onlyPath(paths: readonly string[]): string | null {
  const [first = null] = paths;
  return new Set(paths).size === 1 ? first : null;
}
