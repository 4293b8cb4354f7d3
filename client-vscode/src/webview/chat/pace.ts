/** Draw at most once a frame, and rarer when drawing is slow, so that typing and scrolling stay smooth. */

const SHARE = 4;
const SLOWEST_MS = 500;
const QUICK_MS = 8;

export class Pace {
  private frame: number | undefined;
  private timer: number | undefined;
  private rest = 0;

  constructor(private readonly draw: () => void) {}

  want(): void {
    if (this.frame === undefined && this.timer === undefined) {
      if (this.rest > 0) {
        this.timer = window.setTimeout(() => this.inFrame(), this.rest);
      } else {
        this.inFrame();
      }
    }
  }

  stop(): void {
    if (this.frame !== undefined) {
      cancelAnimationFrame(this.frame);
    }
    clearTimeout(this.timer);
    this.frame = this.timer = undefined;
  }

  private inFrame(): void {
    this.timer = undefined;
    this.frame = requestAnimationFrame(() => {
      this.frame = undefined;
      const start = performance.now();
      this.draw();
      const took = performance.now() - start;
      this.rest = took > QUICK_MS ? Math.min(took * SHARE, SLOWEST_MS) : 0;
    });
  }
}
