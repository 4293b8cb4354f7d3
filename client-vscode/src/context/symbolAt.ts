/** Which definition a line belongs to. */
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
