/**
 * A text that grows, as DOM that grows: what is finished is never touched again, only the last open block is.
 *
 * An open code block takes most of a long answer, so its text is appended without being parsed.
 */
import { block } from "./dom";
import type { Environment, Markdown, Token } from "./markdown";

const LINES_BLOCK = 4_000;

/** What is made of a code block: while it grows, and when it is complete. */
export interface CodeBlocks {
  readonly finish: (pre: HTMLElement) => void;
}

/** The last code block while it is not closed. */
interface OpenFence {
  readonly code: HTMLElement;
  readonly marker: string;
  /** Where in the text the code that is not shown yet begins. */
  shown: number;
}

export class GrowingMarkdown {
  private readonly tail = block("div", "tail");
  private env: Environment = {};
  private text = "";
  /** Where the last block begins; everything before it stands. */
  private settled = 0;
  private fence: OpenFence | undefined;
  private isFinished = false;

  constructor(
    private readonly target: HTMLElement,
    private readonly markdown: Markdown,
    private readonly code: CodeBlocks,
  ) {
    target.append(this.tail);
  }

  get length(): number {
    return this.text.length;
  }

  /** Show the whole text; when it continues what is shown, only what is new is rendered. */
  grow(text: string): void {
    const goesOn = this.isFinished && text.length > this.text.length;
    if (!text.startsWith(this.text) || goesOn) {
      // An answer that goes on after its end goes on in its last block, which had been settled.
      this.reset();
    }
    if (text.length > this.text.length) {
      this.isFinished = false;
      this.text = text;
      if (!this.growFence()) {
        this.render();
      }
    }
  }

  /** Nothing more will come. */
  finish(): void {
    if (this.isFinished) {
      return;
    }
    const references = Object.keys(this.env.references ?? {}).length > 0;
    const { text } = this;
    if (references || this.fence) {
      // A reference that is defined at the end may be used at the beginning.
      this.reset();
      this.text = text;
    }
    this.fence = undefined;
    const tokens = this.markdown.parse(this.text.slice(this.settled), this.env);
    this.settle(tokens);
    this.tail.replaceChildren();
    this.settled = this.text.length;
    this.isFinished = true;
  }

  private reset(): void {
    this.target.replaceChildren(this.tail);
    this.tail.replaceChildren();
    this.env = {};
    this.text = "";
    this.settled = 0;
    this.fence = undefined;
    this.isFinished = false;
  }

  private render(): void {
    const rest = this.text.slice(this.settled);
    const tokens = this.markdown.parse(rest, this.env);
    const start = lastBlock(tokens);
    const open = tokens.slice(start);
    this.settle(tokens.slice(0, start));
    const line = open[0]?.map?.[0] ?? 0;
    this.settled += offsetOfLine(rest, line);
    this.fence = this.openFence(open);
    if (!this.fence) {
      this.tail.replaceChildren(this.markdown.render(open, this.env));
    }
  }

  private settle(tokens: Token[]): void {
    if (tokens.length === 0) {
      return;
    }
    const made = this.markdown.render(tokens, this.env);
    const blocks = [...made.querySelectorAll<HTMLElement>("pre.code")];
    this.tail.before(made);
    blocks.forEach((pre) => this.code.finish(pre));
  }

  /** When the last block is a code block at the margin whose end has not come: show it as such. */
  private openFence(tokens: Token[]): OpenFence | undefined {
    const [token] = tokens;
    const rest = this.text.slice(this.settled);
    const opening = /^(`{3,}|~{3,})[^\n]*\n/.exec(rest);
    if (tokens.length !== 1 || token?.type !== "fence" || !opening?.[1]) {
      return undefined;
    }
    if (closes(rest.slice(opening[0].length), opening[1])) {
      return undefined;
    }
    token.content = "";
    const [pre] = this.markdown.render([token], this.env).children;
    const code = pre?.querySelector("code");
    if (!pre || !code) {
      return undefined;
    }
    this.tail.replaceChildren(pre);
    const fence = { code, marker: opening[1], shown: this.settled + opening[0].length };
    this.showCode(fence);
    return fence;
  }

  /** Give false when the block may have ended, so that the text must be parsed. */
  private growFence(): boolean {
    if (!this.fence) {
      return false;
    }
    const { fence } = this;
    const lineStart = this.text.lastIndexOf("\n", fence.shown - 1) + 1;
    if (closes(this.text.slice(lineStart), fence.marker)) {
      this.fence = undefined;
      return false;
    }
    this.showCode(fence);
    return true;
  }

  private showCode(fence: OpenFence): void {
    let end = this.text.length;
    const lastLine = this.text.lastIndexOf("\n") + 1;
    if (lastLine >= fence.shown && /^ {0,3}[`~]+$/.test(this.text.slice(lastLine))) {
      // It looks like the end of the block: wait until it is certain.
      end = lastLine;
    }
    if (end > fence.shown) {
      appendLines(fence.code, this.text.slice(fence.shown, end));
      fence.shown = end;
    }
  }
}

/** Long code is laid out block by block: what is appended moves only the last one. */
export function appendLines(code: HTMLElement, text: string): void {
  let last = code.lastElementChild;
  for (const line of text.split(/(?<=\n)/)) {
    const shown = last?.firstChild as Text | null | undefined;
    if (!last || !shown || (shown.length > LINES_BLOCK && shown.data.endsWith("\n"))) {
      last = block("span", "lines", line);
      code.append(last);
    } else {
      shown.appendData(line);
    }
  }
}

function closes(text: string, marker: string): boolean {
  const sign = marker.charAt(0);
  return new RegExp(`^ {0,3}\\${sign}{${marker.length},}[ \\t]*$`, "m").test(text);
}

/** The index of the token that opens the last top-level block. */
function lastBlock(tokens: readonly Token[]): number {
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index];
    if (token?.level === 0 && token.nesting >= 0) {
      return index;
    }
  }
  return 0;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let count = 0; count < line; count++) {
    offset = text.indexOf("\n", offset) + 1;
  }
  return offset;
}
