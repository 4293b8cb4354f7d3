/** The chat's pure parts: what the page may say, what it is shown, where code belongs, which links are followed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeTarget } from "../src/chat/codeTarget";
import { haltOf } from "../src/chat/halt";
import { chatPage } from "../src/chat/html";
import { taskPage } from "../src/views/taskHtml";
import { pathAndLine, safeUrl, workspacePath } from "../src/chat/links";
import { parseFromPage, type FromPage } from "../src/chat/messages";
import { grown, placed } from "../src/chat/path";
import { mention, parseRef, refOf } from "../src/chat/refs";
import { ago } from "../src/chat/shown";
import { message } from "./standins/message";

const GOOD: FromPage[] = [
  { type: "ready", chatId: null },
  {
    type: "send",
    text: "x",
    mentions: [mention({ kind: "file", path: "a" })],
    frozen: false,
    replaces: null,
  },
  { type: "stop" },
  { type: "exclude", id: "m", excluded: true },
  { type: "code", action: "apply", text: "x", language: "py", path: "" },
  { type: "complete", request: 1, kind: "@", query: "q" },
  { type: "run", command: "newChat" },
];

test("messages of the page are taken as they are", () => {
  assert.deepEqual(GOOD.map(parseFromPage), GOOD);
});

test("messages of the page that are anything else are dropped", () => {
  const bad: unknown[] = [
    undefined,
    [],
    {},
    { type: "constructor" },
    { type: "__proto__" },
    { type: "toString" },
    { type: "stop", extra: 1 },
    { type: "run", command: "workbench.action.quit" },
    { type: "run", command: "workbench.action.terminal.sendSequence" },
    { type: "code", action: "run", text: "x", language: "py", path: "" },
    { type: "exclude", id: "m" },
    { type: "exclude", id: ["m"], excluded: true },
    { type: "send", text: "x", mentions: [{ ref: "{}" }], frozen: false, replaces: null },
    { type: "choose", id: "x".repeat(1_000) },
    { type: "complete", request: 1.5, kind: "@", query: "" },
    Object.create({ type: "stop" }),
  ];
  assert.deepEqual(
    bad.map(parseFromPage),
    bad.map(() => undefined),
  );
});

test("of 10,000 mutated messages only those that are right come in", () => {
  const random = mulberry(7);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const odd: unknown[] = [
    null,
    undefined,
    0,
    -1,
    1e99,
    NaN,
    "",
    "x".repeat(500),
    true,
    [],
    {},
    [[]],
    { a: 1 },
    "javascript:x",
  ];
  let taken = 0;
  for (let round = 0; round < 10_000; round++) {
    const value: Record<string, unknown> = { ...pick(GOOD) };
    const keys = [...Object.keys(value), "extra", "__proto__", "type"];
    for (let times = 0; times <= random() * 2; times++) {
      const key = pick(keys);
      if (random() < 0.3) {
        Reflect.deleteProperty(value, key);
      } else {
        Object.defineProperty(value, key, {
          value: pick(odd),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
    const parsed = parseFromPage(value);
    if (parsed !== undefined) {
      taken += 1;
      const like = GOOD.find(({ type }) => type === parsed.type);
      assert.deepEqual(Object.keys(parsed).sort(), Object.keys(like ?? {}).sort());
      for (const [key, now] of Object.entries(parsed)) {
        const was = (like as Record<string, unknown>)[key];
        assert.ok(was === null || now === null || typeof now === typeof was, `${parsed.type}.${key}`);
      }
    }
  }
  assert.ok(taken > 100 && taken < 5_000, String(taken));
});

test("no page loads anything but the extension's own files, and runs anything but its own scripts", () => {
  const assets = { source: "https://x.vscode-cdn.net", nonce: "N0nce", styles: ["s.css"], script: "c.js" };
  for (const html of [chatPage({ ...assets, languages: "l.js" }), taskPage(assets)]) {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    const rules = new Map(
      policy.split("; ").map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1).join(" ")]),
    );
    assert.equal(rules.get("default-src"), "'none'");
    assert.equal(rules.get("script-src"), "'nonce-N0nce'");
    assert.equal(rules.get("style-src"), "https://x.vscode-cdn.net");
    for (const closed of ["img-src", "connect-src", "form-action", "base-uri"]) {
      assert.equal(rules.get(closed), "'none'");
    }
    assert.ok(!/unsafe|\*|data:|https:(?!\/\/x\.)/.test(policy));
    assert.ok(!/ on\w+=|style=|<script(?! nonce)/.test(html));
  }
});

test("links lead to the web and to mail only", () => {
  const good = [
    "https://x.example/a?b#c",
    "http://localhost:3000/",
    "mailto:a@b.example",
    "HTTPS://X.example/",
  ];
  const bad = [
    "javascript:x",
    "command:x",
    "vscode://x",
    "file:///x",
    "data:x",
    "//x",
    "https://u:p@x.example/",
    "x",
    "https:x",
  ];
  assert.ok(good.every((url) => safeUrl(url) !== undefined));
  assert.deepEqual(
    bad.filter((url) => safeUrl(url) !== undefined),
    [],
  );
});

test("paths of links stay in the workspace", () => {
  assert.deepEqual(["a.py", "src/a.py#L3", "src/a.py:12", "./a"].map(workspacePath), [
    "a.py",
    "src/a.py#L3",
    "src/a.py:12",
    "./a",
  ]);
  const bad = ["/etc/passwd", "../a", "a/../../b", "C:\\x", "a\\b", "~/x", "#x", "?x", "x:y", "%2e%2e/a", ""];
  assert.deepEqual(
    bad.filter((path) => workspacePath(path) !== undefined),
    [],
  );
  assert.deepEqual(pathAndLine("src/a.py#L12-L20"), { path: "src/a.py", line: 12 });
  assert.deepEqual(pathAndLine("src/a.py:3:7"), { path: "src/a.py", line: 3 });
  assert.deepEqual(pathAndLine("src/a.py"), { path: "src/a.py", line: 1 });
});

test("a code block says where it belongs in one of several ways", () => {
  const cases: [string, string, string][] = [
    ["python src/a.py", "", "src/a.py"],
    ["python:src/a.py", "", "src/a.py"],
    ['ts title="src/b.ts"', "", "src/b.ts"],
    ["src/c.go", "", "src/c.go"],
    ["python", "# src/a.py\nx", "src/a.py"],
    ["js", "// file: web/b.js\nx", "web/b.js"],
    ["html", "<!-- a/index.html -->\n", "a/index.html"],
    ["python", "# a comment about a.py and more\n", ""],
    ["python", "x = 1", ""],
    ["sh", "#!/bin/sh\n", ""],
    ["python ../../etc/passwd", "", ""],
    ["", "", ""],
  ];
  assert.deepEqual(
    cases.map(([info, code]) => codeTarget(info, code)),
    cases.map(([, , path]) => path),
  );
  const before = ["src/a.py", "In full:\n**src/a.py**:", "File: `src/a.py`", "as in src/a.py", "so:"];
  assert.deepEqual(
    before.map((line) => codeTarget("python", "x", line)),
    ["src/a.py", "src/a.py", "src/a.py", "", ""],
  );
});

test("what a mention means survives the page, and nothing else comes back as one", () => {
  const ref = { kind: "selection", path: "a/b.py", start: 3, end: 9 } as const;
  const made = mention(ref);
  assert.deepEqual(parseRef(made.ref), ref);
  assert.equal(made.label, "b.py:3-9");
  const bad = [
    "",
    "x",
    "null",
    "{}",
    '{"kind":"file"}',
    '{"kind":"file","path":1}',
    '{"kind":"file","path":"a","x":1}',
  ];
  assert.deepEqual(
    bad.filter((text) => parseRef(text) !== undefined),
    [],
  );
  assert.deepEqual(refOf({ kind: "file", path: "a", mode: "auto", confirmed: false }), {
    kind: "file",
    path: "a",
  });
});

test("a message that begins a new branch takes the place of what came after its parent", () => {
  const [a, b, c] = [message(), message({ id: "m2", parentId: "m1" }), message({ id: "m3", parentId: "m2" })];
  const path = { messages: [a, b, c], earlier: false };
  const other = message({ id: "m4", parentId: "m1" });
  assert.deepEqual(
    placed(path, other).messages.map(({ id }) => id),
    ["m1", "m4"],
  );
  assert.deepEqual(
    placed(path, message({ id: "m2", parentId: "m1", content: "new" })).messages[1]?.content,
    "new",
  );
  assert.equal(placed(path, message({ id: "m5", parentId: "elsewhere" })), path);
  assert.deepEqual(
    placed(path, message({ id: "m6" })).messages.map(({ id }) => id),
    ["m6"],
  );
});

test("an answer grows by what follows it, counted in units of UTF-16", () => {
  const path = { messages: [message({ content: "a🙂" })], earlier: false };
  const piece = { messageId: "m1", text: "b", reasoning: "", offset: 3 };
  assert.equal(grown(path, piece)?.messages[0]?.content, "a🙂b");
  assert.equal(grown(path, { ...piece, offset: 2 }), undefined);
  assert.equal(grown(path, { ...piece, messageId: "x" }), undefined);
});

test("a time is told as people do", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const at = (minutes: number): string => ago(new Date(now - minutes * 60_000).toISOString(), now);
  assert.deepEqual([at(0), at(5), at(90), at(30 * 60)], ["just now", "5 min ago", "1 h ago", "yesterday"]);
});

/** The same numbers in each run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test("what keeps a message from being sent is said with what helps, the first obstacle first", () => {
  const free = { phase: "running", hasFolder: true, isTrusted: true, providers: 1, isNew: false } as const;
  assert.equal(haltOf(free), null);
  assert.equal(haltOf({ ...free, providers: undefined }), null);
  const ways = (change: object): string[] =>
    haltOf({ ...free, ...change })?.ways.map(({ command }) => command) ?? [];
  assert.deepEqual(ways({ providers: 0 }), ["addProvider"]);
  assert.deepEqual(ways({ isTrusted: false, providers: 0 }), ["manageTrust"]);
  assert.deepEqual(ways({ phase: "stopped", isTrusted: false }), ["restartServer", "showLog"]);
  assert.deepEqual(ways({ phase: "noEnvironment" }), ["repairEnvironment", "showLog"]);
  assert.deepEqual(ways({ hasFolder: false, phase: "stopped" }), ["openFolder"]);
  assert.match(haltOf({ ...free, phase: "starting" })?.words ?? "", /Starting/);
});
