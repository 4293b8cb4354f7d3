/** A commit message for the changes: into the box of VS Code's source control, else to the clipboard. */
import * as path from "node:path";
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import type { OpenProject } from "../context/projects";
import { type Starting, work } from "./work";

const REPLACE = "Replace It";
const COPY = "Copy";

/** As much of the API of VS Code's git extension as is used. */
interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
}

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

export function registerCommitMessage(starting: Starting): vscode.Disposable {
  return register(starting.services, "writeCommitMessage", async (pressed?: { rootUri?: vscode.Uri }) => {
    const { projects } = starting.services;
    const root = pressed?.rootUri;
    const project = (root && projects.locate(root)?.project) ?? activeProject(starting.services);
    const result = await work(starting, { kind: "commitMessage", projectId: project.id });
    if (result?.text) {
      await put(project, result.text);
    }
  });
}

async function put(project: OpenProject, message: string): Promise<void> {
  const box = (await repositoryOf(project))?.inputBox;
  const answer = box && box.value.trim() !== "" ? await askReplace() : box ? REPLACE : COPY;
  if (box && answer === REPLACE) {
    box.value = message;
    await vscode.commands.executeCommand("workbench.view.scm");
  } else if (answer === COPY) {
    await vscode.env.clipboard.writeText(message);
    vscode.window.setStatusBarMessage("OctoPrompt: copied the commit message", 5000);
  }
}

function askReplace(): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(
    "The commit message is written, but the box of Source Control holds another one.",
    REPLACE,
    COPY,
  );
}

/** The innermost repository that the project's folder lies in. */
async function repositoryOf({ root, folder }: OpenProject): Promise<Repository | undefined> {
  const git = vscode.extensions.getExtension<GitExtension>("vscode.git");
  // It is switched off where `git.enabled` says so; then it gives no API.
  const api =
    git &&
    (await git.activate().then(
      (exports) => exports.getAPI(1),
      () => undefined,
    ));
  const holds = (repository: Repository): boolean =>
    [root, folder.uri.fsPath].some((each) => isIn(each, repository.rootUri.fsPath));
  const holding = (api?.repositories ?? []).filter(holds);
  return holding.sort((a, b) => b.rootUri.fsPath.length - a.rootUri.fsPath.length)[0];
}

function isIn(folder: string, parent: string): boolean {
  const relative = path.relative(parent, folder);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}
