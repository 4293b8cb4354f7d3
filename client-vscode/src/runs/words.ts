/** Runs of agents as people read them. */
import { dollars } from "../chat/shown";
import { plural, short } from "../context/numbers";
import type { EstimateAgentResult, Run, RunLogEntry, RunUsage } from "../generated/protocol";

export type Kind = Run["kind"];
export type Status = Run["status"];
type About = Pick<Run, "kind" | "request" | "about">;
type Counts = Pick<Run, "edits" | "openEdits" | "appliedEdits">;

/** What a run does, and what it gives. */
export const KINDS: Record<Kind, readonly [label: string, result: string, icon: string]> = {
  ask: ["Ask", "Answer", "comment"],
  plan: ["Plan", "Plan", "list-ordered"],
  code: ["Write code", "What was said", "edit"],
  review: ["Review", "Review", "eye"],
  summarize: ["Summarise", "Summary", "note"],
  generateTasks: ["Generate tasks", "Tasks", "tasklist"],
  suggestFiles: ["Suggest files", "Files", "files"],
  suggestPrompts: ["Suggest prompts", "Prompts", "library"],
  optimizePrompt: ["Optimise prompt", "New version", "wand"],
  commitMessage: ["Commit message", "Message", "git-commit"],
};

export const STATUSES: Record<Status, readonly [label: string, icon: string, color: string]> = {
  running: ["running", "loading~spin", ""],
  complete: ["complete", "pass", "testing.iconPassed"],
  failed: ["failed", "error", "list.errorForeground"],
  cancelled: ["stopped", "circle-slash", "disabledForeground"],
  interrupted: ["interrupted", "debug-disconnect", "list.warningForeground"],
};

export const ENTRY_ICONS: Record<RunLogEntry["kind"], string> = {
  step: "circle-small",
  question: "arrow-up",
  answer: "arrow-down",
  tool: "tools",
  problem: "warning",
};

const LONGEST_TITLE = 60;

/** What a run is about: the first line of its request, else its task, ticket or prompt, else its kind. */
export function aboutOf({ kind, request, about }: About): string {
  return firstLine(request) || firstLine(about) || KINDS[kind][0];
}

/** `Write code: count pages lazily`. */
export function titleOf(run: About): string {
  const [label] = KINDS[run.kind];
  const about = aboutOf(run);
  return about === label ? label : `${label}: ${about}`;
}

/** What a run is called as a document: `Plan - count pages lazily`. */
export function documentName(run: About, what: string): string {
  const about = aboutOf(run);
  return about === KINDS[run.kind][0] ? what : `${what} - ${about}`;
}

/** `reads and thinks · ask · 12.4k tokens · $0.012 · 0:41`: what is cut off first matters least. */
export function describeRun(run: Run, now: number): string {
  const { kind, status, step, usage } = run;
  return [
    status === "running" ? step || "starts" : status === "complete" ? "" : STATUSES[status][0],
    editsOf(run),
    aboutOf(run) === KINDS[kind][0] ? "" : KINDS[kind][0].toLowerCase(),
    usageOf(usage),
    elapsed(run, now),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** `3 files to review`, `2 of 3 applied`; nothing when all were rejected. */
export function editsOf({ edits, openEdits, appliedEdits }: Counts): string {
  if (appliedEdits > 0) {
    return appliedEdits === edits
      ? `${plural(edits, "file")} applied`
      : `${appliedEdits} of ${edits} applied`;
  }
  return openEdits > 0 ? `${plural(openEdits, "file")} to review` : "";
}

/** `12.4k tokens · $0.012`; empty before anything was used. */
export function usageOf({ promptTokens, completionTokens, costUsd }: RunUsage): string {
  const tokens = promptTokens + completionTokens;
  return [tokens > 0 ? `${short(tokens)} tokens` : "", costUsd ? dollars(costUsd) : ""]
    .filter(Boolean)
    .join(" · ");
}

/** `0:41`, `12:05`, `1:00:00`. */
export function elapsed({ createdAt, endedAt }: Pick<Run, "createdAt" | "endedAt">, now: number): string {
  const end = endedAt === null ? now : Date.parse(endedAt);
  const seconds = Math.max(0, Math.round((end - Date.parse(createdAt)) / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** What a run will take, as a person decides by it. */
export function estimateWords({
  questions,
  promptTokens,
  completionTokens,
  costUsd,
  skipped,
}: EstimateAgentResult): string {
  const cost = costUsd === null ? "The model's prices are not known." : `About ${dollars(costUsd)}.`;
  const saved =
    skipped === 0
      ? ""
      : ` ${plural(skipped, "file")} ${skipped === 1 ? "has its summary" : "have their summaries"} already.`;
  return (
    `${plural(questions, "question")} to the model: about ${short(promptTokens)} tokens to it ` +
    `and ${short(completionTokens)} from it. ${cost}${saved}`
  );
}

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0]?.trim() ?? "";
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE - 1).trimEnd()}…` : line;
}
