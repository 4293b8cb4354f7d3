/** Names for new things. */

/** `name`, or `name 2`, `name 3`, ... when it is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken);
  let candidate = name;
  for (let n = 2; used.has(candidate); n++) {
    candidate = `${name} ${n}`;
  }
  return candidate;
}
