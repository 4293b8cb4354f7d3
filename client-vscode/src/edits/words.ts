/** Proposed edits as people read them. */
import type { Edit, EditHunk } from "../generated/protocol";

type Shown = Pick<Edit, "kind" | "status" | "path" | "newPath" | "added" | "removed">;
type Kind = Edit["problems"][number]["kind"];

const MARKS: Record<Edit["kind"], string> = { modify: "M", create: "A", delete: "D", rename: "R" };
const PROBLEMS: Record<Kind, string> = {
  missed: "not all found",
  syntax: "syntax errors",
  encoding: "becomes UTF-8",
  protected: "asks separately",
  stale: "file changed",
  unwritable: "not written",
  left: "not undone",
  partly: "taken in part",
};

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The letter that source control gives such a change. */
export function markOf({ kind }: Pick<Edit, "kind">): string {
  return MARKS[kind];
}

/** `Change cart.py`, `Rename cart.py to basket.py`: what applying does, as a question without its mark. */
export function asked({ kind, path, newPath, added, removed }: Shown): string {
  switch (kind) {
    case "create":
      return `Create ${path}`;
    case "delete":
      return `Delete ${path}`;
    case "rename":
      return `Rename ${path} to ${newPath ?? ""}`;
    case "modify":
      return `Apply this change to ${path} (+${added} -${removed})`;
  }
}

/** `+3 -1 · applied · syntax errors`; of a hunk that is left out nothing is counted. */
export function describeEdit(edit: Edit): string {
  const { kind, status, newPath, added, removed, hunks, problems } = edit;
  const left = hunks.filter(({ accepted }) => !accepted).length;
  const kinds = [...new Set(problems.map((problem) => problem.kind))];
  return [
    newPath === null ? "" : `→ ${newPath}`,
    kind === "delete" ? "deleted" : counts(added, removed),
    left === 0 ? "" : `${hunks.length - left} of ${hunks.length} changes`,
    status === "proposed" ? "" : status,
    ...kinds.map((problem) => PROBLEMS[problem]),
  ]
    .filter(Boolean)
    .join(" · ");
}

export function counts(added: number, removed: number): string {
  return [added > 0 ? `+${added}` : "", removed > 0 ? `-${removed}` : ""].filter(Boolean).join(" ");
}

/** `Line 4`, `Lines 4–9`: where a hunk is in the file that the agent saw. */
export function placeOf({ line, endLine }: Pick<EditHunk, "line" | "endLine">): string {
  return line === endLine ? `Line ${line}` : `Lines ${line}–${endLine}`;
}

/** What is to be known of edits, a line for each file that has a problem. */
export function problemsOf(edits: readonly Edit[]): string {
  return edits.flatMap(({ problems }) => problems.map(({ message }) => message)).join("\n");
}

/** Whether applying does something: a modified file needs a hunk that is wanted. */
export function isWanted({ kind, hunks }: Pick<Edit, "kind" | "hunks">): boolean {
  return kind !== "modify" || hunks.some(({ accepted }) => accepted);
}

/** Whether it can be applied: proposed, or taken back. */
export function isOpen({ status }: Pick<Edit, "status">): boolean {
  return status === "proposed" || status === "undone";
}
