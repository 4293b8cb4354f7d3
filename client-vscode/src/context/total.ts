/** What a selection costs, as far as it is known before the server has counted it. */
import type { ContextItem, EstimatedItem } from "../generated/protocol";
import { isWholeFile, keyOf, type Items } from "./items";
import { full, short } from "./numbers";

export interface Total {
  readonly tokens: number;
  /** Whether the server counted exactly this selection with the model's own tokenizer. */
  readonly exact: boolean;
  /** Some of it is not known at all yet: the number is too small, and not to be shown. */
  readonly pending: boolean;
}

/** What was counted last: each item by its key, and what stood around them. */
export interface Count {
  readonly items: ReadonlyMap<string, EstimatedItem>;
  readonly tokens: number;
}

/** The total of items from the last count, and for new files from what the file list said (`listed`). */
export function guess(items: Items, last: Count, listed: (path: string) => number | undefined): Total {
  const before = [...last.items.values()].reduce((sum, item) => sum + item.tokens, 0);
  const around = Math.max(last.tokens - before, 0);
  const known = items.map((item) => tokensOf(item, last, listed));
  return {
    tokens: known.reduce<number>((sum, tokens) => sum + (tokens ?? 0), around),
    exact: false,
    pending: known.includes(undefined),
  };
}

/** `~12.4k of 32k`. */
export function ofBudget(total: Total, budget: number): string {
  return `${total.pending ? "counting…" : `${mark(total)}${short(total.tokens)}`} of ${short(budget)}`;
}

/** `~12,400 of 32,000 tokens`. */
export function inWords(total: Total, budget: number): string {
  return `${total.pending ? "counting…" : `${mark(total)}${full(total.tokens)}`} of ${full(budget)} tokens`;
}

function mark({ exact }: Total): string {
  return exact ? "" : "~";
}

function tokensOf(
  item: ContextItem,
  last: Count,
  listed: (path: string) => number | undefined,
): number | undefined {
  const counted = last.items.get(keyOf(item));
  if (counted && (!isWholeFile(item) || counted.mode === item.mode)) {
    return counted.tokens;
  }
  return item.mode === "auto" || item.mode === "full" ? listed(item.path) : undefined;
}
