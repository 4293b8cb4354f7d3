/** Small ways to make elements. Text is only ever set as text. */

type Child = Node | string;

export function block<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== "") {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** One of VS Code's own icons; screen readers do not see it. */
export function icon(name: string): HTMLElement {
  const made = block("i", `codicon codicon-${name.replace(/[^a-z0-9-]/g, "")}`);
  made.setAttribute("aria-hidden", "true");
  return made;
}

/** A button that shows an icon; its title says what it does. */
export function action(name: string, title: string, clicked: (event: MouseEvent) => void): HTMLButtonElement {
  const made = block("button", "action", icon(name));
  made.type = "button";
  made.title = title;
  made.setAttribute("aria-label", title);
  made.addEventListener("click", clicked);
  return made;
}

/** A button with words. */
export function button(text: string, className: string, clicked: () => void): HTMLButtonElement {
  const made = block("button", className, text);
  made.type = "button";
  made.addEventListener("click", clicked);
  return made;
}

/** An element of the page's own markup. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`no element ${id}`);
  }
  return found;
}

/** A sentence in which names stand between backticks. */
export function inWords(text: string): Child[] {
  return text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 === 1 ? block("code", "", part) : part));
}

/** The addresses of files that are dropped. */
export function urisOf(data: DataTransfer | null): string[] {
  const listed = ["application/vnd.code.uri-list", "text/uri-list"]
    .map((type) => data?.getData(type) ?? "")
    .find((found) => found !== "");
  return (listed ?? "").split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
}
