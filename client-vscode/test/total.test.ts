import assert from "node:assert/strict";
import { test } from "node:test";
import { definition, keyOf, setMode, wholeFile } from "../src/context/items";
import { type Count, guess, inWords, ofBudget } from "../src/context/total";

const a = wholeFile("a.py");
const counted: Count = {
  items: new Map([[keyOf(a), { path: "a.py", mode: "auto", tokens: 1000, problem: null }]]),
  tokens: 1014,
};
const nothing = (): undefined => undefined;

test("a new file costs what the list said, until it is counted", () => {
  const total = guess([a, wholeFile("b.py")], counted, (path) => (path === "b.py" ? 500 : 7));
  assert.deepEqual(total, { tokens: 1514, exact: false, pending: false });
});

test("a total with an unknown part is never shown as a number", () => {
  for (const item of [wholeFile("b.py"), definition("b.py", "B")]) {
    const total = guess([a, item], counted, nothing);
    assert.equal(total.pending, true);
    assert.equal(ofBudget(total, 32_000), "counting… of 32k");
  }
});

test("the cost of the whole file is not that of its outline", () => {
  assert.equal(guess(setMode([a], ["a.py"], "outline"), counted, () => 1000).pending, true);
});

test("what is taken away is known at once", () => {
  assert.equal(guess([], counted, nothing).tokens, 14);
});

test("an estimate is marked", () => {
  assert.equal(inWords({ tokens: 12_400, exact: false, pending: false }, 32_000), "~12,400 of 32,000 tokens");
  assert.equal(ofBudget({ tokens: 12_400, exact: true, pending: false }, 32_000), "12.4k of 32k");
});
