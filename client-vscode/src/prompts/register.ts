/** Everything of prompts in the editor. */
import type * as vscode from "vscode";
import type { Services } from "../services";
import { registerPromptEdits } from "./edit";
import { registerPromptPreview } from "./preview";
import { registerPromptProblems } from "./problems";
import { registerPromptTransfer } from "./transfer";
import { registerPromptUse } from "./use";
import { registerPromptVersions } from "./versions";
import { PromptsView } from "./view";

export function registerPrompts(services: Services): vscode.Disposable[] {
  return [
    new PromptsView(services),
    ...registerPromptEdits(services),
    ...registerPromptUse(services),
    ...registerPromptPreview(services),
    ...registerPromptVersions(services),
    ...registerPromptTransfer(services),
    ...registerPromptProblems(services),
  ];
}
