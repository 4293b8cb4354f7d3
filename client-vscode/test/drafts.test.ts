/** What is written and not sent is on disk a moment later, whole, by chat. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Drafts } from "../src/chat/drafts";
import type { Kept } from "../src/chat/messages";

const MENTION = { ref: "{}", label: "a.py", detail: "", icon: "file" };

function written(text: string): Kept {
  return { draft: { text, mentions: [MENTION], frozen: false }, edit: null };
}

const NOTHING: Kept = { draft: { text: "", mentions: [], frozen: false }, edit: null };

async function folder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), "drafts-")), "drafts");
}

function fail(error: unknown): never {
  throw error;
}

async function opened(path: string | undefined): Promise<Drafts> {
  const drafts = new Drafts(path, fail);
  await drafts.ready;
  return drafts;
}

test("drafts of each chat and the chat of the view are there in the next window", async () => {
  const path = await folder();
  const first = await opened(path);
  first.keep(null, written("new"));
  first.keep("c1", written("an earlier thought"));
  first.keep("c1", { ...written("one"), edit: { id: "m", text: "edited", mentions: [], frozen: true } });
  first.show("c1");
  await first.settle();

  const second = await opened(path);
  assert.equal(second.of(null).draft.text, "new");
  assert.equal(second.of("c1").draft.text, "one");
  assert.equal(second.of("c1").edit?.text, "edited");
  assert.deepEqual(second.of("c2"), NOTHING);
  assert.equal(second.shown, "c1");
});

test("what was sent leaves no file, and a file is never half of one", async () => {
  const path = await folder();
  const drafts = await opened(path);
  for (let count = 0; count < 50; count++) {
    drafts.keep("c1", written("x".repeat(count * 1000)));
  }
  await drafts.settle();
  assert.deepEqual(await readdir(path), ["c1.json"]);
  drafts.keep("c1", NOTHING);
  await drafts.settle();
  assert.deepEqual(await readdir(path), []);
});

test("a damaged file and a name that is no chat's are passed over", async () => {
  const path = await folder();
  const first = await opened(path);
  first.keep("../c1", written("outside"));
  first.keep("good", written("good"));
  await first.settle();
  await writeFile(join(path, "bad.json"), '{"draft": {"text": 1}}');
  await writeFile(join(path, "view.json"), "[");
  assert.deepEqual((await readdir(path)).toSorted(), ["bad.json", "good.json", "view.json"]);
  assert.deepEqual(await readdir(join(path, "..")), ["drafts"]);

  const second = await opened(path);
  assert.deepEqual(second.of("bad"), NOTHING);
  assert.equal(second.of("good").draft.text, "good");
  assert.equal(second.shown, undefined);
});

test("without a folder drafts live as long as the window", async () => {
  const drafts = await opened(undefined);
  drafts.keep("c1", written("kept"));
  await drafts.settle();
  assert.equal(drafts.of("c1").draft.text, "kept");
});
