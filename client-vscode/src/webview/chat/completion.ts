/** What is offered after `@` and `/` in the composer. */
import type { FromPage, Mention } from "../../chat/messages";
import { block, icon } from "./dom";

type Kind = "@" | "/";

/** Where in the text the word that is completed begins, and what it is so far. */
interface Word {
  readonly kind: Kind;
  readonly start: number;
  readonly query: string;
}

export class Completion {
  readonly popup = block("div", "popup");
  private word: Word | undefined;
  private request = 0;
  private items: readonly Mention[] = [];
  private active = 0;

  constructor(
    private readonly input: HTMLTextAreaElement,
    private readonly post: (message: FromPage) => void,
    private readonly choose: (mention: Mention) => void,
  ) {
    this.popup.id = "completions";
    this.popup.hidden = true;
    this.popup.setAttribute("role", "listbox");
    this.popup.setAttribute("aria-label", "Suggestions");
    input.setAttribute("aria-controls", this.popup.id);
    input.setAttribute("aria-autocomplete", "list");
    input.addEventListener("blur", () => this.close());
  }

  /** Begin to complete, as if the sign had been typed. */
  open(kind: Kind): void {
    const at = this.input.selectionStart;
    const before = this.input.value.slice(0, at);
    const sign = before === "" || /\s$/.test(before) ? kind : ` ${kind}`;
    this.input.setRangeText(sign, at, at, "end");
    this.input.focus();
    this.typed();
  }

  typed(): void {
    this.word = wordAt(this.input.value, this.input.selectionStart);
    if (!this.word) {
      this.close();
      return;
    }
    this.request += 1;
    this.post({ type: "complete", request: this.request, kind: this.word.kind, query: this.word.query });
  }

  /** Show what was found; an answer to an older question is not. */
  show(request: number, items: readonly Mention[]): void {
    if (request !== this.request || !this.word || document.activeElement !== this.input) {
      return;
    }
    this.items = items;
    this.active = 0;
    this.popup.hidden = items.length === 0;
    this.popup.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.mark();
  }

  /** Take a key while the list is open; true when it was one of the list's. */
  key(event: KeyboardEvent): boolean {
    if (this.popup.hidden || event.isComposing) {
      return false;
    }
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.active =
          (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.items.length) % this.items.length;
        this.mark();
        return true;
      case "Enter":
      case "Tab":
        this.accept(this.active);
        return true;
      case "Escape":
        this.close();
        return true;
      default:
        return false;
    }
  }

  private option({ label, detail, icon: name }: Mention, index: number): HTMLElement {
    const option = block(
      "div",
      "option",
      icon(name),
      block("span", "label", label),
      block("span", "detail", detail),
    );
    option.id = `completion-${index}`;
    option.setAttribute("role", "option");
    // Before the click, so that the input keeps the focus.
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.accept(index);
    });
    return option;
  }

  private accept(index: number): void {
    const item = this.items[index];
    const { word } = this;
    if (!item || !word) {
      return;
    }
    this.input.setRangeText("", word.start, this.input.selectionStart, "end");
    this.close();
    this.choose(item);
  }

  private mark(): void {
    [...this.popup.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.active));
      if (index === this.active) {
        option.scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", option.id);
      }
    });
    this.input.setAttribute("aria-expanded", String(!this.popup.hidden));
  }

  private close(): void {
    this.word = undefined;
    this.popup.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-expanded", "false");
  }
}

/** The word before the cursor that begins with `@`, or with `/` at the very beginning. */
export function wordAt(text: string, cursor: number): Word | undefined {
  const before = text.slice(0, cursor);
  const slash = /^\/(\S*)$/.exec(before);
  if (slash) {
    return { kind: "/", start: 0, query: slash[1] ?? "" };
  }
  const mention = /(?:^|\s)@([^\s@]*)$/.exec(before);
  return mention
    ? { kind: "@", start: cursor - (mention[1] ?? "").length - 1, query: mention[1] ?? "" }
    : undefined;
}
