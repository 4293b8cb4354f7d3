/** How often the server may crash before it stays down. */

const WINDOW_MS = 3 * 60_000;
const ALLOWED = 4;

export class CrashBudget {
  private times: number[] = [];

  /** Take note of a crash; true when the server may be started again. */
  crashed(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < WINDOW_MS), now];
    return this.times.length <= ALLOWED;
  }

  /** The user started it by hand: count anew. */
  reset(): void {
    this.times = [];
  }
}
