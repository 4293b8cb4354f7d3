// Generated from the Python contract by `scripts/generate`; do not edit.

/** Stands before every method and notification of OctoPrompt. */
export const PREFIX = "octoprompt/";

/** An answer of a model, or a summary, as it ended. */
export interface Answer {
  message: ChatMessage;
  chat: ChatHead;
}

/** Which edits, and which of those that need it a person confirmed. */
export interface ApplyEditsParams {
  ids: string[];
  /** Default: `[]`. */
  confirmed?: string[];
  /**
   * Which files that an editor shows are changed in its own preview, where a person ticks each place, if it has one: `changed`, those that are other than the agent saw, so that nobody has reviewed what would be written; `open`, all. Default: `"changed"`.
   */
  preview?: "never" | "changed" | "open";
}

/** What a run was asked for; `agents/run` takes it to do the same again. */
export interface AskedAgent {
  projectId: string;
  kind: "summarize" | "suggestFiles" | "generateTasks" | "suggestPrompts" | "optimizePrompt" | "plan" | "code" | "ask" | "commitMessage" | "review";
  request: string;
  paths: string[];
  ticketId: string | null;
  taskId: string | null;
  promptId: string | null;
  planRunId: string | null;
  append: boolean;
}

/** A verified copy of the database. */
export interface BackupDataResult {
  path: string;
  bytes: number;
  madeAt: string;
}

/** A backup that one can go back to. */
export interface BackupFile {
  name: string;
  /** `daily`, `manual`, `replaced`, `before-restore`, and `before-<schema>` for an upgrade. */
  occasion: string;
  bytes: number;
  madeAt: string;
}

/** What goes in, and how large it may get. */
export interface BuildContextParams {
  /** Which root; may be left out when only one is open. */
  projectId: string | null;
  items: ContextItem[];
  instructions: string;
  promptIds: string[];
  /** Values of the prompts' variables, by name; others stand in the text as `{{ name }}`. */
  promptValues: Record<string, string>;
  ticketId: string | null;
  /** How many files to add for the instructions. */
  suggest: number;
  include: Include;
  /** The editor's problems, used when `include.diagnostics` is set. */
  diagnostics: Diagnostic[];
  budgetTokens: number;
  /** Whose tokenizer counts; unknown models get an estimate, and it is labelled so. */
  model: string | null;
  format: "markdown" | "xml" | "plain";
}

/** What goes in, and how large it may get. */
export interface BuildContextParamsInput {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** Default: `[]`. */
  items?: ContextItemInput[];
  /** Default: `""`. */
  instructions?: string;
  /** Default: `[]`. */
  promptIds?: string[];
  /** Values of the prompts' variables, by name; others stand in the text as `{{ name }}`. */
  promptValues?: Record<string, string>;
  ticketId?: string | null;
  /** How many files to add for the instructions. Default: `0`. */
  suggest?: number;
  /** Default: `{"tree": false, "gitDiff": "none", "diagnostics": false, "rules": false}`. */
  include?: IncludeInput;
  /** The editor's problems, used when `include.diagnostics` is set. Default: `[]`. */
  diagnostics?: DiagnosticInput[];
  /** Default: `32000`. */
  budgetTokens?: number;
  /** Whose tokenizer counts; unknown models get an estimate, and it is labelled so. */
  model?: string | null;
  /** Default: `"markdown"`. */
  format?: "markdown" | "xml" | "plain";
}

/** The text and an account of it. */
export interface BuildContextResult {
  text: string;
  /** Of the final text; never above `budgetTokens`. */
  tokens: number;
  /** False when the model's tokenizer is unknown and the count is an estimate. */
  tokensExact: boolean;
  budgetTokens: number;
  sections: Section[];
  items: BuiltItem[];
  omitted: Omitted[];
  redactions: Redaction[];
  /** The same for the same input. */
  fingerprint: string;
}

/** A file in the text. */
export interface BuiltItem {
  path: string;
  /** The mode used, after degrading. */
  mode: "auto" | "full" | "outline" | "summary" | "range" | "symbol";
  tokens: number;
  /** "chosen", "suggested: defines `Prefetch`", "outline: did not fit whole". */
  why: string;
  /** Added for the task; the user did not choose it. */
  suggested: boolean;
}

/** A chat with its settings. */
export interface Chat {
  id: string;
  title: string;
  /** None for a chat that began with no folder open. */
  projectId: string | null;
  /** In all branches. */
  messageCount: number;
  providerId: string | null;
  model: string | null;
  /** An answer is being written, in this window or another. */
  streaming: boolean;
  version: number;
  createdAt: string;
  /** When the last message came, or a setting changed. */
  updatedAt: string;
  systemPrompt: string;
  /** Prompts of the library that follow the system prompt in each request. */
  promptIds: string[];
  options: ChatOptions;
  /** Goes with the newest message of the user in each request, built anew. */
  context: BuildContextParams | null;
  /** The last message of the branch that is shown and sent. */
  leafId: string | null;
  usage: ChatUsage;
}

/** A chat, and those of its messages that are new or other than before. */
export interface ChatChangedParams {
  chat: ChatHead;
  messages: ChatMessage[];
}

/** A piece of an answer, at most one every 16 ms. */
export interface ChatDeltaParams {
  chatId: string;
  messageId: string;
  /** What comes after the text so far. */
  text: string;
  /** What comes after the reasoning so far. */
  reasoning: string;
  /** UTF-16 units of text before this piece: another number means that one was missed. */
  offset: number;
  /** What happens meanwhile, as "asks again in 3 s: the provider is busy". */
  notice: string;
}

/** A chat as a file. */
export interface ChatFile {
  /** The file's name, without folders. */
  name: string;
  text: string;
}

/** A chat without its messages. */
export interface ChatHead {
  id: string;
  title: string;
  /** None for a chat that began with no folder open. */
  projectId: string | null;
  /** In all branches. */
  messageCount: number;
  providerId: string | null;
  model: string | null;
  /** An answer is being written, in this window or another. */
  streaming: boolean;
  version: number;
  createdAt: string;
  /** When the last message came, or a setting changed. */
  updatedAt: string;
}

/** A message of a chat, and its place in the tree. */
export interface ChatMessage {
  id: string;
  chatId: string;
  /** The message it follows; None for a first one. */
  parentId: string | null;
  role: "user" | "assistant" | "summary";
  content: string;
  /** What the model thought aloud before it answered; never sent again. */
  reasoning: string;
  status: "streaming" | "complete" | "incomplete" | "interrupted" | "cancelled" | "failed";
  /** All versions at this place, this one among them, the oldest first. */
  siblings: string[];
  /** Its own position in `siblings`, from 0. */
  index: number;
  /** The user keeps it out of what is sent. */
  excluded: boolean;
  /** Whether the next request would contain it: not excluded, not behind a summary, not empty. */
  sent: boolean;
  /** A person wrote or changed this answer. */
  edited: boolean;
  /** For a summary: the last message it stands for; it stands for all before that one too. */
  covers: string | null;
  providerId: string | null;
  model: string | null;
  finishReason: string | null;
  usage: MessageUsage | null;
  problem: MessageProblem | null;
  context: MessageContext | null;
  createdAt: string;
  updatedAt: string;
}

/** What a provider is asked for; None leaves it to the provider. */
export interface ChatOptions {
  temperature: number | null;
  topP: number | null;
  /** Of the answer; the meter keeps this much free. */
  maxTokens: number | null;
  frequencyPenalty: number | null;
  presencePenalty: number | null;
  stop: string[];
  reasoningEffort: "low" | "medium" | "high" | null;
}

/** What a provider is asked for; None leaves it to the provider. */
export interface ChatOptionsInput {
  temperature?: number | null;
  topP?: number | null;
  /** Of the answer; the meter keeps this much free. */
  maxTokens?: number | null;
  frequencyPenalty?: number | null;
  presencePenalty?: number | null;
  /** Default: `[]`. */
  stop?: string[];
  reasoningEffort?: "low" | "medium" | "high" | null;
}

/** A chat and the messages of its active branch, the oldest first. */
export interface ChatPath {
  chat: Chat;
  messages: ChatMessage[];
  /** There are messages before these: ask with `before`. */
  earlier: boolean;
}

/** What all answers of a chat took, in all branches. */
export interface ChatUsage {
  promptTokens: number;
  completionTokens: number;
  /** Of the answers whose price is known; None when it is of none. */
  costUsd: number | null;
}

/** Which message is to be on the active branch. */
export interface ChooseChatParams {
  id: string;
  /** Default: `500`. */
  limit?: number;
}

/** Which edit, and which of its hunks are wanted; the others are left out. */
export interface ChooseEditHunksParams {
  id: string;
  hunks: number[];
}

/** Which files; nothing named means every summary of every project. */
export interface ClearSummariesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  paths?: string[] | null;
}

/** What happened. */
export interface ClearSummariesResult {
  /** How many summaries are gone. */
  cleared: number;
}

/** Which chat, and how many messages at its end stay as they are. */
export interface CompactChatParams {
  id: string;
  /** Default: `2`. */
  keep?: number;
  providerId?: string | null;
  model?: string | null;
}

/** A provider, new or changed; what is left out stays, or is as usual for its kind. */
export interface ConfigureProviderParams {
  /** Chosen by the client: letters, digits, `.`, `_` and `-`. */
  id: string;
  /** Needed for a new one. */
  kind?: "openai" | "anthropic" | "gemini" | "groq" | "openrouter" | "xai" | "together" | "ollama" | "lmstudio" | "custom" | null;
  name?: string | null;
  /** An `http` or `https` URL; empty for the usual one of its kind. */
  baseUrl?: string | null;
  model?: string | null;
  models?: ModelInfoInput[] | null;
  isDefault?: boolean | null;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** A file that the user chose, and how much of it. */
export interface ContextItem {
  path: string;
  mode: "auto" | "full" | "outline" | "summary" | "range" | "symbol";
  /** For mode `range`. */
  range: LineRange | null;
  /** For mode `symbol`: a name or a dotted path, as `QuerySet.filter`. */
  symbol: string | null;
  /** The user said yes to sending an ignored, secret or binary-looking file. */
  confirmed: boolean;
}

/** A file that the user chose, and how much of it. */
export interface ContextItemInput {
  path: string;
  /** Default: `"auto"`. */
  mode?: "auto" | "full" | "outline" | "summary" | "range" | "symbol";
  /** For mode `range`. */
  range?: LineRange | null;
  /** For mode `symbol`: a name or a dotted path, as `QuerySet.filter`. */
  symbol?: string | null;
  /** The user said yes to sending an ignored, secret or binary-looking file. Default: `false`. */
  confirmed?: boolean;
}

/** The context as it was last sent; empty when there was none. */
export interface ContextText {
  text: string;
  mode: "refreshed" | "frozen";
  mentions: (FileMention | FolderMention | SymbolMention | SelectionMention | ProblemsMention | DiffMention | PromptMention | TicketMention)[];
}

/** Which answer: one that ended early. */
export interface ContinueChatParams {
  id: string;
}

/** A new chat; without a title it gets one from its first message. */
export interface CreateChatParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  title?: string | null;
  providerId?: string | null;
  model?: string | null;
  /** Default: `""`. */
  systemPrompt?: string;
  /** Default: `[]`. */
  promptIds?: string[];
  /**
   * Default: `{"temperature": null, "topP": null, "maxTokens": null, "frequencyPenalty": null, "presencePenalty": null, "stop": [], "reasoningEffort": null}`.
   */
  options?: ChatOptionsInput;
  context?: BuildContextParamsInput | null;
}

/** A new prompt. */
export interface CreatePromptParams {
  name: string;
  content: string;
  /** Default: `""`. */
  description?: string;
  /** Default: `[]`. */
  tags?: string[];
  /** Default: `false`. */
  favorite?: boolean;
  /** Default: `[]`. */
  projectIds?: string[];
}

/** A new task. */
export interface CreateTaskParams {
  ticketId: string;
  content: string;
  /** Default: `""`. */
  description?: string;
  /** Default: `false`. */
  done?: boolean;
}

/** A new ticket. */
export interface CreateTicketParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  title: string;
  /** Default: `""`. */
  overview?: string;
  /** Default: `"open"`. */
  status?: "open" | "in_progress" | "done" | "closed";
  /** Default: `"normal"`. */
  priority?: "low" | "normal" | "high";
  /** Default: `[]`. */
  tags?: string[];
  dueOn?: string | null;
  /** Default: `[]`. */
  tasks?: string[];
  /** Default: `[]`. */
  paths?: string[];
}

/** What is to be said of one record. */
export interface DataRemark {
  kind: string;
  /** Empty when it has none. */
  id: string;
  reason: string;
}

/** Which message, and what of it. */
export interface DeleteChatMessageParams {
  id: string;
  /** `branch`: with all that follows it. Default: `"one"`. */
  scope?: "one" | "branch";
}

/** Which chat. */
export interface DeleteChatParams {
  id: string;
}

/** Which prompt. */
export interface DeletePromptParams {
  id: string;
}

/** Which selection. */
export interface DeleteSelectionParams {
  id: string;
}

/** Which task. */
export interface DeleteTaskParams {
  id: string;
}

/** Which ticket. */
export interface DeleteTicketParams {
  id: string;
}

/** What went, and where the chat stands now. */
export interface DeletedMessages {
  ids: string[];
  chat: Chat;
}

/** A record in the bin. */
export interface DeletedRecord {
  kind: "project" | "selection" | "prompt" | "ticket" | "task" | "chat";
  id: string;
  title: string;
  deletedAt: string;
}

/** A problem that the editor shows. */
export interface Diagnostic {
  path: string;
  line: number;
  severity: "error" | "warning" | "information" | "hint";
  message: string;
  source: string | null;
}

/** A problem that the editor shows. */
export interface DiagnosticInput {
  path: string;
  line: number;
  severity: "error" | "warning" | "information" | "hint";
  message: string;
  source?: string | null;
}

/** What git says has changed; of several, the last counts. */
export interface DiffMention {
  kind: "diff";
  diff: "staged" | "working" | "branch";
}

/** What git says has changed; of several, the last counts. */
export interface DiffMentionInput {
  kind: "diff";
  /** Default: `"working"`. */
  diff?: "staged" | "working" | "branch";
}

/** What runs on this machine. */
export interface DiscoverProvidersResult {
  found: FoundProvider[];
}

/** Versions, counts and tasks; never a secret, never file contents. */
export interface DumpDebugResult {
  versions: Record<string, string>;
  counts: Record<string, number>;
  tasks: string[];
  projects: Record<string, unknown>[];
  /**
   * Of the user's database: `kind`, its `schema`, whether it `isReadOnly`, and what keeps writes of several windows apart: `writerLock`.
   */
  store: Record<string, string>;
  /** How late the event loop ran: `p50`, `p99`, `max`. */
  loopLagMs: Record<string, number>;
}

/** A proposed change of one file. */
export interface Edit {
  id: string;
  runId: string;
  projectId: string;
  path: string;
  /** Of a renamed file. */
  newPath: string | null;
  kind: "modify" | "create" | "delete" | "rename";
  status: "proposed" | "applied" | "rejected" | "undone";
  /** The accepted hunks as a unified diff; empty for what is not text. */
  diff: string;
  added: number;
  /** Lines. */
  removed: number;
  hunks: EditHunk[];
  problems: EditProblem[];
  /** Applying it needs `confirmed`. */
  needsConfirmation: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Which message, and what it should say. */
export interface EditChatMessageParams {
  id: string;
  content: string;
}

/** One place of a file that changes. */
export interface EditHunk {
  /** From 0, in the order of the file. */
  number: number;
  /** Where it begins in the file as it is, from 1. */
  line: number;
  endLine: number;
  /** Where it begins in the text that comes of it, with every hunk that is accepted. */
  newLine: number;
  newEndLine: number;
  /** Whether applying makes this change. */
  accepted: boolean;
  /** Its first line that says something: a new one, else one that goes. */
  text: string;
}

/** What a person should know before saying yes. */
export interface EditProblem {
  /**
   * `missed`: a hunk found no sure place. `syntax`: the new text has syntax errors that the old one had not. `encoding`: the new text has characters that the file's encoding lacks, so that all of it would become UTF-8. `protected`: a file that can widen what programs may do, so it needs a yes of its own. `stale`: the file is another one than the agent saw. `unwritable`: writing failed. `left`: it was not undone because the file changed since. `partly`: of an edit that was applied, a person took some places and left others in the editor's preview.
   */
  kind: "missed" | "syntax" | "encoding" | "protected" | "stale" | "unwritable" | "left" | "partly";
  message: string;
  /** Of the new text, from 1. */
  line: number | null;
}

/** An edit with the texts that a diff editor shows. */
export interface EditTexts {
  edit: Edit;
  /** The file as the agent saw it; None for a new one, and for what is not text. */
  before: string | null;
  /** The file with the accepted hunks; None for a deleted one, and for what is not text. */
  after: string | null;
}

/** Edits as they are now, in the order in which they were named, else of the run. */
export interface Edits {
  edits: Edit[];
}

/** Nothing: `{}`. */
export type Empty = Record<string, never>;

/** What happened. */
export interface EmptyBinResult {
  /** How many records are gone for good. */
  deleted: number;
}

/** What a run will about take. */
export interface EstimateAgentResult {
  /** To the model. */
  questions: number;
  promptTokens: number;
  completionTokens: number;
  /** None when nobody knows the model's prices. */
  costUsd: number | null;
  /** Files that need no question, because their summaries are there. */
  skipped: number;
  /** The agent may look further with tools, which takes more questions. */
  isLeast: boolean;
}

/** A message as it stands in the composer, perhaps empty. */
export interface EstimateChatParams {
  /** Default: `""`. */
  content?: string;
  /** From now on the chat's; left out, the chat's own. */
  providerId?: string | null;
  /** From now on the chat's; left out, the chat's own, else the provider's. */
  model?: string | null;
  context?: BuildContextParamsInput | null;
  /** Default: `"refreshed"`. */
  contextMode?: "refreshed" | "frozen";
  /** Become part of the context, within its budget. Default: `[]`. */
  mentions?: (FileMentionInput | FolderMention | SymbolMentionInput | SelectionMention | ProblemsMentionInput | DiffMentionInput | PromptMention | TicketMention)[];
  /** The message it follows; left out, the active leaf. */
  parentId?: string | null;
  /** A message of the user that this one is a new version of: it becomes its sibling. */
  replaces?: string | null;
  /** Left out for a chat that does not exist yet. */
  chatId?: string | null;
  /** Give all the messages that would be sent, too. Default: `false`. */
  withRequest?: boolean;
}

/** What the selection costs before it is built. */
export interface EstimateContextResult {
  /** The whole, with fences, headings and sections, before any degrading. */
  tokens: number;
  tokensExact: boolean;
  budgetTokens: number;
  items: EstimatedItem[];
  sections: Section[];
  /** None when nothing can be built. */
  planned: PlannedContext | null;
  /** Why nothing can be built: the instructions alone are over the budget. */
  problem: string | null;
}

/** What a file costs. */
export interface EstimatedItem {
  path: string;
  mode: "auto" | "full" | "outline" | "summary" | "range" | "symbol";
  tokens: number;
  /** Why it cannot be included, when it cannot. */
  problem: string | null;
  /** Of a file that is gone: the path that it probably has now. */
  movedTo: string | null;
}

/** Which message, and whether it is kept out of what is sent. */
export interface ExcludeChatMessageParams {
  id: string;
  /** Default: `true`. */
  excluded?: boolean;
}

/** Which chats, and as what. */
export interface ExportChatsParams {
  ids: string[];
  /**
   * Markdown is the active branch for people; JSON is all of it, with every branch. Default: `"markdown"`.
   */
  format?: "markdown" | "json";
}

/** A file for each chat, with names that differ. */
export interface ExportChatsResult {
  files: ChatFile[];
}

/** What to write down. */
export interface ExportDataParams {
  /**
   * None means all: `projects`, `prompts`, `tickets`, `tasks`, `selections` and so on. Default: `[]`.
   */
  kinds?: string[];
  /**
   * An absolute path that ends in `.json`: the server writes the file itself, whole or not at all, because a message holds at most 64 MiB. The folder must be there.
   */
  path?: string | null;
}

/** Everything that is not in the bin. */
export interface ExportDataResult {
  /**
   * `format`, `version`, `exportedAt` and, by kind, the records; never a key of a provider. None when it was written to `path`.
   */
  document: Record<string, unknown> | null;
  /** Records by kind. */
  counts: Record<string, number>;
  /** Records that cannot be read any more; lists leave them out. */
  damaged: DataRemark[];
}

/** Which prompts; none named means all. */
export interface ExportPromptsParams {
  /** Default: `[]`. */
  ids?: string[];
}

/** A file for each prompt, `*.prompt.md`, with names that differ. */
export interface ExportPromptsResult {
  files: PromptFile[];
}

/** A file or folder of the tree. */
export interface FileEntry {
  /** Relative to the root, with `/`. */
  path: string;
  name: string;
  kind: "file" | "folder";
  /** Bytes; of a folder, all files below it. */
  size: number;
  /** Estimated tokens; of a folder, all files below it. `context/estimate` counts exactly. */
  tokens: number;
  /** Files below a folder; 1 for a file. */
  files: number;
  language: string | null;
  /** Why its text is not indexed, when it is not. */
  skipped: string | null;
  /** Whether a file with `skipped` set is sent all the same when its item says `confirmed`. */
  confirmable: boolean;
  /** Files below a folder that have `skipped` set. */
  skippedFiles: number;
}

/** A file that was left out of a stage, and why. */
export interface FileIssue {
  path: string;
  reason: string;
}

/** A file of the workspace. */
export interface FileMention {
  kind: "file";
  path: string;
  mode: "auto" | "full" | "outline";
  /** The user said yes to sending an ignored, secret or binary-looking file. */
  confirmed: boolean;
}

/** A file of the workspace. */
export interface FileMentionInput {
  kind: "file";
  path: string;
  /** Default: `"auto"`. */
  mode?: "auto" | "full" | "outline";
  /** The user said yes to sending an ignored, secret or binary-looking file. Default: `false`. */
  confirmed?: boolean;
}

/** A name, part of one, its camelCase initials, or letters in order. */
export interface FindSymbolsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  /** Default: `50`. */
  limit?: number;
}

/** Definitions, best first. */
export interface FindSymbolsResult {
  symbols: SymbolHit[];
  /** Whether the symbols of some files are not read yet. */
  incomplete: boolean;
}

/** The indexed files of a folder and of those below it, as far as they fit. */
export interface FolderMention {
  kind: "folder";
  path: string;
}

/** Which chat, and up to which message. */
export interface ForkChatParams {
  id: string;
  /** The last message to copy; left out, the whole active branch. */
  messageId?: string | null;
  /** Leave out the messages that are kept out of what is sent. Default: `false`. */
  withoutExcluded?: boolean;
}

/** A chat that matches, and where. */
export interface FoundChat {
  id: string;
  title: string;
  /** None for a chat that began with no folder open. */
  projectId: string | null;
  /** In all branches. */
  messageCount: number;
  providerId: string | null;
  model: string | null;
  /** An answer is being written, in this window or another. */
  streaming: boolean;
  version: number;
  createdAt: string;
  /** When the last message came, or a setting changed. */
  updatedAt: string;
  /** The newest message that matches; None when the title does, or there were no words. */
  messageId: string | null;
  /** A few words around the match, one line. */
  snippet: string;
}

/** A provider that runs on this machine. */
export interface FoundProvider {
  kind: "openai" | "anthropic" | "gemini" | "groq" | "openrouter" | "xai" | "together" | "ollama" | "lmstudio" | "custom";
  title: string;
  baseUrl: string;
  models: ModelInfo[];
  /** The provider that is set up for it; null when there is none. */
  providerId: string | null;
}

/** A place in a file that becomes a ticket. */
export interface FromTicketSelectionParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  path: string;
  line: number;
  endLine?: number | null;
  /** The TODO comment, the selected lines, or the code at a diagnostic. */
  text: string;
  kind: "todo" | "diagnostic" | "selection";
  /** A diagnostic's message. Default: `""`. */
  message?: string;
}

/** Which files and folders. */
export interface GenerateSummariesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  paths: string[];
  providerId?: string | null;
  model?: string | null;
}

/** What came of it. */
export interface GenerateSummariesResult {
  /** An overview where there are several files, and what is said of each. */
  text: string;
  runId: string;
}

/** Which ticket, and whether the tasks that are there stay. */
export interface GenerateTicketTasksParams {
  id: string;
  /** Default: `true`. */
  append?: boolean;
  providerId?: string | null;
  model?: string | null;
}

/** From where on. */
export interface GetAgentLogParams {
  runId: string;
  /** Default: `-1`. */
  after?: number;
  /** Default: `200`. */
  limit?: number;
}

/** Entries, the oldest first. */
export interface GetAgentLogResult {
  entries: RunLogEntry[];
}

/** Which run. */
export interface GetAgentParams {
  runId: string;
}

/** A run, what it was asked for, and what came of it when it ended. */
export interface GetAgentResult {
  run: Run;
  /** None for edits that a chat proposed. */
  asked: AskedAgent | null;
  result: RunAgentResult | null;
}

/** Which message. */
export interface GetChatContextParams {
  id: string;
}

/** Which chat, and how much of its active branch: the last `limit` messages. */
export interface GetChatParams {
  id: string;
  /** Default: `500`. */
  limit?: number;
  /** The messages before this one. */
  before?: string | null;
}

/** Which edit. */
export interface GetEditParams {
  id: string;
}

/** Which project. */
export interface GetProjectParams {
  id: string;
}

/** Which prompt. */
export interface GetPromptMarkdownParams {
  id: string;
}

/** The prompt as a text to edit: front matter with all that can be set there, then content. */
export interface GetPromptMarkdownResult {
  name: string;
  text: string;
  version: number;
  createdAt: string;
}

/** Which prompt. */
export interface GetPromptParams {
  id: string;
}

/** Which prompt. */
export interface GetPromptVersionsParams {
  id: string;
}

/** The newest hundred, the newest first. */
export interface GetPromptVersionsResult {
  versions: PromptVersion[];
}

/** Which provider's models. */
export interface GetProviderModelsParams {
  id: string;
  /** Ask the provider, however fresh the list is that is there. Default: `false`. */
  refresh?: boolean;
}

/** A provider's models, with what the user says of them. */
export interface GetProviderModelsResult {
  models: ModelInfo[];
  /** How long ago the provider was asked; null when it could not be. */
  ageSeconds: number | null;
  /** Why it could not be asked, so that `models` holds only what is known without; or empty. */
  problem: string;
}

/** Which selection. */
export interface GetSelectionParams {
  id: string;
}

/** Which files. */
export interface GetSummariesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  paths: string[];
}

/** The summaries that there are. */
export interface GetSummariesResult {
  summaries: Summary[];
  /** Files without one, or changed since theirs was made. */
  missing: string[];
  unreadable: string[];
}

/** A name, and where it was asked from. */
export interface GetSymbolReferencesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  name: string;
  /** The file that defines it, to narrow by import. */
  path?: string | null;
  /** Default: `200`. */
  limit?: number;
}

/** Uses of a name by path and line; those that are not `resolved` last. */
export interface GetSymbolReferencesResult {
  definitions: SymbolHit[];
  references: Reference[];
  truncated: boolean;
  /** Whether the symbols of some files are not read yet. */
  incomplete: boolean;
}

/** Which ticket. */
export interface GetTicketMarkdownParams {
  id: string;
}

/** The ticket as Markdown: title, overview, tasks as a checklist, files. */
export interface GetTicketMarkdownResult {
  title: string;
  text: string;
  version: number;
  createdAt: string;
}

/** Which ticket. */
export interface GetTicketParams {
  id: string;
}

/** Which requests, and how they are grouped. */
export interface GetUsageSummaryParams {
  /** The first day; left out, thirty days up to `until`. */
  since?: string | null;
  /** The last day; left out, today. */
  until?: string | null;
  /** `model` also tells the provider. Default: `["day", "model"]`. */
  by?: ("day" | "model" | "provider" | "purpose" | "project")[];
  projectId?: string | null;
}

/** The groups, newest day first and then the most expensive, at most 2,000; and all of it. */
export interface GetUsageSummaryResult {
  since: string;
  until: string;
  rows: UsageRow[];
  total: UsageCounts;
}

/** Files that `chats/export` gave, in either format. */
export interface ImportChatsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  files: ChatFile[];
}

/** What came in, and what did not. */
export interface ImportChatsResult {
  chats: ChatHead[];
  skipped: SkippedChatFile[];
}

/** One of `document`, `path` and `folder`. */
export interface ImportDataParams {
  /** What `data/export` gave, or the text of a file with it. */
  document?: Record<string, unknown> | string | null;
  /** The absolute path of such a file, of up to 2 GiB. */
  path?: string | null;
  /** The absolute path of the original OctoPrompt's `data` folder, or of the one it lies in. */
  folder?: string | null;
  /**
   * What to do with a record that is different here: take it when it was changed later than ours, keep ours, or take it always. Default: `"newer"`.
   */
  onConflict?: "newer" | "keep" | "replace";
}

/** What became of every record. */
export interface ImportDataResult {
  /** By kind. */
  counts: Record<string, ImportedCounts>;
  /** Records that are different here, and those that came in under another name. */
  conflicts: DataRemark[];
  /** Records that could not come in; at most a thousand of each are named. */
  skipped: DataRemark[];
}

/**
 * Files by content, or files and folders of the workspace by path.
 *
 * Markdown with or without front matter is understood: this program's own `*.prompt.md`, those of
 * `.github/prompts`, Cursor's `*.mdc` rules, and Continue's `*.prompt` files.
 */
export interface ImportPromptsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** Default: `[]`. */
  files?: PromptFile[];
  /** Default: `[]`. */
  paths?: string[];
  /** What to do when a prompt has the name already. Default: `"skip"`. */
  onConflict?: "skip" | "replace" | "rename";
}

/** What came in, and what did not. */
export interface ImportPromptsResult {
  prompts: PromptHead[];
  skipped: SkippedPromptFile[];
}

/** Markdown: the first heading is the title, checklist items are tasks, the rest is overview. */
export interface ImportTicketMarkdownParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  text: string;
}

/** What became of the records of one kind. */
export interface ImportedCounts {
  added: number;
  unchanged: number;
  updated: number;
  /** Different here, and left as they are. */
  conflicts: number;
  skipped: number;
}

/** Further sections. */
export interface Include {
  tree: boolean;
  /** `working` and `branch` have the text of new files that git does not know yet. */
  gitDiff: "none" | "staged" | "working" | "branch";
  diagnostics: boolean;
  rules: boolean;
}

/** Further sections. */
export interface IncludeInput {
  /** Default: `false`. */
  tree?: boolean;
  /**
   * `working` and `branch` have the text of new files that git does not know yet. Default: `"none"`.
   */
  gitDiff?: "none" | "staged" | "working" | "branch";
  /** Default: `false`. */
  diagnostics?: boolean;
  /** Default: `false`. */
  rules?: boolean;
}

/** The state of the index. */
export interface IndexStatus {
  projectId: string;
  state: "scanning" | "indexing" | "idle" | "paused" | "error";
  /** For people: what is going on, or what went wrong and what to do. */
  message: string;
  /** Files that the workspace has, all kinds. */
  files: number;
  symbols: number;
  /** Files that still wait for text or symbols. */
  pending: number;
  /** Whether search and suggestions cover every file (stage 1). */
  textReady: boolean;
  /** Whether symbols, references and imports cover every file (stage 2). */
  symbolsReady: boolean;
  languages: LanguageStatus[];
  /** Files whose text is not indexed, the first 200. */
  skipped: FileIssue[];
  skippedTotal: number;
  /** Files that should have been indexed and could not be, the first 200. */
  failed: FileIssue[];
  failedTotal: number;
  /** Grows with every committed change. */
  generation: number;
  /** Whether the root is in a git repository with history. */
  git: boolean;
}

/** How much of one language the index holds. */
export interface LanguageStatus {
  id: string;
  files: number;
  symbols: number;
  /** Its own wheel, the tree-sitter-languages bundle, or none (text search only). */
  grammar: "official" | "bundle" | "none";
}

/** One message, or one file of a context, and what it takes. */
export interface LargePiece {
  /** A path, or how a message begins. */
  name: string;
  /** The message that it is, or goes with; None for the draft. */
  messageId: string | null;
  tokens: number;
}

/** Lines from 1, both inclusive. */
export interface LineRange {
  start: number;
  end: number;
}

/** Which ticket, and which files of the workspace. */
export interface LinkTicketFilesParams {
  id: string;
  paths: string[];
}

/** Which ticket, and the chats and runs that it goes with. */
export interface LinkTicketParams {
  id: string;
  links: TicketLink[];
}

/** Which runs, the latest first. */
export interface ListAgentsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  ticketId?: string | null;
  /** Default: `100`. */
  limit?: number;
  cursor?: string | null;
}

/** A page of runs. */
export interface ListAgentsResult {
  runs: Run[];
  cursor: string | null;
}

/** What is in the bin, the latest first, at most five hundred. */
export interface ListBinResult {
  records: DeletedRecord[];
}

/** Which chats, the latest used first. */
export interface ListChatsParams {
  /** Those of this project and those of none; left out, all. */
  projectId?: string | null;
  /** Default: `200`. */
  limit?: number;
  /** Where the page before ended. */
  cursor?: string | null;
}

/** A page of chats, light. */
export interface ListChatsResult {
  chats: ChatHead[];
  /** For the next page, when there is one. */
  cursor: string | null;
}

/** The newest first. */
export interface ListDataBackupsResult {
  backups: BackupFile[];
}

/** Of which run. */
export interface ListEditsParams {
  runId: string;
}

/** Which part of the tree. */
export interface ListFilesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** Relative path of a folder; empty for the root. Default: `""`. */
  folder?: string;
  /**
   * All files below, without folder entries, instead of the folder's own entries. Default: `false`.
   */
  recursive?: boolean;
  /** Default: `2000`. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string | null;
}

/** A page of entries: folders first, then files, each by name. */
export interface ListFilesResult {
  entries: FileEntry[];
  total: number;
  nextCursor: string | null;
}

/** All known projects, those open in this window first, then the latest used. */
export interface ListProjectsResult {
  projects: Project[];
}

/** Which prompts, by name; all filters must hold. */
export interface ListPromptsParams {
  /** Those for all projects and those for this one. */
  projectId?: string | null;
  tag?: string | null;
  favorite?: boolean | null;
  /** Default: `200`. */
  limit?: number;
  /** Where the page before ended. */
  cursor?: string | null;
}

/** A page of prompts, light. */
export interface ListPromptsResult {
  prompts: PromptHead[];
  /** For the next page, when there is one. */
  cursor: string | null;
}

/** All providers by name, and the kinds that one can be of. */
export interface ListProvidersResult {
  providers: Provider[];
  kinds: ProviderKindInfo[];
}

/** All selections of the project, by name. */
export interface ListSelectionsResult {
  selections: SelectionHead[];
}

/** Which ticket's. */
export interface ListTasksParams {
  ticketId: string;
}

/** The ticket's tasks in their order. */
export interface ListTasksResult {
  tasks: Task[];
}

/** Which tickets, in their order; all filters must hold. */
export interface ListTicketsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** None means all. Default: `[]`. */
  statuses?: ("open" | "in_progress" | "done" | "closed")[];
  /** Default: `[]`. */
  priorities?: ("low" | "normal" | "high")[];
  tag?: string | null;
  /** Those that concern this file. */
  path?: string | null;
  /** Those that go with this chat or run. */
  linked?: TicketLink | null;
  /** Default: `200`. */
  limit?: number;
  /** Where the page before ended. */
  cursor?: string | null;
}

/** A page of tickets, light. */
export interface ListTicketsResult {
  tickets: TicketHead[];
  /** For the next page, when there is one. */
  cursor: string | null;
}

/** TODO comments of a file, as `tickets/fromSelection` would take them. */
export interface MatchTicketTodosParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  path: string;
  texts: string[];
}

/** For each comment the ticket that was made of it, if there is one. */
export interface MatchTicketTodosResult {
  tickets: (TicketHead | null)[];
}

/** What went, or goes, with a message; `chats/getContext` gives the text. */
export interface MessageContext {
  mode: "refreshed" | "frozen";
  /** As it was asked for, without the mentions. */
  context: BuildContextParams | null;
  mentions: (FileMention | FolderMention | SymbolMention | SelectionMention | ProblemsMention | DiffMention | PromptMention | TicketMention)[];
  /** When it was last built. */
  tokens: number;
  items: BuiltItem[];
  omitted: Omitted[];
  redactions: Redaction[];
  fingerprint: string;
  builtAt: string | null;
}

/** Why an answer ended early: the error that the request failed with. */
export interface MessageProblem {
  code: number;
  /** The name in the list of errors, as `RateLimited`. */
  error: string;
  message: string;
}

/** What an answer took. */
export interface MessageUsage {
  promptTokens: number;
  /** With those of the reasoning. */
  completionTokens: number;
  /** Those of the prompt that the provider had in its cache. */
  cachedTokens: number;
  reasoningTokens: number;
  /** None where nobody knows the price. */
  costUsd: number | null;
  elapsedMs: number;
  firstTokenMs: number | null;
}

/** What the very request would take that `chats/send` sends. */
export interface Meter {
  /** All parts but `reserve`. */
  tokens: number;
  /** False when the model's tokenizer is unknown and the counts are estimates. */
  tokensExact: boolean;
  /** What the model takes at most, answer included; None when nobody says. */
  window: number | null;
  /** How many tokens too many with the reserve; 0 when it fits or no window is known. */
  overBy: number;
  parts: MeterPart[];
  /** The five largest, to see what to leave out. */
  largest: LargePiece[];
  /** What the request would cost without its answer, where the price is known. */
  costUsd: number | null;
  providerId: string | null;
  model: string | null;
  /** What the draft's context would be. */
  context: MessageContext | null;
  /** All that would be sent, when asked for. */
  request: RequestMessage[];
}

/** A part of a request. */
export interface MeterPart {
  /** `reserve` is what stays free for the answer. */
  name: "system" | "history" | "context" | "message" | "reserve";
  tokens: number;
}

/** What is known of a model; null for what nobody tells. */
export interface ModelInfo {
  id: string;
  /** For people, where it differs from the id. */
  name: string;
  /** Tokens that it can take. */
  contextWindow: number | null;
  maxOutput: number | null;
  inputPrice: number | null;
  outputPrice: number | null;
  /** For tokens of the question that the provider has in its cache. */
  cachedPrice: number | null;
}

/** What is known of a model; null for what nobody tells. */
export interface ModelInfoInput {
  id: string;
  /** For people, where it differs from the id. Default: `""`. */
  name?: string;
  /** Tokens that it can take. */
  contextWindow?: number | null;
  maxOutput?: number | null;
  inputPrice?: number | null;
  outputPrice?: number | null;
  /** For tokens of the question that the provider has in its cache. */
  cachedPrice?: number | null;
}

/** A file that is not in the text. */
export interface Omitted {
  path: string;
  reason: string;
}

/** Which prompt, or a text that is not saved yet, and what matters about it. */
export interface OptimizePromptParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  id?: string | null;
  /** Instead of `id`. Default: `""`. */
  content?: string;
  /** Default: `""`. */
  wishes?: string;
  providerId?: string | null;
  model?: string | null;
}

/** A new version, which is not saved. */
export interface OptimizePromptResult {
  content: string;
  runId: string;
}

/** Which file. */
export interface OutlineFileParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  path: string;
}

/** The definitions of a file, nested. */
export interface OutlineFileResult {
  path: string;
  language: string | null;
  symbols: OutlineSymbol[];
  /** Why there are none, when there are none: no grammar, too large, quarantined. */
  note: string;
}

/** A definition and what is defined in it. */
export interface OutlineSymbol {
  name: string;
  /** As LSP names it, in lower case: class, function, method, interface, struct, enum, ... */
  kind: string;
  /** From 1. */
  line: number;
  endLine: number;
  /** The head of the definition on one line, without its body. */
  signature: string;
  children: OutlineSymbol[];
}

/** A definition inside a suggested file that matches the task. */
export interface Passage {
  symbol: string;
  line: number;
  endLine: number;
}

/** What `context/build` would send now: its result without the text. */
export interface PlannedContext {
  /** Of the final text; never above the budget. */
  tokens: number;
  items: BuiltItem[];
  omitted: Omitted[];
  redactions: Redaction[];
}

/** A step of a plan, or a task. */
export interface PlannedStep {
  title: string;
  description: string;
  paths: string[];
}

/** Problems that the editor shows. */
export interface ProblemsMention {
  kind: "problems";
  diagnostics: Diagnostic[];
}

/** Problems that the editor shows. */
export interface ProblemsMentionInput {
  kind: "problems";
  diagnostics: DiagnosticInput[];
}

/** A workspace root that was ever opened, known by its git identity when the folder moves. */
export interface Project {
  id: string;
  name: string;
  description: string;
  /** The absolute path where it was last seen. */
  root: string;
  /** Whether it is a root of this window. */
  open: boolean;
  createdAt: string;
  updatedAt: string;
}

/** Params of a request that concerns one workspace root. */
export interface ProjectParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
}

/** A prompt whole. */
export interface Prompt {
  id: string;
  name: string;
  description: string;
  tags: string[];
  favorite: boolean;
  /** The projects it is for; none means all. */
  projectIds: string[];
  /** Grows with every change. */
  version: number;
  createdAt: string;
  updatedAt: string;
  /** Plain text, or a Jinja2 template. */
  content: string;
  /** What the template asks for, in the order of their names. */
  variables: string[];
}

/** A prompt as a file: Markdown with front matter. */
export interface PromptFile {
  /** The file's name, without folders. */
  name: string;
  text: string;
}

/** A prompt without its content. */
export interface PromptHead {
  id: string;
  name: string;
  description: string;
  tags: string[];
  favorite: boolean;
  /** The projects it is for; none means all. */
  projectIds: string[];
  /** Grows with every change. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A prompt of the library, filled in with what the server knows. */
export interface PromptMention {
  kind: "prompt";
  id: string;
}

/** What a prompt was before a change. */
export interface PromptVersion {
  version: number;
  name: string;
  content: string;
  savedAt: string;
}

/** A text with edits as models write them, and what to call it. */
export interface ProposeEditsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** Search and replace blocks, each after its file's path. */
  text: string;
  /** Default: `"Edits from a chat"`. */
  title?: string;
}

/** Where models are served. Its key is never part of it. */
export interface Provider {
  id: string;
  kind: "openai" | "anthropic" | "gemini" | "groq" | "openrouter" | "xai" | "together" | "ollama" | "lmstudio" | "custom";
  name: string;
  baseUrl: string;
  /** The one to use when none is named; empty when none is chosen. */
  model: string;
  /** What the user says of models; outweighs what the provider tells. */
  models: ModelInfo[];
  /** The one to use when none is named; one of the list is. */
  isDefault: boolean;
  /** Where its key comes from: `session` is `providers/setKey`. */
  keySource: "session" | "environment" | "none";
  /** Without a key it cannot answer. */
  needsKey: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A kind of providers, for a form. */
export interface ProviderKindInfo {
  kind: "openai" | "anthropic" | "gemini" | "groq" | "openrouter" | "xai" | "together" | "ollama" | "lmstudio" | "custom";
  title: string;
  /** Where it is unless the user says otherwise; empty when the user must say. */
  baseUrl: string;
  needsKey: boolean;
  isLocal: boolean;
  /** The web page where a person gets a key; empty when there is none. */
  keyPage: string;
  /** Environment variables that are used when no key was set. */
  keyVariables: string[];
  /** Whether one of them is set for the server. */
  environmentKey: boolean;
}

/** Which file, and which lines. */
export interface ReadFileParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  path: string;
  /** From 1. */
  startLine?: number | null;
  /** Inclusive. */
  endLine?: number | null;
}

/** The text of a file as the editor shows it. */
export interface ReadFileResult {
  path: string;
  text: string;
  /** Of the whole file. */
  lines: number;
  language: string | null;
  /** Whether the text is an editor's unsaved one. */
  unsaved: boolean;
}

/** A secret that was masked. */
export interface Redaction {
  path: string;
  line: number;
  kind: string;
}

/** A use of a name. */
export interface Reference {
  path: string;
  line: number;
  /** The line of the use. */
  text: string;
  /** `call`, `import`, `type`, `extends` or `use`. */
  kind: string;
  /** The definition that the use stands in. */
  container: string | null;
  /** False where only the name is the same: no import says that this definition is meant. */
  resolved: boolean;
}

/** Which message: one of the user, or an answer. */
export interface RegenerateChatParams {
  id: string;
  /** From now on the chat's. */
  providerId?: string | null;
  /** From now on the chat's. */
  model?: string | null;
}

/** Which edits. */
export interface RejectEditsParams {
  ids: string[];
}

/** Which file. */
export interface RelateFileParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  path: string;
  /** Of each kind. Default: `20`. */
  limit?: number;
}

/** What goes with a file, each kind best first. */
export interface RelateFileResult {
  /** Files that it imports, or whose definitions it uses. */
  imports: RelatedFile[];
  /** Files that import it, or use what it defines; tests apart. */
  importers: RelatedFile[];
  /** Its tests; of a test, the files that it tests. */
  tests: RelatedFile[];
  /** Files that changed in the same commits. */
  coChanged: RelatedFile[];
  /** Whether the symbols of some files are not read yet. */
  incomplete: boolean;
}

/** A file that goes with another, and why. */
export interface RelatedFile {
  path: string;
  reason: string;
  /** Against the best of its kind: 0 to 1. */
  score: number;
}

/** Which project. */
export interface RemoveProjectParams {
  id: string;
}

/** The project as it was, and how many records went to the bin with it, by kind. */
export interface RemoveProjectResult {
  project: Project;
  /** Such as `selections: 3`. */
  removed: Record<string, number>;
}

/** Which provider. */
export interface RemoveProviderParams {
  id: string;
}

/** Which chat, and its title. */
export interface RenameChatParams {
  id: string;
  title: string;
}

/** Which selection, and its new name. */
export interface RenameSelectionParams {
  id: string;
  name: string;
}

/** Which prompt, or a text that is not saved yet, and the values of its variables. */
export interface RenderPromptParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  id?: string | null;
  /** Instead of `id`: for a preview. */
  content?: string | null;
  /** By name; `date`, `project` and `diff` (what is not committed) are known without. */
  variables?: Record<string, string>;
}

/** The text. */
export interface RenderPromptResult {
  text: string;
  /** Variables without a value: they stand in the text as `{{ name }}`. */
  missing: string[];
}

/** The ticket, and its tasks that come first, in this order; the others follow. */
export interface ReorderTasksParams {
  ticketId: string;
  ids: string[];
}

/** The ticket's tasks in the new order. */
export interface ReorderTasksResult {
  tasks: Task[];
}

/** The tickets that come first, in this order; the others follow as they were. */
export interface ReorderTicketsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  ids: string[];
}

/** The project's tickets in the new order. */
export interface ReorderTicketsResult {
  tickets: TicketHead[];
}

/** A message as a model gets it. */
export interface RequestMessage {
  role: "system" | "user" | "assistant";
  content: string;
  tokens: number;
}

/** Which record. */
export interface RestoreBinParams {
  kind: "project" | "selection" | "prompt" | "ticket" | "task" | "chat";
  id: string;
}

/** What `chats/deleteMessage` gave. */
export interface RestoreChatMessagesParams {
  ids: string[];
}

/** Which backup. */
export interface RestoreDataParams {
  name: string;
}

/** What happened. */
export interface RestoreDataResult {
  /** The name of the backup that was made of the state before: restoring that takes it back. */
  before: string;
}

/** Which prompt, and which of its versions. */
export interface RestorePromptVersionParams {
  id: string;
  version: number;
}

/** Which run, and what it may use from now on. */
export interface ResumeAgentParams {
  runId: string;
  /** Of all of the run, with what it has used so far; None leaves the one that it had. */
  budget?: RunBudget | null;
}

/** The run that went on, as `agents/run` gives it. */
export interface ResumeAgentResult {
  runId: string;
  status: "running" | "complete" | "failed" | "cancelled" | "interrupted";
  summary: string;
  problem: string | null;
  /** Of `suggestFiles`, best first; files that exist. */
  paths: string[];
  /** Of `plan` and `generateTasks`. */
  steps: PlannedStep[];
  /** Of `suggestPrompts`, best first. */
  promptIds: string[];
  /** Of `optimizePrompt` the new prompt, of `commitMessage` the message, of others the answer. */
  text: string | null;
  edits: number;
  usage: RunUsage;
}

/** A run of an agent. */
export interface Run {
  id: string;
  projectId: string;
  kind: "summarize" | "suggestFiles" | "generateTasks" | "suggestPrompts" | "optimizePrompt" | "plan" | "code" | "ask" | "commitMessage" | "review";
  request: string;
  /** The task, the ticket or the prompt that it is about, as it was called then. */
  about: string;
  status: "running" | "complete" | "failed" | "cancelled" | "interrupted";
  /** What came of it, in Markdown; empty while it runs. */
  summary: string;
  /** What it is doing, or did last. */
  step: string;
  /** Why it failed, and what to do. */
  problem: string | null;
  ticketId: string | null;
  /** The task of the ticket that it works on. */
  taskId: string | null;
  providerId: string | null;
  model: string | null;
  usage: RunUsage;
  /** How many it proposes. */
  edits: number;
  /** How many of them can be applied: proposed, or taken back. */
  openEdits: number;
  appliedEdits: number;
  version: number;
  /** It ended before its end, and `agents/resume` goes on from there. */
  canResume: boolean;
  /** `agents/get` says what it was asked for, and it can be asked again. */
  canRepeat: boolean;
  createdAt: string;
  endedAt: string | null;
}

/** What to do, and with what. */
export interface RunAgentParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  kind: "summarize" | "suggestFiles" | "generateTasks" | "suggestPrompts" | "optimizePrompt" | "plan" | "code" | "ask" | "commitMessage" | "review";
  /** Default: `""`. */
  request?: string;
  /** Files and folders that it is about; they are part of what the model sees. Default: `[]`. */
  paths?: string[];
  ticketId?: string | null;
  /** Which task of the ticket is to be done; the others are shown, and left. */
  taskId?: string | null;
  /** Of `optimizePrompt`. */
  promptId?: string | null;
  /** Of `code`: the run whose plan is to be carried out. */
  planRunId?: string | null;
  /** Of `generateTasks`: whether the tasks that are there stay. Default: `true`. */
  append?: boolean;
  providerId?: string | null;
  model?: string | null;
  /** Default: `{"tokens": null, "costUsd": null, "seconds": null, "steps": null}`. */
  budget?: RunBudget;
}

/** A run that ended, and what its kind gives besides the summary. */
export interface RunAgentResult {
  runId: string;
  status: "running" | "complete" | "failed" | "cancelled" | "interrupted";
  summary: string;
  problem: string | null;
  /** Of `suggestFiles`, best first; files that exist. */
  paths: string[];
  /** Of `plan` and `generateTasks`. */
  steps: PlannedStep[];
  /** Of `suggestPrompts`, best first. */
  promptIds: string[];
  /** Of `optimizePrompt` the new prompt, of `commitMessage` the message, of others the answer. */
  text: string | null;
  edits: number;
  usage: RunUsage;
}

/** Where a run stops by itself; what is left out has the setting's limit. */
export interface RunBudget {
  /** Of all questions and answers together. */
  tokens?: number | null;
  costUsd?: number | null;
  seconds?: number | null;
  /** Questions to the model. */
  steps?: number | null;
}

/** Something that happened in a run. */
export interface RunLogEntry {
  number: number;
  at: string;
  kind: "step" | "question" | "answer" | "tool" | "problem";
  /** One line. */
  message: string;
  /** All of it: what was sent, what came, what the tool gave. */
  body: string;
}

/** How a run goes. */
export interface RunProgress {
  runId: string;
  step: number;
  message: string;
  usage: RunUsage;
}

/** What a run has used so far. */
export interface RunUsage {
  promptTokens: number;
  completionTokens: number;
  /** None when nobody knows the model's prices. */
  costUsd: number | null;
  steps: number;
}

/** A plan that a person changed. */
export interface SaveAgentPlanParams {
  runId: string;
  /** Markdown; its numbered points are the steps. */
  text: string;
  /** Of the run, when it was read; left out saves over whatever is there. */
  version?: number | null;
}

/** Which prompt, and what it is to be from now on. */
export interface SavePromptMarkdownParams {
  id: string;
  /** Markdown with front matter; a name that is not there stays, the rest is emptied. */
  text: string;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** A new selection (no `id`) or the new body of one. */
export interface SaveSelectionParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  id?: string | null;
  /** Needed for a new one. */
  name?: string | null;
  body: SelectionBodyInput;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** Which ticket, and what it is to be from now on. */
export interface SaveTicketMarkdownParams {
  id: string;
  text: string;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** Words that occur in a title, or in one message, each at least as a beginning. */
export interface SearchChatsParams {
  query: string;
  /** Chats of this project and of none; left out, all. */
  projectId?: string | null;
  /** Default: `50`. */
  limit?: number;
}

/** The chats that match: by title first, then by their newest message that does. */
export interface SearchChatsResult {
  chats: FoundChat[];
}

/** What to look for, and how. */
export interface SearchFilesParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  /** Default: `"text"`. */
  kind?: "text" | "regex" | "path" | "symbol";
  /** Default: `100`. */
  limit?: number;
  /** Default: `false`. */
  caseSensitive?: boolean;
}

/** The hits, best or first first. */
export interface SearchFilesResult {
  hits: SearchHit[];
  /** Whether there are more than `limit`. */
  truncated: boolean;
  /** Whether some files are not indexed yet. */
  incomplete: boolean;
}

/** A line that matches; for `path` line 1 and the path as text. */
export interface SearchHit {
  path: string;
  line: number;
  /** The line, cut to 400 characters around the match. */
  text: string;
}

/** Words that occur in the name, description, tags or content, each at least as a beginning. */
export interface SearchPromptsParams {
  query: string;
  projectId?: string | null;
  tag?: string | null;
  favorite?: boolean | null;
  /** Default: `50`. */
  limit?: number;
}

/** The prompts that match, best first. */
export interface SearchPromptsResult {
  prompts: PromptHead[];
}

/** Words that occur in the title, overview, tags or tasks, each at least as a beginning. */
export interface SearchTicketsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  /** Default: `[]`. */
  statuses?: ("open" | "in_progress" | "done" | "closed")[];
  /** Default: `50`. */
  limit?: number;
}

/** The tickets that match, best first. */
export interface SearchTicketsResult {
  tickets: TicketHead[];
}

/** A part of the text. */
export interface Section {
  /** `rules`, `tree`, `files`, `diff`, `diagnostics`, `ticket`, `prompts` or `instructions`. */
  name: string;
  tokens: number;
}

/** A named selection of one project. */
export interface Selection {
  id: string;
  projectId: string;
  name: string;
  body: SelectionBody;
  /** Grows with every save. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** What a selection holds. */
export interface SelectionBody {
  items: ContextItem[];
  instructions: string;
  promptIds: string[];
  /** Values of the prompts' variables, by name. */
  promptValues: Record<string, string>;
  ticketId: string | null;
  /** How many files a build adds for the task; None: some when nothing is chosen, else none. */
  suggest: number | null;
  include: Include;
  budgetTokens: number;
  model: string | null;
  format: "markdown" | "xml" | "plain";
}

/** What a selection holds. */
export interface SelectionBodyInput {
  /** Default: `[]`. */
  items?: ContextItemInput[];
  /** Default: `""`. */
  instructions?: string;
  /** Default: `[]`. */
  promptIds?: string[];
  /** Values of the prompts' variables, by name. */
  promptValues?: Record<string, string>;
  ticketId?: string | null;
  /** How many files a build adds for the task; None: some when nothing is chosen, else none. */
  suggest?: number | null;
  /** Default: `{"tree": false, "gitDiff": "none", "diagnostics": false, "rules": false}`. */
  include?: IncludeInput;
  /** Default: `32000`. */
  budgetTokens?: number;
  model?: string | null;
  /** Default: `"markdown"`. */
  format?: "markdown" | "xml" | "plain";
}

/** A selection without its body. */
export interface SelectionHead {
  id: string;
  name: string;
  items: number;
  version: number;
  updatedAt: string;
}

/** Lines of a file, unsaved ones too. */
export interface SelectionMention {
  kind: "selection";
  path: string;
  range: LineRange;
}

/** A message of the user. */
export interface SendChatParams {
  content: string;
  /** From now on the chat's; left out, the chat's own. */
  providerId?: string | null;
  /** From now on the chat's; left out, the chat's own, else the provider's. */
  model?: string | null;
  context?: BuildContextParamsInput | null;
  /** Default: `"refreshed"`. */
  contextMode?: "refreshed" | "frozen";
  /** Become part of the context, within its budget. Default: `[]`. */
  mentions?: (FileMentionInput | FolderMention | SymbolMentionInput | SelectionMention | ProblemsMentionInput | DiffMentionInput | PromptMention | TicketMention)[];
  /** The message it follows; left out, the active leaf. */
  parentId?: string | null;
  /** A message of the user that this one is a new version of: it becomes its sibling. */
  replaces?: string | null;
  chatId: string;
}

/** The answer, whole. */
export interface SendChatResult {
  message: ChatMessage;
  userMessage: ChatMessage;
  chat: ChatHead;
}

/** A key for this session. */
export interface SetProviderKeyParams {
  id: string;
  /** Null or empty forgets it, and the environment's counts again. */
  key: string | null;
}

/** A file that did not become a chat. */
export interface SkippedChatFile {
  name: string;
  reason: string;
}

/** A file that did not become a prompt. */
export interface SkippedPromptFile {
  name: string;
  reason: string;
}

/** A task in words and what the user already has at hand. */
export interface SuggestContextParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  /** Default: `20`. */
  limit?: number;
  /** Files open in the editor: a weak hint. Default: `[]`. */
  openPaths?: string[];
  /**
   * Files already chosen: the question becomes "what goes with these?". What was changed in them since the last commit, saved or not, says what else to change. Default: `[]`.
   */
  selectedPaths?: string[];
  /**
   * `source` ranks tests, docs, examples, generated and vendored files below source unless the task names them; `all` lets them compete. Default: `"source"`.
   */
  universe?: "source" | "all";
}

/** Files, best first; only ones that exist. */
export interface SuggestContextResult {
  files: SuggestedFile[];
  elapsedMs: number;
  /** What the ranking had to do without: no history, still indexing. */
  note: string;
}

/** A task in words. */
export interface SuggestPromptsParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  providerId?: string | null;
  model?: string | null;
}

/** The prompts of the library that help with it, best first. */
export interface SuggestPromptsResult {
  prompts: PromptHead[];
  runId: string;
}

/** Which ticket, and how many files. */
export interface SuggestTicketFilesParams {
  id: string;
  /** Default: `10`. */
  limit?: number;
}

/** Files that are not linked yet, best first. */
export interface SuggestTicketFilesResult {
  files: SuggestedFile[];
  /** What the ranking had to do without. */
  note: string;
}

/** A file that the task probably concerns. */
export interface SuggestedFile {
  path: string;
  /** 0..1, 1 for the best. */
  score: number;
  /** Short and for people: "defines `Prefetch`", "changed in 7 commits about prefetch". */
  reasons: string[];
  passages: Passage[];
  /** Estimated tokens of the whole file; `context/estimate` counts exactly. */
  tokens: number;
}

/** What a model said of a file as it is now. */
export interface Summary {
  path: string;
  /** In Markdown: the purpose, the exports, the facts. */
  text: string;
  /** What the file is for; None for a summary that has no parts. */
  purpose: string | null;
  /** Names that others use. */
  exports: string[];
  /** What surprises or binds. */
  facts: string[];
  model: string;
  createdAt: string;
}

/** A definition. */
export interface SymbolHit {
  name: string;
  kind: string;
  path: string;
  line: number;
  endLine: number;
  /** The name of the definition around it. */
  container: string | null;
}

/** A definition: by name in a file, or the best match of the workspace. */
export interface SymbolMention {
  kind: "symbol";
  name: string;
  path: string | null;
}

/** A definition: by name in a file, or the best match of the workspace. */
export interface SymbolMentionInput {
  kind: "symbol";
  name: string;
  path?: string | null;
}

/** A step of a ticket. */
export interface Task {
  id: string;
  ticketId: string;
  content: string;
  description: string;
  done: boolean;
  /** Grows with every change. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Which provider, and with which model. */
export interface TestProviderParams {
  id: string;
  /** Left out: the provider's own, or the first of its list. */
  model?: string | null;
}

/** How far it came; the first step that failed is the last. */
export interface TestProviderResult {
  ok: boolean;
  /** For people, in one sentence. */
  message: string;
  /** The ids of the models that the provider has. */
  models: string[];
  steps: TestStep[];
}

/** One step of a test. */
export interface TestStep {
  step: "url" | "key" | "models" | "completion";
  ok: boolean;
  /** What was found, or what went wrong and what to do. */
  message: string;
  elapsedMs: number;
}

/** A ticket whole. */
export interface Ticket {
  id: string;
  projectId: string;
  title: string;
  status: "open" | "in_progress" | "done" | "closed";
  priority: "low" | "normal" | "high";
  dueOn: string | null;
  tags: string[];
  taskCount: number;
  doneTaskCount: number;
  fileCount: number;
  /** Grows with every change of it or of its tasks. */
  version: number;
  createdAt: string;
  updatedAt: string;
  /** Markdown. */
  overview: string;
  tasks: Task[];
  /** The files that it concerns, whether they still exist or not. */
  paths: string[];
  links: TicketLink[];
}

/** A ticket without its texts, its tasks and files counted. */
export interface TicketHead {
  id: string;
  projectId: string;
  title: string;
  status: "open" | "in_progress" | "done" | "closed";
  priority: "low" | "normal" | "high";
  dueOn: string | null;
  tags: string[];
  taskCount: number;
  doneTaskCount: number;
  fileCount: number;
  /** Grows with every change of it or of its tasks. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** Something else that a ticket goes with, whether it still exists or not. */
export interface TicketLink {
  kind: "chat" | "run";
  id: string;
}

/** A ticket with its tasks; of several, the last counts. */
export interface TicketMention {
  kind: "ticket";
  id: string;
}

/** Which edits, and of which of them later changes may be lost. */
export interface UndoEditsParams {
  ids: string[];
  /**
   * Edits whose files a person gives back to what they were, whatever was changed since. Default: `[]`.
   */
  overwrite?: string[];
}

/** Which ticket, and which of its files. */
export interface UnlinkTicketFilesParams {
  id: string;
  paths: string[];
}

/** Which ticket, and what it does not go with any more. */
export interface UnlinkTicketParams {
  id: string;
  links: TicketLink[];
}

/** What to change; what is left out stays. */
export interface UpdateChatParams {
  id: string;
  /** Empty: the first provider that is there. */
  providerId?: string | null;
  /** Empty: the provider's own. */
  model?: string | null;
  systemPrompt?: string | null;
  promptIds?: string[] | null;
  /** All of them. */
  options?: ChatOptionsInput | null;
  context?: BuildContextParamsInput | null;
  /** Takes the chat's context away. Default: `false`. */
  clearContext?: boolean;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** What to change; what is left out stays. */
export interface UpdateProjectParams {
  id: string;
  name?: string | null;
  description?: string | null;
}

/** What to change; what is left out stays. */
export interface UpdatePromptParams {
  id: string;
  name?: string | null;
  content?: string | null;
  description?: string | null;
  tags?: string[] | null;
  favorite?: boolean | null;
  projectIds?: string[] | null;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** What to change; what is left out stays. */
export interface UpdateTaskParams {
  id: string;
  content?: string | null;
  description?: string | null;
  done?: boolean | null;
}

/** What to change; what is left out stays. */
export interface UpdateTicketParams {
  id: string;
  title?: string | null;
  overview?: string | null;
  status?: "open" | "in_progress" | "done" | "closed" | null;
  priority?: "low" | "normal" | "high" | null;
  tags?: string[] | null;
  dueOn?: string | null;
  /** Takes the due date away. Default: `false`. */
  clearDueOn?: boolean;
  /** The version it was read at; left out, the last writer wins. */
  version?: number | null;
}

/** Sums over requests to models. */
export interface UsageCounts {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** Those of `promptTokens` that were in the provider's cache. */
  cachedTokens: number;
  /** Those of `completionTokens` that were spent on thinking. */
  reasoningTokens: number;
  /** Of the requests whose cost is known. */
  costUsd: number;
  /** Requests whose cost nobody knows. */
  unpriced: number;
}

/** The sums of one group; what the rows are not grouped by is null. */
export interface UsageRow {
  /** By the server's clock and time zone. */
  day: string | null;
  providerId: string | null;
  model: string | null;
  /** The kind of work, as `chat`, `title` or `summarize`. */
  purpose: string | null;
  projectId: string | null;
  counts: UsageCounts;
}

/** Every request: the name without the prefix, its params and its result. */
export interface Requests {
  /**
   * Stop a run of this window; what it has so far is kept.
   *
   * Fails with `UnknownId`.
   */
  "agents/cancel": [GetAgentParams, Run];
  /**
   * Say what a run will take before it is paid for; nothing is asked of a model.
   *
   * Fails as `agents/run`.
   */
  "agents/estimate": [RunAgentParams, EstimateAgentResult];
  /**
   * Give a run and its result.
   *
   * Fails with `UnknownId`.
   */
  "agents/get": [GetAgentParams, GetAgentResult];
  /**
   * List the project's runs, the latest first.
   *
   * Fails with `UnknownProject`.
   */
  "agents/list": [ListAgentsParams, ListAgentsResult];
  /**
   * Give what happened in a run.
   *
   * Fails with `UnknownId`.
   */
  "agents/log": [GetAgentLogParams, GetAgentLogResult];
  /**
   * Let a run go on that was interrupted, cancelled or failed, and answer when it ended.
   *
   * It goes on with what it was shown and answered then, which is not asked and paid for again.
   * Fails as `agents/run`, and with `RunNotOpen` for a run that is running or complete.
   */
  "agents/resume": [ResumeAgentParams, ResumeAgentResult];
  /**
   * Let an agent work, and answer when it ended; `agents/progress` tells how it goes meanwhile.
   *
   * It writes no file: what it would change is in `edits/list`. Cancel it by `$/cancelRequest` or
   * `agents/cancel`; what it has so far is kept. Fails with `UnknownProject`, `UnknownId`,
   * `BadRequest` for a kind that lacks what it needs, `NotTrusted` in restricted mode, and with any
   * `ModelProblem` before its first step; later ones are in the result's `problem`.
   */
  "agents/run": [RunAgentParams, RunAgentResult];
  /**
   * Keep a plan as a person changed it: its text is what is carried out, its points the steps.
   *
   * Fails with `UnknownId`, `BadRequest` for a run that is no complete plan, and `StaleVersion`.
   */
  "agents/savePlan": [SaveAgentPlanParams, Run];
  /** Delete for good everything that is in the bin. */
  "bin/empty": [Empty, EmptyBinResult];
  /** List what was deleted in the last thirty days. */
  "bin/list": [Empty, ListBinResult];
  /**
   * Bring a record back; a project comes with all that went with it.
   *
   * Fails with `UnknownId`, also while what it belongs to is in the bin, and with `NameTaken` when
   * its name was given to another one meanwhile.
   */
  "bin/restore": [RestoreBinParams, DeletedRecord];
  /**
   * Make the branch through a message the active one, down to its latest message.
   *
   * Fails with `UnknownId`.
   */
  "chats/choose": [ChooseChatParams, ChatPath];
  /**
   * Let the model write a summary that is sent instead of the messages it covers.
   *
   * These stay in sight; `chats/deleteMessage` of the summary undoes it. Fails as `chats/send` does,
   * and with `BadRequest` when there is too little to sum up.
   */
  "chats/compact": [CompactChatParams, Answer];
  /**
   * Let the model go on with an answer that ended early; the text is appended.
   *
   * Fails as `chats/send` does, and with `BadRequest` for a message that is complete.
   */
  "chats/continue": [ContinueChatParams, Answer];
  /**
   * Create an empty chat; answered after it is on disk.
   *
   * It belongs to the project that is named, else to the only open one, else to none.
   * Fails with `UnknownProject`.
   */
  "chats/create": [CreateChatParams, Chat];
  /**
   * Put a chat into the bin and give what it was; an answer that streams is stopped.
   *
   * Fails with `UnknownId`.
   */
  "chats/delete": [DeleteChatParams, ChatHead];
  /**
   * Take a message out of its chat; what follows it stays, unless asked otherwise.
   *
   * `chats/restoreMessages` brings back what went, for thirty days. Taking out a summary means that
   * all it stood for is sent again. Fails with `UnknownId`, and `ChatBusy` for one being written.
   */
  "chats/deleteMessage": [DeleteChatMessageParams, DeletedMessages];
  /**
   * Make a new version of a message beside the old one, and choose it; nothing is sent.
   *
   * For a message of the user `chats/regenerate` of the new one asks for the answer, and
   * `chats/send` with `replaces` does both. Fails with `UnknownId`.
   */
  "chats/editMessage": [EditChatMessageParams, ChatMessage];
  /**
   * Measure the very request that `chats/send` would send, part by part; nothing is sent.
   *
   * Fails with `UnknownId`, and as `context/build` does.
   */
  "chats/estimate": [EstimateChatParams, Meter];
  /**
   * Keep a message out of what is sent, or let it in again; it stays in sight.
   *
   * Fails with `UnknownId`.
   */
  "chats/excludeMessage": [ExcludeChatMessageParams, ChatMessage];
  /**
   * Give chats as files; the client saves them.
   *
   * Fails with `UnknownId`.
   */
  "chats/export": [ExportChatsParams, ExportChatsResult];
  /**
   * Copy the way to a message into a new chat, with the settings; the old one stays as it is.
   *
   * Fails with `UnknownId`.
   */
  "chats/fork": [ForkChatParams, Chat];
  /**
   * Give a chat and the messages of its active branch.
   *
   * Fails with `UnknownId`.
   */
  "chats/get": [GetChatParams, ChatPath];
  /**
   * Give the text of the context that went with a message.
   *
   * Fails with `UnknownId`.
   */
  "chats/getContext": [GetChatContextParams, ContextText];
  /** Make chats of files, each a new one; one that cannot be read does not keep the others out. */
  "chats/import": [ImportChatsParams, ImportChatsResult];
  /**
   * List chats, the latest used first, without their messages.
   *
   * Fails with `BadRequest` for a cursor that is none.
   */
  "chats/list": [ListChatsParams, ListChatsResult];
  /**
   * Ask again: the new answer becomes a sibling of the old ones, and the active leaf.
   *
   * Fails as `chats/send` does, and with `BadRequest` for a summary.
   */
  "chats/regenerate": [RegenerateChatParams, Answer];
  /**
   * Give a chat a title, which is never replaced by an automatic one again.
   *
   * Fails with `UnknownId`.
   */
  "chats/rename": [RenameChatParams, Chat];
  /**
   * Bring messages back to where they were.
   *
   * Fails with `UnknownId`.
   */
  "chats/restoreMessages": [RestoreChatMessagesParams, Chat];
  /** Find chats by the words in their titles and messages, in all branches; no words find all. */
  "chats/search": [SearchChatsParams, SearchChatsResult];
  /**
   * Send a message and stream the answer; both are on disk before the first byte goes out.
   *
   * The active leaf is then the answer. What goes out is what `chats/estimate` shows.
   * Fails with `UnknownId`, `NotTrusted` in restricted mode, `ChatBusy` while another answer of this
   * chat streams, `ChatTooLong` with the meter in `data` when the request would not fit, and then
   * nothing was kept; afterwards with the gateway's errors, and then the answer has the text so far.
   */
  "chats/send": [SendChatParams, SendChatResult];
  /**
   * Change a chat's settings; they hold from the next message on.
   *
   * Fails with `UnknownId`, and `StaleVersion` when they changed since `version`.
   */
  "chats/update": [UpdateChatParams, Chat];
  /**
   * Build one text of chosen and suggested files that never exceeds the budget.
   *
   * What the user chose outranks what was suggested; under pressure a file goes full, outline, out,
   * and `items` and `omitted` say so. Where not all chosen files can be shown whole, those of mode
   * `full` come first, then those that the task ranks higher, then the smaller ones: the order of
   * `items` decides nothing. Same input, same bytes. Fails with `BudgetTooSmall` when not
   * even the instructions fit, and with `UnknownId` for a prompt or ticket that does not exist; a
   * file that cannot be read is in `omitted` with the reason.
   */
  "context/build": [BuildContextParamsInput, BuildContextResult];
  /**
   * Count what a selection would cost, and say what a build would send of it.
   *
   * `items`, `sections` and `tokens` are the selection with no suggestions and no degrading;
   * `planned` is what fits the budget, with suggestions.
   */
  "context/estimate": [BuildContextParamsInput, EstimateContextResult];
  /** Name the files that matter for a task, with reasons and the best passages; needs no model. */
  "context/suggest": [SuggestContextParams, SuggestContextResult];
  /**
   * Make a backup of the database now; of those made by hand the newest five are kept.
   *
   * Fails with `StoreProblem`, and with `BadRequest` where the database is a server's.
   */
  "data/backup": [Empty, BackupDataResult];
  /**
   * Write everything that the user made down as one JSON document, which `data/import` reads.
   *
   * Fails with `BadRequest` for a kind that does not exist and a `path` that cannot be used, and
   * with `StoreProblem` when the file cannot be written.
   */
  "data/export": [ExportDataParams, ExportDataResult];
  /**
   * Take in a document, or the data of the original OctoPrompt; a bad record stays out alone.
   *
   * Ids stay as they are, and importing the same again changes nothing.
   * A deleted record that is in the document comes back.
   * Fails with `BadRequest` for what is no document, is cut off, or was made by a newer version.
   */
  "data/import": [ImportDataParams, ImportDataResult];
  /** List the backups; none where the database is a server's. */
  "data/listBackups": [Empty, ListDataBackupsResult];
  /**
   * Go back to a backup, in all windows at once; what is there now becomes a backup itself.
   *
   * Projects stay. Fails with `UnknownId`, with `BadRequest` while an answer is being written or an
   * agent works, with `StoreReadOnly`, and with `StoreProblem`; nothing has changed then.
   */
  "data/restore": [RestoreDataParams, RestoreDataResult];
  /** Give the state of the server for a bug report. */
  "debug/dump": [Empty, DumpDebugResult];
  /** Answer at once. */
  "debug/ping": [Empty, Empty];
  /**
   * Write the accepted hunks of edits to their files; answered when they are on disk.
   *
   * Each edit is done wholly or not at all, and one that cannot be is left as it was, with the
   * reason in its `problems`: `stale`, `protected` or `unwritable`. What was there before is kept.
   * A file with unsaved text in an editor is changed in the editor, and so is one that is previewed
   * there; then what the text is afterwards says what became of the edit. When all that a run
   * proposes for a task is applied or rejected, the task is done. Fails with `UnknownId`, and with
   * `NotTrusted` in restricted mode.
   */
  "edits/apply": [ApplyEditsParams, Edits];
  /**
   * Accept some hunks of an edit and leave the others out, before it is applied.
   *
   * Fails with `UnknownId`, and with `EditNotOpen` when it is not a proposal any more.
   */
  "edits/chooseHunks": [ChooseEditHunksParams, Edit];
  /**
   * Give an edit with the text before and after.
   *
   * Fails with `UnknownId`.
   */
  "edits/get": [GetEditParams, EditTexts];
  /**
   * List what a run proposes, in its order.
   *
   * Fails with `UnknownId`.
   */
  "edits/list": [ListEditsParams, Edits];
  /**
   * Make proposals of the edits that a text holds, as an answer in a chat.
   *
   * Fails with `UnknownProject`, with `BadRequest` when the text holds none, and with `NotTrusted`
   * in restricted mode.
   */
  "edits/propose": [ProposeEditsParams, Edits];
  /**
   * Turn proposals down; those that were applied stay as they are.
   *
   * Fails with `UnknownId`.
   */
  "edits/reject": [RejectEditsParams, Edits];
  /**
   * Give the files of applied edits back what they held before, byte for byte.
   *
   * A file that changed since is left, with `left` in its edit's `problems`, unless it is named in
   * `overwrite`; then what it holds now is kept first. Edits of one file are undone from the latest.
   * The task of a run that is not wholly applied any more is open again.
   * Fails with `UnknownId`, and with `NotTrusted` in restricted mode.
   */
  "edits/undo": [UndoEditsParams, Edits];
  /**
   * List the entries of a folder with size and tokens, ignored files left out.
   *
   * Works while indexing, with what is known so far. Fails with `PathNotFound`.
   */
  "files/list": [ListFilesParams, ListFilesResult];
  /**
   * Give the definitions of a file; unsaved editor text wins over disk.
   *
   * Fails with a `FileProblem`.
   */
  "files/outline": [OutlineFileParams, OutlineFileResult];
  /**
   * Read a text file or some of its lines; unsaved editor text wins over disk.
   *
   * Fails with a `FileProblem`: `PathNotFound`, `PathOutsideRoot`, `NotAFile`, `NotText`,
   * `FileTooLarge`.
   */
  "files/read": [ReadFileParams, ReadFileResult];
  /**
   * Give what goes with a file: imports, importers, tests, and what changes together with it.
   *
   * Imports are followed to files (packages, workspaces, path mappings), names that a package gives
   * on to the file that defines them. Fails with `PathNotFound`.
   */
  "files/relate": [RelateFileParams, RelateFileResult];
  /**
   * Search text, regular expression (Python), path (fuzzy) or symbol over all indexed files.
   *
   * Unsaved texts count, also of files that are not on disk yet. A regular expression is matched
   * within one line unless it names line ends: `\n`, `[\s\S]`, `(?s)`, `\A`, `\Z`.
   *
   * Fails with `BadPattern` when a regular expression does not compile.
   */
  "files/search": [SearchFilesParams, SearchFilesResult];
  /** Stop indexing after the files that are being worked on. */
  "index/pause": [ProjectParams, IndexStatus];
  /** Throw the index away and make it anew; answers when the new one is complete. */
  "index/rebuild": [ProjectParams, IndexStatus];
  /**
   * Rescan the root now and answer when everything that was there at the call is indexed.
   *
   * On a paused index it resumes nothing and answers with the state as it is.
   * Fails with `RootUnreadable`.
   */
  "index/refresh": [ProjectParams, IndexStatus];
  /**
   * Look whether files changed without an event; what did is indexed soon, as after one.
   *
   * Answers when it has looked. The state stays as it is while nothing has changed. Does nothing on
   * an index that is paused, or at work: a scan is part of that. Fails with `RootUnreadable`.
   */
  "index/rescan": [ProjectParams, IndexStatus];
  /** Go on after `index/pause`. */
  "index/resume": [ProjectParams, IndexStatus];
  /** Say how far the index is; answers at once in every state. */
  "index/status": [ProjectParams, IndexStatus];
  /**
   * Give one project.
   *
   * Fails with `UnknownId`.
   */
  "projects/get": [GetProjectParams, Project];
  /** List every project that was ever opened, those of this window first. */
  "projects/list": [Empty, ListProjectsResult];
  /**
   * Put a project and what belongs to it into the bin; the folder itself is not touched.
   *
   * Fails with `UnknownId`, and with `BadRequest` while the project is open in this window.
   */
  "projects/remove": [RemoveProjectParams, RemoveProjectResult];
  /**
   * Change a project's name or description; an empty description clears it.
   *
   * Fails with `UnknownId`.
   */
  "projects/update": [UpdateProjectParams, Project];
  /**
   * Create a prompt; answered after it is on disk.
   *
   * Fails with `NameTaken`, and with `UnknownId` for a project that does not exist.
   */
  "prompts/create": [CreatePromptParams, Prompt];
  /**
   * Put a prompt into the bin and give what it was.
   *
   * Fails with `UnknownId`.
   */
  "prompts/delete": [DeletePromptParams, Prompt];
  /**
   * Give prompts as Markdown files with front matter; the client saves them.
   *
   * Fails with `UnknownId`.
   */
  "prompts/export": [ExportPromptsParams, ExportPromptsResult];
  /**
   * Give one prompt whole.
   *
   * Fails with `UnknownId`.
   */
  "prompts/get": [GetPromptParams, Prompt];
  /** Make prompts of Markdown files; one that cannot be read does not keep the others out. */
  "prompts/import": [ImportPromptsParams, ImportPromptsResult];
  /** List prompts by name, without their contents. */
  "prompts/list": [ListPromptsParams, ListPromptsResult];
  /**
   * Give a prompt as Markdown with front matter, which `prompts/saveMarkdown` takes back.
   *
   * Fails with `UnknownId`.
   */
  "prompts/markdown": [GetPromptMarkdownParams, GetPromptMarkdownResult];
  /**
   * Let a model rewrite a prompt; its variables stay, and nothing is saved.
   *
   * Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
   */
  "prompts/optimize": [OptimizePromptParams, OptimizePromptResult];
  /**
   * Fill in a prompt's variables; templates run in a sandbox with limits of time and memory.
   *
   * Equal values give equal text. Fails with `UnknownId`, `BadTemplate` with `line` and `column`
   * (from 1, in characters) in `data`, `DeadlinePassed` for a template that does not end, and
   * `BadRequest` without `id` and `content`.
   */
  "prompts/render": [RenderPromptParams, RenderPromptResult];
  /**
   * Give a prompt the name and content that it had; what it is now becomes a version too.
   *
   * Fails with `UnknownId`, or `NameTaken` when another prompt has the old name by now.
   */
  "prompts/restoreVersion": [RestorePromptVersionParams, Prompt];
  /**
   * Set a prompt to what a text says, and keep what it was as a version.
   *
   * Fails with `UnknownId`, `NameTaken`, and `StaleVersion` when it changed since `version`.
   */
  "prompts/saveMarkdown": [SavePromptMarkdownParams, Prompt];
  /** Find prompts by the words in them; no words find all. */
  "prompts/search": [SearchPromptsParams, SearchPromptsResult];
  /**
   * Let a model choose prompts of the library for a task.
   *
   * Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
   */
  "prompts/suggest": [SuggestPromptsParams, SuggestPromptsResult];
  /**
   * Change a prompt and keep the name and content that it had as a version.
   *
   * Fails with `UnknownId`, `NameTaken`, and `StaleVersion` when it changed since `version`.
   */
  "prompts/update": [UpdatePromptParams, Prompt];
  /**
   * List what a prompt was before.
   *
   * Fails with `UnknownId`.
   */
  "prompts/versions": [GetPromptVersionsParams, GetPromptVersionsResult];
  /**
   * Set up a provider or change one; its key is set apart, by `providers/setKey`.
   *
   * A new kind without a new `baseUrl` takes the usual address of the kind. Fails with `BadRequest`
   * for a URL that makes no sense or holds a password, and with `StaleVersion`.
   */
  "providers/configure": [ConfigureProviderParams, Provider];
  /** Look for Ollama and LM Studio at their usual ports; takes a second, changes nothing. */
  "providers/discover": [Empty, DiscoverProvidersResult];
  /** List the providers that are set up; asks none of them anything. */
  "providers/list": [Empty, ListProvidersResult];
  /**
   * List the models of a provider, from the provider itself where that is possible.
   *
   * Fails with `UnknownId`.
   */
  "providers/models": [GetProviderModelsParams, GetProviderModelsResult];
  /**
   * Forget a provider and its key, and give what it was; `providers/configure` brings it back.
   *
   * Fails with `UnknownId`.
   */
  "providers/remove": [RemoveProviderParams, Provider];
  /**
   * Give a provider's key to the server, which keeps it in memory and nowhere else.
   *
   * Fails with `UnknownId`.
   */
  "providers/setKey": [SetProviderKeyParams, Provider];
  /**
   * Try a provider step by step: its address, its key, its models, one token of an answer.
   *
   * A provider that does not work is a result, not an error. Fails with `UnknownId`.
   */
  "providers/test": [TestProviderParams, TestProviderResult];
  /** Load, in a process of its own, what the first answer would wait for; answers at once. */
  "providers/warm": [Empty, Empty];
  /**
   * Delete a selection and give back what it was, so that the client can offer an undo.
   *
   * Fails with `UnknownId`.
   */
  "selections/delete": [DeleteSelectionParams, Selection];
  /**
   * Give one selection whole.
   *
   * Fails with `UnknownId`.
   */
  "selections/get": [GetSelectionParams, Selection];
  /** List the project's selections, light. */
  "selections/list": [ProjectParams, ListSelectionsResult];
  /**
   * Give a selection a new name.
   *
   * Fails with `UnknownId`, or `NameTaken` when another selection of the project has it.
   */
  "selections/rename": [RenameSelectionParams, Selection];
  /**
   * Create a selection or replace the body of one; answered after it is on disk.
   *
   * Fails with `NameTaken`, with `UnknownId`, and with `StaleVersion` when another window saved it
   * since `version`.
   */
  "selections/save": [SaveSelectionParams, Selection];
  /**
   * Forget summaries, so that they are made anew when they are needed.
   *
   * Fails with `UnknownProject`.
   */
  "summaries/clear": [ClearSummariesParams, ClearSummariesResult];
  /**
   * Let a model summarise the files that have no summary as they are now.
   *
   * `agents/estimate` says before what it takes. Fails as `agents/run`, and with `AgentProblem` when
   * the run does not end well; the summaries that were made by then stay.
   */
  "summaries/generate": [GenerateSummariesParams, GenerateSummariesResult];
  /**
   * Give the summaries of files as they are now on disk or in the editor.
   *
   * Fails with `UnknownProject`.
   */
  "summaries/get": [GetSummariesParams, GetSummariesResult];
  /**
   * Find definitions by name, best first.
   *
   * A query matches exactly, as a prefix, as camelCase initials (`URLR`) or as letters in order
   * (`urlres`).
   */
  "symbols/find": [FindSymbolsParams, FindSymbolsResult];
  /**
   * Find where a name is used.
   *
   * With `path`, uses in files that see that definition by their imports come first, uses in files
   * that see another definition of the name are left out, and others are not `resolved`.
   */
  "symbols/references": [GetSymbolReferencesParams, GetSymbolReferencesResult];
  /**
   * Create a task at the end of its ticket; answered after it is on disk.
   *
   * Fails with `UnknownId`.
   */
  "tasks/create": [CreateTaskParams, Task];
  /**
   * Put a task into the bin and give what it was.
   *
   * Fails with `UnknownId`.
   */
  "tasks/delete": [DeleteTaskParams, Task];
  /**
   * List a ticket's tasks in their order.
   *
   * Fails with `UnknownId`.
   */
  "tasks/list": [ListTasksParams, ListTasksResult];
  /**
   * Change the order of a ticket's tasks.
   *
   * Fails with `UnknownId`, also for a task of another ticket.
   */
  "tasks/reorder": [ReorderTasksParams, ReorderTasksResult];
  /**
   * Change a task, or tick it.
   *
   * Fails with `UnknownId`.
   */
  "tasks/update": [UpdateTaskParams, Task];
  /**
   * Create a ticket at the end of the project's list; answered after it is on disk.
   *
   * Fails with `UnknownProject`.
   */
  "tickets/create": [CreateTicketParams, Ticket];
  /**
   * Put a ticket with its tasks into the bin and give what it was.
   *
   * Fails with `UnknownId`.
   */
  "tickets/delete": [DeleteTicketParams, Ticket];
  /**
   * Make a ticket of a TODO comment, a diagnostic or a selection, linked to its file.
   *
   * Fails with `BadRequest` when there is no text to make a title of.
   */
  "tickets/fromSelection": [FromTicketSelectionParams, Ticket];
  /**
   * Let a model break a ticket into tasks, none of which is there already.
   *
   * Fails as `agents/run`, and with `AgentProblem` when the run does not end well.
   */
  "tickets/generateTasks": [GenerateTicketTasksParams, Ticket];
  /**
   * Give one ticket whole, with its tasks and files.
   *
   * Fails with `UnknownId`.
   */
  "tickets/get": [GetTicketParams, Ticket];
  /**
   * Make a ticket of Markdown.
   *
   * Fails with `BadRequest` when there is neither a heading nor any text for a title.
   */
  "tickets/importMarkdown": [ImportTicketMarkdownParams, Ticket];
  /**
   * Say that a ticket goes with chats or runs; those that it has already stay.
   *
   * Fails with `UnknownId`.
   */
  "tickets/link": [LinkTicketParams, Ticket];
  /**
   * Say that a ticket concerns files; those that it has already stay.
   *
   * Fails with `UnknownId`, and with `PathOutsideRoot`; a file need not exist.
   */
  "tickets/linkFiles": [LinkTicketFilesParams, Ticket];
  /**
   * List a project's tickets in their order.
   *
   * Fails with `UnknownProject`.
   */
  "tickets/list": [ListTicketsParams, ListTicketsResult];
  /**
   * Give a ticket as Markdown, which `tickets/importMarkdown` and `tickets/saveMarkdown` read.
   *
   * Fails with `UnknownId`.
   */
  "tickets/markdown": [GetTicketMarkdownParams, GetTicketMarkdownResult];
  /**
   * Find the tickets of TODO comments.
   *
   * They are linked to the file, and were made of a comment with these words or are called by them.
   *
   * Fails with `PathOutsideRoot`.
   */
  "tickets/matchTodos": [MatchTicketTodosParams, MatchTicketTodosResult];
  /**
   * Change the order of tickets.
   *
   * Fails with `UnknownId`, also for a ticket of another project.
   */
  "tickets/reorder": [ReorderTicketsParams, ReorderTicketsResult];
  /**
   * Set a ticket to what its Markdown says: title, facts, overview, checklist and files.
   *
   * A task that is still there by its words stays what it is, one with new words is changed in its
   * place, and one that is gone is in the bin. Status and priority that are not there stay; a due
   * date and tags that are not there are taken away.
   *
   * Fails with `UnknownId`, `StaleVersion` when the ticket or a task of it changed since `version`,
   * `PathOutsideRoot`, and `BadRequest` for a value that a fact cannot have.
   */
  "tickets/saveMarkdown": [SaveTicketMarkdownParams, Ticket];
  /** Find a project's tickets by the words in them and in their tasks; no words find all. */
  "tickets/search": [SearchTicketsParams, SearchTicketsResult];
  /**
   * Name the files that a ticket probably concerns, from its words; no model, no network.
   *
   * Fails with `UnknownId`, and `UnknownProject` when its project is not open in this window.
   */
  "tickets/suggestFiles": [SuggestTicketFilesParams, SuggestTicketFilesResult];
  /**
   * Take chats or runs away from a ticket; they themselves stay.
   *
   * Fails with `UnknownId`.
   */
  "tickets/unlink": [UnlinkTicketParams, Ticket];
  /**
   * Say that a ticket does not concern files any more.
   *
   * Fails with `UnknownId`.
   */
  "tickets/unlinkFiles": [UnlinkTicketFilesParams, Ticket];
  /**
   * Change a ticket.
   *
   * Fails with `UnknownId`, and `StaleVersion` when it changed since `version`.
   */
  "tickets/update": [UpdateTicketParams, Ticket];
  /** Sum up tokens and costs by day, model, provider, kind of work or project. */
  "usage/summary": [GetUsageSummaryParams, GetUsageSummaryResult];
}

/** Every notification that the server sends: the name without the prefix, and its params. */
export interface Notifications {
  /** A run of this window came to its next step. */
  "agents/progress": RunProgress;
  /** Messages began or ended in this window; `data/changed` tells of other windows. */
  "chats/changed": ChatChangedParams;
  /** An answer grows. */
  "chats/delta": ChatDeltaParams;
  /**
   * Another window changed projects, selections, prompts, tickets or tasks: read them again.
   *
   * Sent within two seconds, and never for what this window changed itself.
   */
  "data/changed": Empty;
  /** The index moved: sent at most four times a second, and at the end of each move. */
  "index/changed": IndexStatus;
}

/** The wire code of every error that a request can fail with, beside those of JSON-RPC and LSP. */
export const ERROR_CODES = {
  /** The root of the tree. `data` travels with the message, so it holds nothing secret. */
  OctoPromptError: 1,
  /** What was asked makes no sense here. */
  BadRequest: 100,
  /** `projectId` names no open workspace root, or is needed and missing. */
  UnknownProject: 101,
  /** A record with that id does not exist. */
  UnknownId: 102,
  /** Another record has that name. */
  NameTaken: 103,
  /** A search pattern that does not compile. */
  BadPattern: 104,
  /** The record changed since it was read. */
  StaleVersion: 105,
  /** A prompt's template that cannot be filled in. */
  BadTemplate: 106,
  /** The workspace is not trusted, so no model is asked. */
  NotTrusted: 107,
  /** A file cannot be given. */
  FileProblem: 200,
  /** No such file in the workspace. */
  PathNotFound: 201,
  /** The path leads outside the workspace root. */
  PathOutsideRoot: 202,
  /** A folder, a FIFO, a socket or a device. */
  NotAFile: 203,
  /** Binary content, or no known encoding. */
  NotText: 204,
  /** Above the size limit. */
  FileTooLarge: 205,
  /** No permission, or an I/O error. */
  FileUnreadable: 206,
  /** The workspace root does not exist or cannot be listed. */
  RootUnreadable: 207,
  /** The file is not what it was when it was read. */
  FileChanged: 208,
  /** No permission, no room, or an I/O error. */
  FileUnwritable: 209,
  /** A context cannot be built. */
  ContextProblem: 300,
  /** Not even the instructions fit. */
  BudgetTooSmall: 301,
  /** The file has no such symbol. */
  SymbolNotFound: 302,
  /** The index cannot answer. */
  IndexProblem: 400,
  /** The answer needs a stage that has not finished. */
  IndexNotReady: 401,
  /** User data cannot be read or written. */
  StoreProblem: 500,
  /** The database is newer than this program, or the disk is read-only. */
  StoreReadOnly: 501,
  /** The file is not a healthy database; it was set aside. */
  StoreDamaged: 502,
  /** It took longer than it may. */
  DeadlinePassed: 600,
  /** A helper process died or could not start. */
  ChildFailed: 700,
  /** A model's provider did not answer as it should. */
  ModelProblem: 800,
  /** No provider is set up, or none has a model chosen. */
  NoProvider: 801,
  /** The provider needs a key and has none in this session. */
  KeyMissing: 802,
  /** The provider does not take the key. */
  KeyRefused: 803,
  /** The account has no credit or quota left. */
  NoCredit: 804,
  /** The provider has no such model. */
  ModelUnknown: 805,
  /** Too many requests; `retryAfterSeconds` in `data` when the provider tells it. */
  RateLimited: 806,
  /** More tokens than the model's window holds; `overBy` in `data` when known. */
  ContextTooLong: 807,
  /** The provider cannot be reached, or fails by itself. */
  ProviderDown: 808,
  /** The network's proxy refuses or fails. */
  ProxyProblem: 809,
  /** Nothing came within the time that is set. */
  ModelTimeout: 810,
  /** The answer stopped before its end; what came is kept. */
  AnswerIncomplete: 811,
  /** The model said nothing. */
  AnswerEmpty: 812,
  /** What came is no answer of a model. */
  AnswerMalformed: 813,
  /** More bytes than an answer may have. */
  AnswerTooLarge: 814,
  /** The provider does not take the request as it is. */
  RequestRefused: 815,
  /** The provider's filter stopped the question or the answer. */
  ContentRefused: 816,
  /** A chat cannot do this now. */
  ChatProblem: 900,
  /** An answer of this chat is being written. */
  ChatBusy: 901,
  /** The request is larger than the model's window. */
  ChatTooLong: 902,
  /** An agent's run or its edits cannot go on. */
  AgentProblem: 1000,
  /** The edit is not a proposal any more. */
  EditNotOpen: 1001,
  /** The run used up what it may. */
  BudgetSpent: 1002,
  /** The run cannot go on from where it ended. */
  RunNotOpen: 1003,
} as const;
