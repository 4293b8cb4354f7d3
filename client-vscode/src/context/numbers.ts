/** Numbers as people read them. */

/** Tokens in little space: `812`, `12.4k`, `128k`, `1.2M`. */
export function short(tokens: number): string {
  if (tokens < 1000) {
    return String(Math.round(tokens));
  }
  const [value, unit] = tokens < 999_500 ? [tokens / 1000, "k"] : [tokens / 1_000_000, "M"];
  const rounded = value < 99.95 ? value.toFixed(1) : value.toFixed(0);
  return `${rounded.replace(/\.0$/, "")}${unit}`;
}

/** `12,400`, whatever the locale, as in the texts around it. */
export function full(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** `1 file`, `2 files`. */
export function plural(count: number, word: string): string {
  return `${full(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** `~12,400`, or `12,400` when the count is exact. */
export function counted(tokens: number, exact: boolean): string {
  return `${exact ? "" : "~"}${full(tokens)}`;
}

/** A number that a person typed, as `32000`, `32,000`, `32k` or `1.5m`; undefined when it is none. */
export function parseTokens(text: string): number | undefined {
  const match = /^\s*(\d[\d,_ ]*(?:\.\d+)?)\s*([kKmM]?)\s*$/.exec(text);
  if (!match?.[1]) {
    return undefined;
  }
  const unit = { "": 1, k: 1000, m: 1_000_000 }[(match[2] ?? "").toLowerCase()] ?? 1;
  const value = Math.round(Number(match[1].replace(/[,_ ]/g, "")) * unit);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A count that a person typed, from 0 to `most`; undefined when it is none. */
export function parseCount(text: string, most: number): number | undefined {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value <= most ? value : undefined;
}
