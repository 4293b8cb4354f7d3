/** What views and commands work with; made once in `extension.ts`. */
import type * as vscode from "vscode";
import type { Estimates } from "./context/estimates";
import type { IndexStates } from "./context/indexStates";
import type { Projects } from "./context/projects";
import type { Selections } from "./context/selections";
import type { Data } from "./data/data";
import type { Edits } from "./edits/edits";
import type { Server } from "./server/client";
import type { Supervisor } from "./server/supervisor";

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly server: Server;
  readonly supervisor: Supervisor;
  readonly data: Data;
  readonly edits: Edits;
  readonly projects: Projects;
  readonly selections: Selections;
  readonly estimates: Estimates;
  readonly indexStates: IndexStates;
}
