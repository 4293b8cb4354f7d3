import assert from "node:assert/strict";
import { test } from "node:test";
import type { TicketHead } from "../src/generated/protocol";
import { todoAt } from "../src/tickets/todo";
import { countWords, dayOf, describeTicket, isOverdue, moved, parseDay } from "../src/tickets/words";

function ticket(more: Partial<TicketHead> = {}): TicketHead {
  return {
    id: "t",
    projectId: "p",
    title: "Prices",
    status: "open",
    priority: "normal",
    dueOn: null,
    tags: [],
    taskCount: 0,
    doneTaskCount: 0,
    fileCount: 0,
    version: 1,
    createdAt: "2027-01-01T00:00:00Z",
    updatedAt: "2027-01-01T00:00:00Z",
    ...more,
  };
}

function todo(text: string, line = 0) {
  const lines = text.split("\n");
  return todoAt({ lineCount: lines.length, lineAt: (n) => ({ text: lines[n] ?? "" }) }, line);
}

test("a ticket says what is unusual about it", () => {
  assert.equal(describeTicket(ticket(), "2027-01-31"), "");
  const full = ticket({
    priority: "high",
    taskCount: 3,
    doneTaskCount: 1,
    dueOn: "2027-01-31",
    tags: ["bug", "ui"],
  });
  assert.equal(describeTicket(full, "2027-01-30"), "high · 1/3 · due 2027-01-31 · bug, ui");
  assert.equal(describeTicket(ticket({ dueOn: "2027-01-31" }), "2027-01-31"), "due today");
  assert.equal(describeTicket(ticket({ dueOn: "2027-01-31" }), "2027-02-01"), "overdue since 2027-01-31");
});

test("what is done is never overdue", () => {
  assert.equal(isOverdue(ticket({ dueOn: "2027-01-01", status: "done" }), "2027-02-01"), false);
  assert.equal(isOverdue(ticket({ dueOn: "2027-01-01", status: "in_progress" }), "2027-02-01"), true);
});

test("tickets are counted by status", () => {
  const tickets = [ticket(), ticket({ status: "in_progress" }), ticket()];
  assert.equal(countWords(tickets), "2 open · 1 in progress");
  assert.equal(countWords([]), "");
});

test("days are typed as dates or from today, and nothing else", () => {
  const now = new Date(2027, 0, 30, 23, 59);
  assert.equal(dayOf(now), "2027-01-30");
  assert.equal(parseDay(" Today ", now), "2027-01-30");
  assert.equal(parseDay("tomorrow", now), "2027-01-31");
  assert.equal(parseDay("+2", now), "2027-02-01");
  assert.equal(parseDay("2028-02-29", now), "2028-02-29");
  for (const wrong of ["2027-02-29", "2027-13-01", "27-1-1", "3", "", "soon"]) {
    assert.equal(parseDay(wrong, now), undefined, wrong);
  }
});

test("what is dragged takes the place that it is dropped on", () => {
  assert.deepEqual(moved(["a", "b", "c", "d"], ["a"], "c"), ["b", "c", "a", "d"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], ["d"], "b"), ["a", "d", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c", "d"], ["d", "c"], "a"), ["d", "c", "a", "b"]);
  assert.deepEqual(moved(["a", "b", "c"], ["a"], undefined), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], ["b"], "b"), ["a", "b", "c"]);
});

test("a TODO is found behind any comment mark, with the lines that go on below it", () => {
  assert.deepEqual(todo("  # TODO: mend it\n  # for all\n  run()"), {
    kind: "todo",
    line: 1,
    endLine: 2,
    text: "# TODO: mend it\n# for all",
  });
  for (const line of [
    "// FIXME x",
    "/* TODO x */",
    "<!-- TODO x -->",
    "-- BUG x",
    "run() // HACK x",
    " * XXX x",
  ]) {
    assert.ok(todo(line), line);
  }
});

test("another TODO, code and comments beside code end a TODO", () => {
  assert.equal(todo("# TODO a\n# TODO b")?.endLine, 1);
  assert.equal(todo("run()  # TODO a\nrun()  # more")?.endLine, 1);
});

test("words that only look like it are none", () => {
  for (const line of ["todo = 1", "# all todos", "# TODOS", "print('TODO')", ""]) {
    assert.equal(todo(line), undefined, line);
  }
});
