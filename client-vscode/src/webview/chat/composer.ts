/** The box in which a message is written, with what goes along with it and what it would take. */
import type { FromPage, Kept, Mention, Meter, PageMessage, PageState } from "../../chat/messages";
import { Completion } from "./completion";
import { action, block, button, icon, urisOf } from "./dom";
import { mentionsOf } from "./mentions";
import { MeterView } from "./meter";

const DRAFT_MS = 250;
const HIGHEST_PX = 260;

type Written = Kept["draft"];

/** A message that is changed in the composer. */
interface Editing {
  readonly message: PageMessage;
  readonly before: Written;
}

export class Composer {
  private readonly input = block("textarea", "input");
  private readonly chips = block("div", "chips");
  private readonly notice = block("div", "editing");
  private readonly model = button("", "picker", () => this.post({ type: "run", command: "selectModel" }));
  private readonly send = action("send", "Send (Enter)", () => (this.busy ? this.stop() : this.submit()));
  private readonly freeze = action("unlock", "", () => this.toggleFrozen());
  private readonly meter: MeterView;
  readonly completion: Completion;
  private mentions: readonly Mention[] = [];
  private frozen = false;
  private busy = false;
  private halt: PageState["halt"] = null;
  /** What the measure depends on beside what is written. */
  private measuredFor = "";
  private editing: Editing | undefined;
  private interrupted: Kept["edit"] = null;
  private waiting = false;
  /** What a command last wrote here. */
  private put = "";
  /** What is written is to be sent when the answer that is being written has ended. */
  private queued = false;
  private timer: number | undefined;
  private measured: Meter | null = null;

  constructor(
    place: HTMLElement,
    private readonly post: (message: FromPage) => void,
    private readonly changed: () => void,
    private readonly lastOwn: () => PageMessage | undefined,
    private readonly toMessages: () => true,
  ) {
    this.meter = new MeterView(post);
    this.completion = new Completion(this.input, post, (mention) => this.add([mention]));
    this.input.rows = 1;
    this.input.spellcheck = false;
    this.input.setAttribute("aria-label", "Message");
    this.model.title = "Select Model";
    const tools = block(
      "div",
      "tools",
      action("mention", "Add Files, Symbols and More (@)", () => this.completion.open("@")),
      action("add", "Add the Selected Files", () => this.post({ type: "run", command: "addContextToChat" })),
      this.freeze,
      block("span", "push"),
      this.model,
      this.send,
    );
    const box = block("div", "box", this.notice, this.chips, this.input, tools);
    place.append(this.completion.popup, this.meter.element, box);
    this.listen(box);
    this.show();
  }

  private get written(): Written {
    const { mentions, frozen } = this;
    return { text: this.input.value, mentions, frozen };
  }

  get kept(): Kept {
    const { editing, written } = this;
    return editing
      ? { draft: editing.before, edit: { id: editing.message.id, ...written } }
      : { draft: written, edit: null };
  }

  /** Show what was written in another chat; an edit that was begun there waits until its message is there. */
  take({ draft, edit }: Kept): void {
    this.editing = undefined;
    this.interrupted = edit;
    this.queued = this.waiting = false;
    this.restore(draft);
  }

  /** Show what is being written elsewhere; an edit that was begun here goes on. */
  share(draft: Written): void {
    if (this.editing) {
      this.editing = { ...this.editing, before: draft };
    } else if (!this.waiting) {
      this.restore(draft);
    }
  }

  /** Go on with an edit that was begun before. */
  resume(find: (id: string) => PageMessage | undefined): void {
    const { interrupted } = this;
    const message = interrupted ? find(interrupted.id) : undefined;
    if (interrupted && message) {
      const { text, mentions, frozen } = interrupted;
      this.edit(message, { text, mentions, frozen });
    }
  }

  private restore({ text, mentions, frozen }: Written): void {
    this.input.value = text;
    this.mentions = mentions;
    this.frozen = frozen;
    this.show();
    this.measureSoon();
  }

  state({ chatId, model, busy, halt }: PageState): void {
    const ended = this.busy && !busy;
    const measuredFor = JSON.stringify([chatId, model, halt]);
    const other = measuredFor !== this.measuredFor;
    this.measuredFor = measuredFor;
    this.busy = busy;
    this.halt = halt;
    this.model.replaceChildren(block("span", "label", model || "Select a Model"), icon("chevron-down"));
    this.show();
    if (ended && this.queued) {
      this.queued = false;
      this.submit();
    } else if (ended || other) {
      this.measureSoon();
    }
  }

  measure(meter: Meter | null, cost: string): void {
    this.measured = meter;
    this.meter.show(meter, cost);
    this.showChips();
  }

  /** Text and mentions that come from the editor. */
  compose(text: string, mentions: readonly Mention[], replace: boolean): void {
    if (replace) {
      // What was put here before and not touched gives way; what a person wrote stays, below.
      const untouched = this.put !== "" && this.input.value === this.put;
      const own = untouched ? "" : this.input.value.trim();
      this.mentions = untouched ? [] : this.mentions;
      this.input.value = this.put = own === "" ? text : `${text}\n\n${own}`;
    } else if (text !== "") {
      this.insert(text);
    }
    this.add(mentions);
    this.focus();
  }

  /** What was pasted is lines of a file: they go along as such. */
  replacePasted(text: string, mentions: readonly Mention[]): void {
    const end = this.input.selectionStart;
    if (this.input.value.slice(end - text.length, end) === text) {
      this.input.setRangeText("", end - text.length, end, "end");
      this.add(mentions);
    }
  }

  focus(): void {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  /** Ask what would be sent now. */
  measureSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const { mentions, frozen, editing } = this;
      const replaces = editing?.message.role === "user" ? editing.message.id : null;
      this.post({ type: "draft", text: this.input.value, mentions, frozen, replaces });
    }, DRAFT_MS);
  }

  /** A message comes back to be changed; what was being written waits. */
  edit(message: PageMessage, written?: Written): void {
    this.editing = { message, before: this.editing?.before ?? this.written };
    this.interrupted = null;
    this.restore(written ?? { text: message.text, mentions: mentionsOf(message), frozen: message.frozen });
    this.focus();
    this.changed();
  }

  /** The server took the message, or did not, and then it is still here. */
  sent(taken: boolean): void {
    if (this.waiting && taken) {
      this.restore(this.editing?.before ?? { text: "", mentions: [], frozen: false });
      this.editing = undefined;
    }
    this.waiting = false;
    this.show();
    this.changed();
  }

  private listen(box: HTMLElement): void {
    this.input.addEventListener("input", () => {
      this.grow();
      this.completion.typed();
      this.measureSoon();
      this.changed();
      this.showSend();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("paste", (event) => {
      const pasted = event.clipboardData?.getData("text/plain") ?? "";
      // Lines of a file, or files: the extension knows.
      if (/\n|^(?:file:|\/|[a-z]:[\\/])/i.test(pasted)) {
        this.post({ type: "pasted", text: pasted });
      }
    });
    box.addEventListener("dragover", (event) => event.preventDefault());
    box.addEventListener("drop", (event) => this.drop(event));
  }

  private drop(event: DragEvent): void {
    const uris = urisOf(event.dataTransfer);
    if (uris.length > 0) {
      event.preventDefault();
      this.post({ type: "dropped", uris });
    }
  }

  private key(event: KeyboardEvent): void {
    const { key, shiftKey, isComposing } = event;
    const isTaken =
      !isComposing &&
      (this.completion.key(event) ||
        (key === "Enter" && !shiftKey && this.submit()) ||
        (key === "Escape" && this.escape()) ||
        (key === "ArrowUp" && (event.ctrlKey || event.metaKey ? this.toMessages() : this.editLast())));
    if (isTaken) {
      event.preventDefault();
    }
  }

  private escape(): boolean {
    if (this.queued || this.editing) {
      this.takeBack();
    } else if (this.busy) {
      this.stop();
    }
    return true;
  }

  /** From an empty box, up goes to the last message that was sent. */
  private editLast(): boolean {
    const last = this.input.value === "" && !this.editing ? this.lastOwn() : undefined;
    if (last) {
      this.edit(last);
    }
    return last !== undefined;
  }

  private stop(): void {
    this.queued = false;
    this.post({ type: "stop" });
    this.show();
  }

  /** Send what is written, at the latest when the answer ends that is being written. */
  private submit(): true {
    const text = this.input.value.trim();
    if (text === "" || this.waiting || this.halt) {
      return true;
    }
    if (this.busy) {
      this.queued = true;
      this.show();
      return true;
    }
    const { editing, mentions, frozen } = this;
    if (editing?.message.role === "assistant") {
      this.post({ type: "edit", id: editing.message.id, text });
    } else {
      this.post({ type: "send", text, mentions, frozen, replaces: editing?.message.id ?? null });
    }
    this.waiting = true;
    this.showSend();
    return true;
  }

  private takeBack(): void {
    if (this.queued) {
      this.queued = false;
      this.show();
    } else {
      this.cancelEdit();
    }
  }

  private cancelEdit(): void {
    const before = this.editing?.before;
    this.editing = undefined;
    if (before) {
      this.restore(before);
    }
    this.focus();
    this.changed();
  }

  private add(mentions: readonly Mention[]): void {
    const known = new Set(mentions.map(({ ref }) => ref));
    this.mentions = [...this.mentions.filter(({ ref }) => !known.has(ref)), ...mentions];
    this.show();
    this.measureSoon();
    this.changed();
  }

  private remove(ref: string): void {
    this.mentions = this.mentions.filter((mention) => mention.ref !== ref);
    this.show();
    this.measureSoon();
    this.changed();
    this.input.focus();
  }

  private toggleFrozen(): void {
    this.frozen = !this.frozen;
    this.show();
    this.measureSoon();
    this.changed();
  }

  private insert(text: string): void {
    const { selectionStart, selectionEnd } = this.input;
    this.input.setRangeText(text, selectionStart, selectionEnd, "end");
    this.grow();
  }

  private show(): void {
    this.showChips();
    this.showSend();
    const { editing, frozen } = this;
    this.notice.hidden = !editing && !this.queued;
    const words = this.queued
      ? "Sent when the answer ends"
      : `Editing ${editing?.message.role === "assistant" ? "the answer" : "your message"}`;
    this.notice.replaceChildren(
      icon(this.queued ? "watch" : "edit"),
      block("span", "", words),
      block("span", "push"),
      action("close", "Cancel (Escape)", () => this.takeBack()),
    );
    this.freeze.hidden = this.mentions.length === 0;
    this.freeze.title = frozen
      ? "The files stay as they are sent. Click to read them anew for each answer"
      : "The files are read anew for each answer. Click to keep them as they are sent";
    this.freeze.setAttribute("aria-label", this.freeze.title);
    this.freeze.setAttribute("aria-pressed", String(frozen));
    this.freeze.replaceChildren(icon(frozen ? "lock" : "unlock"));
    this.input.placeholder = this.halt?.words ?? "Ask about your code. @ adds files, / a prompt";
    this.grow();
  }

  private showSend(): void {
    const { busy } = this;
    this.send.replaceChildren(icon(busy ? "stop-circle" : "send"));
    this.send.title = busy ? "Stop (Escape)" : (this.halt?.words ?? "Send (Enter)");
    this.send.setAttribute("aria-label", this.send.title);
    this.send.disabled = !busy && (this.input.value.trim() === "" || this.waiting || this.halt !== null);
  }

  private showChips(): void {
    const measured = new Map(this.measured?.chips.map((chip) => [chip.ref, chip]));
    this.chips.hidden = this.mentions.length === 0;
    this.chips.replaceChildren(
      ...this.mentions.map(({ ref, label, detail, icon: name }) => {
        const found = measured.get(ref);
        const problem = found?.problem ?? "";
        const open = button("", "open", () => this.post({ type: "reveal", ref }));
        open.append(icon(problem === "" ? name : "warning"), block("span", "label", label));
        open.title = problem || detail || label;
        if (found && found.tokens !== "") {
          open.append(block("span", "detail", found.tokens));
        }
        return block(
          "span",
          "chip",
          open,
          action("close", `Remove ${label}`, () => this.remove(ref)),
        );
      }),
    );
  }

  private grow(): void {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, HIGHEST_PX)}px`;
  }
}
