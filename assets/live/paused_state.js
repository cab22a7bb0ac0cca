/** Reports to Python what is on screen while nothing moves, so that it can show the Plotly figure of it. */

/**
 * @typedef {{panel: string, step: number, run: number}} ScreenState run: number of the source, since the same step of
 *   another run is another moment
 */

/** Quiet time before a change is reported, ms. */
export const QUIET_MS = 300;

/** Statuses in which nothing moves. */
export const PAUSED_STATUSES = ["paused", "done", "diverged", "failed"];

export class PausedState {
  /**
   * @param {(state: ScreenState | null) => void} report
   * @param {() => boolean} [mustWait] whether nothing may be reported yet
   * @param {number} [quiet]
   */
  constructor(report, mustWait = () => false, quiet = QUIET_MS) {
    this.report = report;
    this.mustWait = mustWait;
    this.quiet = quiet;
    this.reported = "null"; // Python starts from nothing
    this.wanted = "null";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {ScreenState | null} state null while something moves */
  update(state) {
    const wanted = JSON.stringify(state);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.flushLater();
  }

  flushLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), this.quiet);
  }

  /** Report now, or as soon as it may be, if it differs from what was reported. */
  flush() {
    if (this.wanted === this.reported) return;
    if (this.mustWait()) {
      this.flushLater();
      return;
    }
    this.reported = this.wanted;
    this.report(JSON.parse(this.wanted));
  }

  /** Report nothing more. */
  end() {
    clearTimeout(this.timer);
  }
}
