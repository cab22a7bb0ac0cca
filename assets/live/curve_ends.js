/** CURVE_ENDS messages: the new end of every curve. Twin of bnviz/live/lean.py. */
/** @import { Curve, Message, Numbers } from "./types" */

import { ARM_STRIDE } from "./wire.js";

/** Block of an arm that says how many numbers are kept of its training loss and of its test curves. */
const KEPT = 7;

/**
 * @template {Numbers} T
 * @param {T} start
 * @param {number} kept
 * @param {T} end
 * @returns {T}
 */
function joined(start, kept, end) {
  if (kept > start.length) throw new RangeError("the end of a curve whose start is not here");
  const Type = /** @type {new (length: number) => T} */ (start.constructor);
  const whole = new Type(kept + end.length);
  whole.set(start.subarray(0, kept));
  whole.set(end, kept);
  return whole;
}

/**
 * The curves with their new ends.
 * @param {Curve[]} former
 * @param {Curve[]} ends
 * @param {Message} message of the ends
 * @returns {Curve[]}
 * @throws {RangeError} when the ends belong to other curves
 */
export function joinedCurves(former, ends, message) {
  return ends.map((end, arm) => {
    const kept = message.blocks.get(ARM_STRIDE * arm + KEPT)?.data;
    const start = former[arm];
    if (!kept || !start) throw new RangeError("the end of a curve whose start is not here");
    const [loss, test] = kept;
    return {
      step: joined(start.step, loss, end.step),
      low: joined(start.low, loss, end.low),
      high: joined(start.high, loss, end.high),
      mean: joined(start.mean, loss, end.mean),
      testStep: joined(start.testStep, test, end.testStep),
      testAccuracy: joined(start.testAccuracy, test, end.testAccuracy),
      testLoss: joined(start.testLoss, test, end.testLoss),
    };
  });
}
