/** At which step an accuracy was measured: evaluations are rarer than frames, so a frame repeats the last one. */
/** @import { Curve } from "./types" */

import { bisectRight } from "./vendor/d3-array.js";

/**
 * The step of the newest evaluation at or before a step that gave this accuracy; undefined while the curve has not
 * brought it yet. Both numbers are the same float32, so they are compared exactly.
 * @param {Curve | undefined} curve
 * @param {number} accuracy
 * @param {number} step
 * @returns {number | undefined}
 */
export function measuredAt(curve, accuracy, step) {
  if (!curve) return undefined;
  let index = bisectRight(curve.testStep, step) - 1;
  while (index >= 0 && curve.testAccuracy[index] !== accuracy) index--;
  return index < 0 ? undefined : curve.testStep[index];
}
