/** From what the composer holds to what the server is asked: the mentions, and the context that goes along. */
import { buildParams } from "../context/build";
import { problemsOf } from "../context/problems";
import type { OpenProject } from "../context/projects";
import type { SendChatParams } from "../generated/protocol";
import type { Services } from "../services";
import type { Mention } from "./messages";
import { parseRef, type Ref } from "./refs";

export interface WireDraft {
  readonly context: NonNullable<SendChatParams["context"]> | null;
  readonly contextMode: NonNullable<SendChatParams["contextMode"]>;
  readonly mentions: WireMention[];
}
type WireMention = NonNullable<SendChatParams["mentions"]>[number];

export function wireDraft(
  services: Services,
  project: OpenProject | undefined,
  mentions: readonly Mention[],
  frozen: boolean,
): WireDraft {
  const refs = mentions.map(({ ref }) => parseRef(ref)).filter((ref) => ref !== undefined);
  const chosen = refs.some(({ kind }) => kind === "context");
  return {
    context: chosen && project ? contextOf(services, project) : null,
    contextMode: frozen ? "frozen" : "refreshed",
    mentions: refs.flatMap((ref) => wireMention(services, project, ref)),
  };
}

/** The current selection; the message itself says what it is for. */
function contextOf({ projects, selections }: Services, project: OpenProject): WireDraft["context"] {
  return { ...buildParams(projects, project, selections.of(project).body), instructions: "", suggest: 0 };
}

function wireMention(services: Services, project: OpenProject | undefined, ref: Ref): WireMention[] {
  switch (ref.kind) {
    case "context":
      return [];
    case "file":
      return [{ kind: "file", path: ref.path }];
    case "selection":
      return [{ kind: "selection", path: ref.path, range: { start: ref.start, end: ref.end } }];
    case "problems":
      return [
        { kind: "problems", diagnostics: project ? problemsOf(services.projects, project, ref.path) : [] },
      ];
    default:
      return [ref];
  }
}
