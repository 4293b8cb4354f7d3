/** What agents and chats propose for files: every change of it goes through here, so that all who show it hear of it. */
import * as vscode from "vscode";
import type { Data } from "../data/data";
import type { Edit, Run } from "../generated/protocol";
import type { Params, Server } from "../server/client";

/** When VS Code's own Refactor Preview asks about a file that is open. */
type Preview = NonNullable<Params<"edits/apply">["preview"]>;

export class Edits implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<readonly Edit[]>();
  /** Edits were chosen from, applied, rejected or undone here. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly data: Data,
  ) {}

  /** Of a run, in its order. */
  async list(runId: string): Promise<Edit[]> {
    return (await this.server.request("edits/list", { runId })).edits;
  }

  /** The run that proposed an edit. */
  async runOf({ runId }: Edit): Promise<Run> {
    return (await this.server.request("agents/get", { runId })).run;
  }

  /** Take these hunks of an edit and leave its others out. */
  async choose({ id }: Edit, hunks: readonly number[]): Promise<void> {
    this.changed.fire([await this.server.request("edits/chooseHunks", { id, hunks: [...hunks] })]);
  }

  /** Write to files, which may finish a task; `confirmed` are those to which a person said yes that need it. */
  apply(edits: readonly Edit[], confirmed: readonly Edit[]): Promise<Edit[]> {
    const preview = vscode.workspace.getConfiguration("octoprompt").get<Preview>("edits.preview", "changed");
    return this.tell(
      this.data.change("edits/apply", { ids: idsOf(edits), confirmed: idsOf(confirmed), preview }),
    );
  }

  reject(edits: readonly Edit[]): Promise<Edit[]> {
    return this.tell(this.data.change("edits/reject", { ids: idsOf(edits) }));
  }

  /** Give files back what they held; of `overwrite` later changes are lost. */
  undo(edits: readonly Edit[], overwrite: readonly Edit[] = []): Promise<Edit[]> {
    return this.tell(this.data.change("edits/undo", { ids: idsOf(edits), overwrite: idsOf(overwrite) }));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async tell(work: Promise<{ edits: Edit[] }>): Promise<Edit[]> {
    const { edits } = await work;
    this.changed.fire(edits);
    return edits;
  }
}

function idsOf(edits: readonly Edit[]): string[] {
  return edits.map(({ id }) => id);
}
