import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, partsOf } from "../src/data/paths";
import type { PromptHead } from "../src/generated/protocol";
import { group, parseTags } from "../src/prompts/groups";

function prompt(name: string, more: Partial<PromptHead> = {}): PromptHead {
  const at = "2027-01-01T00:00:00Z";
  const usual = { description: "", tags: [], favorite: false, projectIds: [], version: 1 };
  return { id: name, name, createdAt: at, updatedAt: at, ...usual, ...more };
}

const names = (prompts: readonly PromptHead[]): string[] => prompts.map(({ name }) => name);

test("a prompt stands in every group that it belongs to, and else below them", () => {
  const both = prompt("both", { favorite: true, tags: ["b", "a"], projectIds: ["p", "closed"] });
  const { groups, rest } = group(
    [both, prompt("tagged", { tags: ["b"] }), prompt("plain")],
    new Map([["p", "shop"]]),
  );
  assert.deepEqual(
    groups.map(({ label, prompts }) => [label, names(prompts)]),
    [
      ["Favorites", ["both"]],
      ["shop", ["both"]],
      ["a", ["both"]],
      ["b", ["both", "tagged"]],
    ],
  );
  assert.deepEqual(names(rest), ["plain"]);
});

test("a small library has no groups, and nothing is lost that belongs to a closed project", () => {
  const { groups, rest } = group([prompt("one"), prompt("two", { projectIds: ["closed"] })], new Map());
  assert.deepEqual(groups, []);
  assert.deepEqual(names(rest), ["one", "two"]);
});

test("tags are separated by commas, each once", () => {
  assert.deepEqual(parseTags(" bug, Review ,, bug"), ["bug", "Review"]);
  assert.deepEqual(parseTags("  "), []);
});

test("an address names its record whatever the record is called", () => {
  for (const name of ["Review", "a/b\\c", "", "..", "日 {{ x }}", "x".repeat(500)]) {
    for (const area of ["prompts", "tickets"] as const) {
      const parts = partsOf({ area, id: "abc" }, name);
      assert.deepEqual(addressOf(parts), { area, id: "abc" }, parts.path);
      assert.ok(parts.path.length < 110, parts.path);
    }
  }
});

test("folders and foreign paths are no addresses", () => {
  for (const path of ["/", "/prompts", "/prompts/", "/notes/x.md", "/prompts/a/b.md"]) {
    assert.equal(addressOf({ path, query: "abc" }), undefined, path);
  }
  assert.equal(addressOf({ path: "/prompts/x.prompt.md", query: "" }), undefined);
});
