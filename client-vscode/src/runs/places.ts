/** The files that a model's answer names, as links in the documents that show it. */
import * as vscode from "vscode";
import { pathAndLine, workspacePath } from "../chat/links";
import type { Services } from "../services";

const MOST_LINKS = 300;
/** `lib/a.rb`, `a.py:12`, `a.py:12-20`: something with an ending or in a folder, alone or between backticks. */
const NAMED = /(?<![\w/.:\\-])[\w@.-]+(?:\/[\w@.+-]+)*\.\w+(?::\d+(?:[-:]\d+)?)?(?![\w/])/g;

export interface Named {
  readonly start: number;
  readonly end: number;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** What looks like a file of the workspace in a text, with its line; whether it is there is asked elsewhere. */
export function namedIn(text: string): Named[] {
  return [...text.matchAll(NAMED)].slice(0, MOST_LINKS).flatMap((match) => {
    const said = workspacePath(match[0]);
    return said === undefined
      ? []
      : [{ start: match.index, end: match.index + match[0].length, ...pathAndLine(said) }];
  });
}

/** Links to files that are there. */
export class Places implements vscode.DocumentLinkProvider {
  constructor(
    private readonly services: Pick<Services, "projects">,
    /** The project that a document is about. */
    private readonly projectIdOf: (uri: vscode.Uri) => Promise<string>,
  ) {}

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const { projects } = this.services;
    const project = projects.byId(await this.projectIdOf(document.uri));
    if (!project) {
      return [];
    }
    const named = namedIn(document.getText());
    const paths = [...new Set(named.map(({ path }) => path))];
    const areThere = await Promise.all(paths.map((path) => isFile(projects.uriOf(project, path))));
    const there = new Set(paths.filter((_, index) => areThere[index]));
    return named
      .filter(({ path }) => there.has(path))
      .map(({ start, end, path, line }) => {
        const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
        return new vscode.DocumentLink(range, projects.uriOf(project, path).with({ fragment: `L${line}` }));
      });
  }
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}
