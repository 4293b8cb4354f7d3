/** The account of what models were asked, as Markdown that reads well as plain text too. */
import { full, plural } from "../context/numbers";
import type { UsageCounts, UsageRow } from "../generated/protocol";
import { KINDS } from "../runs/words";
import { dollars } from "./shown";

/** The sums of one time, grouped in the ways that are shown. */
export interface Account {
  /** First and last day, as `2026-11-23`. */
  readonly since: string;
  readonly until: string;
  readonly total: UsageCounts;
  readonly models: readonly UsageRow[];
  readonly days: readonly UsageRow[];
  readonly purposes: readonly UsageRow[];
}

const WORK: Readonly<Record<string, string>> = {
  chat: "Chat",
  compact: "Sum up a chat",
  test: "Test a provider",
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, [label]]) => [kind, label])),
};
const HEADS = ["Requests", "Tokens in", "of them cached", "Tokens out", "Cost"];

/** `title` gives a provider's name; one that was removed is called by its id. */
export function usageText(account: Account, title: (providerId: string) => string): string {
  const { since, until, total, models, days, purposes } = account;
  const head = `# Usage and cost, ${since} to ${until}`;
  if (total.requests === 0) {
    return `${head}\n\nNo model was asked.\n`;
  }
  const model = ({ providerId, model: name }: UsageRow): string[] => [title(providerId ?? ""), name ?? ""];
  return [
    head,
    `${plural(total.requests, "request")}, ${full(total.promptTokens)} tokens in, ${full(total.completionTokens)} out: ${costOf(total)}.`,
    "Costs are what providers say, or their list prices times the tokens; Manage Providers and Keys takes prices that nobody tells.",
    section("By model", ["Provider", "Model"], models, model),
    section("By day", ["Day"], days, ({ day }) => [day ?? ""]),
    section("By kind of work", ["Work"], purposes, ({ purpose }) => [WORK[purpose ?? ""] ?? purpose ?? ""]),
    "",
  ].join("\n\n");
}

function section(
  name: string,
  keys: readonly string[],
  rows: readonly UsageRow[],
  keysOf: (row: UsageRow) => string[],
): string {
  const cells = rows.map((row) => [...keysOf(row).map(plain), ...countsOf(row.counts)]);
  return `## ${name}\n\n${table([...keys, ...HEADS], cells, keys.length)}`;
}

function countsOf(counts: UsageCounts): string[] {
  const { requests, promptTokens, cachedTokens, completionTokens } = counts;
  return [...[requests, promptTokens, cachedTokens, completionTokens].map(full), costOf(counts)];
}

/** What is known of the cost; a model on this machine has none that anybody tells. */
function costOf({ costUsd, unpriced, requests }: UsageCounts): string {
  if (unpriced === requests) {
    return "not known";
  }
  const cost = costUsd === 0 ? "$0" : dollars(costUsd);
  return unpriced === 0 ? cost : `${cost} and ${plural(unpriced, "request")} without a known price`;
}

/** Words that come from elsewhere draw no lines and no pictures. */
function plain(words: string): string {
  return words.replace(/[\s|]+/g, " ").replace(/[\\`*_{}[\]<>#!]/g, "\\$&");
}

/** Columns of one width; numbers stand to the right, from the column `numbers` on. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], numbers: number): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column < numbers ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column < numbers ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(heads), line(rule), ...rows.map(line)].join("\n");
}
