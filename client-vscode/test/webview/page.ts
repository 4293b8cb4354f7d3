/** A document for tests of what the chat page shows. */
import { JSDOM } from "jsdom";
import { makeMarkdown, type Markdown } from "../../src/webview/chat/markdown";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.document = window.document;
globalThis.HTMLElement = window.HTMLElement;

export const markdown: Markdown = makeMarkdown(window as unknown as Window & typeof globalThis);

export function place(): HTMLElement {
  return document.createElement("div");
}
