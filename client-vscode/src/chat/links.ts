/** Which links of a model's text may be followed. */

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);
const LONGEST = 4_000;

/** The address as it would be opened; undefined unless it is plainly http, https or mailto. */
export function safeUrl(url: string): string | undefined {
  // Browsers skip such characters, so `java\nscript:` would be a scheme.
  if (url.length > LONGEST || /[\u0000-\u0020\u007f\\]/.test(url) || !/^(https?:\/\/|mailto:)/i.test(url)) {
    return undefined;
  }
  try {
    const parsed = new URL(url);
    return SCHEMES.has(parsed.protocol) && parsed.username === "" && parsed.password === ""
      ? parsed.href
      : undefined;
  } catch {
    return undefined;
  }
}

/** A path inside the workspace, as `src/a.py` or `src/a.py#L12`; undefined for anything that could be something else. */
export function workspacePath(url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url);
  } catch {
    return undefined;
  }
  // No file of a workspace is meant by these.
  const odd = /^[a-z][a-z0-9+.-]*:(?!\d)|^[/\\#?~]|\\|[\u0000-\u001f\u007f]/i.test(path);
  const parts = path.split("/");
  return odd || path === "" || path.length > LONGEST || parts.includes("..") ? undefined : path;
}

/** A path with its line, from `a.py#L12`, `a.py:12` or `a.py:12:3`; line 1 when none is said. */
export function pathAndLine(path: string): { path: string; line: number } {
  const match = /^(.*?)(?:#L|:)(\d{1,7})(?:[-:]\w+)*$/.exec(path);
  return { path: match?.[1] ?? path, line: Number(match?.[2] ?? 1) };
}
