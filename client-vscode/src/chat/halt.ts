/** Why nothing can be sent now, and what can be done about it; so that no page is ever empty without a word. */
import type { Phase } from "../server/supervisor";
import type { PageState } from "./messages";

export type Halt = NonNullable<PageState["halt"]>;
type Command = Halt["ways"][number]["command"];

export interface Circumstances {
  readonly phase: Phase;
  readonly hasFolder: boolean;
  readonly isTrusted: boolean;
  /** Undefined while nobody knows. */
  readonly providers: number | undefined;
  /** A page without a chat offers the ways to a model itself. */
  readonly isNew: boolean;
}

const LOG = way("Show Log", "showLog");

const PHASES: Record<Phase, Halt | null> = {
  running: null,
  starting: { words: "Starting the OctoPrompt server…", ways: [] },
  settingUp: {
    words: "Setting up the Python environment of the OctoPrompt server. This happens once.",
    ways: [LOG],
  },
  noEnvironment: {
    words: "The OctoPrompt server needs Python 3.11 or newer, and sets up its own environment from there.",
    ways: [way("Set Up", "repairEnvironment"), LOG],
  },
  stopped: {
    words: "The OctoPrompt server does not run.",
    ways: [way("Restart Server", "restartServer"), LOG],
  },
};

/** What keeps a message from being sent; null when nothing does. */
export function haltOf({ phase, hasFolder, isTrusted, providers, isNew }: Circumstances): Halt | null {
  if (!hasFolder) {
    return { words: "Open a folder to chat about its code.", ways: [way("Open Folder", "openFolder")] };
  }
  const halt = PHASES[phase];
  if (halt) {
    return halt;
  }
  if (!isTrusted) {
    return {
      words: "In Restricted Mode no model is asked.",
      ways: [way("Manage Workspace Trust", "manageTrust")],
    };
  }
  return providers === 0
    ? { words: "Choose a model to chat with", ways: isNew ? [] : [way("Add Provider", "addProvider")] }
    : null;
}

function way(title: string, command: Command): Halt["ways"][number] {
  return { title, command };
}
