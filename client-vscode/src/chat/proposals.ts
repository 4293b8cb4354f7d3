/** Changes that are looked at before they are made: VS Code's own diff, with a question beside it. */
import * as path from "node:path";
import * as vscode from "vscode";

export interface Proposal {
  readonly uri: vscode.Uri;
  /** The file as it was when the proposal was made. */
  readonly before: string;
  readonly after: string;
  readonly isNew: boolean;
}

const SCHEME = "octoprompt-proposal";
const APPLY = "Apply";
const DISCARD = "Discard";

export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private static made: Proposals | undefined;
  private readonly texts = new Map<string, string>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  private count = 0;

  /** One for the extension's life. */
  static instance(context: vscode.ExtensionContext): Proposals {
    if (!Proposals.made) {
      Proposals.made = new Proposals();
      context.subscriptions.push(Proposals.made);
    }
    return Proposals.made;
  }

  /** Show a change and make it when the user agrees; gives whether it was made. */
  async review(proposal: Proposal): Promise<boolean> {
    const { uri, before, after, isNew } = proposal;
    const name = path.posix.basename(uri.path);
    if (before === after && !isNew) {
      void vscode.window.showInformationMessage(`${name} is like this already.`);
      return false;
    }
    const ask = async (): Promise<boolean> => {
      const question = isNew ? `Create ${name} with this content?` : `Apply this change to ${name}?`;
      return (await vscode.window.showInformationMessage(question, APPLY, DISCARD)) === APPLY;
    };
    const done = (await this.show(proposal, ask)) && (await make(proposal));
    if (done) {
      await vscode.window.showTextDocument(uri, { preview: false });
    }
    return done;
  }

  /** Show a change beside what is there while the user is asked about it; gives the answer. */
  async show({ uri, before, after, isNew }: Proposal, ask: () => Promise<boolean>): Promise<boolean> {
    const name = path.posix.basename(uri.path);
    this.count += 1;
    const side = (label: string, text: string): vscode.Uri => {
      const made = vscode.Uri.from({ scheme: SCHEME, path: uri.path, query: `${this.count} ${label}` });
      this.texts.set(made.toString(), text);
      return made;
    };
    const sides = [side("before", before), side("after", after)] as const;
    const [left, right] = sides;
    const title = isNew ? `${name} (new file)` : `${name} (proposed)`;
    try {
      await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
      return await ask();
    } finally {
      await closeTab(right);
      sides.forEach((each) => this.texts.delete(each.toString()));
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.registration.dispose();
    Proposals.made = undefined;
  }
}

/** As an edit of the editor, so that it can be undone there; refused when the file changed meanwhile. */
async function make({ uri, before, after, isNew }: Proposal): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  if (isNew) {
    edit.createFile(uri, { contents: Buffer.from(after, "utf8"), overwrite: false });
  } else {
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.getText() !== before) {
      void vscode.window.showWarningMessage(
        `${path.posix.basename(uri.path)} changed while you were looking: nothing was applied. Apply the code again.`,
      );
      return false;
    }
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
    edit.replace(uri, whole, after);
  }
  return vscode.workspace.applyEdit(edit);
}

async function closeTab(modified: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter(
    ({ input }) =>
      input instanceof vscode.TabInputTextDiff && input.modified.toString() === modified.toString(),
  );
  await vscode.window.tabGroups.close(shown);
}
