/** Which file a code block of an answer is meant for, when it says so. */
import { workspacePath } from "./links";

const NAMED = /(?:^|\s)(?:path|file|filename|title)=["']?([^"'\s]+)/i;
const COMMENT =
  /^\s*(?:#|\/\/|--|;|\/\*|<!--)\s*(?:(?:file(?:name)?|path):\s*)?([\w@.()[\]-]+(?:\/[\w@.()[\]-]+)*\.\w{1,12})\s*(?:\*\/|-->)?\s*$/i;

/**
 * The path in the words after the fence (`python src/a.py`, `python:src/a.py`, `title="src/a.py"`) or in a comment on
 * the first line; empty when there is none.
 */
export function codeTarget(info: string, code: string): string {
  const [first = "", second = ""] = info.split(/\s+/);
  const candidates = [
    NAMED.exec(info)?.[1],
    /^[\w+#.-]+:(.+)$/.exec(first)?.[1],
    looksLikePath(second) ? second : undefined,
    looksLikePath(first) ? first : undefined,
    COMMENT.exec(code.slice(0, 300).split("\n", 1)[0] ?? "")?.[1],
  ];
  const found = candidates.find((path) => path !== undefined && workspacePath(path) !== undefined);
  return found?.replace(/^\.\//, "") ?? "";
}

function looksLikePath(word: string): boolean {
  return /^[\w@.()[\]-]+\/[\w@.()[\]/-]+$|^[\w@-]+\.\w{1,12}$/.test(word);
}
