/** What the editor complains about. */
import * as vscode from "vscode";
import type { Diagnostic } from "../generated/protocol";
import type { OpenProject, Projects } from "./projects";

const MOST = 500;
const SEVERITIES: readonly Diagnostic["severity"][] = ["error", "warning", "information", "hint"];

/** The problems of one file, or of all files of a project. */
export function problemsOf(
  projects: Projects,
  project: OpenProject,
  path: string | null = null,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
    const place = projects.locate(uri);
    if (place?.project.id !== project.id || (path !== null && place.path !== path)) {
      continue;
    }
    for (const { range, severity, message, source } of diagnostics) {
      found.push({
        path: place.path,
        line: range.start.line + 1,
        severity: SEVERITIES[severity] ?? "information",
        message,
        source: source ?? null,
      });
    }
  }
  return found.slice(0, MOST);
}
