/** Where a prompt or a ticket can be opened in an editor: `octoprompt:/prompts/<name>.md?<id>`. */
import * as vscode from "vscode";
import { type Address, partsOf } from "./paths";

export const SCHEME = "octoprompt";

export function uriOf(address: Address, name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, ...partsOf(address, name) });
}
