/** Bounded history: the first frames are all kept, later ones are thinned evenly. */

import { bisector } from "./vendor/d3-array.js";

/** Captures at the start that are always kept. */
export const FIRST = 100;

/**
 * Drop every second frame after the first ones; the newest stays.
 * @template T
 * @param {T[]} frames
 * @param {number} [first]
 * @returns {T[]}
 */
export function thin(frames, first = FIRST) {
  const last = frames.length - 1;
  return frames.filter((_, index) => index < first || (last - index) % 2 === 0);
}

/**
 * Index of the frame nearest to a step; -1 when there is none. Ties go to the older one.
 * @param {Array<{step: number}>} frames by step
 * @param {number} step
 */
export function nearest(frames, step) {
  const after = firstAfter(frames, step);
  if (after === 0) return frames.length ? 0 : -1;
  if (after === frames.length) return after - 1;
  return frames[after].step - step < step - frames[after - 1].step ? after : after - 1;
}

/** Number of frames at or before a step. @type {(frames: {step: number}[], step: number) => number} */
export const firstAfter = bisector((/** @type {{step: number}} */ frame) => frame.step).right;
