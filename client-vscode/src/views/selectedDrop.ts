/** Files, prompts and tickets that are dropped on the Selected view go into the context. */
import * as vscode from "vscode";
import { report } from "../commands/report";
import { addressOf } from "../data/paths";
import { SCHEME } from "../data/uris";
import { choosePrompts } from "../prompts/use";
import type { Services } from "../services";
import type { SelectedNode } from "./selectedNodes";

const URIS_MIME = "text/uri-list";

export class SelectedDrop implements vscode.TreeDragAndDropController<SelectedNode> {
  readonly dragMimeTypes = [];
  readonly dropMimeTypes = [URIS_MIME];

  constructor(private readonly services: Services) {}

  async handleDrop(_target: SelectedNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    try {
      const dropped = await transfer.get(URIS_MIME)?.asString();
      const uris = (dropped ?? "").split(/\r?\n/).filter(Boolean);
      await this.add(uris.map((uri) => vscode.Uri.parse(uri)));
    } catch (error) {
      report(error, this.services);
    }
  }

  private async add(uris: readonly vscode.Uri[]): Promise<void> {
    const ours = uris.filter(({ scheme }) => scheme === SCHEME).map((uri) => addressOf(uri));
    const idsIn = (area: string): string[] =>
      ours.flatMap((address) => (address?.area === area ? [address.id] : []));
    const files = uris.filter(({ scheme }) => scheme !== SCHEME);
    if (files.length > 0) {
      await vscode.commands.executeCommand("octoprompt.addToContext", files[0], files);
    }
    const { active } = this.services.projects;
    const ticketId = idsIn("tickets").at(-1);
    if (active && ticketId !== undefined) {
      this.services.selections.update(active, { ticketId });
    }
    await choosePrompts(this.services, idsIn("prompts"));
  }
}
