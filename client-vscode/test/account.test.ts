import assert from "node:assert/strict";
import { test } from "node:test";
import { accountOf, named } from "../src/context/account";
import type { BuildContextResult } from "../src/generated/protocol";

const built: BuildContextResult = {
  text: "",
  tokens: 15_990,
  tokensExact: false,
  budgetTokens: 16_000,
  sections: [
    { name: "files", tokens: 15_000 },
    { name: "tree", tokens: 900 },
    { name: "ticket", tokens: 0 },
  ],
  items: [
    { path: "small.py", mode: "full", tokens: 1, why: "chosen", suggested: false },
    { path: "large.py", mode: "outline", tokens: 9_000, why: "chosen; too large whole", suggested: false },
  ],
  omitted: [
    { path: "gone.py", reason: "there is no file `gone.py` in the workspace" },
    { path: "more.py", reason: "no room" },
    { path: "", reason: "git diff: not a repository" },
  ],
  redactions: [{ path: "small.py", line: 3, kind: "API key" }],
  fingerprint: "",
};

test("an account says what was sent, what was left out and why, and what was masked", () => {
  assert.equal(
    accountOf("shop", built),
    [
      "# Context of shop",
      "",
      "~15,990 tokens, of a budget of 16,000.",
      "",
      "## Sent: 2 files",
      "",
      "- `large.py`: outline, 9,000 tokens (chosen; too large whole)",
      "- `small.py`: whole, 1 token (chosen)",
      "",
      "## Besides the files",
      "",
      "- tree: 900 tokens",
      "",
      "## Left out: 3",
      "",
      "- there is no file `gone.py` in the workspace",
      "- `more.py`: no room",
      "- git diff: not a repository",
      "",
      "## Masked: 1 secret",
      "",
      "- `small.py`, line 3: API key",
      "",
    ].join("\n"),
  );
});

test("of what there is none, nothing is said", () => {
  const plain = { ...built, tokensExact: true, sections: [], items: [], omitted: [], redactions: [] };
  assert.equal(accountOf("shop", plain), "# Context of shop\n\n15,990 tokens, of a budget of 16,000.\n");
});

test("a reason that names its file is not given its name twice", () => {
  assert.equal(named("a.py", "`a.py` is binary"), "`a.py` is binary");
  assert.equal(named("a.py", "too large"), "`a.py`: too large");
});
