/** Finding TODO comments in the text of an editor. */
import type { FromTicketSelectionParams } from "../generated/protocol";

/** What a ticket is made of, without the place of its file. */
export type Made = Omit<FromTicketSelectionParams, "projectId" | "path">;

/** As much of a document of VS Code as is looked at. */
interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

const LONGEST_COMMENT = 12;
const WORDS = "(?:TODO|FIXME|XXX|HACK|BUG)\\b";
const TODO = new RegExp(`(//+|#+|--|;+|/?\\*+|<!--|%+|"""|\'\'\')\\s*${WORDS}`);
const ANY_WORD = new RegExp(`\\b${WORDS}`);

/** The TODO comment that begins in a line (from 0), with the comment lines that go on below it. */
export function todoAt(document: Lines, line: number): Made | undefined {
  const first = document.lineAt(line).text;
  const match = TODO.exec(first);
  if (!match?.[1]) {
    return undefined;
  }
  const texts = [first.slice(match.index)];
  const start = first.slice(0, match.index) + match[1];
  const standsAlone = first.slice(0, match.index).trim() === "";
  for (let next = line + 1; standsAlone && next < document.lineCount; next++) {
    const { text } = document.lineAt(next);
    if (!text.startsWith(start) || ANY_WORD.test(text) || texts.length === LONGEST_COMMENT) {
      break;
    }
    texts.push(text.slice(match.index));
  }
  return { kind: "todo", line: line + 1, endLine: line + texts.length, text: texts.join("\n") };
}
