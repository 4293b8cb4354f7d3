import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../src/context/history";
import { definition, moveItems, movedPath, wholeFile } from "../src/context/items";

test("steps go back and forth", () => {
  const history = new History<string>();
  history.did("a");
  history.did("b");
  assert.equal(history.undo("c"), "b");
  assert.equal(history.undo("b"), "a");
  assert.equal(history.undo("a"), undefined);
  assert.equal(history.redo("a"), "b");
  assert.equal(history.redo("b"), "c");
  assert.equal(history.redo("c"), undefined);
});

test("what was undone is gone once something else is done", () => {
  const history = new History<string>();
  history.did("a");
  assert.equal(history.undo("b"), "a");
  assert.deepEqual([history.canUndo, history.canRedo], [false, true]);
  history.did("a");
  assert.deepEqual([history.canUndo, history.canRedo], [true, false]);
});

test("only the newest hundred steps are kept", () => {
  const history = new History<number>();
  for (let n = 0; n < 150; n++) {
    history.did(n);
  }
  const back: number[] = [];
  for (let now: number | undefined = 150; now !== undefined; now = history.undo(now)) {
    back.push(now);
  }
  assert.equal(back.length, 101);
  assert.equal(back.at(-1), 50);
});

test("what is chosen of a file that moves stays chosen, once", () => {
  const items = [wholeFile("src/a.py"), definition("src/in/b.py", "B"), wholeFile("src2/c.py")];
  const moved = moveItems(items, (path) => movedPath(path, "src", "lib"));
  assert.deepEqual(
    moved.map(({ path, symbol }) => [path, symbol]),
    [
      ["lib/a.py", null],
      ["lib/in/b.py", "B"],
      ["src2/c.py", null],
    ],
  );
  assert.equal(
    moveItems(items, (path) => movedPath(path, "src/none.py", "x")),
    items,
  );
  assert.equal(moveItems(items, () => "one.py").length, 2);
});
