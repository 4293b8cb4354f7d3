/** When the files are to be looked at again because the window was away: another program may have changed them. */

/** Who only looked at another window for so long has changed nothing there. */
const AWAY_MS = 2_000;
const INTERVAL_MS = 30_000;

export class Absence {
  private leftAt: number | undefined;
  private lookedAt = -Infinity;

  /**
   * Take the window's focus as it is now. Gives in how many milliseconds to look at the files; undefined where that
   * is not called for, or is coming already.
   */
  moved(isFocused: boolean, now: number): number | undefined {
    if (!isFocused) {
      this.leftAt ??= now;
      return undefined;
    }
    const away = this.leftAt === undefined ? 0 : now - this.leftAt;
    this.leftAt = undefined;
    if (away <= AWAY_MS || this.lookedAt > now) {
      return undefined;
    }
    this.lookedAt = Math.max(now, this.lookedAt + INTERVAL_MS);
    return this.lookedAt - now;
  }
}
