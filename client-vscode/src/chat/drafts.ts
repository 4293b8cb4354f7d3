/**
 * What is written and not sent, by chat, and which chat the view shows: on disk a moment after it is typed.
 *
 * VS Code keeps the state of pages too, but a browser's writes it down every few seconds only.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kept, type Kept } from "./messages";
import { fields, nullable, text, type Check } from "./schema";

/** The file of a chat that does not exist yet. No id of a chat is like it. */
const NEW = "new";
const VIEW = "view";
const SUFFIX = ".json";
const NOTHING: Kept = { draft: { text: "", mentions: [], frozen: false }, edit: null };

const isView = fields({ chatId: nullable(text(200)) });

/** Hears of what was written in a chat, and who said so. */
type Listener = (chatId: string | null, what: Kept, by: object) => void;

export class Drafts {
  private readonly known = new Map<string, Kept>();
  /** Each file's writes wait for the one before. */
  private readonly turns = new Map<string, Promise<void>>();
  private view: string | null | undefined;
  /** Everything that an earlier window left is known. */
  readonly ready: Promise<void>;
  private readonly listeners = new Set<Listener>();

  /** `folder` is the workspace's own; without one nothing outlives the window. */
  constructor(
    private readonly folder: string | undefined,
    private readonly onError: (error: unknown) => void,
  ) {
    this.ready = this.read().catch(onError);
  }

  /** The chat that the view showed; undefined when nobody knows. */
  get shown(): string | null | undefined {
    return this.view;
  }

  show(chatId: string | null): void {
    if (chatId !== this.view) {
      this.view = chatId;
      this.write(VIEW, { chatId });
    }
  }

  of(chatId: string | null): Kept {
    return this.known.get(chatId ?? NEW) ?? NOTHING;
  }

  /** Keep what one page says; other pages with this chat are told, for there is one draft of it. */
  keep(chatId: string | null, what: Kept, by: object): void {
    const name = chatId ?? NEW;
    if (JSON.stringify(what) === JSON.stringify(this.of(chatId))) {
      return;
    }
    if (JSON.stringify(what) === JSON.stringify(NOTHING)) {
      this.known.delete(name);
      this.write(name, undefined);
    } else {
      this.known.set(name, what);
      this.write(name, what);
    }
    this.listeners.forEach((listener) => listener(chatId, what, by));
  }

  onKept(listener: Listener): { dispose: () => void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Until everything is on disk. */
  async settle(): Promise<void> {
    await Promise.all(this.turns.values());
  }

  /** A file is whole at all times: it is written beside, then takes its place. */
  private write(name: string, value: object | undefined): void {
    const { folder } = this;
    if (folder === undefined || !/^[\w-]{1,100}$/.test(name)) {
      return;
    }
    const path = join(folder, name + SUFFIX);
    const work = async (): Promise<void> => {
      if (value === undefined) {
        await rm(path, { force: true });
        return;
      }
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.part`, JSON.stringify(value), { mode: 0o600 });
      await rename(`${path}.part`, path);
    };
    this.turns.set(name, (this.turns.get(name) ?? Promise.resolve()).then(work).catch(this.onError));
  }

  private async read(): Promise<void> {
    const names = this.folder === undefined ? [] : await readdir(this.folder).catch(() => []);
    for (const file of names.filter((name) => name.endsWith(SUFFIX))) {
      await this.readOne(file.slice(0, -SUFFIX.length));
    }
  }

  /** What cannot be read is as if it had never been written. */
  private async readOne(name: string): Promise<void> {
    const path = join(this.folder ?? "", name + SUFFIX);
    const content = await readFile(path, "utf8").catch(() => "");
    if (name === VIEW) {
      this.view = parsed(content, isView)?.chatId;
    } else {
      const found = parsed(content, kept);
      if (found) {
        this.known.set(name, found);
      }
    }
  }
}

function parsed<T>(content: string, check: Check<T>): T | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
