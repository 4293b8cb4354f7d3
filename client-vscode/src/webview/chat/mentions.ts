/** What goes along with a message. */
import type { Mention, PageMessage } from "../../chat/messages";

/** What was attached to a message, to be attached again. */
export function mentionsOf({ attachments }: PageMessage): Mention[] {
  return attachments
    .filter(({ ref }) => ref.startsWith("{"))
    .map(({ ref, label, detail, icon: name }) => ({ ref, label, detail, icon: name }));
}
