/** What prompts, tickets and all other data of the user have in common. */
import type * as vscode from "vscode";
import { Sides } from "../edits/sides";
import type { Services } from "../services";
import { registerBin } from "./bin";
import { Documents } from "./documents";
import { registerProjectRemoval } from "./projects";
import { recountEdited } from "./recount";
import { registerDataTransfer } from "./transfer";

export function registerData(services: Services, onError: (error: unknown) => void): vscode.Disposable[] {
  return [
    services.data,
    services.edits,
    new Sides(services),
    new Documents(services, onError),
    recountEdited(services),
    ...registerBin(services),
    registerProjectRemoval(services),
    ...registerDataTransfer(services),
  ];
}
