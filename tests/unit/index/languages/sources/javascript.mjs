#!/usr/bin/env node
import fs, { readFile as read, writeFile } from "node:fs/promises";
import * as path from "path";
import "./polyfill.js";
export { parse } from "./parse.js";
export * from "./scan.js";
const { join } = require("node:path");
const lazy = () => import("./lazy.js");

/** How many at once. */
export const LIMIT = 5, retries = 2;
let state = { current: null };

/**
 * Reads a page.
 * @param {string} url
 */
export async function load(url, { retry = 3, ...rest } = {}) {
  function attempt(n) {
    return fetch(`${url}?n=${encode(n)}`, rest);
  }
  return attempt(retry).then((r) => r.json());
}

export function* walk(tree) {
  yield* tree.children.map(walk);
}

// Holds pages.
export default class Store extends EventTarget {
  #pages = new Map();
  static instance = null;

  constructor(...pages) {
    super();
    pages.forEach((page) => this.add(page));
  }

  get size() { return this.#pages.size; }
  static async *[Symbol.asyncIterator]() {}
  #hidden() {}

  "quoted name"(x) {
    return new this.Page.Inner(x);
  }
}

const Mixed = class extends mixin(Store, Logger) {};

const debounce = function (fn, ms = 100) {
  return (...args) => setTimeout(() => fn(...args), ms);
};

Store.prototype.clear = function () {
  this.dispatchEvent(new Event("clear"));
};

module.exports.open = (name) => new Store(name);

export const routes = {
  index: "/",
  onEnter: async (to) => load(to),
  leave() {
    state.current = null;
  },
};

describe("store", () => {
  it("adds", () => expect(new Store().size).toBe(0));
});
