/** What the rules of the caption know of every network at the step shown: all are read, and judged, in the same way. */
/** @import { ArmFrame, Curve, View } from "./types" */

import { scalar } from "./frame.js";
import { bisectRight, mean } from "./vendor/d3-array.js";

/** The loss has jumped when it is this multiple of a loss measured earlier. */
const JUMP = 1.5;

/**
 * @typedef {object} Reading what is known of an arm at the step shown
 * @property {number} index
 * @property {number} ratio gradient norm of layer 1 over that of the head; NaN before the first gradient
 * @property {number} accuracy the last one measured at or before the step, NaN without one
 * @property {number} measured its step
 * @property {number} way 0 at chance, 1 at 100 %
 * @property {number} peak the highest accuracy measured before that one, NaN without one
 * @property {number} peaked its step
 * @property {boolean} jumped whether its loss is far above one that was measured earlier
 * @property {number} saturated
 * @property {number} dead
 * @property {number} loss
 */

/** @param {View} view @returns {Reading[]} one per arm */
export const readingsOf = (view) =>
  view.arms.map((_, index) => readingOf(view, view.frame?.arms[index], index, view.hello.chance));

/**
 * @param {View} view
 * @param {ArmFrame | undefined} arm
 * @param {number} index
 * @param {number} chance
 * @returns {Reading}
 */
function readingOf(view, arm, index, chance) {
  const curve = view.curves[index];
  const at = curve ? bisectRight(curve.testStep, view.step) - 1 : -1;
  const accuracy = at < 0 ? NaN : curve.testAccuracy[at];
  const loss = arm ? scalar(arm, "train_loss") : NaN;
  return {
    index,
    ratio: arm ? share(arm.grad_norm[0], arm.grad_norm[arm.grad_norm.length - 1]) : NaN,
    accuracy,
    measured: at < 0 ? NaN : curve.testStep[at],
    way: (accuracy - chance) / (1 - chance),
    ...peakOf(curve, at),
    jumped: hasJumped(curve, at, loss),
    saturated: (arm && mean(arm.saturated_fraction)) ?? NaN,
    dead: (arm && mean(arm.dead_fraction)) ?? NaN,
    loss,
  };
}

/** A share; nothing of nothing is nothing. @param {number} part @param {number} whole */
const share = (part, whole) => (part === 0 ? 0 : part / whole);

/**
 * The highest accuracy among the evaluations before one of them.
 * @param {Curve | undefined} curve
 * @param {number} at
 */
function peakOf(curve, at) {
  let [peak, peaked] = [NaN, NaN];
  for (let k = 0; curve && k < at; k++)
    if (!(curve.testAccuracy[k] <= peak)) [peak, peaked] = [curve.testAccuracy[k], curve.testStep[k]];
  return { peak, peaked };
}

/**
 * Whether the last test loss is far above the lowest one before it, or the loss of the batch above the first of all.
 * @param {Curve | undefined} curve
 * @param {number} at the last evaluation
 * @param {number} loss of the batch
 */
function hasJumped(curve, at, loss) {
  if (!curve || at < 1) return false;
  const earlier = curve.testLoss.subarray(0, at).filter(Number.isFinite);
  return curve.testLoss[at] > JUMP * Math.min(...earlier) || loss > JUMP * curve.testLoss[0];
}
