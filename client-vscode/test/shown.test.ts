/** What the page shows of what the server says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseToPage } from "../src/chat/messages";
import { mention } from "../src/chat/refs";
import { shownMessage, shownMeter } from "../src/chat/shown";
import type { ChatMessage, Meter } from "../src/generated/protocol";
import { message } from "./standins/message";

const NO_CONTEXT: NonNullable<ChatMessage["context"]> = {
  mode: "frozen",
  context: null,
  mentions: [],
  tokens: 0,
  items: [],
  omitted: [],
  redactions: [],
  fingerprint: "",
  builtAt: null,
};

test("everything that a message can be is something that the page takes", () => {
  const context: ChatMessage["context"] = {
    mode: "frozen",
    context: null,
    mentions: [
      { kind: "file", path: "a.py", mode: "auto", confirmed: false },
      { kind: "diff", diff: "branch" },
      { kind: "diff", diff: "staged" },
      { kind: "problems", diagnostics: [] },
    ],
    tokens: 10,
    items: [
      { path: "a.py", mode: "outline", tokens: 1200, why: "chosen", suggested: false },
      { path: "b.py", mode: "full", tokens: 20, why: "suggested", suggested: true },
    ],
    omitted: [
      { path: "c.py", reason: "did not fit" },
      { path: "", reason: "the ticket was deleted (`t1`)" },
    ],
    redactions: [
      { path: "b.py", line: 1, kind: "key" },
      { path: "a.py", line: 3, kind: "key" },
      { path: "a.py", line: 9, kind: "key" },
    ],
    fingerprint: "",
    builtAt: null,
  };
  const shown = shownMessage(
    message({ context, siblings: ["m0", "m1", "m2"], index: 1, excluded: true, sent: false }),
  );
  assert.deepEqual(
    shown.attachments.map(({ label, detail, problem }) => [label, detail, problem]),
    [
      ["a.py", "1.2k", "Secrets are masked in a.py, line 3, 9"],
      ["Changes of this branch", "", "Not sent: one diff goes along with a message, the last one"],
      ["Staged changes", "", ""],
      ["Problems", "", ""],
      ["b.py", "20", "Secrets are masked in b.py, line 1"],
      ["c.py", "", "c.py was left out: did not fit"],
      ["Left out", "", "Left out: the ticket was deleted (`t1`)"],
    ],
  );
  assert.deepEqual([shown.branch, shown.branches, shown.previous, shown.next], [2, 3, "m0", "m2"]);
  assert.equal(shown.unsent, false);
  const path = { type: "path", chatId: "c", ids: ["m1"], changed: [shown], earlier: false, reset: false };
  assert.notEqual(parseToPage(path), undefined);
});

test("a name or text that is too long is cut, so that the chat is still shown", () => {
  const path = "é".repeat(4_096);
  const context = {
    ...NO_CONTEXT,
    mentions: [{ kind: "folder", path } as const],
    items: [{ path: `${path}2`, mode: "full", tokens: 1, why: "", suggested: false } as const],
    omitted: [{ path: `${path}3`, reason: "x" }],
    redactions: [{ path: `${path}2`, line: 1, kind: "key" }],
  };
  const shown = shownMessage(
    message({ context, role: "assistant", model: "m".repeat(9_000), content: "a".repeat(9_000_000) }),
  );
  const page = { type: "path", chatId: "c", ids: ["m1"], changed: [shown], earlier: false, reset: false };
  assert.notEqual(parseToPage(page), undefined);
});

test("the meter says when it is too much, by how much, and what each mention takes", () => {
  const file = mention({ kind: "file", path: "a.py" }).ref;
  const left = mention({ kind: "file", path: "b.py" }).ref;
  const measured: Meter = {
    tokens: 9_000,
    tokensExact: false,
    window: 8_000,
    overBy: 2_024,
    parts: [
      { name: "context", tokens: 8_000 },
      { name: "reserve", tokens: 1_024 },
    ],
    largest: [{ name: "a.py", messageId: null, tokens: 7_000 }],
    costUsd: 0.0123,
    providerId: null,
    model: null,
    context: {
      mode: "refreshed",
      context: null,
      mentions: [],
      tokens: 0,
      items: [{ path: "a.py", mode: "outline", tokens: 7_000, why: "", suggested: false }],
      omitted: [
        { path: "b.py", reason: "too large" },
        { path: "", reason: "the ticket was deleted (`t2`)" },
      ],
      redactions: [{ path: "a.py", line: 4, kind: "key" }],
      fingerprint: "",
      builtAt: null,
    },
    request: [],
  };
  const [first, last] = ["t1", "t2"].map((id) => mention({ kind: "ticket", id }).ref);
  const refs = [file, first ?? "", left, last ?? ""];
  const shown = shownMeter(measured, refs);
  assert.equal(shown.text, "~9k of 8k tokens · $0.012");
  assert.ok(shown.over);
  assert.match(shown.problem, /^2,024 tokens too many/);
  assert.deepEqual(shown.chips, [
    { ref: file, tokens: "outline 7k", problem: "Secrets are masked in a.py, line 4" },
    { ref: first, tokens: "", problem: "Not sent: one ticket goes along with a message, the last one" },
    { ref: left, tokens: "", problem: "b.py is left out: too large" },
    { ref: last, tokens: "", problem: "Ticket is left out: the ticket was deleted (`t2`)" },
  ]);
  assert.notEqual(parseToPage({ type: "meter", meter: shown }), undefined);
});
