/** Which file a code block of an answer is meant for, when it says so. */
import { workspacePath } from "./links";

const NAMED = /(?:^|\s)(?:path|file|filename|title)=["']?([^"'\s]+)/i;
const COMMENT =
  /^\s*(?:#|\/\/|--|;|\/\*|<!--)\s*(?:(?:file(?:name)?|path):\s*)?([\w@.()[\]-]+(?:\/[\w@.()[\]-]+)*\.\w{1,12})\s*(?:\*\/|-->)?\s*$/i;

/**
 * The path in the words after the fence (`python src/a.py`, `python:src/a.py`, `title="src/a.py"`), in a comment on the
 * first line, or alone in the line `before` the block; empty when there is none.
 */
export function codeTarget(info: string, code: string, before = ""): string {
  const [first = "", second = ""] = info.split(/\s+/);
  const candidates = [
    NAMED.exec(info)?.[1],
    /^[\w+#.-]+:(.+)$/.exec(first)?.[1],
    looksLikePath(second) ? second : undefined,
    looksLikePath(first) ? first : undefined,
    COMMENT.exec(code.slice(0, 300).split("\n", 1)[0] ?? "")?.[1],
    alone(before),
  ];
  const found = candidates.find((path) => path !== undefined && workspacePath(path) !== undefined);
  return found?.replace(/^\.\//, "") ?? "";
}

function alone(before: string): string | undefined {
  const line = before.trim().split("\n").at(-1) ?? "";
  const word = line.replace(/^(?:file(?:name)?|path):\s*/i, "").replace(/^[`*]+|[`*:]+$/g, "");
  return looksLikePath(word) ? word : undefined;
}

function looksLikePath(word: string): boolean {
  return /^[\w@.()[\]-]+\/[\w@.()[\]/-]+$|^[\w@-]+\.\w{1,12}$/.test(word);
}
