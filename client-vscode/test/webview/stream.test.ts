/** A text that grows looks at its end as if it had come at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords } from "../../src/webview/chat/dom";
import { GrowingMarkdown } from "../../src/webview/chat/stream";
import { markdown, place } from "./page";

const code = { finish: () => undefined };
const TEXTS = [
  "One paragraph\nover two lines, then\n\n- a\n- b\n  - c\n\n    in c\n\n1. x\n2. y\n\nend",
  "Code:\n\n```python\ndef f():\n    return `x`\n\n# ``` is no end\n```\n\nAfter it",
  "```js\nnever closed\n  ``",
  "````md\n```js\ninner\n```\n````\nafter",
  "~~~\na\n```\nb\n~~~\n\n> quote\n> more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\ntail",
  "# Title\n\nSetext\n===\n\n[late][r] and ![i][r]\n\n---\n\n[r]: https://x.example/\n",
  "  ```\n  indented\n  ```\n\n- item\n  ```sh\n  in a list\n  ```\n- next",
  "a  \nb\\\nc *open **never closed `x",
  "Emoji 🙂 and 日本語 and \u202e text\r\n\r\nnext\r\n",
  "\n\n\n",
];

function whole(text: string): string {
  const shown = place();
  shown.append(markdown.render(markdown.parse(text, {}), {}));
  return normal(shown);
}

/** Long code is divided into blocks while it grows, which nobody sees. */
function normal(shown: HTMLElement): string {
  const copy = shown.cloneNode(true) as HTMLElement;
  copy.querySelector(".tail")?.remove();
  return copy.innerHTML.trim();
}

for (const [index, text] of TEXTS.entries()) {
  test(`text ${index} grows to what it is at once`, () => {
    for (const step of [1, 2, 7, 1000]) {
      const shown = place();
      const growing = new GrowingMarkdown(shown, markdown, code);
      for (let end = step; end < text.length + step; end += step) {
        growing.grow(text.slice(0, end));
      }
      growing.finish();
      assert.equal(normal(shown), whole(text), `in steps of ${step}`);
    }
  });
}

test("what is finished is not touched again", () => {
  const shown = place();
  const growing = new GrowingMarkdown(shown, markdown, code);
  growing.grow("First\n\nSecond\n\nThi");
  const first = shown.firstElementChild;
  growing.grow("First\n\nSecond\n\nThird\n\nFourth");
  growing.finish();
  assert.equal(shown.firstElementChild, first);
  assert.equal(first?.textContent, "First");
});

test("an open code block grows without being parsed", () => {
  const shown = place();
  let parsed = 0;
  const counting = {
    ...markdown,
    parse: (...args: Parameters<typeof markdown.parse>) => {
      parsed += 1;
      return markdown.parse(...args);
    },
  };
  const growing = new GrowingMarkdown(shown, counting, code);
  growing.grow("```py\nx = 1\n");
  const before = parsed;
  for (let line = 0; line < 500; line++) {
    growing.grow(`\`\`\`py\nx = 1\n${"y = 2\n".repeat(line + 1)}`);
  }
  assert.equal(parsed, before);
  assert.equal(shown.querySelector("code")?.textContent, `x = 1\n${"y = 2\n".repeat(500)}`);
});

test("a code block that ends has ended before the answer has", () => {
  const shown = place();
  const growing = new GrowingMarkdown(shown, markdown, code);
  const text = "```py\nx = 1\n```\nAfter it.";
  for (let end = 1; end <= text.length; end++) {
    growing.grow(text.slice(0, end));
  }
  assert.equal(shown.querySelector("pre")?.textContent, "x = 1\n");
  assert.equal(shown.querySelector("p")?.textContent, "After it.");
});

test("a text that is replaced is shown anew", () => {
  const shown = place();
  const growing = new GrowingMarkdown(shown, markdown, code);
  growing.grow("```\nold");
  growing.grow("new");
  growing.finish();
  assert.equal(normal(shown), "<p>new</p>");
});

test("an answer that goes on after its end goes on in its last block", () => {
  for (const end of ["Once upon ", "- a\n- b", "```py\nx = 1\n"]) {
    const shown = place();
    const growing = new GrowingMarkdown(shown, markdown, code);
    growing.grow(end);
    growing.finish();
    growing.grow(`${end}a time`);
    growing.finish();
    assert.equal(normal(shown), whole(`${end}a time`), end);
  }
});

test("names between backticks are code, and what is no pair stays as it is", () => {
  const shown = place();
  shown.append(...inWords("`a.b` has no `c`: ` <b>"));
  assert.equal(shown.innerHTML, "<code>a.b</code> has no <code>c</code>: ` &lt;b&gt;");
});
