/** The account of what models were asked reads well, and draws nothing that a name says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { usageText } from "../src/chat/usageText";
import type { UsageCounts, UsageRow } from "../src/generated/protocol";

const NOTHING: UsageCounts = {
  requests: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  unpriced: 0,
};
const SOME: UsageCounts = {
  ...NOTHING,
  requests: 3,
  promptTokens: 12_400,
  cachedTokens: 8_000,
  completionTokens: 950,
  costUsd: 0.0421,
  unpriced: 1,
};

function row(about: Partial<UsageRow>, counts = SOME): UsageRow {
  return { day: null, providerId: null, model: null, purpose: null, projectId: null, counts, ...about };
}

const TIME = { since: "2026-10-25", until: "2026-11-23" };

test("nothing asked is said in a sentence", () => {
  const account = { ...TIME, total: NOTHING, models: [], days: [], purposes: [] };
  assert.equal(
    usageText(account, (id) => id),
    "# Usage and cost, 2026-10-25 to 2026-11-23\n\nNo model was asked.\n",
  );
});

test("providers have their names, work its words, and what nobody knows the price of is told", () => {
  const text = usageText(
    {
      ...TIME,
      total: SOME,
      models: [
        row({ providerId: "p1", model: "gpt" }),
        row({ providerId: "p2", model: "llama" }, { ...SOME, costUsd: 0, unpriced: 3 }),
        row({ providerId: "p3", model: "free" }, { ...SOME, costUsd: 0, unpriced: 0 }),
      ],
      days: [row({ day: "2026-11-23" })],
      purposes: [row({ purpose: "chat" }), row({ purpose: "code" }), row({ purpose: "later" })],
    },
    (id) => ({ p1: "OpenAI" })[id] ?? id,
  );

  assert.match(text, /3 requests, 12,400 tokens in, 950 out: \$0\.042 and 1 request without a known price\./);
  assert.match(text, /^\| OpenAI +\| gpt +\| +3 \| +12,400 \| +8,000 \| +950 \| \$0\.042 and 1 request/m);
  assert.match(text, /^\| p2 +\| llama .* not known \|$/m);
  assert.match(text, /^\| p3 +\| free .* \$0 \|$/m);
  assert.match(text, /^\| 2026-11-23 /m);
  assert.deepEqual(
    [...text.matchAll(/^\| (Chat|Write code|later) /gm)].map((match) => match[1]),
    ["Chat", "Write code", "later"],
  );
  const widths = text
    .split("\n## ")
    .slice(1)
    .map((part) => new Set(part.split("\n").flatMap((line) => (line.startsWith("|") ? [line.length] : []))));
  assert.ok(
    widths.every(({ size }) => size === 1),
    "the columns of a table stand below each other",
  );
});

test("a name that is a picture or draws lines is shown as words", () => {
  const model = "![x](https://evil.example/a.png)|<img>\n# Head";
  const text = usageText(
    { ...TIME, total: SOME, models: [row({ providerId: "p", model })], days: [], purposes: [] },
    () => "`a`",
  );
  assert.ok(!text.includes("![x]"));
  assert.ok(!/(?<!\\)<img/.test(text));
  assert.equal(text.split("\n# ").length, 1);
  assert.match(text, /\\`a\\`/);
});
