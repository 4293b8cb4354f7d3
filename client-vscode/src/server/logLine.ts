/** Reading the level out of a line that the server logged. */

export type Level = "trace" | "debug" | "info" | "warn" | "error";

const LEVELS: Readonly<Record<string, Level>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** The level that a line of Python logging names near its start; lines without one are `info`. */
export function levelOf(line: string): Level {
  const word = /\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b/.exec(line.slice(0, 60))?.[1];
  return (word === undefined ? undefined : LEVELS[word]) ?? "info";
}
