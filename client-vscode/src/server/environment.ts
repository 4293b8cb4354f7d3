/** The Python environment that the extension makes for the server, from the wheel and the locked requirements it carries. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { findPython, OLDEST, probe, type Python } from "./python";

/** No interpreter fits. */
export class NoPython extends Error {
  override readonly name = "NoPython";
}

/** A step of the set-up failed. */
export class SetUpFailed extends Error {
  override readonly name = "SetUpFailed";
}

type Command = readonly string[];
type Progress = vscode.Progress<{ message: string }>;

/** Written last into an environment: without it, it is half made. */
const READY = "octoprompt-ready.json";
/** Another window may still run an older one. */
const UNUSED_MS = 7 * 24 * 3_600_000;

export class Environment {
  private readonly storage: string;
  private readonly bundle: string;

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly building: () => void,
  ) {
    this.storage = path.join(context.globalStorageUri.fsPath, "python");
    this.bundle = context.asAbsolutePath("server");
  }

  /** The command of a healthy environment; makes one when there is none. */
  async ensure(): Promise<Command> {
    const wanted = await this.key();
    const existing = (await this.environments()).filter((name) => name.startsWith(`${wanted}-`));
    for (const name of existing.reverse()) {
      const folder = path.join(this.storage, name);
      if (await probe([interpreter(folder)])) {
        return commandOf(folder);
      }
      this.log.warn(`the Python environment ${folder} does not answer and is made anew`);
    }
    return this.build();
  }

  /** Make an environment from nothing; the ones that are there stay until the new one is complete. */
  async build(): Promise<Command> {
    const setting = vscode.workspace.getConfiguration("octoprompt").get("python.path", "").trim();
    const { python, tried } = await findPython(setting);
    if (!python) {
      throw new NoPython(
        `Python ${OLDEST.join(".")} or newer is needed and was not found (${tried.join("; ")}). ` +
          "Install it, or set `octoprompt.python.path`.",
      );
    }
    this.building();
    return vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "OctoPrompt", cancellable: true },
      (progress, token) => this.install(python, progress, token),
    );
  }

  /** The server answers: note that this environment is in use, and remove those that nobody has used for a week. */
  async used(command: Command): Promise<void> {
    const now = new Date();
    for (const name of await readdir(this.storage).catch(() => [])) {
      const folder = path.join(this.storage, name);
      const mark = path.join(folder, READY);
      if (command[0] === interpreter(folder)) {
        await utimes(mark, now, now);
        continue;
      }
      const last = (await stat(mark).catch(() => stat(folder))).mtimeMs;
      if (now.getTime() - last > UNUSED_MS) {
        this.log.info(`removing the unused Python environment ${folder}`);
        await rm(folder, { recursive: true, force: true });
      }
    }
  }

  private async install(python: Python, progress: Progress, token: vscode.CancellationToken): Promise<Command> {
    const wheel = await this.wheel();
    const folder = path.join(this.storage, `${await this.key()}-${Date.now().toString(36)}`);
    await mkdir(this.storage, { recursive: true });
    const work = await mkdtemp(path.join(this.storage, ".new-"));
    const pip = [interpreter(work), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install"];
    const lock = path.join(this.bundle, "requirements.lock");
    try {
      progress.report({ message: `making a Python ${python.version.join(".")} environment…` });
      await this.run([...python.command, "-I", "-m", "venv", work], token);
      progress.report({ message: "installing the server's libraries (once, some minutes on a slow network)…" });
      await this.run([...pip, "--require-hashes", "--only-binary=:all:", "-r", lock], token);
      await this.run([...pip, "--no-deps", "--no-index", wheel], token);
      progress.report({ message: "checking the new environment…" });
      await this.run([interpreter(work), "-I", "-c", "import octoprompt"], token);
      await writeFile(path.join(work, READY), JSON.stringify({ python: python.version }));
      await rename(work, folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return commandOf(folder);
  }

  /** Run one step; its output goes to the log, cancelling ends it. */
  private run([program = "", ...args]: Command, token: vscode.CancellationToken): Promise<void> {
    this.log.info(`> ${[program, ...args].join(" ")}`);
    const { PYTHONPATH, PYTHONHOME, ...env } = process.env;
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: this.storage, env, windowsHide: true });
      const stop = token.onCancellationRequested(() => child.kill());
      let last = "";
      const take = (chunk: Buffer): void => {
        for (const line of chunk.toString().split(/\r?\n/).filter(Boolean)) {
          this.log.info(line);
          last = line;
        }
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("error", reject);
      child.on("close", (code) => {
        stop.dispose();
        if (token.isCancellationRequested) {
          reject(new vscode.CancellationError());
        } else if (code === 0) {
          resolve();
        } else {
          reject(new SetUpFailed(`the Python environment could not be made (${last.trim() || `exit code ${code}`})`));
        }
      });
    });
  }

  /** Complete environments, of each version the oldest first. */
  private async environments(): Promise<string[]> {
    const names = await readdir(this.storage).catch(() => []);
    const complete: string[] = [];
    for (const name of names.sort()) {
      const ready = await stat(path.join(this.storage, name, READY)).catch(() => undefined);
      if (ready && !name.startsWith(".")) {
        complete.push(name);
      }
    }
    return complete;
  }

  private async wheel(): Promise<string> {
    const folder = path.join(this.bundle, "wheel");
    const name = (await readdir(folder).catch(() => [])).find((entry) => entry.endsWith(".whl"));
    if (name === undefined) {
      throw new SetUpFailed(
        "this build of the extension carries no server; set `octoprompt.server.command` to one that is installed",
      );
    }
    return path.join(folder, name);
  }

  /** Changes whenever the server or its requirements do. */
  private async key(): Promise<string> {
    const wheel = await this.wheel();
    const hash = createHash("sha256");
    hash.update(await readFile(wheel));
    hash.update(await readFile(path.join(this.bundle, "requirements.lock")));
    return `venv-${hash.digest("hex").slice(0, 16)}`;
  }
}

function interpreter(folder: string): string {
  return process.platform === "win32" ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

function commandOf(folder: string): Command {
  return [interpreter(folder), "-I", "-X", "utf8", "-m", "octoprompt", "serve"];
}
