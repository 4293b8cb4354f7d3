import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addItems,
  addPaths,
  ancestors,
  countByFolder,
  definition,
  keyOf,
  lines,
  removeFolder,
  removeItem,
  removePaths,
  setMode,
  wholeFile,
} from "../src/context/items";

const paths = (items: readonly { path: string }[]): string[] => items.map(({ path }) => path);

test("a file that is added again keeps its mode", () => {
  const outlined = setMode([wholeFile("a.py")], ["a.py"], "outline");
  assert.deepEqual(addPaths(outlined, ["a.py", "b.py"]), [
    { ...wholeFile("a.py"), mode: "outline" },
    wholeFile("b.py"),
  ]);
});

test("a file, its symbols and its ranges are items of their own", () => {
  const items = addItems(
    [wholeFile("a.py")],
    [definition("a.py", "A.b"), lines("a.py", 3, 9), definition("a.py", "A.b")],
  );
  assert.equal(items.length, 3);
  assert.equal(new Set(items.map(keyOf)).size, 3);
});

test("removing a file removes its parts, removing an item only that", () => {
  const items = addItems([wholeFile("a.py"), wholeFile("b.py")], [definition("a.py", "A")]);
  assert.deepEqual(paths(removePaths(items, ["a.py"])), ["b.py"]);
  assert.deepEqual(paths(removeItem(items, keyOf(wholeFile("a.py")))), ["b.py", "a.py"]);
});

test("removing a folder leaves its namesakes", () => {
  const items = [wholeFile("src/a.py"), wholeFile("src2/a.py"), wholeFile("src/in/b.py")];
  assert.deepEqual(paths(removeFolder(items, "src")), ["src2/a.py"]);
  assert.deepEqual(removeFolder(items, ""), []);
});

test("a folder counts each file below it once", () => {
  const items = addItems([wholeFile("src/in/a.py"), wholeFile("src/b.py")], [definition("src/b.py", "B")]);
  assert.deepEqual(
    [...countByFolder(items)],
    [
      ["", 2],
      ["src", 2],
      ["src/in", 1],
    ],
  );
});

test("the folders around a path begin with the root", () => {
  assert.deepEqual(ancestors("src/in/a.py"), ["", "src", "src/in"]);
  assert.deepEqual(ancestors("a.py"), [""]);
});

test("the mode of a file is not that of its parts", () => {
  const items = setMode([wholeFile("a.py"), definition("a.py", "A")], ["a.py"], "outline");
  assert.deepEqual(
    items.map(({ mode }) => mode),
    ["outline", "symbol"],
  );
});
