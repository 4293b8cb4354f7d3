/** What is shown where there is no conversation yet: recent chats, and without a model the ways to get one. */
import type { FromPage, Home } from "../../chat/messages";
import { block, button, icon } from "./dom";

export function home(state: Home, post: (message: FromPage) => void): HTMLElement[] {
  return [...(state.hasProvider ? [] : welcome(state, post)), ...recent(state, post)];
}

function welcome({ found }: Home, post: (message: FromPage) => void): HTMLElement[] {
  const run = (command: "addProvider" | "task.focus") => (): void => post({ type: "run", command });
  const local = found.map(({ name, detail, kind }) =>
    way("server-process", `Use ${name}`, detail, () => post({ type: "connect", kind })),
  );
  const search =
    found.length > 0 ? [] : [way("server-process", "Use a local model", LOCAL, run("addProvider"))];
  return [
    block("h2", "", "Choose a model to chat with"),
    block(
      "div",
      "ways",
      ...local,
      ...search,
      way("key", "Use an API key", KEY, run("addProvider")),
      way("link", "Use another server", CUSTOM, run("addProvider")),
    ),
    block("h2", "", "No model needed"),
    block("p", "", "Suggestions for a task, the token budget and copying a context work without one."),
    button("Open the Task View", "link", run("task.focus")),
  ];
}

const LOCAL = "Ollama or LM Studio on this machine: nothing leaves it";
const KEY = "OpenAI, Anthropic, Gemini, Groq, OpenRouter, xAI or Together";
const CUSTOM = "Any address that speaks the OpenAI protocol";

function way(name: string, title: string, detail: string, clicked: () => void): HTMLElement {
  const made = button("", "way", clicked);
  made.append(
    icon(name),
    block("span", "words", block("span", "title", title), block("span", "detail", detail)),
  );
  return made;
}

function recent({ chats }: Home, post: (message: FromPage) => void): HTMLElement[] {
  if (chats.length === 0) {
    return [];
  }
  const rows = chats.map(({ id, title, when }) => {
    const row = button("", "recent", () => post({ type: "open", chatId: id }));
    row.append(icon("comment-discussion"), block("span", "label", title), block("span", "detail", when));
    row.title = title;
    return block("li", "", row);
  });
  const all = button("Search All Chats…", "link", () => post({ type: "run", command: "openChat" }));
  return [block("h2", "", "Recent chats"), block("ul", "", ...rows), all];
}
