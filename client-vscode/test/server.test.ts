import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashBudget } from "../src/server/crashes";
import { parseLogLine } from "../src/server/logLine";
import { candidates, isNewEnough, parseProbe } from "../src/server/python";

test("the fifth crash within three minutes is one too many", () => {
  const budget = new CrashBudget();
  const answers = [0, 10_000, 20_000, 30_000, 40_000].map((time) => budget.crashed(time));
  assert.deepEqual(answers, [true, true, true, true, false]);
});

test("old crashes are forgotten, and all of them after a start by hand", () => {
  const budget = new CrashBudget();
  [0, 1, 2, 3].forEach((time) => budget.crashed(time));
  assert.equal(budget.crashed(3 * 60_000 + 10), true);
  [1, 2, 3].forEach((more) => budget.crashed(3 * 60_000 + 10 + more));
  assert.equal(budget.crashed(3 * 60_000 + 20), false);
  budget.reset();
  assert.equal(budget.crashed(3 * 60_000 + 30), true);
});

test("a chosen Python is the only candidate", () => {
  assert.deepEqual(candidates("/opt/python", "linux"), [["/opt/python"]]);
  assert.deepEqual(candidates("", "win32")[0], ["py", "-3"]);
  assert.deepEqual(candidates("", "darwin")[0], ["python3"]);
});

test("only an interpreter answers the probe", () => {
  const answer = '["/usr/bin/python3", [3, 11, 7], "cpython-311-linux-x86_64"]\n';
  const python = parseProbe(["python3"], answer);
  assert.ok(python);
  assert.deepEqual(python.version, [3, 11, 7]);
  assert.equal(isNewEnough(python), true);
  assert.equal(isNewEnough({ ...python, version: [3, 10, 14] }), false);
  for (const other of ["", "Python was not found; run without arguments to install", "{}", "[1, 2]"]) {
    assert.equal(parseProbe(["python"], other), undefined);
  }
});

test("a line of the log has the level that it names", () => {
  assert.deepEqual(parseLogLine("2026-01-02 10:00:00,123 WARNING octoprompt.index: slow", "info"), {
    level: "warn",
    text: "octoprompt.index: slow",
  });
});

test("the lines of a traceback belong to the error above them", () => {
  const text = '  File "a.py", line 3, in <module>  # raises ERROR here';
  assert.deepEqual(parseLogLine(text, "error"), { level: "error", text });
});
