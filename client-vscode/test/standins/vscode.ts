/** As much of the editor's interface as the unit tests need where there is no editor. */

type Listener<T> = (event: T) => void;

export class Disposable {
  constructor(private readonly end: () => void) {}

  static from(...all: readonly { dispose(): void }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }

  dispose(): void {
    this.end();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: T): void {
    this.listeners.forEach((listener) => listener(event));
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export const workspace = {
  isTrusted: true,
  getConfiguration: () => ({ get: <T>(_key: string, fallback: T): T => fallback }),
};

/** What was asked, and what the person answers. */
export const asked: string[] = [];
export const answers: string[] = [];

export const windowState = new EventEmitter<{ focused: boolean }>();

export const window = {
  onDidChangeWindowState: windowState.event,
  showWarningMessage: (message: string): Promise<string | undefined> => {
    asked.push(message);
    return Promise.resolve(answers.shift());
  },
};

export class CancellationError extends Error {}
export class CancellationTokenSource {
  readonly token = undefined;
}
