/**
 * Tells Python what stands on screen when nothing moves, so that it can show the Plotly twin of it; null while running.
 */

/** Quiet time before a change is told, ms. */
export const QUIET = 300;

/** Statuses in which nothing moves. */
export const RESTING = ["paused", "done", "diverged", "failed"];

export class Rest {
  /**
   * @param {(value: {panel: string, step: number, run: number} | null) => void} tell
   * @param {number} [quiet]
   */
  constructor(tell, quiet = QUIET) {
    this.tell = tell;
    this.quiet = quiet;
    this.told = "null"; // Python starts from nothing
    this.wanted = "null";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * @param {boolean} resting
   * @param {string} panel
   * @param {number} step
   * @param {number} run number of the source: the same step of another run is another moment
   */
  update(resting, panel, step, run) {
    const wanted = JSON.stringify(resting ? { panel, step, run } : null);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.quiet);
  }

  /** Tell now, if it differs from what was told. */
  flush() {
    if (this.wanted === this.told) return;
    this.told = this.wanted;
    this.tell(JSON.parse(this.wanted));
  }

  /** Tell nothing more. */
  end() {
    clearTimeout(this.timer);
  }
}
