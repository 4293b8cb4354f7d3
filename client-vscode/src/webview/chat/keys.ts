/** The keyboard among the messages: up and down between them, a letter for what their buttons do. */

export interface Movement {
  readonly place: (id: string) => HTMLElement | undefined;
  readonly ids: () => readonly string[];
  readonly toComposer: () => void;
}

/** The icon of the button that a key presses. */
const PRESSES: Readonly<Record<string, string>> = {
  c: "copy",
  e: "edit",
  r: "refresh",
  f: "repo-forked",
  ArrowLeft: "chevron-left",
  ArrowRight: "chevron-right",
  Delete: "trash",
};

export function listenToKeys(scroller: HTMLElement, movement: Movement): void {
  scroller.addEventListener("keydown", (event) => {
    const article = event.target instanceof HTMLElement ? event.target.closest("article") : null;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Escape") {
      movement.toComposer();
    } else if (event.target === article || event.target === scroller) {
      if (move(event.key, article, movement) || press(event.key, article)) {
        event.preventDefault();
      }
    }
  });
}

function move(key: string, from: HTMLElement | null, { ids, place }: Movement): boolean {
  const all = ids();
  const now = all.indexOf(from?.parentElement?.dataset.id ?? "");
  const steps: Record<string, number> = {
    ArrowDown: now + 1,
    ArrowUp: now < 0 ? all.length - 1 : now - 1,
    Home: 0,
    End: all.length - 1,
  };
  const to = Object.hasOwn(steps, key) ? all[steps[key] ?? -1] : undefined;
  const target = to === undefined ? undefined : place(to)?.querySelector("article");
  target?.focus();
  return target !== undefined && target !== null;
}

function press(key: string, article: HTMLElement | null): boolean {
  const name = Object.hasOwn(PRESSES, key) ? PRESSES[key] : undefined;
  const button = article?.querySelector<HTMLElement>(
    `.head button:not(:disabled) .codicon-${name}`,
  )?.parentElement;
  button?.click();
  return button !== undefined && button !== null;
}
