/** What a selection holds besides its files. */
import { plural } from "./numbers";
import type { SelectionBody } from "../generated/protocol";

/** How many files a build adds for a task when nothing is chosen, unless the user said another number. */
export const FOR_A_TASK_ALONE = 10;

/** How many files a build adds by itself for what the selection asks for. */
export function suggestedFor({ items, suggest }: Pick<SelectionBody, "items" | "suggest">): number {
  return suggest ?? (items.length === 0 ? FOR_A_TASK_ALONE : 0);
}

/** Whether there is a task that files can be suggested for. */
export function hasTask({
  instructions,
  promptIds,
  ticketId,
}: Pick<SelectionBody, "instructions" | "promptIds" | "ticketId">): boolean {
  return instructions.trim() !== "" || promptIds.length > 0 || ticketId !== null;
}

/** Whether there is anything to send. */
export function hasContent(body: SelectionBody): boolean {
  const { tree, rules, diagnostics, gitDiff } = body.include;
  return hasTask(body) || body.items.length > 0 || tree || rules || diagnostics || gitDiff !== "none";
}

/** `adds up to 10 files`: what happens by itself, in words. */
export function suggestWords(body: Pick<SelectionBody, "items" | "suggest">): string {
  const count = suggestedFor(body);
  return count === 0 ? "adds no files" : `adds up to ${plural(count, "file")}`;
}

/** What a switch of "files for the task" sets, given the setting for new selections. */
export function switchedSuggest(on: boolean, usual: number | null): number | null {
  if (on) {
    return usual === null || usual === 0 ? FOR_A_TASK_ALONE : usual;
  }
  return usual === null ? null : 0;
}
