/** The params of a build: what the selection holds, and the editor's problems when it asks for them. */
import type { BuildContextParams, SelectionBody } from "../generated/protocol";
import { suggestedFor } from "./content";
import { problemsOf } from "./problems";
import type { OpenProject, Projects } from "./projects";

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
    diagnostics: body.include.diagnostics ? problemsOf(projects, project) : [],
    budgetTokens: body.budgetTokens,
    model: body.model,
    format: body.format,
  };
}
