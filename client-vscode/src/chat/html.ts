/** The markup of the chat page. */
import { pageHtml, type Assets } from "../pageHtml";

const BODY = `  <main id="chat" aria-label="Chat">
    <div id="home" hidden></div>
    <div id="scroller" tabindex="-1"><div id="list" role="list" aria-label="Messages"></div></div>
    <div id="halted" role="status" hidden></div>
    <div id="composer"><button id="latest" type="button" hidden></button></div>
  </main>
  <div id="live" class="hidden" aria-live="polite"></div>`;

/** `languages` is the script that colours code, loaded when there is some. */
export function chatPage(assets: Assets & { readonly languages: string }): string {
  return pageHtml(assets, { title: "Chat", body: BODY, data: { languages: assets.languages } });
}
