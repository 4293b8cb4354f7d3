/** Files that are renamed or moved in the workspace stay chosen. */
import * as vscode from "vscode";
import { movedPath } from "./items";
import type { OpenProject, Projects } from "./projects";
import type { Selections } from "./selections";

export function followRenames(projects: Projects, selections: Selections): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(({ files }) => {
    for (const project of projects.open) {
      const moves = files.flatMap(({ oldUri, newUri }) => moveIn(projects, project, oldUri, newUri));
      if (moves.length > 0) {
        selections.renamed(project, (path) =>
          moves.reduce((now, [from, to]) => movedPath(now, from, to), path),
        );
      }
    }
  });
}

/** The old and the new path of a move inside a project. */
function moveIn(
  projects: Projects,
  project: OpenProject,
  oldUri: vscode.Uri,
  newUri: vscode.Uri,
): [string, string][] {
  const [from, to] = [projects.locate(oldUri), projects.locate(newUri)];
  return from && to && from.project.id === project.id && to.project.id === project.id
    ? [[from.path, to.path]]
    : [];
}
