/** Code blocks: their colours and the buttons above them. */
import hljs from "highlight.js/lib/core";
import { codeTarget } from "../../chat/codeTarget";
import type { CodeAction } from "../../chat/messages";
import { action, block } from "./dom";
import type { Markdown } from "./markdown";
import { appendLines, type CodeBlocks } from "./stream";

/** Longer code stays plain: colours are not worth a stall. */
const LONGEST_COLOURED = 60_000;
const COPIED_MS = 1_500;

export type CodeHandler = (action: CodeAction, text: string, language: string, path: string) => void;

/** Colours that come when the languages are there, in moments when nothing else is to be done. */
export class Colours {
  private readonly waiting: HTMLElement[] = [];
  private state: "unasked" | "loading" | "ready" = "unasked";

  /** `script` is where the languages are, `nonce` what allows them to run. */
  constructor(
    private readonly markdown: Markdown,
    private readonly script: string,
    private readonly nonce: string,
  ) {}

  want(code: HTMLElement): void {
    this.waiting.push(code);
    if (this.state === "ready") {
      this.workSoon();
    } else if (this.state === "unasked") {
      this.load();
    }
  }

  private load(): void {
    this.state = "loading";
    window.takeLanguages = (register) => {
      register(hljs);
      this.state = "ready";
      this.workSoon();
    };
    const script = block("script");
    script.nonce = this.nonce;
    script.src = this.script;
    document.head.append(script);
  }

  private workSoon(): void {
    requestIdleCallback((deadline) => {
      do {
        const next = this.waiting.shift();
        if (!next) {
          return;
        }
        this.colour(next);
      } while (deadline.timeRemaining() > 5);
      this.workSoon();
    });
  }

  private colour(code: HTMLElement): void {
    const name = code.parentElement?.dataset.language ?? "";
    const text = code.textContent;
    if (!code.isConnected || !hljs.getLanguage(name) || text.length > LONGEST_COLOURED) {
      return;
    }
    const { value } = hljs.highlight(text, { language: name, ignoreIllegals: true });
    code.replaceChildren(this.markdown.sanitize(value));
  }
}

/** Blocks get their buttons and colours once they are complete. */
export function codeBlocks(colours: Colours, handle: CodeHandler): CodeBlocks {
  return {
    finish: (pre) => {
      const code = pre.querySelector("code");
      if (!code) {
        return;
      }
      const text = code.textContent;
      if (text.length > LONGEST_COLOURED) {
        code.replaceChildren();
        appendLines(code, text);
      }
      const frame = block("div", "codeBlock");
      const path = codeTarget(pre.dataset.info ?? "", text, pre.previousElementSibling?.textContent ?? "");
      pre.replaceWith(frame);
      frame.append(toolbar(pre, text, path, handle), pre);
      pre.tabIndex = 0;
      colours.want(code);
    },
  };
}

function toolbar(pre: HTMLElement, text: string, path: string, handle: CodeHandler): HTMLElement {
  const { language = "" } = pre.dataset;
  const act = (name: CodeAction) => (): void => handle(name, text, language, path);
  const copy = action("copy", "Copy Code", () => {
    act("copy")();
    const shown = copy.firstElementChild;
    shown?.classList.replace("codicon-copy", "codicon-check");
    setTimeout(() => shown?.classList.replace("codicon-check", "codicon-copy"), COPIED_MS);
  });
  const name = block("span", "codeName", path || language);
  name.title = path;
  const bar = block(
    "div",
    "codeBar",
    name,
    action("git-compare", path === "" ? "Apply to the Open Editor…" : `Apply to ${path}…`, act("apply")),
    action("insert", "Insert at Cursor", act("insert")),
    action("new-file", "New File", act("newFile")),
    copy,
  );
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `Code${path || language ? `: ${path || language}` : ""}`);
  return bar;
}
