/** One message: its head, its text as it grows, how it ended, and what can be done with it. */
import type { Attachment, FromPage, PageMessage, Status } from "../../chat/messages";
import { action, block, button, icon, inWords } from "./dom";
import type { Row } from "./list";
import type { Markdown } from "./markdown";
import { Pace } from "./pace";
import { GrowingMarkdown, type CodeBlocks } from "./stream";

export interface Surroundings {
  readonly markdown: Markdown;
  readonly code: CodeBlocks;
  readonly post: (message: FromPage) => void;
  /** Put a message into the composer, to be changed. */
  readonly edit: (message: PageMessage) => void;
  /** How an answer is asked for again with another model. */
  readonly busy: () => boolean;
}

const ENDINGS: Record<Status, string> = {
  streaming: "",
  complete: "",
  incomplete: "The answer ended before it was complete.",
  interrupted: "The answer was interrupted.",
  cancelled: "Stopped.",
  failed: "The answer failed.",
};

const MOST_SHOWN = 12;

const MENDS: Partial<Record<NonNullable<PageMessage["mend"]>, string>> = {
  addProvider: "Add Provider",
  manageKeys: "Providers and Keys",
  selectModel: "Select Model",
  compactChat: "Sum Up",
};

const NAMES: Record<PageMessage["role"], string> = {
  user: "You",
  assistant: "Assistant",
  summary: "Summary of what came before",
};

const ICONS: Record<PageMessage["role"], string> = {
  user: "account",
  assistant: "sparkle",
  summary: "fold-up",
};

export class MessageRow implements Row {
  private place: HTMLElement | undefined;
  private growing: GrowingMarkdown | undefined;
  private reasoning: HTMLElement | undefined;
  private readonly pace = new Pace(() => this.draw());
  private added = { text: "", reasoning: "" };
  private notice = "";

  constructor(
    private shown: PageMessage,
    private readonly around: Surroundings,
  ) {}

  get message(): PageMessage {
    return this.shown;
  }

  get id(): string {
    return this.message.id;
  }

  get text(): string {
    return this.message.text + this.added.text;
  }

  get length(): number {
    return this.text.length;
  }

  /** What came in; it is drawn in the next frame, together with all that comes until then. */
  append(text: string, reasoning: string, notice: string): void {
    this.added = { text: this.added.text + text, reasoning: this.added.reasoning + reasoning };
    this.notice = notice;
    if (this.place) {
      this.pace.want();
    }
  }

  /** Take another state of the same text, without touching what is read; false when the text is another. */
  become(message: PageMessage): boolean {
    if (message.text !== this.text || message.id !== this.id) {
      return false;
    }
    this.shown = message;
    this.added = { text: "", reasoning: "" };
    if (this.place) {
      this.frame(this.place);
      this.draw();
    }
    return true;
  }

  mount(place: HTMLElement): void {
    this.place = place;
    const body = block("div", "body");
    this.growing = new GrowingMarkdown(body, this.around.markdown, this.around.code);
    const article = block("article", "", block("div", "above"), body, block("div", "below"));
    article.tabIndex = -1;
    place.replaceChildren(article);
    this.frame(place);
    this.draw();
  }

  unmount(): void {
    this.pace.stop();
    this.place = undefined;
    this.growing = undefined;
    this.reasoning = undefined;
  }

  /** What is around the text. */
  private frame(place: HTMLElement): void {
    const { role, excluded, unsent } = this.message;
    place.className = `row ${role}${excluded ? " excluded" : ""}${unsent ? " unsent" : ""}`;
    const article = place.firstElementChild;
    const wasOpen = this.reasoning?.hasAttribute("open") ?? false;
    article?.firstElementChild?.replaceChildren(this.head(), ...this.attachments(), ...this.thoughts());
    article?.lastElementChild?.replaceChildren(...this.ending());
    article?.setAttribute("aria-label", this.label());
    this.reasoning?.toggleAttribute("open", wasOpen);
  }

  /** What a screen reader says of it. */
  label(): string {
    const { role, excluded, branch, branches, model } = this.message;
    const version = branches > 1 ? `, version ${branch} of ${branches}` : "";
    return `${NAMES[role]}${model ? `, ${model}` : ""}${version}${excluded ? ", left out" : ""}`;
  }

  private draw(): void {
    const { growing, message } = this;
    if (!growing) {
      return;
    }
    growing.grow(this.text);
    if (message.status !== "streaming") {
      growing.finish();
    }
    if (this.reasoning) {
      this.showReasoning(this.reasoning);
    }
    const waiting = this.place?.querySelector<HTMLElement>(".waiting");
    if (waiting) {
      waiting.hidden = this.text !== "" && this.notice === "";
      waiting.lastElementChild?.replaceChildren(this.notice || "Waiting for the model");
    }
  }

  private showReasoning(details: HTMLElement): void {
    const text = this.message.reasoning + this.added.reasoning;
    details.hidden = text === "";
    const shown = details.lastElementChild;
    if (shown && shown.textContent !== text) {
      shown.textContent = text;
    }
  }

  private thoughts(): HTMLElement[] {
    const { role, status } = this.message;
    if (role !== "assistant") {
      return [];
    }
    const summary = block("summary", "", status === "streaming" ? "Reasoning…" : "Reasoning");
    const details = block("details", "reasoning", summary, block("div", "thoughts"));
    this.reasoning = details;
    return [details];
  }

  private head(): HTMLElement {
    const { role, model, excluded, unsent } = this.message;
    const name = block("span", "name", model || NAMES[role]);
    name.title = model || NAMES[role];
    const head = block("div", "head", block("span", "avatar", icon(ICONS[role])), this.branches(), name);
    if (excluded || unsent) {
      head.append(block("span", "tag", excluded ? "left out" : "summed up"));
    }
    head.append(block("span", "push"), this.toolbar());
    return head;
  }

  private branches(): HTMLElement {
    const { branch, branches, previous, next } = this.message;
    const { post, busy } = this.around;
    const shown = block("span", "branches");
    if (branches > 1) {
      const go = (name: string, title: string, id: string | null): HTMLButtonElement => {
        const made = action(name, title, () => id !== null && !busy() && post({ type: "choose", id }));
        made.disabled = id === null;
        return made;
      };
      const count = block("span", "count", `${branch}/${branches}`);
      count.setAttribute("aria-label", `version ${branch} of ${branches}`);
      shown.append(
        go("chevron-left", "Previous Version", previous),
        count,
        go("chevron-right", "Next Version", next),
      );
    }
    return shown;
  }

  private toolbar(): HTMLElement {
    const { id, role, status, excluded } = this.message;
    const { post, edit } = this.around;
    const bar = block("span", "toolbar");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Message");
    if (status === "streaming") {
      return bar;
    }
    bar.append(action("copy", "Copy Message", () => post({ type: "copy", text: this.text })));
    if (role !== "summary") {
      bar.append(
        action("edit", role === "user" ? "Edit and Send Again" : "Edit Answer", () => edit(this.message)),
        action("refresh", role === "user" ? "Answer Again" : "Regenerate", () =>
          post({ type: "regenerate", id }),
        ),
        action("repo-forked", "Fork Chat from Here", () => post({ type: "fork", id })),
        action(
          excluded ? "eye" : "eye-closed",
          excluded ? "Send It Again with the Rest" : "Leave Out of What Is Sent",
          () => post({ type: "exclude", id, excluded: !excluded }),
        ),
      );
    }
    bar.append(
      action("trash", role === "summary" ? "Undo Summary" : "Delete Message", () =>
        post({ type: "remove", id }),
      ),
    );
    return bar;
  }

  private attachments(): HTMLElement[] {
    const { attachments, id, frozen } = this.message;
    if (attachments.length === 0) {
      return [];
    }
    const { post } = this.around;
    const made = block(
      "div",
      "attachments",
      ...attachments.slice(0, MOST_SHOWN).map((one) => this.attachment(one)),
    );
    const rest = attachments.length - MOST_SHOWN;
    const all = button(rest > 0 ? `+ ${rest} more` : "Show Sent Text", "link", () =>
      post({ type: "sentContext", id }),
    );
    all.title = `Show the context as it was sent${frozen ? "; it stays as it is" : ""}`;
    if (frozen) {
      made.prepend(icon("lock"));
    }
    made.append(all);
    return [made];
  }

  private attachment({ ref, label, detail, icon: name, problem }: Attachment): HTMLElement {
    const words = [icon(problem === "" ? name : "warning"), block("span", "label", label)];
    const made = button("", "chip", () => ref !== "" && this.around.post({ type: "reveal", ref }));
    made.append(...words);
    if (detail !== "") {
      made.append(block("span", "detail", detail));
    }
    made.title = problem || label;
    return made;
  }

  private ending(): HTMLElement[] {
    const { status, usage, role } = this.message;
    if (status === "streaming") {
      return [block("div", "waiting", block("span", "dots"), block("span", "", "Waiting for the model"))];
    }
    const early = role === "assistant" && status !== "complete";
    return [...(early ? [this.early(status)] : []), ...(usage === "" ? [] : [block("div", "usage", usage)])];
  }

  /** Why the answer ended early, and how to go on. */
  private early(status: Status): HTMLElement {
    const { problem, mend, id } = this.message;
    const { post } = this.around;
    const level = status === "failed" ? "error" : status === "cancelled" ? "info" : "warning";
    const choice = (words: string, message: FromPage): HTMLElement =>
      button(words, "secondary", () => post(message));
    const choices = block("span", "choices");
    if (mend !== null) {
      choices.append(choice(MENDS[mend] ?? "Mend", { type: "run", command: mend }));
    }
    if (this.text !== "") {
      choices.append(choice("Continue", { type: "resume", id }));
    }
    choices.append(choice("Retry", { type: "regenerate", id }));
    const sign = icon(level === "info" ? "circle-slash" : level);
    const ended = block(
      "div",
      `ending ${level}`,
      sign,
      block("span", "", ...inWords(problem || ENDINGS[status])),
      choices,
    );
    ended.setAttribute("role", status === "failed" ? "alert" : "note");
    return ended;
  }
}
