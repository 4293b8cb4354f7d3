import assert from "node:assert/strict";
import { test } from "node:test";
import { hasContent, suggestedFor, suggestWords, switchedSuggest } from "../src/context/content";
import { wholeFile } from "../src/context/items";
import { parseCount } from "../src/context/numbers";
import type { SelectionBody } from "../src/generated/protocol";

const include = { tree: false, gitDiff: "none", diagnostics: false, rules: false } as const;
const empty = { items: [], instructions: " \n", promptIds: [], ticketId: null, suggest: null, include };
const body = (change: Partial<SelectionBody>): SelectionBody => ({
  ...(empty as unknown as SelectionBody),
  ...change,
});

test("a task alone is filled with suggestions, chosen files are left alone", () => {
  assert.equal(suggestedFor(body({})), 10);
  assert.equal(suggestedFor(body({ items: [wholeFile("a.py")] })), 0);
});

test("a number that the user set holds either way, also none", () => {
  for (const items of [[], [wholeFile("a.py")]]) {
    assert.equal(suggestedFor(body({ items, suggest: 3 })), 3);
    assert.equal(suggestedFor(body({ items, suggest: 0 })), 0);
  }
});

test("what happens by itself is said", () => {
  assert.equal(suggestWords(body({})), "adds up to 10 files");
  assert.equal(suggestWords(body({ suggest: 1 })), "adds up to 1 file");
  assert.equal(suggestWords(body({ suggest: 0 })), "adds no files");
});

test("the switch goes on with the usual number and back to what it was", () => {
  assert.deepEqual([switchedSuggest(true, null), switchedSuggest(false, null)], [10, null]);
  assert.deepEqual([switchedSuggest(true, 4), switchedSuggest(false, 4)], [4, 0]);
  assert.deepEqual([switchedSuggest(true, 0), switchedSuggest(false, 0)], [10, 0]);
});

test("anything that would be in the text is something to send", () => {
  assert.equal(hasContent(body({})), false);
  const some: Partial<SelectionBody>[] = [
    { items: [wholeFile("a.py")] },
    { instructions: "mend it" },
    { promptIds: ["p"] },
    { ticketId: "t" },
    { include: { ...include, rules: true } },
    { include: { ...include, gitDiff: "staged" } },
  ];
  assert.deepEqual(
    some.map((change) => hasContent(body(change))),
    some.map(() => true),
  );
});

test("a count is a whole number up to the most", () => {
  assert.deepEqual(
    ["0", " 12 ", "100", "101", "-1", "1.5", "many", ""].map((text) => parseCount(text, 100)),
    [0, 12, 100, undefined, undefined, undefined, undefined, undefined],
  );
});
