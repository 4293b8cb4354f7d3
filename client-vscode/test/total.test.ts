import assert from "node:assert/strict";
import { test } from "node:test";
import { definition, keyOf, setMode, wholeFile } from "../src/context/items";
import { addedBy, type Count, cutsOf, cutWords, guess, inWords, ofBudget } from "../src/context/total";
import type { BuiltItem, EstimatedItem } from "../src/generated/protocol";

const a = wholeFile("a.py");
const counted: Count = {
  items: new Map([[keyOf(a), { path: "a.py", mode: "auto", tokens: 1000, problem: null, movedTo: null }]]),
  whole: 1014,
  plan: undefined,
};
const nothing = (): undefined => undefined;

test("a new file costs what the list said, until it is counted", () => {
  const total = guess([a, wholeFile("b.py")], counted, 32_000, (path) => (path === "b.py" ? 500 : 7));
  assert.deepEqual(total, { tokens: 1514, exact: false, pending: false });
});

test("a total with an unknown part is never shown as a number", () => {
  for (const item of [wholeFile("b.py"), definition("b.py", "B")]) {
    const total = guess([a, item], counted, 32_000, nothing);
    assert.equal(total.pending, true);
    assert.equal(ofBudget(total, 32_000), "counting… of 32k");
  }
});

test("the cost of the whole file is not that of its outline", () => {
  assert.equal(guess(setMode([a], ["a.py"], "outline"), counted, 32_000, () => 1000).pending, true);
});

test("what is taken away is known at once", () => {
  assert.equal(guess([], counted, 32_000, nothing).tokens, 14);
});

test("an estimate is marked", () => {
  assert.equal(inWords({ tokens: 12_400, exact: false, pending: false }, 32_000), "~12,400 of 32,000 tokens");
  assert.equal(ofBudget({ tokens: 12_400, exact: true, pending: false }, 32_000), "12.4k of 32k");
});

function shown(
  path: string,
  mode: BuiltItem["mode"],
  tokens: number,
  suggested = false,
): [string, BuiltItem] {
  return [path, { path, mode, tokens, why: "", suggested }];
}

function asked(path: string, tokens: number, problem: string | null = null): [string, EstimatedItem] {
  return [keyOf(wholeFile(path)), { path, mode: "auto", tokens, problem, movedTo: null }];
}

const packed: Count = {
  items: new Map([asked("a.py", 900), asked("b.py", 800), asked("c.py", 700), asked("gone.py", 0, "gone")]),
  whole: 2400,
  plan: {
    shown: new Map([
      shown("a.py", "full", 900),
      shown("b.py", "outline", 80),
      shown("more.py", "symbol", 20, true),
    ]),
    leftOut: new Map([
      ["c.py", "did not fit"],
      ["gone.py", "gone"],
      ["b.py", "its part of the diff did not fit"],
    ]),
  },
};
const chosen = ["a.py", "b.py", "c.py", "gone.py"].map((path) => wholeFile(path));

test("what the budget cuts is counted by file, and what cannot be sent apart from it", () => {
  assert.deepEqual(cutsOf(chosen, packed), { outlines: 1, leftOut: 1, unsendable: 1 });
  assert.deepEqual(cutsOf(setMode(chosen, ["b.py"], "outline"), packed), {
    outlines: 0,
    leftOut: 1,
    unsendable: 1,
  });
  assert.deepEqual(cutsOf(chosen, counted), { outlines: 0, leftOut: 0, unsendable: 0 });
});

test("cuts are said in words, and nothing is said of none", () => {
  const said = [
    [0, 0],
    [1, 0],
    [2, 1],
    [0, 0, 3],
  ].map(([outlines = 0, leftOut = 0, unsendable = 0]) => cutWords({ outlines, leftOut, unsendable }));
  assert.deepEqual(said, ["", "1 file as outline", "2 files as outlines · 1 left out", "3 cannot be sent"]);
});

test("a guess knows what is added by itself, and that the budget holds", () => {
  assert.deepEqual(
    addedBy(packed.plan).map(({ path }) => path),
    ["more.py"],
  );
  assert.equal(guess([wholeFile("a.py")], packed, 32_000, nothing).tokens, 920);
  assert.equal(guess(chosen, packed, 1000, nothing).tokens, 1000);
});
