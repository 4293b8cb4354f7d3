/** What a chat is answered with beside its messages: system prompt, temperature, length. */
import * as vscode from "vscode";
import type { Chat, ChatOptions } from "../generated/protocol";
import { uriOf } from "../data/uris";
import type { ChatServices } from "./services";
import type { ChatSession } from "./session";
import { systemPromptName } from "./shown";

type Change = Partial<Pick<Chat, "systemPrompt" | "options">>;

interface Setting extends vscode.QuickPickItem {
  /** Without it, it is a text that wants an editor. */
  readonly change?: (chat: Chat) => Promise<Change | undefined>;
}

/** Choose a setting and change it, until the list is left; a new chat has settings before its first message. */
export async function chatSettings(services: ChatServices, session: ChatSession): Promise<void> {
  const { id } = await session.begin();
  for (;;) {
    await session.reload();
    const chat = await session.begin();
    const picked = await vscode.window.showQuickPick(settingsOf(chat), { title: "Chat Settings" });
    if (!picked) {
      return;
    }
    if (!picked.change) {
      await openSystemPrompt(chat);
      return;
    }
    const change = await picked.change(chat);
    if (change) {
      await services.conversations.request("chats/update", { id, ...change });
    }
  }
}

/** Saving it keeps it with the chat. */
async function openSystemPrompt(chat: Chat): Promise<void> {
  const uri = uriOf({ area: "chats", id: chat.id }, systemPromptName(chat));
  await vscode.window.showTextDocument(uri, { preview: false });
}

function settingsOf({ systemPrompt, options }: Chat): Setting[] {
  const { temperature, topP, maxTokens, reasoningEffort } = options;
  return [
    {
      label: "System Prompt",
      description: systemPrompt === "" ? "none" : (systemPrompt.split("\n", 1)[0] ?? ""),
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
