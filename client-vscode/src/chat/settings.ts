/** What a chat is answered with beside its messages: system prompt, temperature, length. */
import * as vscode from "vscode";
import { Notice } from "../commands/report";
import type { Chat, ChatOptions } from "../generated/protocol";
import type { ChatServices } from "./services";
import type { ChatSession } from "./session";

type Change = Partial<Pick<Chat, "systemPrompt" | "options">>;

interface Setting extends vscode.QuickPickItem {
  readonly change: (chat: Chat) => Promise<Change | undefined>;
}

/** Choose a setting and change it, until the list is left. */
export async function chatSettings(services: ChatServices, session: ChatSession): Promise<void> {
  if (!session.current) {
    throw new Notice("OctoPrompt: a chat has settings once its first message is sent.");
  }
  const { id } = session.current;
  for (;;) {
    const chat = session.current;
    const picked = await vscode.window.showQuickPick(settingsOf(chat), { title: "Chat Settings" });
    const change = await picked?.change(chat);
    if (!picked) {
      return;
    }
    if (change) {
      await services.conversations.request("chats/update", { id, ...change });
      await session.reload();
    }
  }
}

function settingsOf({ systemPrompt, options }: Chat): Setting[] {
  const { temperature, topP, maxTokens, reasoningEffort } = options;
  return [
    {
      label: "System Prompt",
      description: systemPrompt === "" ? "none" : (systemPrompt.split("\n", 1)[0] ?? ""),
      change: changeSystemPrompt,
    },
    number("Temperature", "temperature", temperature, 0, 2),
    number("Top P", "topP", topP, 0.01, 1),
    number("Longest Answer in Tokens", "maxTokens", maxTokens, 1, 10_000_000),
    {
      label: "Reasoning Effort",
      description: reasoningEffort ?? "the provider's own",
      change: changeEffort,
    },
  ];
}

async function changeSystemPrompt({ systemPrompt }: Chat): Promise<Change | undefined> {
  const typed = await vscode.window.showInputBox({
    title: "System Prompt",
    prompt: "Goes before all messages. Empty: none",
    value: systemPrompt,
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : { systemPrompt: typed };
}

async function changeEffort({ options }: Chat): Promise<Change | undefined> {
  const own = "the provider's own";
  const picked = await vscode.window.showQuickPick([own, "low", "medium", "high"], {
    title: "Reasoning Effort",
  });
  if (picked === undefined) {
    return undefined;
  }
  const reasoningEffort = picked === own ? null : (picked as ChatOptions["reasoningEffort"]);
  return { options: { ...options, reasoningEffort } };
}

function number(
  label: string,
  key: "temperature" | "topP" | "maxTokens",
  now: number | null,
  least: number,
  most: number,
): Setting {
  const whole = key === "maxTokens";
  const isValid = (text: string): boolean => {
    const value = Number(text);
    return text.trim() === "" || (value >= least && value <= most && (!whole || Number.isInteger(value)));
  };
  return {
    label,
    description: now === null ? "the provider's own" : String(now),
    change: async ({ options }) => {
      const typed = await vscode.window.showInputBox({
        title: label,
        prompt: `From ${least} to ${most}. Empty: the provider's own`,
        value: now === null ? "" : String(now),
        validateInput: (text) => (isValid(text) ? undefined : `A number from ${least} to ${most}`),
      });
      return typed === undefined
        ? undefined
        : { options: { ...options, [key]: typed.trim() === "" ? null : Number(typed) } };
    },
  };
}
