// Generated from the Python contract by `scripts/generate`; do not edit.

/** Stands before every method and notification of OctoPrompt. */
export const PREFIX = "octoprompt/";

/** What goes in, and how large it may get. */
export interface BuildContextParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  /** Default: `[]`. */
  items?: ContextItemInput[];
  /** Default: `""`. */
  instructions?: string;
  /** Default: `[]`. */
  promptIds?: string[];
  ticketId?: string | null;
  /** How many files to add for the instructions. Default: `0`. */
  suggest?: number;
  /** Default: `{"tree": false, "gitDiff": "none", "diagnostics": false, "rules": false}`. */
  include?: IncludeInput;
  /** The editor's problems, used when `include.diagnostics` is set. Default: `[]`. */
  diagnostics?: Diagnostic[];
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

/** Which selection. */
export interface DeleteSelectionParams {
  id: string;
}

/** A problem that the editor shows. */
export interface Diagnostic {
  path: string;
  line: number;
  severity: "error" | "warning" | "information" | "hint";
  message: string;
  source?: string | null;
}

/** Versions, counts and tasks; never a secret, never file contents. */
export interface DumpDebugResult {
  versions: Record<string, string>;
  counts: Record<string, number>;
  tasks: string[];
  projects: Record<string, unknown>[];
  /** How late the event loop ran: `p50`, `p99`, `max`. */
  loopLagMs: Record<string, number>;
}

/** Nothing: `{}`. */
export type Empty = Record<string, never>;

/** What the selection costs before it is built. */
export interface EstimateContextResult {
  /** The whole, with fences, headings and sections, before any degrading. */
  tokens: number;
  tokensExact: boolean;
  budgetTokens: number;
  items: EstimatedItem[];
  sections: Section[];
}

/** What a file costs. */
export interface EstimatedItem {
  path: string;
  mode: "auto" | "full" | "outline" | "summary" | "range" | "symbol";
  tokens: number;
  /** Why it cannot be included, when it cannot. */
  problem: string | null;
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
  /** Files below a folder that have `skipped` set. */
  skippedFiles: number;
}

/** A file that was left out of a stage, and why. */
export interface FileIssue {
  path: string;
  reason: string;
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
}

/** Which project. */
export interface GetProjectParams {
  id: string;
}

/** Which selection. */
export interface GetSelectionParams {
  id: string;
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

/** Uses of a name, by path and line. */
export interface GetSymbolReferencesResult {
  definitions: SymbolHit[];
  references: Reference[];
  truncated: boolean;
}

/** Further sections. */
export interface Include {
  tree: boolean;
  gitDiff: "none" | "staged" | "working" | "branch";
  diagnostics: boolean;
  rules: boolean;
}

/** Further sections. */
export interface IncludeInput {
  /** Default: `false`. */
  tree?: boolean;
  /** Default: `"none"`. */
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

/** Lines from 1, both inclusive. */
export interface LineRange {
  start: number;
  end: number;
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

/** All selections of the project, by name. */
export interface ListSelectionsResult {
  selections: SelectionHead[];
}

/** A file that is not in the text. */
export interface Omitted {
  path: string;
  reason: string;
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

/** Which selection, and its new name. */
export interface RenameSelectionParams {
  id: string;
  name: string;
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
  ticketId: string | null;
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
  ticketId?: string | null;
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

/** A task in words and what the user already has at hand. */
export interface SuggestContextParams {
  /** Which root; may be left out when only one is open. */
  projectId?: string | null;
  query: string;
  /** Default: `20`. */
  limit?: number;
  /** Files open in the editor: a weak hint. Default: `[]`. */
  openPaths?: string[];
  /** Files already chosen: the question becomes "what goes with these?". Default: `[]`. */
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

/** A file that the task probably concerns. */
export interface SuggestedFile {
  path: string;
  /** 0..1, 1 for the best. */
  score: number;
  /** Short and for people: "defines `Prefetch`", "changed in 7 commits about prefetch". */
  reasons: string[];
  passages: Passage[];
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

/** What to change; what is left out stays. */
export interface UpdateProjectParams {
  id: string;
  name?: string | null;
  description?: string | null;
}

/** Every request: the name without the prefix, its params and its result. */
export interface Requests {
  /**
   * Build one text of chosen and suggested files that never exceeds the budget.
   *
   * What the user chose outranks what was suggested; under pressure a file goes full, outline, out,
   * and `items` and `omitted` say so. Same input, same bytes. Fails with `BudgetTooSmall` when not
   * even the instructions fit, and with `UnknownId` for a prompt or ticket that does not exist; a
   * file that cannot be read is in `omitted` with the reason.
   */
  "context/build": [BuildContextParams, BuildContextResult];
  /** Count what a selection would cost, file by file, with no suggestions and no degrading. */
  "context/estimate": [BuildContextParams, EstimateContextResult];
  /** Name the files that matter for a task, with reasons and the best passages; needs no model. */
  "context/suggest": [SuggestContextParams, SuggestContextResult];
  /** Give the state of the server for a bug report. */
  "debug/dump": [Empty, DumpDebugResult];
  /** Answer at once. */
  "debug/ping": [Empty, Empty];
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
   * Search text, regular expression (Python), path (fuzzy) or symbol over all indexed files.
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
   * Find definitions by name, best first.
   *
   * A query matches exactly, as a prefix, as camelCase initials (`URLR`) or as letters in order
   * (`urlres`).
   */
  "symbols/find": [FindSymbolsParams, FindSymbolsResult];
  /** Find where a name is used; with `path`, only in files that can see that definition. */
  "symbols/references": [GetSymbolReferencesParams, GetSymbolReferencesResult];
}

/** Every notification that the server sends: the name without the prefix, and its params. */
export interface Notifications {
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
} as const;
