/** The log of a run as Markdown. */
import type { Run, RunLogEntry } from "../generated/protocol";
import { KINDS, STATUSES, titleOf, usageOf } from "./words";

/** All that happened, as Markdown. */
export function logText(run: Run, entries: readonly RunLogEntry[]): string {
  const facts = [
    `${KINDS[run.kind][0]}, ${STATUSES[run.status][0]}`,
    run.model ?? "",
    usageOf(run.usage),
    new Date(run.createdAt).toLocaleString(),
  ];
  const parts = entries.map((entry) =>
    [headOf(entry), entry.message, fenced(entry)].filter(Boolean).join("\n\n"),
  );
  return [`# ${titleOf(run)}`, facts.filter(Boolean).join(" · "), run.problem ?? "", ...parts]
    .filter(Boolean)
    .join("\n\n")
    .concat("\n");
}

/** The heading of an entry. */
export function headOf({ number, kind, at }: RunLogEntry): string {
  return `## ${number + 1} · ${kind} · ${new Date(at).toLocaleTimeString()}`;
}

function fenced({ body, message }: RunLogEntry): string {
  if (body === "" || body === message) {
    return "";
  }
  const longest = Math.max(2, ...[...body.matchAll(/`{3,}/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${body}\n${fence}`;
}
