/** What a page shows beside a conversation: recent chats, ways to a model, and why nothing can be sent. */
import * as vscode from "vscode";
import type { OpenProject } from "../context/projects";
import { haltOf, type Halt } from "./halt";
import type { Home } from "./messages";
import type { ChatServices } from "./services";
import { ago, titleOf } from "./shown";

const RECENT = 8;

/** At once what is known, then, when it is needed, what was found. */
export async function* homes(
  { server, providers }: ChatServices,
  project: OpenProject | undefined,
): AsyncGenerator<Home> {
  const { chats } = await server.request("chats/list", { limit: RECENT, projectId: project?.id ?? null });
  const now = Date.now();
  const home: Home = {
    type: "home",
    hasProvider: providers.all?.length !== 0,
    found: [],
    chats: chats.map((chat) => ({ id: chat.id, title: titleOf(chat), when: ago(chat.updatedAt, now) })),
  };
  yield home;
  if (!home.hasProvider) {
    const { found } = await server.request("providers/discover", {});
    const local = found.map(({ kind, title, models }) => ({
      kind,
      name: title,
      detail: `${models.length} models on this machine`,
    }));
    const keys = providers.kinds.filter(({ environmentKey }) => environmentKey);
    const known = keys.map(({ kind, title, keyVariables }) => ({
      kind,
      name: title,
      detail: `its key is in the environment (${keyVariables.join(" or ")})`,
    }));
    yield { ...home, found: [...local, ...known].slice(0, 20) };
  }
}

/** What keeps a message from being sent in this window; `isNew` for a page that shows no chat. */
export function haltOfWindow({ supervisor, providers }: ChatServices, isNew: boolean): Halt | null {
  return haltOf({
    phase: supervisor.phase,
    hasFolder: (vscode.workspace.workspaceFolders ?? []).length > 0,
    isTrusted: vscode.workspace.isTrusted,
    providers: providers.all?.length,
    isNew,
  });
}
