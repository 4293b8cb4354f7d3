/** Steps back and forth through the states of one thing. */

const MOST_STEPS = 100;

/** What was before, newest last, and what was undone, newest last. */
export class History<S> {
  private past: S[] = [];
  private future: S[] = [];

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Something new was done: what had been undone cannot be redone any more. */
  did(before: S): void {
    this.past = [...this.past, before].slice(-MOST_STEPS);
    this.future = [];
  }

  /** Change every state that can be reached. */
  map(change: (state: S) => S): void {
    this.past = this.past.map(change);
    this.future = this.future.map(change);
  }

  /** Give the state before the last step; undefined when there is none. */
  undo(now: S): S | undefined {
    const before = this.past.pop();
    if (before !== undefined) {
      this.future.push(now);
    }
    return before;
  }

  /** Give the state that was undone last; undefined when there is none. */
  redo(now: S): S | undefined {
    const after = this.future.pop();
    if (after !== undefined) {
      this.past.push(now);
    }
    return after;
  }
}
