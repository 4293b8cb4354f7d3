/** Where a prompt or a ticket can be opened in an editor: `octoprompt:/prompts/<id>/<name>.prompt.md`. */
import * as vscode from "vscode";
import { type Address, pathOf } from "./paths";

export const SCHEME = "octoprompt";

export function uriOf(address: Address, name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: pathOf(address, name) });
}
