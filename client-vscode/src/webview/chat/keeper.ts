/** Gives what is written to the extension, chat by chat, so that it is there again whatever happens. */
import type { FromPage, Kept, ToPage } from "../../chat/messages";

const KEEP_MS = 250;
const NOTHING: Kept = { draft: { text: "", mentions: [], frozen: false }, edit: null };

/** Where something is written. */
export interface Writing {
  readonly kept: Kept;
  readonly take: (kept: Kept) => void;
  readonly share: (draft: Kept["draft"]) => void;
}

export class Keeper {
  /** Whose chat's what is written is; undefined until the extension has said. */
  private chatId: string | null | undefined;
  private timer: number | undefined;

  constructor(
    private readonly writing: Writing,
    private readonly post: (message: FromPage) => void,
  ) {}

  /** Something was written: it is kept in a moment, also while one goes on writing. */
  soon(): void {
    this.timer ??= window.setTimeout(() => this.now(), KEEP_MS);
  }

  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.give(this.writing.kept);
  }

  /** Another chat is shown, with what was written there. */
  take({ chatId, kept }: Extract<ToPage, { type: "drafted" }>): void {
    if (chatId === this.chatId) {
      return;
    }
    if (kept) {
      this.now();
      this.chatId = chatId;
      this.writing.take(kept);
    } else {
      this.give(NOTHING);
      this.chatId = chatId;
      this.now();
    }
  }

  /** The same chat is written in at another place; there it is kept. */
  share({ chatId, draft }: Extract<ToPage, { type: "shared" }>): void {
    if (chatId === this.chatId) {
      this.writing.share(draft);
    }
  }

  private give(kept: Kept): void {
    if (this.chatId !== undefined) {
      this.post({ type: "keep", chatId: this.chatId, kept });
    }
  }
}
