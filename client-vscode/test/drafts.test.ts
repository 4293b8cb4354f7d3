/** What is written and not sent is on disk a moment later, whole, by chat. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Drafts } from "../src/chat/drafts";
import type { Kept } from "../src/chat/messages";

const MENTION = { ref: "{}", label: "a.py", detail: "", icon: "file" };

const PAGE = {};

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
  first.keep(null, written("new"), PAGE);
  first.keep("c1", written("an earlier thought"), PAGE);
  first.keep(
    "c1",
    { ...written("one"), edit: { id: "m", text: "edited", mentions: [], frozen: true } },
    PAGE,
  );
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
    drafts.keep("c1", written("x".repeat(count * 1000)), PAGE);
  }
  await drafts.settle();
  assert.deepEqual(await readdir(path), ["c1.json"]);
  drafts.keep("c1", NOTHING, PAGE);
  await drafts.settle();
  assert.deepEqual(await readdir(path), []);
});

test("a damaged file and a name that is no chat's are passed over", async () => {
  const path = await folder();
  const first = await opened(path);
  first.keep("../c1", written("outside"), PAGE);
  first.keep("good", written("good"), PAGE);
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

test("who else writes in a chat is told once of what is other than before, and by whom", async () => {
  const drafts = await opened(undefined);
  const told: [string | null, string, boolean][] = [];
  const listening = drafts.onKept((chatId, { draft }, by) => told.push([chatId, draft.text, by === PAGE]));
  drafts.keep("c1", written("a"), PAGE);
  drafts.keep("c1", written("a"), {});
  drafts.keep(null, written("b"), {});
  drafts.keep("c1", NOTHING, PAGE);
  drafts.keep("c1", NOTHING, PAGE);
  listening.dispose();
  drafts.keep("c1", written("unheard"), PAGE);

  assert.deepEqual(told, [
    ["c1", "a", true],
    [null, "b", false],
    ["c1", "", true],
  ]);
});

test("without a folder drafts live as long as the window", async () => {
  const drafts = await opened(undefined);
  drafts.keep("c1", written("kept"), PAGE);
  await drafts.settle();
  assert.equal(drafts.of("c1").draft.text, "kept");
});
