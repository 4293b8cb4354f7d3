/** What a hostile model can put into the page: text, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { safeUrl, workspacePath } from "../../src/chat/links";
import { GrowingMarkdown } from "../../src/webview/chat/stream";
import { markdown, place } from "./page";
import payloads from "./payloads.json";

const TAGS = new Set(
  "A BLOCKQUOTE BR CODE DEL DIV EM H1 H2 H3 H4 H5 H6 HR LI OL P PRE S SPAN STRONG TABLE TBODY TD TH THEAD TR UL".split(
    " ",
  ),
);
const ATTRIBUTES = new Set("href class start title align data-file data-language data-info".split(" "));
const CLASSES = /^(|image|code|lines|tail|language-\S+)$/;
const code = { finish: () => undefined };

/** Why something in the page should not be there; empty when all is well. */
function wrongs(shown: HTMLElement): string[] {
  return [...shown.querySelectorAll("*")].flatMap((element) => [
    ...(TAGS.has(element.tagName) ? [] : [element.tagName]),
    ...[...element.attributes].flatMap(({ name, value }) => {
      const isWrong =
        !ATTRIBUTES.has(name) ||
        (name === "class" && !CLASSES.test(value)) ||
        (name === "href" && value !== "#" && safeUrl(value) === undefined) ||
        (name === "data-file" && workspacePath(value) === undefined);
      return isWrong ? [`${element.tagName} ${name}=${value}`] : [];
    }),
  ]);
}

test("no payload leaves more than text, whole or in pieces", () => {
  assert.ok(payloads.length >= 250);
  for (const payload of payloads) {
    for (const step of [payload.length, Math.max(3, Math.ceil(payload.length / 4))]) {
      const shown = place();
      const growing = new GrowingMarkdown(shown, markdown, code);
      for (let end = step; end < payload.length + step; end += step) {
        growing.grow(payload.slice(0, end));
        assert.deepEqual(wrongs(shown), [], payload);
      }
      growing.finish();
      assert.deepEqual(wrongs(shown), [], payload);
    }
  }
});

test("the check of the page's content sees what it should not hold", () => {
  const shown = place();
  shown.innerHTML = '<img src="x"><a href="javascript:x" onclick="y">z</a><p class="box">z</p>';
  assert.equal(wrongs(shown).length, 5);
});

test("an image is its name, with a link to look at it", () => {
  const shown = place();
  shown.append(markdown.render(markdown.parse("![a *b*](https://x.example/p.png)", {}), {}));
  assert.equal(shown.querySelector("img"), null);
  assert.equal(shown.querySelector("a")?.getAttribute("href"), "https://x.example/p.png");
  assert.equal(shown.textContent.trim(), "a *b*");
});

test("links lead to the web, to mail and into the workspace, and nowhere else", () => {
  const shown = place();
  const text = "[a](https://x.example/) [b](mailto:a@b.example) [c](src/a.py#L3) [d](file:///etc) [e](../x)";
  shown.append(markdown.render(markdown.parse(text, {}), {}));
  const links = [...shown.querySelectorAll("a")];
  assert.deepEqual(
    links.map((link) => [link.getAttribute("href"), link.getAttribute("data-file")]),
    [
      ["https://x.example/", null],
      ["mailto:a@b.example", null],
      ["#", "src/a.py#L3"],
    ],
  );
});
