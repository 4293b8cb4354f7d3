/** Remove Data of a Folder: what was stored for a folder that nobody works in any more goes to the bin. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import type { Project } from "../generated/protocol";
import type { Services } from "../services";
import { offerRestore } from "./bin";

export function registerProjectRemoval(services: Services): vscode.Disposable {
  return register(services, "removeProject", () => removeProject(services));
}

async function removeProject(services: Services): Promise<void> {
  const project = await chosen(services);
  const remove = "Remove";
  const answer =
    project &&
    (await vscode.window.showWarningMessage(
      `Remove what OctoPrompt keeps for "${project.name}"?`,
      {
        modal: true,
        detail: `Its selections, tickets and chats go to the bin for thirty days. The folder ${project.root} is not touched, nor are prompts.`,
      },
      remove,
    ));
  if (!project || answer !== remove) {
    return;
  }
  const { removed } = await services.data.change("projects/remove", { id: project.id });
  const counts = Object.entries(removed)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => plural(count, kind.replace(/s$/, "")));
  const what = counts.length === 0 ? "nothing else" : counts.join(", ");
  await offerRestore(services, "project", [project.id], `Removed "${project.name}" and with it ${what}.`);
}

/** Ask which; one that is open in this window would be there again at once. */
async function chosen({ server }: Services): Promise<Project | undefined> {
  const { projects } = await server.request("projects/list", {});
  const closed = projects.filter(({ open }) => !open);
  if (closed.length === 0) {
    throw new Notice(
      "OctoPrompt: nothing is stored for other folders. What belongs to a folder of this window is removed from another one.",
    );
  }
  const picked = await vscode.window.showQuickPick(
    closed.map((project) => ({
      label: `$(folder) ${project.name}`,
      description: project.root,
      detail: `last used ${new Date(project.updatedAt).toLocaleDateString()}`,
      project,
    })),
    {
      title: "Remove Data of a Folder",
      placeHolder: "Whose selections, tickets and chats to remove",
      matchOnDescription: true,
    },
  );
  return picked?.project;
}
