/** A prompt or a ticket of a selection that was edited costs something else: it is counted anew. */
import type * as vscode from "vscode";
import type { SelectionBody } from "../generated/protocol";
import type { Services } from "../services";

/** Other data may change every second, as while an answer comes in: only what the selection holds counts. */
export function recountEdited(services: Services): vscode.Disposable {
  const { data, projects, selections, estimates, log } = services;
  const counted = new Map<string, string>();
  const look = async (): Promise<void> => {
    for (const project of projects.open) {
      const { body } = selections.of(project);
      const state = await stateOf(services, body);
      const before = counted.get(project.id) ?? "";
      counted.set(project.id, state);
      if (before !== state) {
        estimates.renew(project);
      }
    }
  };
  return data.onDidChange(
    () => void look().catch((error: unknown) => log.debug(`not counted anew: ${String(error)}`)),
  );
}

/** Which versions of what a selection holds. */
async function stateOf({ server }: Services, { promptIds, ticketId }: SelectionBody): Promise<string> {
  const gone = (): { version: number } => ({ version: 0 });
  const versions = await Promise.all([
    ...promptIds.map((id) => server.request("prompts/get", { id }).catch(gone)),
    ...(ticketId === null ? [] : [server.request("tickets/get", { id: ticketId }).catch(gone)]),
  ]);
  return versions.map(({ version }) => version).join(" ");
}
