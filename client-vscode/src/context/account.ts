/** What went into a context, file by file, as a page to read. */
import type { BuildContextResult, BuiltItem } from "../generated/protocol";
import { counted, full, plural } from "./numbers";

const HOW: Record<BuiltItem["mode"], string> = {
  auto: "whole",
  full: "whole",
  outline: "outline",
  summary: "summary",
  range: "parts",
  symbol: "parts",
};

/** Markdown: what was sent, the largest first; what was left out and why; what was masked. */
export function accountOf(name: string, built: BuildContextResult): string {
  const { tokens, tokensExact, budgetTokens, items, sections, omitted, redactions } = built;
  const largest = items.toSorted((a, b) => b.tokens - a.tokens);
  const parts = sections.filter((section) => section.tokens > 0 && section.name !== "files");
  return [
    `# Context of ${name}`,
    "",
    `${counted(tokens, tokensExact)} tokens, of a budget of ${full(budgetTokens)}.`,
    ...list(`Sent: ${plural(items.length, "file")}`, largest.map(sent)),
    ...list(
      "Besides the files",
      parts.map((section) => `${section.name}: ${plural(section.tokens, "token")}`),
    ),
    ...list(
      `Left out: ${full(omitted.length)}`,
      omitted.map(({ path, reason }) => named(path, reason)),
    ),
    ...list(
      `Masked: ${plural(redactions.length, "secret")}`,
      redactions.map(({ path, line, kind }) => `\`${path}\`, line ${line}: ${kind}`),
    ),
    "",
  ].join("\n");
}

/** The server's reasons often name their file already. */
export function named(path: string, reason: string): string {
  return path === "" || reason.includes(`\`${path}\``) ? reason : `\`${path}\`: ${reason}`;
}

function sent({ path, mode, tokens, why }: BuiltItem): string {
  return `\`${path}\`: ${HOW[mode]}, ${plural(tokens, "token")} (${why})`;
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines.map((line) => `- ${line}`)];
}
