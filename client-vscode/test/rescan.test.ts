import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Absence } from "../src/context/absence";
import { Rescan } from "../src/context/rescan";
import { windowState, workspace } from "./standins/vscode";

test("only a window that was away for a while is a reason to look, and not more often than each 30 s", () => {
  const absence = new Absence();
  const seen = (
    [
      [true, 0],
      [false, 1_000],
      [true, 2_500],
      [false, 3_000],
      [false, 4_000],
      [true, 5_500],
      [false, 6_000],
      [true, 15_500],
      [false, 16_000],
      [true, 20_000],
      [false, 36_000],
      [true, 90_000],
    ] as const
  ).map(([isFocused, now]) => absence.moved(isFocused, now));
  const none = undefined;
  assert.deepEqual(seen, [none, none, none, none, none, 0, none, 20_000, none, none, none, 0]);
});

function open(ids: readonly string[]): {
  asked: string[];
  warned: string[];
  states: Map<string, string>;
  rescan: Rescan;
} {
  const asked: string[] = [];
  const warned: string[] = [];
  const states = new Map(ids.map((id) => [id, "idle"]));
  const rescan = new Rescan({
    indexStates: { of: ({ id }: { id: string }) => ({ state: states.get(id) }) },
    log: { warn: (line: string) => warned.push(line) },
    projects: { open: ids.map((id) => ({ id, name: id })) },
    server: {
      state: "running",
      request: (method: string, { projectId }: { projectId: string }) => {
        asked.push(`${method} ${projectId}`);
        return projectId === "gone" ? Promise.reject(new Error("no such root")) : Promise.resolve({});
      },
    },
  } as unknown as ConstructorParameters<typeof Rescan>[0]);
  return { asked, warned, states, rescan };
}

async function comeBack(): Promise<void> {
  windowState.fire({ focused: false });
  mock.timers.tick(40_000);
  windowState.fire({ focused: true });
  mock.timers.tick(0);
  for (let turn = 0; turn < 10; turn++) {
    await Promise.resolve();
  }
}

test("coming back asks for every project; one that fails is logged and keeps no other from it", async () => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const { asked, warned, states, rescan } = open(["gone", "b", "c"]);
  try {
    states.set("c", "paused");
    await comeBack();
    assert.deepEqual(asked.splice(0), ["index/rescan gone", "index/rescan b"]);
    assert.deepEqual(warned, ["the files of gone were not looked at again: Error: no such root"]);
    workspace.isTrusted = false;
    await comeBack();
    assert.deepEqual(asked, []);
    workspace.isTrusted = true;
    rescan.dispose();
    await comeBack();
    assert.deepEqual(asked, []);
  } finally {
    workspace.isTrusted = true;
    rescan.dispose();
    mock.timers.reset();
  }
});
