/** The messages of the branch that is shown: values that are never changed in place. */
import type { ChatMessage } from "../generated/protocol";

export interface Path {
  /** The oldest first. */
  readonly messages: readonly ChatMessage[];
  /** There are messages before these. */
  readonly earlier: boolean;
}

/** A message that is new or other than before takes its place; one that is new to a branch begins a new end of it. */
export function placed(path: Path, message: ChatMessage): Path {
  const { messages } = path;
  const at = messages.findIndex(({ id }) => id === message.id);
  if (at >= 0) {
    return { ...path, messages: messages.with(at, message) };
  }
  const parent = messages.findIndex(({ id }) => id === message.parentId);
  if (parent < 0 && message.parentId !== null) {
    return path;
  }
  return { ...path, messages: [...messages.slice(0, parent + 1), message] };
}

/** A piece of an answer; undefined when it does not fit what is there. */
export function grown(
  path: Path,
  {
    messageId,
    text,
    reasoning,
    offset,
  }: { messageId: string; text: string; reasoning: string; offset: number },
): Path | undefined {
  const at = path.messages.findLastIndex(({ id }) => id === messageId);
  const message = path.messages[at];
  if (message?.content.length !== offset) {
    return undefined;
  }
  const longer = { ...message, content: message.content + text, reasoning: message.reasoning + reasoning };
  return { ...path, messages: path.messages.with(at, longer) };
}

/** What tells two states of a message apart, apart from text that the page got piece by piece. */
export function stamp(message: ChatMessage): string {
  const { content, reasoning, status, excluded, sent, siblings, index, model, usage, problem, context } =
    message;
  const grows = status === "streaming";
  return JSON.stringify([
    status,
    grows ? "" : content,
    grows ? "" : reasoning,
    excluded,
    sent,
    siblings.length,
    index,
    model,
    usage,
    problem,
    context,
  ]);
}
