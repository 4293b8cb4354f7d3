/** How prompts are put together in their view: favourites, by project, by tag, and the rest. */
import type { PromptHead } from "../generated/protocol";

export interface PromptGroup {
  /** Differs from that of every other group. */
  readonly key: string;
  readonly label: string;
  readonly icon: string;
  /** The tag that dropping a prompt here gives it. */
  readonly tag?: string;
  readonly prompts: readonly PromptHead[];
}

export interface Grouped {
  readonly groups: readonly PromptGroup[];
  /** What is in no group. */
  readonly rest: readonly PromptHead[];
}

/** A prompt stands in every group that it belongs to; what belongs to none stands below them. */
export function group(prompts: readonly PromptHead[], projects: ReadonlyMap<string, string>): Grouped {
  const favorites = prompts.filter(({ favorite }) => favorite);
  const ofProjects = [...projects].map(([id, name]) => ({
    key: `project:${id}`,
    label: name,
    icon: "root-folder",
    prompts: prompts.filter(({ projectIds }) => projectIds.includes(id)),
  }));
  const tags = [...new Set(prompts.flatMap((prompt) => prompt.tags))].sort((a, b) => a.localeCompare(b));
  const tagged = tags.map((tag) => ({
    key: `tag:${tag}`,
    label: tag,
    icon: "tag",
    tag,
    prompts: prompts.filter((prompt) => prompt.tags.includes(tag)),
  }));
  const groups = [
    { key: "favorites", label: "Favorites", icon: "star-full", prompts: favorites },
    ...ofProjects,
    ...tagged,
  ].filter((each) => each.prompts.length > 0);
  const rest = prompts.filter(
    ({ favorite, tags: own, projectIds }) =>
      !favorite && own.length === 0 && !projectIds.some((id) => projects.has(id)),
  );
  return { groups, rest };
}

/** `bug, Review ,, bug` is `bug` and `Review`. */
export function parseTags(text: string): string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}
