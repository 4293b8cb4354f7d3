/** What the next request would take, with its parts and what is largest in it. */
import type { FromPage, Meter } from "../../chat/messages";
import { block, button } from "./dom";

const NEAR = 0.85;

export class MeterView {
  readonly element: HTMLDetailsElement;
  private readonly bar = block("span", "bar");
  private readonly words = block("span", "words");
  private readonly cost = block("span", "cost");
  private readonly parts = block("div", "parts");

  constructor(private readonly post: (message: FromPage) => void) {
    const summary = block("summary", "", this.bar, this.words, block("span", "push"), this.cost);
    summary.title = "What the next request would take";
    this.element = block("details", "meter", summary, this.parts);
    this.element.hidden = true;
  }

  show(meter: Meter | null, cost: string): void {
    this.cost.textContent = cost;
    this.element.hidden = !meter && cost === "";
    this.bar.replaceChildren();
    this.parts.replaceChildren();
    this.words.textContent = meter?.text ?? "";
    this.element.classList.toggle("over", meter?.over ?? false);
    if (!meter) {
      return;
    }
    const share = meter.window > 0 ? Math.min(meter.tokens / meter.window, 1) : 0;
    this.element.classList.toggle("near", share > NEAR);
    if (meter.window > 0) {
      this.bar.append(this.fill(share));
    }
    this.parts.append(...this.table(meter), ...this.largest(meter));
    if (meter.problem !== "") {
      this.parts.append(block("p", "problem", meter.problem));
    }
  }

  /** The page may not carry styles, so the share is the width of a progress element. */
  private fill(share: number): HTMLProgressElement {
    const made = block("progress");
    made.max = 1;
    made.value = share;
    made.setAttribute("aria-label", "Share of the model's window");
    return made;
  }

  private table({ parts }: Meter): HTMLElement[] {
    const rows = parts.filter(({ tokens }) => tokens > 0);
    return [
      block(
        "dl",
        "",
        ...rows.flatMap(({ name, tokens }) => [
          block("dt", "", name),
          block("dd", "", tokens.toLocaleString("en")),
        ]),
      ),
    ];
  }

  private largest({ largest, over }: Meter): HTMLElement[] {
    if (!over || largest.length === 0) {
      return [];
    }
    const items = largest.map(({ name, tokens, id }) => {
      const drop =
        id === null
          ? []
          : [button("Leave Out", "link", () => this.post({ type: "exclude", id, excluded: true }))];
      return block("li", "", block("span", "label", name), ` ${tokens.toLocaleString("en")} `, ...drop);
    });
    const compact = button("Sum Up Earlier Messages", "secondary", () =>
      this.post({ type: "run", command: "compactChat" }),
    );
    return [block("p", "", "The largest:"), block("ul", "", ...items), compact];
  }
}
