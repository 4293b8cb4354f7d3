/** What the chat page and the extension say to each other. Both sides check what they receive. */
import { fields, flag, list, nullable, oneOf, tagged, text, whole, type Of } from "./schema";

/** Characters of a line and of a `ref`. A message with more is refused as a whole, so whoever makes one cuts. */
export const LINE = 2_000;
export const REF = 4_000;

const id = text(200);
const line = text(LINE);

/** What the page may ask to be run; the extension knows the whole names. */
export const PAGE_COMMANDS = [
  "newChat",
  "openChat",
  "selectModel",
  "addProvider",
  "manageKeys",
  "addContextToChat",
  "chatSettings",
  "compactChat",
  "task.focus",
  "restartServer",
  "repairEnvironment",
  "showLog",
  "openFolder",
  "manageTrust",
] as const;

export const STATUSES = [
  "streaming",
  "complete",
  "incomplete",
  "interrupted",
  "cancelled",
  "failed",
] as const;

/** Something that goes along with a message, as the completion offers it. `ref` is the extension's own. */
const mention = fields({ ref: text(REF), label: line, detail: line, icon: text(60) });

const written = { text: text(), mentions: list(mention, 200), frozen: flag() };

/** What is written and not sent: a new message, and another version of one that is being changed. */
export const kept = fields({ draft: fields(written), edit: nullable(fields({ id, ...written })) });

/** What went along with a message: `ref` opens it, empty when nothing can be opened. */
const attachment = fields({ ref: text(REF), label: line, detail: line, icon: text(60), problem: line });

const message = fields({
  id,
  role: oneOf("user", "assistant", "summary"),
  text: text(),
  reasoning: text(),
  status: oneOf(...STATUSES),
  /** Who answered, for people; empty for the user's own. */
  model: line,
  /** Tokens and cost, for people. */
  usage: line,
  /** What went wrong, for people, and the command that may help. */
  problem: line,
  mend: nullable(oneOf(...PAGE_COMMANDS)),
  excluded: flag(),
  attachments: list(attachment, 2_000),
  /** Its answers are asked for with the context as it was then, not as it is now. */
  frozen: flag(),
  /** Nothing of it is sent: it is empty, or a summary stands for it. */
  unsent: flag(),
  /** Which of its siblings this is, from 1, and how many there are. */
  branch: whole(),
  branches: whole(),
  previous: nullable(id),
  next: nullable(id),
});

const meter = fields({
  tokens: whole(),
  window: whole(),
  text: line,
  parts: list(fields({ name: line, tokens: whole() }), 50),
  /** What to leave out first; `id` is a message that can be kept out, or null. */
  largest: list(fields({ name: line, tokens: whole(), id: nullable(id) }), 20),
  /** What the mentions of the draft take. */
  chips: list(fields({ ref: text(REF), tokens: line, problem: line }), 200),
  over: flag(),
  problem: text(8_000),
});

const state = fields({
  chatId: nullable(id),
  title: line,
  /** The model that answers next, for people; empty when there is none. */
  model: line,
  busy: flag(),
  cost: line,
  /** Why nothing can be sent now and what helps; null when something can. */
  halt: nullable(
    fields({ words: line, ways: list(fields({ title: line, command: oneOf(...PAGE_COMMANDS) }), 5) }),
  ),
});

const recent = fields({ id, title: line, when: line });

const toPage = tagged({
  /** The messages of the active branch, oldest first; `changed` are those that the page does not have as they are. */
  path: { chatId: nullable(id), ids: list(id), changed: list(message), earlier: flag(), reset: flag() },
  delta: { id, text: text(), reasoning: text(), notice: line },
  state: { state },
  meter: { meter: nullable(meter) },
  home: {
    hasProvider: flag(),
    found: list(fields({ name: line, detail: line, kind: text(60) }), 20),
    chats: list(recent, 50),
  },
  completions: { request: whole(), items: list(mention, 100) },
  /** Put something into the composer; an empty text only adds the mentions. */
  compose: { text: text(), mentions: list(mention, 200), replace: flag() },
  /** Text that was just pasted is lines of a file: a mention takes its place. */
  pasted: { text: text(), mentions: list(mention, 200) },
  /** What was written in the chat that is shown now; null: what is written belongs to this chat from now on. */
  drafted: { chatId: nullable(id), kept: nullable(kept) },
  /** Another page has written in a chat. */
  shared: { chatId: nullable(id), draft: fields(written) },
  /** The message was taken or not; when not, the page keeps what was typed. */
  sent: { taken: flag() },
  announce: { text: line },
  focus: {},
});

const fromPage = tagged({
  ready: { chatId: nullable(id) },
  send: { ...written, replaces: nullable(id) },
  /** Measure what would be sent. */
  draft: { ...written, replaces: nullable(id) },
  /** What is written in a chat, to be there again whatever happens. */
  keep: { chatId: nullable(id), kept },
  stop: {},
  earlier: {},
  edit: { id, text: text() },
  regenerate: { id },
  resume: { id },
  choose: { id },
  fork: { id },
  exclude: { id, excluded: flag() },
  remove: { id },
  copy: { text: text() },
  code: {
    action: oneOf("copy", "insert", "newFile", "apply"),
    text: text(),
    language: text(60),
    path: line,
  },
  link: { url: text(8_000) },
  file: { path: line },
  complete: { request: whole(), kind: oneOf("@", "/"), query: text(500) },
  pasted: { text: text() },
  dropped: { uris: list(text(8_000), 200) },
  /** Open what a chip stands for. */
  reveal: { ref: text(REF) },
  /** Show the context that went with a message. */
  sentContext: { id },
  open: { chatId: id },
  connect: { kind: text(60) },
  run: { command: oneOf(...PAGE_COMMANDS) },
});

export type ToPage = Of<typeof toPage>;
export type FromPage = Of<typeof fromPage>;
export type PageMessage = Of<typeof message>;
export type Kept = Of<typeof kept>;
export type PageState = Of<typeof state>;
export type Mention = Of<typeof mention>;
export type Attachment = Of<typeof attachment>;
export type Meter = Of<typeof meter>;
export type Status = PageMessage["status"];
export type Home = Extract<ToPage, { type: "home" }>;
export type CodeAction = Extract<FromPage, { type: "code" }>["action"];

/** Check a message to the page; undefined when it is not one of ours. */
export function parseToPage(value: unknown): ToPage | undefined {
  return toPage(value) ? value : undefined;
}

/** Check a message of the page; undefined when it is not one of ours. */
export function parseFromPage(value: unknown): FromPage | undefined {
  return fromPage(value) ? value : undefined;
}
