/** What the parts of the chat work with, beside what all views and commands have. */
import type { Services } from "../services";
import type { Conversations } from "./conversations";
import type { Drafts } from "./drafts";
import type { Providers } from "./providers";

export interface ChatServices extends Services {
  readonly conversations: Conversations;
  readonly providers: Providers;
  readonly drafts: Drafts;
}
