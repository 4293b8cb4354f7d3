/** What to start as the server, and with which options. */
import * as vscode from "vscode";

/** A process to start. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly initializationOptions: Record<string, unknown>;
}

/** The command that the user gave by setting or environment variable; undefined means the managed environment. */
export function customCommand(): readonly string[] | undefined {
  const setting = vscode.workspace.getConfiguration("octoprompt").get<string[] | null>("server.command");
  if (setting && setting.length > 0) {
    return setting;
  }
  return parseCommand(process.env.OCTOPROMPT_SERVER_COMMAND);
}

function parseCommand(text: string | undefined): readonly string[] | undefined {
  if (!text) {
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || value.length === 0 || !value.every((part) => typeof part === "string")) {
    throw new Error("`OCTOPROMPT_SERVER_COMMAND` must be a JSON array of strings");
  }
  return value;
}

/**
 * Make the launch of a command. The folder it runs in is never the workspace, and Python is told not to look there for
 * modules: opening a folder must not run its code.
 */
export function launchOf(command: readonly string[], cwd: vscode.Uri): Launch {
  const [program = "", ...args] = command;
  const settings = vscode.workspace.getConfiguration("octoprompt");
  const { PYTHONPATH, PYTHONHOME, ...inherited } = process.env;
  return {
    command: program,
    args,
    cwd: cwd.fsPath,
    env: {
      ...inherited,
      PYTHONUTF8: "1",
      PYTHONUNBUFFERED: "1",
      PYTHONSAFEPATH: "1",
      // It prepares for this folder while it starts; which ones it opens it is told later.
      OCTOPROMPT_FOLDER: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "",
      OCTOPROMPT_LOG_LEVEL: settings.get<string>("log.level", "info").toUpperCase(),
    },
    initializationOptions: {
      maxFileBytes: settings.get<number>("index.maxFileBytes"),
      workers: settings.get<number>("index.workers"),
      exclude: settings.get<string[]>("index.exclude"),
      trusted: vscode.workspace.isTrusted,
      summaries: {
        dailyTokens: settings.get<number>("summaries.dailyTokens"),
        dailyUsd: settings.get<number | null>("summaries.dailyUsd"),
      },
      models: {
        connectSeconds: settings.get<number>("models.connectSeconds"),
        firstTokenSeconds: settings.get<number>("models.firstTokenSeconds"),
        gapSeconds: settings.get<number>("models.gapSeconds"),
        totalSeconds: settings.get<number>("models.totalSeconds"),
      },
    },
  };
}

/** Whether a change of settings needs another launch. */
export function needsRestart(event: vscode.ConfigurationChangeEvent): boolean {
  return ["octoprompt.index", "octoprompt.models", "octoprompt.summaries", "octoprompt.server", "octoprompt.python", "octoprompt.log"].some((section) =>
    event.affectsConfiguration(section),
  );
}
