/** Keys: in the system's keyring where that works, else with the server until the window closes; for one host alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Disposable, LogOutputChannel, SecretStorage } from "vscode";
import { Providers } from "../src/chat/providers";
import type { Server } from "../src/server/client";

const KEY = "sk-canary-of-the-keyring";
const NOTHING: Disposable = { dispose: () => undefined };

function fail(error: unknown): never {
  throw error;
}

/** Providers of a server that has one, at `baseUrl`, with what was said to server and log. */
function providersAt(baseUrl: string, secrets: Partial<SecretStorage>) {
  const given: unknown[] = [];
  const logged: string[] = [];
  let begin: (state: string) => void = () => undefined;
  const server = {
    state: "running",
    onNotification: () => NOTHING,
    onDidChangeState: (listener: typeof begin) => {
      begin = listener;
      return NOTHING;
    },
    request: (method: string, params: unknown) => {
      if (method === "providers/setKey") {
        given.push(params);
      }
      return Promise.resolve({ providers: [{ id: "p", baseUrl }], kinds: [] });
    },
  };
  const log = { warn: (line: string) => logged.push(line) };
  const providers = new Providers(
    server as unknown as Server,
    { onDidChange: () => NOTHING, get: () => Promise.resolve(undefined), ...secrets } as SecretStorage,
    log as unknown as LogOutputChannel,
    fail,
  );
  return { providers, given, logged, begin: () => begin("running") };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

test("a key whose keyring does not work is used until the window closes, and its words stay out of the log", async () => {
  const broken = { store: () => Promise.reject(new Error(`cannot keep ${KEY}`)) };
  const { providers, given, logged } = providersAt("https://api.example/v1", broken);
  await providers.refresh();

  assert.equal(await providers.setKey("p", KEY), false);

  assert.deepEqual(given, [{ id: "p", key: KEY }]);
  assert.equal(logged.length, 1);
  assert.ok(!logged.join("").includes(KEY));
});

test("a new server gets the key of the keyring, unless its provider is elsewhere by now", async () => {
  const kept = { get: () => Promise.resolve(JSON.stringify({ host: "api.example", key: KEY })) };
  const there = providersAt("https://api.example/v1", kept);
  const moved = providersAt("https://evil.example/v1", kept);
  await settled();
  there.begin();
  moved.begin();
  await settled();

  assert.deepEqual(there.given.at(-1), { id: "p", key: KEY });
  assert.deepEqual(moved.given, []);
  assert.ok(!moved.logged.join("").includes(KEY));
});

test("a keyring that gives nothing, or nonsense, costs no more than its key", async () => {
  for (const get of [() => Promise.reject(new Error(KEY)), () => Promise.resolve("{nonsense")]) {
    const { given, logged } = providersAt("https://api.example/v1", { get });
    await settled();
    assert.deepEqual(given, []);
    assert.ok(!logged.join("").includes(KEY));
  }
});
