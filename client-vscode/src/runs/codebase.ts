/** Agents over code: questions, changes, plans, reviews, summaries. They start from files, from the palette, anywhere. */
import * as vscode from "vscode";
import { activeProject, register } from "../commands/register";
import { Notice } from "../commands/report";
import { byProject, placesOf, type Target } from "../commands/targets";
import { plural } from "../context/numbers";
import type { OpenProject } from "../context/projects";
import type { RunAgentParams } from "../generated/protocol";
import type { Services } from "../services";
import { openPlan } from "./plans";
import { estimateWords } from "./words";
import { askRequest, mayWork, present, type Starting, work } from "./work";

interface About {
  readonly projectId: string;
  readonly paths: string[];
}

export function registerCodebaseWork(starting: Starting): vscode.Disposable[] {
  const { services } = starting;
  const on = (
    name: string,
    kind: "ask" | "code" | "plan",
    title: string,
    prompt: string,
  ): vscode.Disposable =>
    register(services, name, async (clicked?: Target, selected?: Target[]) => {
      const about = aboutOf(services, clicked, selected);
      const request = await askRequest(title, `${prompt}${namesOf(about)}`);
      if (request) {
        await carryOut(starting, { kind, request, ...about });
      }
    });
  return [
    on("askCodebase", "ask", "Ask About the Codebase", "The model reads and searches files to answer"),
    on("writeCode", "code", "Write Code", "What is to be changed; you review it before it is written"),
    on("planChange", "plan", "Plan", "What is to be done; the plan can be changed before it is carried out"),
    register(services, "reviewChanges", async () => {
      await carryOut(starting, { kind: "review" });
    }),
    register(services, "summarize", (clicked?: Target, selected?: Target[]) =>
      summarize(starting, clicked, selected),
    ),
  ];
}

async function carryOut(starting: Starting, order: RunAgentParams): Promise<void> {
  const result = await work(starting, order);
  if (result && order.kind === "plan") {
    await openPlan(starting, result.runId);
  } else if (result) {
    await present(starting, result);
  }
}

/** The files that were clicked; without any, the project alone. */
function aboutOf(services: Services, clicked?: Target, selected?: readonly Target[]): About {
  if (!clicked) {
    return { projectId: activeProject(services).id, paths: [] };
  }
  const [project, paths] = inOneProject(services, clicked, selected);
  // The root itself is about nothing more than the project.
  return { projectId: project.id, paths: paths.filter((path) => path !== "") };
}

function inOneProject(
  services: Services,
  clicked?: Target,
  selected?: readonly Target[],
): readonly [OpenProject, string[]] {
  const [first, ...others] = byProject(placesOf(services, clicked, selected));
  if (!first || others.length > 0) {
    throw new Notice("OctoPrompt: choose files of one folder of the workspace.");
  }
  return first;
}

function namesOf({ paths }: About): string {
  const [first] = paths;
  return first === undefined
    ? ""
    : paths.length === 1
      ? ` (about ${first})`
      : ` (about ${paths.length} files)`;
}

/** Asks first, with what it will take; what has a summary is not paid for again. */
async function summarize(starting: Starting, clicked?: Target, selected?: readonly Target[]): Promise<void> {
  const { services } = starting;
  const [project, paths] = inOneProject(services, clicked, selected);
  if (!(await mayWork(services))) {
    return;
  }
  const request = paths.length > 1 ? plural(paths.length, "place") : paths.join("") || project.name;
  const order: RunAgentParams = { kind: "summarize", projectId: project.id, paths, request };
  const estimate = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Estimating the summaries", cancellable: true },
    (_progress, token) => services.server.request("agents/estimate", order, token),
  );
  const summarise = "Summarise";
  const agreed =
    estimate.questions === 0 ||
    (await vscode.window.showInformationMessage(
      `Summarise ${request}?`,
      { modal: true, detail: estimateWords(estimate) },
      summarise,
    )) === summarise;
  const result = agreed ? await work(starting, order) : undefined;
  await (result && present(starting, result));
}
