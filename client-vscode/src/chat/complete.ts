/** What is offered after `@` and `/` in the composer. */
import * as vscode from "vscode";
import { plural } from "../context/numbers";
import { problemsOf } from "../context/problems";
import type { OpenProject } from "../context/projects";
import type { Services } from "../services";
import type { Mention } from "./messages";
import { mention, type Ref } from "./refs";

const FILES = 12;
const SYMBOLS = 8;
const FOLDERS = 4;
const RECORDS = 5;
const KIND_ICONS: Readonly<Record<string, string>> = {
  class: "symbol-class",
  function: "symbol-method",
  method: "symbol-method",
  interface: "symbol-interface",
  enum: "symbol-enum",
  variable: "symbol-variable",
  constant: "symbol-constant",
  struct: "symbol-structure",
};

export async function complete(
  services: Services,
  project: OpenProject | undefined,
  kind: "@" | "/",
  query: string,
): Promise<Mention[]> {
  if (kind === "/") {
    return prompts(services, project, query, 30);
  }
  if (!project) {
    return prompts(services, project, query, RECORDS);
  }
  const near = nearby(services, project).filter(({ label }) => matches(label, query));
  if (query === "") {
    return [...near, ...(await prompts(services, project, query, RECORDS))];
  }
  const found = await Promise.all([
    files(services, project, query),
    symbols(services, project, query),
    prompts(services, project, query, RECORDS),
    tickets(services, project, query),
  ]);
  return distinct([...near, ...found.flat()]);
}

/** What is at hand without a search: the selected text, open files, problems, changes. */
export function nearby(services: Services, project: OpenProject): Mention[] {
  const { selections } = services;
  const chosen = new Set(selections.of(project).body.items.map(({ path }) => path)).size;
  const found: Mention[] = [];
  const marked = markedText(services, project);
  if (marked) {
    found.push(mention(marked, undefined, "selected text", "selection"));
  }
  if (chosen > 0) {
    const detail = `of ${selections.of(project).name}`;
    found.push(mention({ kind: "context" }, plural(chosen, "selected file"), detail));
  }
  found.push(...openFiles(services, project));
  const complaints = problemsOf(services.projects, project).length;
  if (complaints > 0) {
    found.push(mention({ kind: "problems", path: null }, "Problems", plural(complaints, "problem")));
  }
  found.push(mention({ kind: "diff", diff: "working" }, "Uncommitted changes", "git diff"));
  found.push(mention({ kind: "diff", diff: "branch" }, "Changes of this branch", "git diff"));
  return found;
}

/** What is selected in the active editor, when it is a file of the project. */
export function markedText({ projects }: Services, project: OpenProject): Ref | undefined {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const place = editor && projects.locate(editor.document.uri);
  if (!editor || editor.selection.isEmpty || place?.project.id !== project.id) {
    return undefined;
  }
  return linesOf(place.path, editor.selection);
}

/** The lines that a range touches, from 1; a range that ends at the start of a line does not touch it. */
export function linesOf(path: string, range: vscode.Range): Ref {
  const last = range.end.character === 0 && !range.isEmpty ? range.end.line : range.end.line + 1;
  return { kind: "selection", path, start: range.start.line + 1, end: Math.max(last, range.start.line + 1) };
}

function openFiles({ projects }: Services, project: OpenProject): Mention[] {
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all);
  const uris = tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  const places = uris.map((uri) => projects.locate(uri)).filter((place) => place?.project.id === project.id);
  const paths = [...new Set(places.map((place) => place?.path ?? ""))].filter((path) => path !== "");
  return paths.slice(0, FILES).map((path) => mention({ kind: "file", path }));
}

async function files({ server }: Services, project: OpenProject, query: string): Promise<Mention[]> {
  const { hits } = await server.request("files/search", {
    projectId: project.id,
    query,
    kind: "path",
    limit: FILES * 3,
  });
  const paths = hits.map(({ path }) => path);
  const folders = paths
    .flatMap((path) => foldersOf(path))
    .filter((folder) => matches(folder.slice(folder.lastIndexOf("/") + 1), query));
  return [
    ...paths.slice(0, FILES).map((path) => mention({ kind: "file", path })),
    ...[...new Set(folders)].slice(0, FOLDERS).map((path) => mention({ kind: "folder", path })),
  ];
}

async function symbols({ server }: Services, project: OpenProject, query: string): Promise<Mention[]> {
  const { symbols: found } = await server.request("symbols/find", {
    projectId: project.id,
    query,
    limit: SYMBOLS,
  });
  return found.map(({ name, kind, path }) =>
    mention({ kind: "symbol", name, path }, name, `${kind} · ${path}`, KIND_ICONS[kind] ?? "symbol-misc"),
  );
}

async function prompts(
  { server }: Services,
  project: OpenProject | undefined,
  query: string,
  limit: number,
): Promise<Mention[]> {
  const { prompts: found } = await server.request("prompts/search", {
    query,
    projectId: project?.id ?? null,
    limit,
  });
  return found.map(({ id, name, description }) =>
    mention({ kind: "prompt", id }, name, description || "prompt"),
  );
}

async function tickets({ server }: Services, project: OpenProject, query: string): Promise<Mention[]> {
  const { tickets: found } = await server.request("tickets/search", {
    projectId: project.id,
    query,
    limit: RECORDS,
  });
  return found.map(({ id, title }) => mention({ kind: "ticket", id }, title, "ticket"));
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
}

function matches(label: string, query: string): boolean {
  return label.toLowerCase().includes(query.toLowerCase());
}

function distinct(mentions: readonly Mention[]): Mention[] {
  return [...new Map(mentions.map((one) => [one.ref, one])).values()].slice(0, 60);
}
