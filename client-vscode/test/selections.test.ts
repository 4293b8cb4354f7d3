/** The selection of a window while the server, the other windows and the person all act at once. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { wholeFile } from "../src/context/items";
import type { OpenProject, Projects } from "../src/context/projects";
import { Selections } from "../src/context/selections";
import { ERROR_CODES, type Selection, type SelectionBody } from "../src/generated/protocol";
import { RequestFailed, ServerUnavailable, type Server } from "../src/server/client";
import { answers, asked, EventEmitter } from "./standins/vscode";

const SAVED_MS = 400;
const project = { id: "p", name: "shop", folder: {}, root: "/shop" } as unknown as OpenProject;

interface Given {
  readonly id?: string;
  readonly name?: string;
  readonly version?: number | null;
  readonly body?: SelectionBody;
}

/** Keeps selections as the server does: by version, under names of their own. */
class Kept {
  readonly all = new Map<string, Selection>();
  /** What is asked waits for this. */
  gate: Promise<void> = Promise.resolve();
  isThere = true;
  /** What happens while a method is being answered. */
  readonly during = new Map<string, () => void>();
  readonly state = new EventEmitter<string>();
  readonly changed = new EventEmitter<object>();
  readonly onDidChangeState = this.state.event;
  private count = 0;

  onNotification(_method: string, listener: (params: object) => void): { dispose(): void } {
    return this.changed.event(listener);
  }

  async request(method: string, given: Given): Promise<unknown> {
    const sent = structuredClone(given);
    await this.gate;
    this.during.get(method)?.();
    await sleep(5);
    if (!this.isThere) {
      throw new ServerUnavailable("no server");
    }
    switch (method) {
      case "selections/list":
        return { selections: [...this.all.values()] };
      case "selections/get":
        return structuredClone(this.find(sent.id));
      case "selections/save":
        return structuredClone(sent.id === undefined ? this.make(sent) : this.replace(sent));
      case "selections/rename":
        return this.put({ ...this.find(sent.id), name: sent.name ?? "" });
      default:
        this.all.delete(this.find(sent.id).id);
        return { ...sent };
    }
  }

  /** Another window saves. */
  saves(id: string, path: string): void {
    const found = this.find(id);
    this.put({ ...found, body: { ...found.body, items: [wholeFile(path)] } });
    this.changed.fire({});
  }

  find(id: string | undefined): Selection {
    const found = this.all.get(id ?? "");
    if (!found) {
      throw new RequestFailed("selections", ERROR_CODES.UnknownId, "unknown");
    }
    return found;
  }

  private make({ name = "", body }: Given): Selection {
    if ([...this.all.values()].some((other) => other.name === name)) {
      throw new RequestFailed("selections/save", ERROR_CODES.NameTaken, "taken");
    }
    return this.put({ id: `s${++this.count}`, name, body, version: 0 } as unknown as Selection);
  }

  private replace({ id, version, body }: Given): Selection {
    const found = this.find(id);
    if (version !== null && version !== found.version) {
      throw new RequestFailed("selections/save", ERROR_CODES.StaleVersion, "stale");
    }
    return this.put({ ...found, ...(body ? { body } : {}) });
  }

  private put(selection: Selection): Selection {
    const now = { ...selection, version: selection.version + 1, updatedAt: new Date().toISOString() };
    this.all.set(now.id, now);
    return now;
  }
}

let kept: Kept;
let selections: Selections;
let errors: unknown[];

function open(): Selections {
  const changed = new EventEmitter<void>();
  const projects = {
    open: [project],
    onDidChange: changed.event,
    byId: () => project,
    activate: () => undefined,
  } as unknown as Projects;
  const memory = { get: () => undefined, update: () => Promise.resolve() };
  const opened = new Selections(kept as unknown as Server, projects, memory as never, (error) =>
    errors.push(error),
  );
  changed.fire();
  return opened;
}

const add = (path: string): void => selections.updateItems(project, (items) => [...items, wholeFile(path)]);
const shown = (): string[] => selections.of(project).body.items.map(({ path }) => path);
const saved = (name: string): string[] | undefined =>
  [...kept.all.values()].find((one) => one.name === name)?.body.items.map(({ path }) => path);

/** Let the server answer nothing until the result is called. */
function hold(): () => void {
  let letThrough = (): void => undefined;
  kept.gate = new Promise((resolve) => (letThrough = resolve));
  return letThrough;
}

beforeEach(async () => {
  [kept, errors] = [new Kept(), []];
  selections = open();
  await sleep(30);
});

afterEach(() => {
  selections.dispose();
  assert.deepEqual(errors, []);
  asked.length = answers.length = 0;
});

test("changes while a save is on its way are saved after it, and nobody is in the way", async () => {
  add("a");
  const first = selections.flush();
  add("b");
  const second = selections.flush();
  await first;
  add("c");
  await second;
  await sleep(SAVED_MS);
  assert.deepEqual([saved("Default"), asked], [["a", "b", "c"], []]);
  assert.equal(kept.all.size, 1);
});

test("what is chosen before the server answers is not lost", async () => {
  selections.dispose();
  add("kept");
  await selections.flush();
  const letThrough = hold();
  selections = open();
  add("early");
  letThrough();
  await sleep(SAVED_MS);
  assert.deepEqual(shown(), ["kept", "early"]);
  assert.deepEqual(saved("Default"), ["kept", "early"]);
});

test("a change during a switch belongs to the selection that goes", async () => {
  add("one");
  await selections.saveAs(project, "Second", { ...selections.of(project).body, items: [] });
  add("two");
  await selections.flush();
  const letThrough = hold();
  const switching = selections.switchTo(project, "s1");
  await sleep(20);
  add("late");
  letThrough();
  await switching;
  await sleep(SAVED_MS);
  assert.deepEqual(shown(), ["one"]);
  assert.deepEqual([saved("Default"), saved("Second")], [["one"], ["two", "late"]]);
});

test("another window's save is shown when nothing here is unsaved", async () => {
  add("mine");
  await selections.flush();
  kept.saves("s1", "theirs");
  await sleep(50);
  assert.deepEqual(shown(), ["theirs"]);
  assert.equal(selections.canUndo(project), false);
  add("more");
  await sleep(SAVED_MS);
  assert.deepEqual([saved("Default"), asked], [["theirs", "more"], []]);
});

test("two windows at once: neither is lost, and the person is told", async () => {
  add("base");
  await selections.flush();
  add("mine");
  kept.saves("s1", "theirs");
  await sleep(SAVED_MS);
  assert.deepEqual([saved("Default"), saved("Default 2")], [["theirs"], ["base", "mine"]]);
  assert.deepEqual(shown(), ["base", "mine"]);
  assert.equal(asked.length, 1);
  assert.match(asked[0] ?? "", /changed in another window.*"Default 2"/);
});

test("the other window's one is taken on request", async () => {
  answers.push("Use Theirs");
  add("mine");
  await selections.flush();
  add("more");
  kept.saves("s1", "theirs");
  await sleep(SAVED_MS);
  assert.deepEqual(shown(), ["theirs"]);
  assert.deepEqual(saved("Default 2"), ["mine", "more"]);
});

test("what could not be saved is saved when the server is back", async () => {
  kept.isThere = false;
  add("a");
  await sleep(SAVED_MS);
  assert.equal(kept.all.size, 0);
  kept.isThere = true;
  kept.state.fire("running");
  await sleep(SAVED_MS);
  assert.deepEqual(saved("Default"), ["a"]);
});

test("what another window deleted is saved again with the next change", async () => {
  add("a");
  await selections.flush();
  kept.all.clear();
  kept.changed.fire({});
  await sleep(30);
  assert.deepEqual(shown(), ["a"]);
  add("b");
  await sleep(SAVED_MS);
  assert.deepEqual(saved("Default"), ["a", "b"]);
});

test("a name given while a change waits keeps the change", async () => {
  add("a");
  kept.during.set("selections/rename", () => add("b"));
  await selections.rename(project, "Named");
  await sleep(SAVED_MS);
  assert.equal(selections.of(project).name, "Named");
  assert.deepEqual(
    [shown(), saved("Named")],
    [
      ["a", "b"],
      ["a", "b"],
    ],
  );
});

test("changes of one moment are one step, also across a save", async () => {
  add("a");
  add("b");
  await selections.flush();
  add("c");
  await sleep(SAVED_MS);
  selections.step(project, "undo");
  assert.deepEqual(shown(), ["a", "b"]);
  selections.step(project, "undo");
  assert.deepEqual(shown(), []);
  selections.step(project, "redo");
  await sleep(SAVED_MS);
  assert.deepEqual(saved("Default"), ["a", "b"]);
});

test("the last selection that is deleted gives way to an empty one", async () => {
  add("a");
  await selections.flush();
  await selections.remove(project, "s1");
  assert.deepEqual([shown(), kept.all.size], [[], 0]);
  add("b");
  await sleep(SAVED_MS);
  assert.deepEqual(saved("Default"), ["b"]);
});
