/** The params of a build: what the selection holds, and the editor's problems when it asks for them. */
import * as vscode from "vscode";
import type { BuildContextParams, Diagnostic, SelectionBody } from "../generated/protocol";
import { suggestedFor } from "./content";
import type { OpenProject, Projects } from "./projects";

const MOST_DIAGNOSTICS = 500;
const SEVERITIES: readonly Diagnostic["severity"][] = ["error", "warning", "information", "hint"];

export function buildParams(
  projects: Projects,
  project: OpenProject,
  body: SelectionBody,
): BuildContextParams & { items: SelectionBody["items"] } {
  return {
    projectId: project.id,
    items: body.items,
    instructions: body.instructions,
    promptIds: body.promptIds,
    promptValues: body.promptValues,
    ticketId: body.ticketId,
    suggest: suggestedFor(body),
    include: body.include,
    diagnostics: body.include.diagnostics ? diagnosticsOf(projects, project) : [],
    budgetTokens: body.budgetTokens,
    model: body.model,
    format: body.format,
  };
}

function diagnosticsOf(projects: Projects, project: OpenProject): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
    const place = projects.locate(uri);
    if (place?.project.id !== project.id) {
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
  return found.slice(0, MOST_DIAGNOSTICS);
}
