/** Brings the server up and keeps it up: chooses what to start, starts it anew when settings change, says what is wrong. */
import * as vscode from "vscode";
import { Server, type ServerState } from "./client";
import { Environment, NoPython, SetUpFailed } from "./environment";
import { customCommand, launchOf, needsRestart } from "./launch";

/** The state of the server, or of what has to be there before it; `octoprompt.server` in `when` clauses. */
export type Phase = ServerState | "settingUp" | "noEnvironment";

export class Supervisor implements vscode.Disposable {
  private readonly phaseChanged = new vscode.EventEmitter<Phase>();
  readonly onDidChangePhase = this.phaseChanged.event;
  private readonly owned: vscode.Disposable[];
  private current: Phase = "starting";
  private readonly environment: Environment;
  private settings: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Server,
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.environment = new Environment(context, log, () => this.enter("settingUp"));
    this.owned = [
      this.phaseChanged,
      server.onDidChangeState((state) => this.enter(state)),
      server.onDidGiveUp(() => void this.reportCrashes()),
      vscode.workspace.onDidChangeConfiguration((event) => needsRestart(event) && this.restartSoon()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.server.state === "stopped" && void this.start()),
    ];
  }

  get phase(): Phase {
    return this.current;
  }

  /** Start the server if there is a folder to serve; a failure is told to the user. */
  async start(): Promise<void> {
    if ((vscode.workspace.workspaceFolders ?? []).length > 0) {
      await this.restart();
    }
  }

  /** Start the server anew; a failure is told to the user. */
  async restart(): Promise<void> {
    try {
      const command = customCommand();
      void vscode.commands.executeCommand("setContext", "octoprompt.customServer", command !== undefined);
      await (command === undefined ? this.launchManaged(await this.environment.ensure()) : this.launch(command));
    } catch (error) {
      await this.report(error);
    }
  }

  /** Make the managed environment anew and start the server from it. */
  async repair(): Promise<void> {
    try {
      await this.launchManaged(await this.environment.build());
    } catch (error) {
      await this.report(error);
    }
  }

  dispose(): void {
    clearTimeout(this.settings);
    vscode.Disposable.from(...this.owned).dispose();
  }

  private async launch(command: readonly string[]): Promise<void> {
    const folder = this.context.globalStorageUri;
    await vscode.workspace.fs.createDirectory(folder);
    this.log.info(`starting the server: ${command.join(" ")}`);
    await this.server.start(launchOf(command, folder));
  }

  private async launchManaged(command: readonly string[]): Promise<void> {
    await this.launch(command);
    await this.environment.used(command);
  }

  private restartSoon(): void {
    clearTimeout(this.settings);
    this.settings = setTimeout(() => void this.restart(), 500);
  }

  private enter(phase: Phase): void {
    this.current = phase;
    void vscode.commands.executeCommand("setContext", "octoprompt.server", phase);
    this.phaseChanged.fire(phase);
  }

  private async report(error: unknown): Promise<void> {
    if (error instanceof vscode.CancellationError) {
      this.enter("noEnvironment");
      return;
    }
    this.log.error(`the server did not start: ${String(error)}`);
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof NoPython) {
      this.enter("noEnvironment");
      await offer(`OctoPrompt: ${message}`, {
        "Choose Python…": () =>
          vscode.commands.executeCommand("workbench.action.openSettings", "octoprompt.python.path"),
        "Try Again": () => this.restart(),
      });
      return;
    }
    this.enter(error instanceof SetUpFailed ? "noEnvironment" : "stopped");
    await offer(`The OctoPrompt server did not start: ${message}`, this.remedies());
  }

  private async reportCrashes(): Promise<void> {
    await offer("The OctoPrompt server crashed five times in three minutes and stays down.", this.remedies());
  }

  private remedies(): Record<string, () => unknown> {
    return { Restart: () => this.restart(), "Show Log": () => this.log.show() };
  }
}

async function offer(message: string, actions: Record<string, () => unknown>): Promise<void> {
  const answer = await vscode.window.showErrorMessage(message, ...Object.keys(actions));
  if (answer !== undefined) {
    await actions[answer]?.();
  }
}
