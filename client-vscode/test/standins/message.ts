/** A message of a chat as the server gives it, with what a test changes. */
import type { ChatMessage } from "../../src/generated/protocol";

export function message(fields: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: "m1",
    chatId: "c",
    parentId: null,
    role: "user",
    content: "x",
    reasoning: "",
    status: "complete",
    siblings: ["m1"],
    index: 0,
    excluded: false,
    sent: true,
    edited: false,
    covers: null,
    providerId: null,
    model: null,
    finishReason: null,
    usage: null,
    problem: null,
    context: null,
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
    ...fields,
  };
}
