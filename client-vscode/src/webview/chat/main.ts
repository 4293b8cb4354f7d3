/** The chat page: shows what the extension says, and says what the user does. */
import {
  parseToPage,
  type FromPage,
  type PageMessage,
  type PageState,
  type ToPage,
} from "../../chat/messages";
import { codeBlocks, Colours } from "./code";
import { Composer } from "./composer";
import { byId, icon } from "./dom";
import { halted } from "./halted";
import { home } from "./home";
import { Keeper } from "./keeper";
import { listenToKeys } from "./keys";
import { VirtualList } from "./list";
import { makeMarkdown } from "./markdown";
import { MessageRow, type Surroundings } from "./message";

interface Saved {
  readonly chatId: string | null;
  readonly position: { id: string; offset: number } | undefined;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): Saved | undefined;
  setState(state: Saved): void;
};

const SAVE_MS = 300;
const SPOKEN = 600;

const script = document.currentScript as HTMLScriptElement | null;
const vscode = acquireVsCodeApi();
const post = (message: FromPage): void => vscode.postMessage(message);
const markdown = makeMarkdown(window);
const colours = new Colours(markdown, script?.dataset.languages ?? "", script?.nonce ?? "");

const scroller = byId("scroller");
const latest = byId("latest");
const homePlace = byId("home");
const haltedPlace = byId("halted");
const live = byId("live");

const rows = new Map<string, MessageRow>();
let ids: readonly string[] = [];
let chatId: string | null = null;
let busy = false;
let earlier = false;
let cost = "";
/** Why nothing can be sent, as it is shown. */
let halt = "";
let saving: number | undefined;
/** Where the page was before it was loaded anew. */
let wanted = vscode.getState()?.position;

const around: Surroundings = {
  markdown,
  code: codeBlocks(colours, (action, text, language, path) =>
    post({ type: "code", action, text, language, path }),
  ),
  post,
  edit: (message) => composer.edit(message),
  busy: () => busy,
};
const list = new VirtualList(scroller, byId("list"), (atEnd) => {
  latest.hidden = atEnd;
});
const composer = new Composer(byId("composer"), post, () => keeper.soon(), lastOwn, toLastMessage);

const keeper = new Keeper(composer, post);

const receivers: Receivers = {
  path: showPath,
  delta: ({ id, text, reasoning, notice }) => rows.get(id)?.append(text, reasoning, notice),
  state: ({ state }) => takeState(state),
  meter: ({ meter }) => composer.measure(meter, cost),
  home: (message) => homePlace.replaceChildren(...home(message, post)),
  completions: ({ request, items }) => composer.completion.show(request, items),
  compose: ({ text, mentions, replace }) => composer.compose(text, mentions, replace),
  pasted: ({ text, mentions }) => composer.replacePasted(text, mentions),
  drafted: (message) => {
    keeper.take(message);
    resumeEdit();
  },
  shared: (message) => keeper.share(message),
  sent: ({ taken }) => sent(taken),
  announce: ({ text }) => announce(text),
  focus: () => composer.focus(),
};

latest.append(icon("arrow-down"));
latest.title = "Go to the End";
latest.setAttribute("aria-label", latest.title);
latest.addEventListener("click", () => list.toEnd());
scroller.addEventListener("scroll", scrolled, { passive: true });
document.addEventListener("click", followLink);
listenToKeys(scroller, { place: (id) => list.place(id), ids: () => ids, toComposer: () => composer.focus() });
window.addEventListener("message", (event: MessageEvent<unknown>) => {
  const message = parseToPage(event.data);
  if (message) {
    receive(message);
  }
});
window.addEventListener("blur", () => keeper.now());
window.addEventListener("focus", () => document.activeElement === document.body && composer.focus());

post({ type: "ready", chatId: vscode.getState()?.chatId ?? null });

type Receivers = { [T in ToPage["type"]]: (message: Extract<ToPage, { type: T }>) => void };

function receive(message: ToPage): void {
  (receivers[message.type] as (message: ToPage) => void)(message);
}

function sent(taken: boolean): void {
  composer.sent(taken);
  keeper.now();
  if (taken) {
    list.toEnd();
  }
}

function takeState(state: Extract<ToPage, { type: "state" }>["state"]): void {
  if (busy && !state.busy) {
    speakAnswer();
  } else if (!busy && state.busy) {
    announce("The model answers");
  }
  busy = state.busy;
  cost = state.cost;
  composer.state(state);
  showHalt(state.halt);
  document.body.classList.toggle("busy", busy);
}

function showHalt(now: PageState["halt"]): void {
  const words = JSON.stringify(now);
  if (words !== halt) {
    halt = words;
    haltedPlace.replaceChildren(...(now ? halted(now, post) : []));
    haltedPlace.hidden = now === null;
  }
}

function showPath(path: Extract<ToPage, { type: "path" }>): void {
  if (path.reset) {
    rows.clear();
  }
  for (const message of path.changed) {
    if (!rows.get(message.id)?.become(message)) {
      rows.set(message.id, new MessageRow(message, around));
    }
  }
  const other = path.chatId !== chatId;
  if (other) {
    composer.measureSoon();
  }
  chatId = path.chatId;
  ids = path.ids;
  earlier = path.earlier;
  const kept = new Set(ids);
  for (const id of rows.keys()) {
    if (!kept.has(id)) {
      rows.delete(id);
    }
  }
  list.show(ids.map((id) => rows.get(id)).filter((row) => row !== undefined));
  // A chat that is still being read has no messages, and is not a new one.
  homePlace.hidden = chatId !== null;
  scroller.hidden = chatId === null;
  if (wanted && ids.includes(wanted.id)) {
    list.restore(wanted);
  } else if (other) {
    list.toEnd();
  }
  if (ids.length > 0) {
    wanted = undefined;
  }
  resumeEdit();
  saveSoon();
}

function resumeEdit(): void {
  composer.resume((id) => rows.get(id)?.message);
}

function toLastMessage(): true {
  const place = list.place(ids.at(-1) ?? "");
  place?.querySelector("article")?.focus();
  return true;
}

function lastOwn(): PageMessage | undefined {
  const own = ids.findLast((id) => rows.get(id)?.message.role === "user");
  return own === undefined ? undefined : rows.get(own)?.message;
}

function scrolled(): void {
  if (earlier && scroller.scrollTop < scroller.clientHeight) {
    earlier = false;
    post({ type: "earlier" });
  }
  saveSoon();
}

/** Nothing in the page leads away by itself: the extension is asked, and it asks the user. */
function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link) {
    return;
  }
  event.preventDefault();
  const path = link.dataset.file;
  if (path !== undefined) {
    post({ type: "file", path });
  } else {
    post({ type: "link", url: link.getAttribute("href") ?? "" });
  }
}

function speakAnswer(): void {
  const last = rows.get(ids.at(-1) ?? "");
  const text = last?.text.slice(0, SPOKEN) ?? "";
  announce(text === "" ? "The answer ended" : `Answer: ${text}`);
}

function announce(text: string): void {
  live.textContent = text;
}

function saveSoon(): void {
  saving ??= window.setTimeout(() => {
    saving = undefined;
    const position = wanted ?? (list.atEnd ? undefined : list.position());
    vscode.setState({ chatId, position });
  }, SAVE_MS);
}
