/** The height of histograms, and which older frames are drawn behind the current one. */
/** @import { Counts, Frame } from "./types" */

import { BINS, histogramOf, total } from "./frame.js";
import { nearest } from "./frame_history.js";

/**
 * The fullest bin in range, and its share of the whole mass, out of range included.
 * @param {Counts} counts
 * @returns {{bin: number, share: number}}
 */
export function peak(counts) {
  let bin = 1;
  for (let i = 2; i <= BINS; i++) if (counts[i] > counts[bin]) bin = i;
  return { bin, share: counts[bin] / (total(counts) || 1) };
}

/**
 * One height scale for all layers and arms of a stage. It only ever grows, so that heights can be compared over
 * time, and it leaves out the tallest quarter, so that one collapsed layer does not flatten all others.
 */
export class DensityScale {
  constructor() {
    /** @type {unknown} */
    this.source = null;
    this.stage = -1;
    this.step = -1;
    /** @type {number[][]} highest peak so far [arm][layer] */
    this.peaks = [];
  }

  /**
   * Take in frames not seen yet.
   * @param {unknown} source anything that changes with the source
   * @param {Frame[]} frames
   * @param {number} stage
   */
  update(source, frames, stage) {
    if (source !== this.source || stage !== this.stage) {
      this.source = source;
      this.stage = stage;
      this.step = -1;
      this.peaks = [];
    }
    for (let i = nearest(frames, this.step + 1); i >= 0 && i < frames.length; i++) {
      if (frames[i].step > this.step) this.add(frames[i], stage);
    }
  }

  /**
   * @param {Frame} frame
   * @param {number} stage
   */
  add(frame, stage) {
    this.step = frame.step;
    frame.arms.forEach((arm, index) => {
      const known = (this.peaks[index] ??= []);
      for (let layer = 0; layer < arm.layers; layer++) {
        known[layer] = Math.max(known[layer] ?? 0, peak(histogramOf(arm, layer, stage)).share);
      }
    });
  }

  /** Share of the mass in one bin that reaches the full height of a row. @returns {number} */
  get sharedPeak() {
    const all = this.peaks.flat().sort((a, b) => a - b);
    return all[Math.floor((all.length - 1) * 0.75)] || 1;
  }

  /**
   * The same for one layer alone.
   * @param {number} layer
   * @returns {number}
   */
  peakOf(layer) {
    return Math.max(...this.peaks.map((arm) => arm[layer] ?? 0)) || 1;
  }
}

/** Older ridges shown at least, once there are enough steps; at most twice as many. */
export const PAST_FRAMES = 8;

/**
 * The frames older than step `now`: at multiples of a power of two, so that they are the same from step to step;
 * every second one fades before the stride doubles.
 * @param {Array<{step: number}>} frames by step
 * @param {number} now
 * @returns {Array<{index: number, age: number, opacity: number}>} oldest first; age is 1 at step 0 and 0 at now
 */
export function pastFrames(frames, now) {
  if (now <= 0) return [];
  const stride = 2 ** Math.max(0, Math.floor(Math.log2(now / PAST_FRAMES)));
  const fading = Math.min(1, Math.max(0, 2 - now / stride / PAST_FRAMES));
  const found = [];
  let last = -1;
  for (let k = 0; k * stride < now; k++) {
    const index = nearest(frames, k * stride);
    const { step } = frames[index];
    if (index === last || step >= now) continue;
    last = index;
    found.push({ index, age: (now - step) / now, opacity: k % 2 ? fading : 1 });
  }
  return found;
}
