/** Asking for the values of a prompt's variables, one after the other, with a way back. */
import * as vscode from "vscode";

const BACK = Symbol("back");

/** Undefined when the user leaves. */
export async function askValues(
  title: string,
  names: readonly string[],
  known: Readonly<Record<string, string>> = {},
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = { ...known };
  let step = 0;
  while (step < names.length) {
    const name = names[step] ?? "";
    const answer = await ask(title, name, values[name] ?? "", step + 1, names.length);
    if (answer === undefined) {
      return undefined;
    }
    if (answer === BACK) {
      step -= 1;
    } else {
      values[name] = answer;
      step += 1;
    }
  }
  return values;
}

function ask(
  title: string,
  name: string,
  value: string,
  step: number,
  totalSteps: number,
): Promise<string | typeof BACK | undefined> {
  const input = vscode.window.createInputBox();
  Object.assign(input, { title, step, totalSteps, value, ignoreFocusOut: true });
  input.prompt = `Value of ${name}`;
  input.placeholder = name;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const done = (answer: string | typeof BACK | undefined): void => {
      resolve(answer);
      input.dispose();
    };
    input.onDidAccept(() => done(input.value));
    input.onDidTriggerButton(() => done(BACK));
    input.onDidHide(() => done(undefined));
    input.show();
  });
}
