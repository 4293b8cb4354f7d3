/** What a selection takes of its budget: what the server counted, or a guess until it has. */
import type { BuiltItem, ContextItem, EstimatedItem } from "../generated/protocol";
import { isWholeFile, keyOf, type Items } from "./items";
import { full, plural, short } from "./numbers";

export interface Total {
  /** What would be sent; within the budget, unless nothing can be built. */
  readonly tokens: number;
  /** Whether the server counted exactly this selection with the model's own tokenizer. */
  readonly exact: boolean;
  /** Some of it is not known at all yet: the number is too small, and not to be shown. */
  readonly pending: boolean;
}

/** What was counted last: each item by its key, and everything as large as it was asked for. */
export interface Count {
  readonly items: ReadonlyMap<string, EstimatedItem>;
  readonly whole: number;
  readonly plan: Plan | undefined;
}

/** What a build would send of the files, by path. */
export interface Plan {
  readonly shown: ReadonlyMap<string, BuiltItem>;
  /** The reason for each file that stays out. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** How many chosen files are sent with less than was asked for, or not at all. */
export interface Cuts {
  readonly outlines: number;
  readonly leftOut: number;
  /** Those that cannot be sent whatever the budget is: gone, refused, no text. */
  readonly unsendable: number;
}

/** The total of items from the last count, and for new files from what the file list said (`listed`). */
export function guess(
  items: Items,
  last: Count,
  budget: number,
  listed: (path: string) => number | undefined,
): Total {
  const before = [...last.items.values()].reduce((sum, item) => sum + item.tokens, 0);
  const around = Math.max(last.whole - before, 0);
  const suggested = addedBy(last.plan).reduce((sum, { tokens }) => sum + tokens, 0);
  const known = items.map((item) => tokensOf(item, last, listed));
  const wanted = known.reduce<number>((sum, tokens) => sum + (tokens ?? 0), around + suggested);
  return { tokens: Math.min(wanted, budget), exact: false, pending: known.includes(undefined) };
}

/** The files that a build adds by itself. */
export function addedBy(plan: Plan | undefined): BuiltItem[] {
  return [...(plan?.shown.values() ?? [])].filter(({ suggested }) => suggested);
}

/** Which chosen files the budget cuts, and which cannot be sent at all. */
export function cutsOf(items: Items, { items: counted, plan }: Count): Cuts {
  const cut = new Set<string>();
  const out = new Set<string>();
  const never = new Set<string>();
  for (const item of items) {
    const asked = counted.get(keyOf(item));
    if (!plan || !asked) {
      continue;
    }
    if (asked.problem !== null) {
      never.add(item.path);
    } else if (plan.leftOut.has(item.path) && !plan.shown.has(item.path)) {
      out.add(item.path);
    } else if (isCut(item, plan.shown.get(item.path))) {
      cut.add(item.path);
    }
  }
  return { outlines: cut.size, leftOut: out.size, unsendable: never.size };
}

/** Whether less is sent than the item asks for. */
export function isCut(item: ContextItem, shown: BuiltItem | undefined): boolean {
  return shown?.mode === "outline" && item.mode !== "outline" && item.mode !== "summary";
}

/** `2 files as outlines · 1 left out · 1 cannot be sent`; empty when all is sent as it was asked for. */
export function cutWords({ outlines, leftOut, unsendable }: Cuts): string {
  return [
    ...(outlines > 0 ? [`${plural(outlines, "file")} as outline${outlines === 1 ? "" : "s"}`] : []),
    ...(leftOut > 0 ? [`${full(leftOut)} left out`] : []),
    ...(unsendable > 0 ? [`${full(unsendable)} cannot be sent`] : []),
  ].join(" · ");
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
