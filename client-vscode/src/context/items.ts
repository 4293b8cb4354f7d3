/** The items of a selection: pure functions over immutable lists. */
import type { ContextItem } from "../generated/protocol";

export type Items = readonly ContextItem[];

/** What makes two items the same: a file whole or in outline is one item, each range and symbol another. */
export function keyOf(item: ContextItem): string {
  switch (item.mode) {
    case "range":
      return `${item.path}\0range\0${item.range?.start ?? 0}-${item.range?.end ?? 0}`;
    case "symbol":
      return `${item.path}\0symbol\0${item.symbol ?? ""}`;
    default:
      return `${item.path}\0file`;
  }
}

/** Add items; one that is there already is replaced in its place. */
export function addItems(items: Items, added: Items): Items {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  for (const item of added) {
    byKey.set(keyOf(item), item);
  }
  return [...byKey.values()];
}

/** Add whole files; one that is there already keeps its mode. */
export function addPaths(items: Items, paths: Iterable<string>, confirmed = false): Items {
  const whole = new Set(items.filter(isWholeFile).map((item) => item.path));
  const added = [...paths].filter((path) => !whole.has(path));
  return addItems(
    items,
    added.map((path) => wholeFile(path, confirmed)),
  );
}

/** A file, whole as far as the budget allows; `confirmed` when the user said yes to a file that is left out by rule. */
export function wholeFile(path: string, confirmed = false): ContextItem {
  return { path, mode: "auto", range: null, symbol: null, confirmed };
}

/** Lines of a file, from 1, both inclusive. */
export function lines(path: string, start: number, end: number): ContextItem {
  return { path, mode: "range", range: { start, end }, symbol: null, confirmed: false };
}

/** A definition, by its dotted path in the file. */
export function definition(path: string, symbol: string): ContextItem {
  return { path, mode: "symbol", range: null, symbol, confirmed: false };
}

/** Remove everything of these files. */
export function removePaths(items: Items, paths: Iterable<string>): Items {
  const gone = new Set(paths);
  return items.filter((item) => !gone.has(item.path));
}

/** Remove everything below a folder; the empty string is the root. */
export function removeFolder(items: Items, folder: string): Items {
  return items.filter((item) => !isBelow(item.path, folder));
}

export function removeItem(items: Items, key: string): Items {
  return items.filter((item) => keyOf(item) !== key);
}

/** Set how much of whole-file items is included; items of ranges and symbols of the same files stay. */
export function setMode(items: Items, paths: Iterable<string>, mode: "auto" | "full" | "outline"): Items {
  const changed = new Set(paths);
  return items.map((item) => (isWholeFile(item) && changed.has(item.path) ? { ...item, mode } : item));
}

/** Follow files to their new paths; the same list when none of them moved. */
export function moveItems(items: Items, moved: (path: string) => string): Items {
  return items.some(({ path }) => moved(path) !== path)
    ? addItems(
        [],
        items.map((item) => ({ ...item, path: moved(item.path) })),
      )
    : items;
}

/** Where a path is once a file or a folder has been moved. */
export function movedPath(path: string, from: string, to: string): string {
  return path === from || isBelow(path, from) ? to + path.slice(from.length) : path;
}

/** The user said yes to sending files that are left out by rule. */
export function confirm(items: Items, paths: Iterable<string>): Items {
  const meant = new Set(paths);
  return items.map((item) => (meant.has(item.path) ? { ...item, confirmed: true } : item));
}

export function isWholeFile(item: ContextItem): boolean {
  return item.mode !== "range" && item.mode !== "symbol";
}

export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

/** The items of each file. */
export function byPath(items: Items): Map<string, ContextItem[]> {
  const groups = new Map<string, ContextItem[]>();
  for (const item of items) {
    const group = groups.get(item.path);
    if (group) {
      group.push(item);
    } else {
      groups.set(item.path, [item]);
    }
  }
  return groups;
}

/** How many chosen files each folder has below it, by folder path; the root is the empty string. */
export function countByFolder(items: Items): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of new Set(items.map((item) => item.path))) {
    for (const folder of ancestors(path)) {
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
  }
  return counts;
}

/** The folders that hold a path, the root (empty string) first. */
export function ancestors(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_part, index) => parts.slice(0, index).join("/"));
}

/** What is said of an item beside its name: `outline`, `QuerySet.filter`, `lines 3-9`. */
export function describeItem(item: ContextItem): string {
  switch (item.mode) {
    case "range":
      return `lines ${item.range?.start ?? 0}-${item.range?.end ?? 0}`;
    case "symbol":
      return item.symbol ?? "";
    case "auto":
      return "";
    default:
      return item.mode;
  }
}
