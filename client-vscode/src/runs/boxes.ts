/** What clicks on the boxes of files and hunks mean. */
import type { Edit } from "../generated/protocol";
import type { Node } from "./nodes";

export interface Clicked {
  readonly node: Node;
  readonly isOn: boolean;
}

export interface Chosen {
  readonly edit: Edit;
  /** The numbers of the hunks that are wanted now. */
  readonly hunks: readonly number[];
}

/** A box of a file stands for all its hunks. */
export function chosen(clicked: readonly Clicked[]): Chosen[] {
  const wanted = new Map<string, { edit: Edit; hunks: Set<number> }>();
  for (const { node, isOn } of clicked) {
    if (node.kind !== "edit" && node.kind !== "hunk") {
      continue;
    }
    const { edit } = node;
    const accepted = edit.hunks.filter((hunk) => hunk.accepted).map(({ number }) => number);
    const { hunks } = wanted.get(edit.id) ?? { hunks: new Set(accepted) };
    wanted.set(edit.id, { edit, hunks });
    const meant = node.kind === "hunk" ? [node.hunk] : edit.hunks;
    meant.forEach(({ number }) => (isOn ? hunks.add(number) : hunks.delete(number)));
  }
  return [...wanted.values()].map(({ edit, hunks }) => ({ edit, hunks: [...hunks].sort((a, b) => a - b) }));
}
