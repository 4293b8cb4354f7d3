/** Which definition a line belongs to, and which line a definition starts on. */
import type { OutlineSymbol } from "../generated/protocol";

/** The dotted path of the innermost definition around a line (from 1), as `QuerySet.filter`; undefined outside of all. */
export function symbolAt(symbols: readonly OutlineSymbol[], line: number): string | undefined {
  const around = symbols.filter((symbol) => symbol.line <= line && line <= symbol.endLine);
  const innermost = around.sort((a, b) => a.endLine - a.line - (b.endLine - b.line))[0];
  if (innermost === undefined) {
    return undefined;
  }
  const inside = symbolAt(innermost.children, line);
  return inside === undefined ? innermost.name : `${innermost.name}.${inside}`;
}

/** The line (from 1) on which a dotted path is defined; undefined when it is not. */
export function lineOf(symbols: readonly OutlineSymbol[], dotted: string): number | undefined {
  for (const symbol of symbols) {
    if (symbol.name === dotted) {
      return symbol.line;
    }
    const inside = dotted.startsWith(`${symbol.name}.`)
      ? lineOf(symbol.children, dotted.slice(symbol.name.length + 1))
      : undefined;
    if (inside !== undefined) {
      return inside;
    }
  }
  return undefined;
}
