/**
 * Plays what was recorded: moves the cursor along the steps at a pace that can be followed, over and over, until the
 * visitor takes over. Nothing is computed; the frames are those of the recording.
 */

/** How long the last step stands before the loop begins again, ms. */
export const HOLD_MS = 2200;

/** Longest time between two animation frames that counts, ms: a page that was away goes on where it was. */
const LONGEST_MS = 100;

export class Replay {
  /**
   * @param {object} hooks
   * @param {(step: number) => void} hooks.seek
   * @param {() => boolean} [hooks.visible]
   * @param {(callback: FrameRequestCallback) => number} [hooks.requestFrame]
   * @param {(id: number) => void} [hooks.cancelFrame]
   */
  constructor({ seek, visible, requestFrame, cancelFrame }) {
    this.seek = seek;
    this.visible = visible ?? (() => true);
    this.requestFrame = requestFrame ?? ((f) => requestAnimationFrame(f));
    this.cancelFrame = cancelFrame ?? ((id) => cancelAnimationFrame(id));
    this.pending = 0;
    /** Steps since the start, a fraction. */
    this.position = 0;
    this.until = 0;
    this.stepsPerS = 0;
    this.held = 0;
    this.last = NaN;
    this.tick = this.tick.bind(this);
  }

  get playing() {
    return this.pending !== 0;
  }

  /** @param {{until: number, stepsPerS: number, from?: number}} range last step, pace, and where to begin */
  start({ until, stepsPerS, from = 0 }) {
    this.stop();
    [this.until, this.stepsPerS] = [until, stepsPerS];
    this.position = from >= until ? 0 : from;
    this.held = 0;
    this.last = NaN;
    this.seek(Math.floor(this.position));
    this.pending = this.requestFrame(this.tick);
  }

  /** @param {number} now ms */
  tick(now) {
    this.pending = this.requestFrame(this.tick);
    const passed = Number.isNaN(this.last) ? 0 : Math.min(LONGEST_MS, now - this.last);
    this.last = now;
    if (!this.visible()) return;
    const former = Math.floor(this.position);
    if (this.position >= this.until) {
      this.held += passed;
      if (this.held < HOLD_MS) return;
      [this.position, this.held] = [0, 0];
    } else {
      this.position = Math.min(this.until, this.position + (passed * this.stepsPerS) / 1000);
    }
    if (Math.floor(this.position) !== former) this.seek(Math.floor(this.position));
  }

  /** Stand still at the present step. */
  stop() {
    if (this.pending) this.cancelFrame(this.pending);
    this.pending = 0;
  }
}
