/**
 * Range of some numbers over a whole history, kept up to date frame by frame: an axis that grows with the run, stays
 * put
 * while the cursor moves, and costs the same per frame however long the run.
 */
/** @import { ArmFrame, Frame } from "./types" */

export class HistoryRange {
  /**
   * @param {(frame: ArmFrame, add: (value: number) => void, arm: number) => void} visit call `add` with every number
   *   of an arm
   * @param {number} [floor] smallest number a log axis shows
   */
  constructor(visit, floor = 1e-12) {
    this.visit = visit;
    this.floor = floor;
    this.key = "";
    /** @type {Frame | null} identity of the run: its first frame */
    this.first = null;
    this.seen = -1;
    this.low = this.positive = Infinity;
    this.high = -Infinity;
    this.add = (/** @type {number} */ value) => {
      if (!(value - value === 0)) return; // neither NaN nor infinite
      if (value < this.low) this.low = value;
      if (value > this.high) this.high = value;
      if (value >= this.floor && value < this.positive) this.positive = value;
    };
  }

  /** Start over. */
  reset() {
    this.seen = -1;
    this.low = this.positive = Infinity;
    this.high = -Infinity;
  }

  /**
   * Take in what is new.
   * @param {Frame[]} frames by step
   * @param {string} [key] what `visit` depends on, such as the layer; another key starts over
   * @returns {HistoryRange} itself
   */
  update(frames, key = "") {
    const first = frames[0] ?? null;
    if (this.key !== key || this.first !== first || (frames.at(-1)?.step ?? -1) < this.seen) this.reset();
    [this.key, this.first] = [key, first];
    let start = frames.length;
    while (start > 0 && frames[start - 1].step > this.seen) start -= 1;
    for (let i = start; i < frames.length; i += 1) {
      this.seen = frames[i].step;
      for (const [a, arm] of frames[i].arms.entries()) this.visit(arm, this.add, a);
    }
    return this;
  }

  /** Smallest and largest number, or nothing. @returns {number[]} */
  get extent() {
    return this.low <= this.high ? [this.low, this.high] : [];
  }

  /** Smallest and largest number at or above the floor, or nothing. @returns {number[]} */
  get positiveExtent() {
    return this.positive <= this.high ? [this.positive, this.high] : [];
  }
}
