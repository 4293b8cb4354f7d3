import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, parseTokens, plural, short } from "../src/context/numbers";

test("tokens are short and never say 1000k", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [812, "812"],
    [1000, "1k"],
    [12_449, "12.4k"],
    [99_960, "100k"],
    [128_000, "128k"],
    [999_499, "999k"],
    [999_500, "1M"],
    [1_234_567, "1.2M"],
  ];
  assert.deepEqual(
    cases.map(([tokens]) => short(tokens)),
    cases.map(([, text]) => text),
  );
});

test("a count that is no count is marked", () => {
  assert.equal(counted(12_400, false), "~12,400");
  assert.equal(plural(1, "file"), "1 file");
});

test("a budget is read as people write it", () => {
  const read = ["32000", "32,000", " 32k ", "1.5m", "0", "-3", "many", "", "1e5"].map(parseTokens);
  assert.deepEqual(read, [
    32_000,
    32_000,
    32_000,
    1_500_000,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
