/** Plans: opened to be changed, carried out, made into tasks. */
import * as vscode from "vscode";
import { register } from "../commands/register";
import { Notice } from "../commands/report";
import { plural } from "../context/numbers";
import { addressOf } from "../data/paths";
import { SCHEME, uriOf } from "../data/uris";
import type { PlannedStep, Run } from "../generated/protocol";
import type { Services } from "../services";
import { openTicket } from "../tickets/edit";
import { runOf, type Target } from "./targets";
import { aboutOf, documentName } from "./words";
import { present, type Starting, work } from "./work";

const CARRY_OUT = "Carry Out";
const TASKS = "Make Tasks";

export function registerPlans(starting: Starting): vscode.Disposable[] {
  const { services, runs } = starting;
  const on = (name: string, title: string, carry: (run: Run) => Promise<void>): vscode.Disposable =>
    register(services, name, async (clicked?: Target | vscode.Uri) => {
      const open = await planInEditor(services, clicked instanceof vscode.Uri ? clicked : undefined);
      const row = clicked instanceof vscode.Uri ? undefined : clicked;
      const run = (row ? undefined : open) ?? (await runOf(runs, title, isPlan, row));
      if (run) {
        await vscode.workspace.textDocuments.find(({ uri }) => isOf(uri, run))?.save();
        await carry(run);
      }
    });
  return [
    on("carryOutPlan", "Carry Out Plan", (run) => carryOut(starting, run)),
    on("makePlanTasks", "Make Tasks of Plan", (run) => makeTasks(services, run)),
  ];
}

/** Open a plan to be read and changed, and offer what can be done with it. */
export async function openPlan({ runs }: Starting, runId: string): Promise<void> {
  await runs.refresh();
  const run = runs.byId(runId);
  if (!run) {
    return;
  }
  await showPlan(run);
  const offer = vscode.window.showInformationMessage(
    "Change the plan as you like, then save it.",
    CARRY_OUT,
    TASKS,
  );
  void offer.then((answer) => {
    const command = answer && { [CARRY_OUT]: "carryOutPlan", [TASKS]: "makePlanTasks" }[answer];
    return command && vscode.commands.executeCommand(`octoprompt.${command}`, run);
  });
}

export function showPlan(run: Run): Thenable<vscode.TextEditor> {
  return vscode.window.showTextDocument(uriOf({ area: "plans", id: run.id }, documentName(run, "Plan")), {
    preview: false,
  });
}

async function carryOut(starting: Starting, run: Run): Promise<void> {
  const { id, projectId, ticketId, taskId, request } = run;
  const order = { kind: "code", projectId, planRunId: id, ticketId, taskId, request } as const;
  const result = await work(starting, order, aboutOf(run));
  await (result && present(starting, result));
}

/** The steps become tasks of the plan's ticket; a plan without one gets one. */
async function makeTasks(
  { server, data }: Services,
  { id, projectId, ticketId, ...run }: Run,
): Promise<void> {
  const { result } = await server.request("agents/get", { runId: id });
  const steps = result?.steps ?? [];
  if (steps.length === 0) {
    throw new Notice("OctoPrompt: the plan has no steps; write them as numbered points, then save it.");
  }
  const ticket = ticketId
    ? await server.request("tickets/get", { id: ticketId })
    : await data.change("tickets/create", { projectId, title: aboutOf(run) });
  const known = new Set(
    (ticketId ? (await server.request("tasks/list", { ticketId })).tasks : []).map(({ content }) => content),
  );
  const added = steps.filter(({ title }) => !known.has(title));
  for (const step of added) {
    await data.change("tasks/create", {
      ticketId: ticket.id,
      content: step.title,
      description: described(step),
    });
  }
  vscode.window.setStatusBarMessage(`OctoPrompt: made ${plural(added.length, "task")} of the plan`, 5000);
  await openTicket(ticket, false);
}

function described({ description, paths }: PlannedStep): string {
  return [description, paths.map((path) => `- \`${path}\``).join("\n")].filter(Boolean).join("\n\n");
}

/** The plan that is open in the active editor, or in the one whose button was pressed. */
async function planInEditor({ server }: Services, pressed?: vscode.Uri): Promise<Run | undefined> {
  const uri = pressed ?? vscode.window.activeTextEditor?.document.uri;
  const address = uri?.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.area === "plans"
    ? (await server.request("agents/get", { runId: address.id })).run
    : undefined;
}

export function isPlan({ kind, status }: Run): boolean {
  return kind === "plan" && status === "complete";
}

function isOf(uri: vscode.Uri, { id }: Run): boolean {
  const address = uri.scheme === SCHEME ? addressOf(uri) : undefined;
  return address?.area === "plans" && address.id === id;
}
