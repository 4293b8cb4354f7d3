/** Reading a line that the server logged, as `2026-01-02 10:00:00,123 WARNING octoprompt.index: slow`. */

export type Level = "trace" | "debug" | "info" | "warn" | "error";

export interface LogLine {
  readonly level: Level;
  /** Without time and level, which the log channel writes itself. */
  readonly text: string;
}

const HEAD = /^\d{4}-\d\d-\d\d \S+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) /;
const LEVELS: Readonly<Record<string, Level>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** Split a line; one without a head, as those of a traceback, goes on at the level of the line before. */
export function parseLogLine(line: string, before: Level): LogLine {
  const head = HEAD.exec(line);
  return { level: LEVELS[head?.[1] ?? ""] ?? before, text: line.slice(head?.[0].length ?? 0) };
}
