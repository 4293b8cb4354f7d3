/** Why nothing can be sent now, with what helps. */
import type { FromPage, PageState } from "../../chat/messages";
import { block, button, icon } from "./dom";

export function halted(
  { words, ways }: NonNullable<PageState["halt"]>,
  post: (message: FromPage) => void,
): HTMLElement[] {
  const choices = ways.map(({ title, command }) =>
    button(title, "secondary", () => post({ type: "run", command })),
  );
  return [
    icon(ways.length === 0 ? "sync" : "info"),
    block("span", "", words),
    block("span", "choices", ...choices),
  ];
}
