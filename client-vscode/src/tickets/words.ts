/** Statuses, priorities and due dates as people read them. */
import type { TicketHead } from "../generated/protocol";

export type Status = TicketHead["status"];
export type Priority = TicketHead["priority"];

export const STATUSES: Record<Status, readonly [label: string, icon: string]> = {
  open: ["Open", "circle-large-outline"],
  in_progress: ["In progress", "play-circle"],
  done: ["Done", "pass-filled"],
  closed: ["Closed", "circle-slash"],
};

export const PRIORITIES: Record<Priority, readonly [label: string, icon: string]> = {
  high: ["High", "arrow-up"],
  normal: ["Normal", "dash"],
  low: ["Low", "arrow-down"],
};

export const ALL_STATUSES = Object.keys(STATUSES) as Status[];
export const ALL_PRIORITIES = Object.keys(PRIORITIES) as Priority[];
/** What is still to be done. */
export const ACTIVE: readonly Status[] = ["open", "in_progress"];

/** `3 open · 1 in progress`; statuses without tickets are left out. */
export function countWords(tickets: readonly Pick<TicketHead, "status">[]): string {
  return ALL_STATUSES.map((status) => ({
    count: tickets.filter((ticket) => ticket.status === status).length,
    word: STATUSES[status][0].toLowerCase(),
  }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`)
    .join(" · ");
}

/** `high · 1/3 · due today · bug`. */
export function describeTicket(ticket: TicketHead, today: string): string {
  const { priority, taskCount, doneTaskCount, tags } = ticket;
  return [
    priority === "normal" ? "" : priority,
    taskCount > 0 ? `${doneTaskCount}/${taskCount}` : "",
    dueWords(ticket, today),
    tags.join(", "),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Whether the day has passed and the work is not done; days as `2027-01-31`. */
export function isOverdue({ dueOn, status }: Pick<TicketHead, "dueOn" | "status">, today: string): boolean {
  return dueOn !== null && dueOn < today && ACTIVE.includes(status);
}

function dueWords(ticket: Pick<TicketHead, "dueOn" | "status">, today: string): string {
  const { dueOn } = ticket;
  if (dueOn === null) {
    return "";
  }
  return isOverdue(ticket, today) ? `overdue since ${dueOn}` : dueOn === today ? "due today" : `due ${dueOn}`;
}

/** This day where the user is, as `2027-01-31`. */
export function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/**
 * A day that a person typed: `2027-01-31`, `today`, `tomorrow`, or a number of days from today as `+3`; undefined when
 * it is none.
 */
export function parseDay(text: string, now: Date): string | undefined {
  const typed = text.trim().toLowerCase();
  const days = { today: 0, tomorrow: 1 }[typed] ?? (/^\+\d{1,4}$/.test(typed) ? Number(typed) : undefined);
  if (days !== undefined) {
    return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
  }
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(typed);
  if (!match) {
    return undefined;
  }
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return dayOf(new Date(year, month - 1, day)) === typed ? typed : undefined;
}

/** The order after some of a list were dragged onto one of it: they take its place, from either side. */
export function moved<T>(all: readonly T[], dragged: readonly T[], target: T | undefined): T[] {
  const rest = all.filter((each) => !dragged.includes(each));
  if (target === undefined || dragged.includes(target)) {
    return target === undefined ? [...rest, ...dragged] : [...all];
  }
  const first = dragged[0];
  const down = first !== undefined && all.indexOf(first) < all.indexOf(target);
  const at = rest.indexOf(target) + (down ? 1 : 0);
  return [...rest.slice(0, at), ...dragged, ...rest.slice(at)];
}
