/**
 * The messages, of which only those near the screen have content.
 *
 * Each has its place in the page at all times: its height is measured while it has content and kept when that is taken
 * away. The browser's own scroll anchoring keeps what is read where it is.
 */
import { block } from "./dom";

const MARGIN_PX = 1_200;
const AT_END_PX = 48;
/** A question and its answer come together. */
const NEWEST = 2;
const CHARACTERS_A_LINE = 60;
const LINE_PX = 20;
const FRAME_PX = 60;

/** A message's part of the page. */
export interface Row {
  readonly id: string;
  /** About how long it is, in characters. */
  readonly length: number;
  /** Fill the place; called again after `unmount`. */
  readonly mount: (place: HTMLElement) => void;
  readonly unmount: () => void;
}

interface Slot {
  row: Row;
  readonly place: HTMLElement;
  mounted: boolean;
}

export class VirtualList {
  private readonly slots = new Map<string, Slot>();
  private readonly seen: IntersectionObserver;
  private readonly grown: ResizeObserver;
  private following = true;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly list: HTMLElement,
    private readonly onScroll: (atEnd: boolean) => void,
  ) {
    this.seen = new IntersectionObserver((entries) => this.look(entries), {
      root: scroller,
      rootMargin: `${MARGIN_PX}px 0px`,
    });
    this.grown = new ResizeObserver(() => this.follow());
    this.grown.observe(list);
    this.grown.observe(scroller);
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** Show exactly these rows; a row that is the same object stays as it is. */
  show(rows: readonly Row[]): void {
    const wanted = new Set(rows.map(({ id }) => id));
    for (const [id, slot] of this.slots) {
      if (!wanted.has(id)) {
        this.drop(id, slot);
      }
    }
    let before: Element | null = this.list.firstElementChild;
    for (const row of rows) {
      const slot = this.slotFor(row);
      if (slot.place === before) {
        before = before.nextElementSibling;
      } else {
        this.list.insertBefore(slot.place, before);
      }
    }
    if (this.following) {
      // What will be seen is there in the next frame already; the observer would tell of it a frame later.
      rows.slice(-NEWEST).forEach(({ id }) => this.place(id));
    }
  }

  /** Keep the end in sight while it grows. */
  toEnd(): void {
    this.following = true;
    this.follow();
    this.onScroll(true);
  }

  get atEnd(): boolean {
    return this.following;
  }

  /** The first row that is seen, and how far it is scrolled. */
  position(): { id: string; offset: number } | undefined {
    const top = this.scroller.scrollTop;
    for (const [id, { place }] of this.slots) {
      if (place.offsetTop + place.offsetHeight > top) {
        return { id, offset: top - place.offsetTop };
      }
    }
    return undefined;
  }

  /** Go back to where `position` said. */
  restore(position: { id: string; offset: number }): void {
    const slot = this.slots.get(position.id);
    if (slot) {
      this.following = false;
      this.mount(slot);
      this.scroller.scrollTop = slot.place.offsetTop + position.offset;
    }
  }

  place(id: string): HTMLElement | undefined {
    const slot = this.slots.get(id);
    if (slot) {
      this.mount(slot);
    }
    return slot?.place;
  }

  private slotFor(row: Row): Slot {
    const known = this.slots.get(row.id);
    if (known) {
      if (known.row !== row) {
        known.row.unmount();
        known.row = row;
        if (known.mounted) {
          row.mount(known.place);
        }
      }
      return known;
    }
    const place = block("div", "row");
    place.dataset.id = row.id;
    place.setAttribute("role", "listitem");
    place.style.height = `${estimate(row.length)}px`;
    const slot = { row, place, mounted: false };
    this.slots.set(row.id, slot);
    this.seen.observe(place);
    return slot;
  }

  private drop(id: string, slot: Slot): void {
    this.seen.unobserve(slot.place);
    if (slot.mounted) {
      slot.row.unmount();
    }
    slot.place.remove();
    this.slots.delete(id);
  }

  private look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const slot = this.slots.get((target as HTMLElement).dataset.id ?? "");
      if (slot && isIntersecting) {
        this.mount(slot);
      } else if (slot?.mounted && !slot.place.contains(document.activeElement)) {
        this.empty(slot);
      }
    }
  }

  private mount(slot: Slot): void {
    if (!slot.mounted) {
      slot.mounted = true;
      slot.place.style.height = "";
      slot.row.mount(slot.place);
    }
  }

  private empty(slot: Slot): void {
    slot.place.style.height = `${slot.place.getBoundingClientRect().height}px`;
    slot.row.unmount();
    slot.place.replaceChildren();
    slot.mounted = false;
  }

  private follow(): void {
    if (this.following) {
      this.scroller.scrollTop = this.scroller.scrollHeight;
    }
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    if (atEnd !== this.following) {
      this.following = atEnd;
      this.onScroll(atEnd);
    }
  }
}

function estimate(length: number): number {
  return FRAME_PX + Math.ceil(length / CHARACTERS_A_LINE) * LINE_PX;
}
