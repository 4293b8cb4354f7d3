/** What the page shows of what the server says: values in, values out. */
import { full, plural, short } from "../context/numbers";
import {
  ERROR_CODES,
  type BuiltItem,
  type ChatHead,
  type ChatMessage,
  type ChatUsage,
  type Meter as WireMeter,
  type Provider,
  type Redaction,
} from "../generated/protocol";
import { LINE, type Attachment, type Meter, type PageMessage } from "./messages";
import { labelOf, mention, parseRef, refOf, type Ref } from "./refs";
import { LONGEST_TEXT } from "./schema";

const PARTS: Record<WireMeter["parts"][number]["name"], string> = {
  system: "System prompt",
  history: "Earlier messages",
  context: "Files and other context",
  message: "Your message",
  reserve: "Kept free for the answer",
};

/** What helps against which error. */
const MENDS: ReadonlyMap<number, PageMessage["mend"]> = new Map([
  [ERROR_CODES.NoProvider, "addProvider"],
  [ERROR_CODES.KeyMissing, "manageKeys"],
  [ERROR_CODES.KeyRefused, "manageKeys"],
  [ERROR_CODES.ModelUnknown, "selectModel"],
  [ERROR_CODES.ProviderDown, "manageKeys"],
  [ERROR_CODES.RequestRefused, "manageKeys"],
  [ERROR_CODES.ContextTooLong, "compactChat"],
]);

const DAY_MS = 24 * 60 * 60 * 1000;

/** A message as the page has it. */
export function shownMessage(message: ChatMessage): PageMessage {
  const { id, role, content, reasoning, status, excluded, siblings, index } = message;
  return {
    id,
    role,
    text: content.slice(0, LONGEST_TEXT),
    reasoning: reasoning.slice(0, LONGEST_TEXT),
    status,
    model: role === "user" ? "" : (message.model ?? "").slice(0, LINE),
    usage: usageOf(message),
    ...problemOf(message),
    excluded,
    attachments: attachmentsOf(message),
    frozen: message.context?.mode === "frozen",
    unsent: isUnsent(message),
    branch: index + 1,
    branches: siblings.length,
    previous: siblings[index - 1] ?? null,
    next: siblings[index + 1] ?? null,
  };
}

function problemOf({ problem }: ChatMessage): Pick<PageMessage, "problem" | "mend"> {
  return problem
    ? { problem: sentence(problem.message).slice(0, LINE), mend: MENDS.get(problem.code) ?? null }
    : { problem: "", mend: null };
}

/** Errors begin small, for they stand behind a colon elsewhere; names in backticks stay as they are. */
function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A summary stands for it. */
function isUnsent({ sent, excluded, status, content }: ChatMessage): boolean {
  return !sent && !excluded && status !== "streaming" && content !== "";
}

function attachmentsOf({ context }: ChatMessage): Attachment[] {
  if (!context) {
    return [];
  }
  const { mentions, items, omitted, redactions } = context;
  const tokens = new Map(items.map(({ path, tokens: count }) => [path, count]));
  const refs = mentions.map(refOf);
  const named = refs.map((ref) => {
    const shown = mention(ref);
    const path = "path" in ref ? ref.path : null;
    const count = path === null ? undefined : tokens.get(path);
    const problem = lostOf(ref, refs) || maskedIn(path, redactions);
    return { ...shown, detail: count === undefined ? "" : short(count), problem };
  });
  const known = new Set(mentions.flatMap((one) => ("path" in one && one.path !== null ? [one.path] : [])));
  const files = items
    .filter(({ path }) => !known.has(path))
    .map((item) => fileOf(item, maskedIn(item.path, redactions)));
  const left = omitted.map(({ path, reason }) => {
    const shown = mention({ kind: "file", path });
    // A prompt or ticket that was deleted has no path, and nothing can be opened.
    return path === ""
      ? { ref: "", label: "Left out", icon: shown.icon, detail: "", problem: `Left out: ${reason}` }
      : { ...shown, detail: "", problem: `${path} was left out: ${reason}` };
  });
  const all = [...named, ...files, ...left].slice(0, 2_000);
  return all.map((one) => ({ ...one, problem: one.problem.slice(0, LINE) }));
}

function fileOf({ path, tokens, mode }: BuiltItem, problem: string): Attachment {
  const outline = mode === "outline" ? "outline " : "";
  return { ...mention({ kind: "file", path }), detail: `${outline}${short(tokens)}`, problem };
}

/** Which secrets of a file are not sent; empty for none. */
function maskedIn(path: string | null, redactions: readonly Redaction[]): string {
  const lines = redactions.filter((one) => one.path === path).map(({ line }) => line);
  const shown = [...new Set(lines)].slice(0, 5).join(", ");
  return lines.length === 0
    ? ""
    : `Secrets are masked in ${path}, line ${shown}${lines.length > 5 ? "…" : ""}`;
}

/** A message takes along one ticket and one diff: the last of each. What is not sent must say so. */
function lostOf(ref: Ref, all: readonly Ref[]): string {
  const isAlone = ref.kind !== "ticket" && ref.kind !== "diff";
  const last = all.findLast(({ kind }) => kind === ref.kind);
  if (isAlone || last === undefined || JSON.stringify(last) === JSON.stringify(ref)) {
    return "";
  }
  return ref.kind === "ticket"
    ? "Not sent: one ticket goes along with a message, the last one"
    : "Not sent: one diff goes along with a message, the last one";
}

function usageOf({ usage }: ChatMessage): string {
  if (!usage || usage.promptTokens + usage.completionTokens === 0) {
    return "";
  }
  const { promptTokens, completionTokens, cachedTokens, costUsd, elapsedMs } = usage;
  const cached = cachedTokens > 0 ? ` (${short(cachedTokens)} cached)` : "";
  return [
    `${short(promptTokens)} in${cached}`,
    `${short(completionTokens)} out`,
    elapsedMs > 0 ? `${(elapsedMs / 1000).toFixed(1)} s` : "",
    costUsd === null ? "" : dollars(costUsd),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** What a chat has cost so far; empty when nobody knows. */
export function costOf(usage: ChatUsage | undefined): string {
  const cost = usage?.costUsd ?? 0;
  return cost === 0 ? "" : `${dollars(cost)} so far`;
}

export function dollars(amount: number): string {
  const digits = amount >= 1 ? 2 : amount >= 0.01 ? 3 : 4;
  return amount > 0 && amount < 0.0001 ? "< $0.0001" : `$${amount.toFixed(digits)}`;
}

/** The meter of a draft; `refs` are the mentions it was measured with. */
export function shownMeter(measured: WireMeter, refs: readonly string[]): Meter {
  const { tokens, tokensExact, window, overBy, parts, largest, context, costUsd } = measured;
  const about = tokensExact ? "" : "~";
  const of = window === null ? "" : ` of ${short(window)}`;
  const cost = costUsd === null || costUsd === 0 ? "" : ` · ${dollars(costUsd)}`;
  return {
    tokens,
    window: window ?? 0,
    text: `${about}${short(tokens)}${of} tokens${cost}`,
    parts: parts.map((part) => ({ name: PARTS[part.name], tokens: part.tokens })),
    largest: largest.map(({ name, tokens: count, messageId }) => ({
      name: name.slice(0, 200),
      tokens: count,
      id: messageId,
    })),
    chips: refs.map((ref) => chipOf(ref, refs, context)),
    over: overBy > 0,
    problem:
      overBy > 0 ? `${full(overBy)} tokens too many. Leave something out, or sum up earlier messages.` : "",
  };
}

function chipOf(ref: string, refs: readonly string[], context: WireMeter["context"]): Meter["chips"][number] {
  const meant = parseRef(ref);
  if (!context || !meant) {
    return { ref, tokens: "", problem: "" };
  }
  const lost = lostOf(
    meant,
    refs.map(parseRef).filter((one) => one !== undefined),
  );
  if (lost !== "") {
    return { ref, tokens: "", problem: lost };
  }
  const { tokens, problem } = meant.kind === "context" ? wholeOf(context) : partOf(meant, context);
  return { ref, tokens, problem: problem.slice(0, LINE) };
}

type MessageContext = NonNullable<WireMeter["context"]>;

function wholeOf({ items, omitted: [first, ...more], omitted }: MessageContext): {
  tokens: string;
  problem: string;
} {
  const others = more.length === 0 ? "" : ` and ${plural(more.length, "file")} more`;
  const problem = first && omitted.length > 0 ? `${first.path}${others} left out: ${first.reason}` : "";
  return { tokens: short(items.reduce((sum, item) => sum + item.tokens, 0)), problem };
}

function partOf(
  ref: Ref,
  { items, omitted, redactions }: MessageContext,
): { tokens: string; problem: string } {
  const path = "path" in ref ? ref.path : null;
  const item = items.find((one) => one.path === path);
  if (item) {
    const outline = item.mode === "outline" && ref.kind === "file" ? "outline " : "";
    return { tokens: `${outline}${short(item.tokens)}`, problem: maskedIn(path, redactions) };
  }
  // A prompt or ticket that was deleted has no path.
  const left = omitted.find((one) =>
    "id" in ref ? one.path === "" && one.reason.includes(`\`${ref.id}\``) : one.path === path,
  );
  return { tokens: "", problem: left ? `${labelOf(ref)} is left out: ${left.reason}` : "" };
}

/** `Ollama · llama3.2`; empty when there is no provider. */
export function modelName(provider: Provider | undefined, model: string | null): string {
  if (!provider) {
    return "";
  }
  const name = model === null || model === "" ? provider.model : model.slice(0, LINE / 2);
  return name === "" ? provider.name : `${name} · ${provider.name}`;
}

export function titleOf({ title }: Pick<ChatHead, "title">): string {
  return title === "" ? "New Chat" : title;
}

/** What the document with a chat's system prompt is called. */
export function systemPromptName(chat: Pick<ChatHead, "title">): string {
  return `System Prompt of ${titleOf(chat)}`;
}

/** How long ago, for a list: `5 min ago`, `2 h ago`, `yesterday`, `12 Mar`. */
export function ago(at: string, now: number): string {
  const then = Date.parse(at);
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) {
    return "just now";
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  if (minutes < 24 * 60) {
    return `${Math.floor(minutes / 60)} h ago`;
  }
  if (now - then < 2 * DAY_MS) {
    return "yesterday";
  }
  return new Date(then).toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" });
}

/** The host of an address, for a list. */
export function shownHost(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
