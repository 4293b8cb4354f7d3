/** Where a prompt, a ticket, a plan or a chat's system prompt lies as a document: `/prompts/<name>.md?<id>`. */

const AREAS = ["prompts", "tickets", "plans", "chats"] as const;

export type Area = (typeof AREAS)[number];

/** What an address means; the name in the path is there for people, the id says which one it is. */
export interface Address {
  readonly area: Area;
  readonly id: string;
}

/** As much of an address of VS Code as is looked at. */
export interface Parts {
  readonly path: string;
  readonly query: string;
}

// Not `.prompt.md`: VS Code takes that for a language of its own, and complains about our heads.
const ENDING = ".md";
const LONGEST_NAME = 80;

export function partsOf({ area, id }: Address, name: string): Parts {
  const safe = name.replace(/[/\\\p{Cc}]+/gu, "-").slice(0, LONGEST_NAME);
  return { path: `/${area}/${safe}${ENDING}`, query: id };
}

/** Undefined for a folder and for what is none of ours. */
export function addressOf({ path, query }: Parts): Address | undefined {
  const [, area, name, ...more] = path.split("/");
  const known = AREAS.find((one) => one === area);
  return known && name && query && more.length === 0 ? { area: known, id: query } : undefined;
}
