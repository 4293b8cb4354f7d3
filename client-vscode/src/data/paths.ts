/** Where a prompt or a ticket lies as a document: `/prompts/<id>/<name>.prompt.md`. */

export type Area = "prompts" | "tickets";

/** What an address means; the name is there for people, the id says which one it is. */
export interface Address {
  readonly area: Area;
  readonly id: string;
}

const ENDINGS: Record<Area, string> = { prompts: ".prompt.md", tickets: ".md" };
const LONGEST_NAME = 80;

export function pathOf({ area, id }: Address, name: string): string {
  const safe = name.replace(/[/\\\p{Cc}]+/gu, "-").slice(0, LONGEST_NAME);
  return `/${area}/${id}/${safe}${ENDINGS[area]}`;
}

/** Undefined for a folder and for what is none of ours. */
export function addressOf(path: string): Address | undefined {
  const [, area, id, name, ...more] = path.split("/");
  const known = area === "prompts" || area === "tickets";
  return known && id && name && more.length === 0 ? { area, id } : undefined;
}
