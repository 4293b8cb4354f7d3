import assert from "node:assert/strict";
import { test } from "node:test";
import { freeName } from "../src/context/names";
import { lineOf, symbolAt } from "../src/context/symbolAt";
import type { OutlineSymbol } from "../src/generated/protocol";
import { parseFromPage } from "../src/views/taskMessages";

function symbol(name: string, line: number, endLine: number, children: OutlineSymbol[] = []): OutlineSymbol {
  return { name, kind: "function", line, endLine, signature: name, children };
}

test("a line belongs to the innermost definition around it", () => {
  const outline = [
    symbol("A", 1, 20, [symbol("b", 3, 8, [symbol("inner", 4, 5)]), symbol("c", 10, 12)]),
    symbol("d", 30, 31),
  ];
  const found = [1, 4, 8, 9, 12, 25, 31].map((line) => symbolAt(outline, line));
  assert.deepEqual(found, ["A", "A.b.inner", "A.b", "A", "A.c", undefined, "d"]);
});

test("a definition is found where its dotted path leads", () => {
  const outline = [symbol("A", 1, 5), symbol("A", 10, 20, [symbol("b", 12, 13)]), symbol("A.b", 30, 31)];
  const found = ["A", "A.b", "A.c", "c"].map((dotted) => lineOf(outline, dotted));
  assert.deepEqual(found, [1, 12, undefined, undefined]);
});

test("a free name is the first that is not taken", () => {
  assert.equal(freeName("Default", []), "Default");
  assert.equal(freeName("Default", ["Default", "Default 2"]), "Default 3");
});

test("only known messages with the right fields come in from the page", () => {
  const good = [
    { type: "ready" },
    { type: "task", text: "x" },
    { type: "choose", path: "a", chosen: true },
    { type: "open", path: "a", line: 3 },
    { type: "ask", question: "selected" },
    { type: "run", command: "copyContext" },
    { type: "run", command: "setSuggest" },
    { type: "choosePassage", path: "a", passage: { symbol: "", line: 1, endLine: 2 } },
  ];
  const bad = [
    undefined,
    "ready",
    {},
    { type: "constructor" },
    { type: "task", text: 3 },
    { type: "choose", path: "a", chosen: "yes" },
    { type: "open", path: "a", line: "3" },
    { type: "ask", question: "anything" },
    { type: "choosePassage", path: "a", passage: null },
    { type: "run", command: "workbench.action.quit" },
  ];
  assert.deepEqual(good.map(parseFromPage), good);
  assert.deepEqual(
    bad.map(parseFromPage),
    bad.map(() => undefined),
  );
});
