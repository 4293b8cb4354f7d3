/** Finding a Python that can run the server. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export const OLDEST: readonly [number, number] = [3, 11];

/** An interpreter that answered. */
export interface Python {
  /** What to start, as `["py", "-3"]`. */
  readonly command: readonly [string, ...string[]];
  /** Its own idea of where it is. */
  readonly executable: string;
  readonly version: readonly [number, number, number];
  /** Tells apart what needs different wheels: `cpython-311-x86_64-linux`. */
  readonly tag: string;
}

const PROBE = [
  "import json, sys, sysconfig",
  "print(json.dumps([sys.executable, list(sys.version_info[:3]),",
  "  f'{sys.implementation.cache_tag}-{sysconfig.get_platform()}']))",
].join("\n");

/** Candidates in order: the setting alone when there is one, else what is usual on the platform. */
export function candidates(setting: string, platform: NodeJS.Platform): [string, ...string[]][] {
  if (setting !== "") {
    return [[setting]];
  }
  const usual: [string, ...string[]][] = [["python3"], ["python"]];
  const versioned: [string, ...string[]][] = ["3.14", "3.13", "3.12", "3.11"].map((v) => [`python${v}`]);
  return platform === "win32" ? [["py", "-3"], ...usual] : [...usual, ...versioned];
}

/** Ask an interpreter who it is; undefined when there is none or it does not answer within ten seconds. */
export async function probe(command: readonly [string, ...string[]]): Promise<Python | undefined> {
  const [program, ...args] = command;
  try {
    const { stdout } = await run(program, [...args, "-I", "-c", PROBE], { timeout: 10_000, windowsHide: true });
    return parseProbe(command, stdout);
  } catch {
    return undefined;
  }
}

/** Read what the probe printed; undefined when it is something else. */
export function parseProbe(command: readonly [string, ...string[]], output: string): Python | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return undefined;
  }
  const [executable, version, tag] = Array.isArray(answer) ? (answer as unknown[]) : [];
  if (typeof executable !== "string" || typeof tag !== "string" || !Array.isArray(version)) {
    return undefined;
  }
  const [major = 0, minor = 0, patch = 0] = version as number[];
  return { command, executable, version: [major, minor, patch], tag };
}

export function isNewEnough(python: Python): boolean {
  const [major, minor] = python.version;
  return major === OLDEST[0] && minor >= OLDEST[1];
}

/** The first candidate that is new enough, and what was wrong with the others. */
export async function findPython(setting: string): Promise<{ python?: Python; tried: string[] }> {
  const tried: string[] = [];
  for (const command of candidates(setting, process.platform)) {
    const python = await probe(command);
    if (python && isNewEnough(python)) {
      return { python, tried };
    }
    tried.push(`${command.join(" ")}: ${python ? `is ${python.version.join(".")}` : "not found"}`);
  }
  return { tried };
}
