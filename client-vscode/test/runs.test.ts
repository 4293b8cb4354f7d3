import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, describeEdit, isWanted, placeOf } from "../src/edits/words";
import type { Edit, EditHunk, Run, RunLogEntry } from "../src/generated/protocol";
import { chosen } from "../src/runs/boxes";
import { headOf, logText } from "../src/runs/log";
import { namedIn } from "../src/runs/places";
import { summaryText } from "../src/runs/summaries";
import {
  aboutOf,
  describeRun,
  editsOf,
  elapsed,
  documentName,
  estimateWords,
  titleOf,
} from "../src/runs/words";

const START = "2027-01-01T00:00:00Z";

function run(more: Partial<Run> = {}): Run {
  return {
    id: "r",
    projectId: "p",
    kind: "code",
    request: "Count pages",
    about: "",
    status: "complete",
    summary: "",
    step: "",
    problem: null,
    ticketId: null,
    taskId: null,
    providerId: null,
    model: null,
    usage: { promptTokens: 0, completionTokens: 0, costUsd: null, steps: 0 },
    edits: 0,
    openEdits: 0,
    appliedEdits: 0,
    version: 1,
    canResume: false,
    canRepeat: true,
    createdAt: START,
    endedAt: "2027-01-01T00:00:41Z",
    ...more,
  };
}

function hunk(number: number, accepted = true): EditHunk {
  return { number, line: number + 1, endLine: number + 1, newLine: 1, newEndLine: 1, accepted, text: "" };
}

function edit(more: Partial<Edit> = {}): Edit {
  return {
    id: "e",
    runId: "r",
    projectId: "p",
    path: "shop/cart.py",
    newPath: null,
    kind: "modify",
    status: "proposed",
    diff: "",
    added: 3,
    removed: 1,
    hunks: [hunk(0), hunk(1)],
    problems: [],
    needsConfirmation: false,
    version: 1,
    createdAt: START,
    updatedAt: START,
    ...more,
  };
}

test("a run is named by its request, else by its ticket, else by what it does", () => {
  assert.equal(titleOf(run({ request: "\n  Count pages  \nlazily" })), "Write code: Count pages");
  assert.equal(titleOf(run({ request: "", about: "Lazy pages" })), "Write code: Lazy pages");
  assert.equal(titleOf(run({ kind: "review", request: "" })), "Review");
  assert.equal(aboutOf(run({ request: "x".repeat(90) })).length, 60);
  assert.equal(
    documentName(run({ kind: "plan", request: "", about: "Lazy pages" }), "Plan"),
    "Plan - Lazy pages",
  );
  assert.equal(documentName(run({ kind: "review", request: "" }), "Review"), "Review");
});

test("a run says what it does now, and at its end what is left to do", () => {
  const usage = { promptTokens: 12_000, completionTokens: 400, costUsd: 0.0123, steps: 2 };
  const working = run({ status: "running", step: "reads and writes code", usage, endedAt: null });
  const now = Date.parse("2027-01-01T00:01:05Z");
  assert.equal(
    describeRun(working, now),
    "reads and writes code · write code · 12.4k tokens · $0.012 · 1:05",
  );
  assert.equal(describeRun({ ...working, step: "" }, now).split(" · ")[0], "starts");
  assert.equal(describeRun(run({ edits: 3, openEdits: 3 }), now), "3 files to review · write code · 0:41");
  assert.equal(describeRun(run({ status: "cancelled" }), now), "stopped · write code · 0:41");
});

test("edits are counted by what became of them", () => {
  assert.equal(editsOf({ edits: 1, openEdits: 0, appliedEdits: 1 }), "1 file applied");
  assert.equal(editsOf({ edits: 3, openEdits: 1, appliedEdits: 2 }), "2 of 3 applied");
  assert.equal(editsOf({ edits: 2, openEdits: 0, appliedEdits: 0 }), "");
});

test("time is told as on a clock", () => {
  const after = (seconds: number) =>
    elapsed({ createdAt: START, endedAt: null }, Date.parse(START) + seconds * 1000);
  assert.deepEqual([0, 59, 60, 3600 + 61, -5].map(after), ["0:00", "0:59", "1:00", "1:01:01", "0:00"]);
});

test("an estimate says what it costs, or that nobody knows", () => {
  const estimate = {
    questions: 12,
    promptTokens: 34_500,
    completionTokens: 3000,
    costUsd: 0.12,
    skipped: 4,
    isLeast: false,
  };
  assert.equal(
    estimateWords(estimate),
    "12 questions to the model: about 34.5k tokens to it and 3k from it. About $0.120. " +
      "4 files have their summaries already.",
  );
  assert.match(estimateWords({ ...estimate, costUsd: null, skipped: 0 }), /prices are not known\.$/);
});

test("an edit says what it changes, what is left out of it, and what is wrong with it", () => {
  assert.equal(describeEdit(edit()), "+3 -1");
  const problem = { kind: "syntax", message: "m", line: null } as const;
  const left = edit({ status: "applied", hunks: [hunk(0), hunk(1, false)], problems: [problem, problem] });
  assert.equal(describeEdit(left), "+3 -1 · 1 of 2 changes · applied · syntax errors");
  assert.equal(describeEdit(edit({ kind: "rename", newPath: "b.py", added: 0, removed: 0 })), "→ b.py");
  assert.equal(
    describeEdit(edit({ kind: "delete", added: 0, removed: 9, status: "undone" })),
    "deleted · undone",
  );
});

test("what is asked before an edit is made names its file", () => {
  assert.equal(asked(edit()), "Apply this change to shop/cart.py (+3 -1)");
  assert.equal(asked(edit({ kind: "create" })), "Create shop/cart.py");
  assert.equal(asked(edit({ kind: "delete" })), "Delete shop/cart.py");
  assert.equal(asked(edit({ kind: "rename", newPath: "b.py" })), "Rename shop/cart.py to b.py");
});

test("a place is a line or lines", () => {
  assert.equal(placeOf({ line: 4, endLine: 4 }), "Line 4");
  assert.equal(placeOf({ line: 4, endLine: 9 }), "Lines 4–9");
});

test("a file without a hunk that is wanted is left as it is; a new one is made all the same", () => {
  const none = [hunk(0, false)];
  assert.equal(isWanted(edit({ hunks: none })), false);
  assert.equal(isWanted(edit({ hunks: [hunk(0, false), hunk(1)] })), true);
  assert.equal(isWanted(edit({ kind: "create", hunks: none })), true);
});

test("boxes of hunks add up to what is wanted of their files", () => {
  const parent = { kind: "run", run: run(), ticket: "" } as never;
  const some = edit({ hunks: [hunk(0), hunk(1, false), hunk(2)] });
  const other = edit({ id: "f" });
  const box = (of: Edit, number: number, isOn: boolean) =>
    ({ node: { kind: "hunk", parent, edit: of, hunk: hunk(number) }, isOn }) as const;

  assert.deepEqual(
    chosen([box(some, 1, true), box(some, 0, false), box(other, 1, false)]).map(({ hunks }) => hunks),
    [[1, 2], [0]],
  );
  const file = { kind: "edit", parent, edit: some } as const;
  assert.deepEqual(chosen([{ node: file, isOn: false }])[0]?.hunks, []);
  assert.deepEqual(chosen([{ node: file, isOn: true }])[0]?.hunks, [0, 1, 2]);
  assert.deepEqual(chosen([{ node: parent, isOn: true }]), []);
});

test("a log has every entry, and nothing in an entry ends its fence", () => {
  const entry: RunLogEntry = {
    number: 0,
    at: START,
    kind: "answer",
    message: "Here",
    body: "Here\n````\nx\n````",
  };
  const text = logText(run({ problem: "it broke" }), [entry]);
  assert.match(text, /^# Write code: Count pages\n\nWrite code, complete/);
  assert.ok(text.includes("\n\nit broke\n\n"));
  assert.ok(text.includes(`${headOf(entry)}\n\nHere\n\n\`\`\`\`\`\nHere\n`));
  assert.ok(!logText(run(), [{ ...entry, body: "Here" }]).includes("```"));
});

test("files that an answer names are found with their lines, and nothing else is taken for one", () => {
  const named = (text: string): string[] => namedIn(text).map(({ path, line }) => `${path}:${line}`);
  assert.deepEqual(named("See `lib/a.rb:58`, src/b.ts and c.py:3-9."), [
    "lib/a.rb:58",
    "src/b.ts:1",
    "c.py:3",
  ]);
  assert.deepEqual(named("https://example.com/x.py ../up.py /etc/passwd.txt C:\\a.py"), []);
});

test("a summary stands under its path, and what has none is listed", () => {
  const found = {
    path: "a.py",
    text: "Starts.\n",
    purpose: null,
    exports: [],
    facts: [],
    model: "m",
    createdAt: START,
  };
  const text = summaryText("src", { summaries: [found], missing: ["b.py"], unreadable: [] });
  assert.match(text, /^# Summary of src\n\n## a\.py\n\nStarts\.\n\n\*m, /);
  assert.match(text, /## Without a summary\n\n- b\.py\n$/);
});
