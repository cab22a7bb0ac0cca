/** Batches of the raw inputs, and what each of them says about the slope. */
/** @import { Point } from "../../math/symmetric.js" */

import { deviationOfGradients, growingGradients, rootMeanSquareDistance } from "../../math/batch_gradient.js";
import { standardErrorOfMean } from "../../math/batch_noise.js";
import { drawIndices, random } from "../../math/random.js";
import { clamp } from "../../svg.js";

/** Inputs, batches that are drawn of them, and different draws. */
export const [INPUTS, BATCHES, DRAWS] = [80, 32, 999];
export const BATCH_START = { size: 4, draw: 1, shown: 1 };
export const BATCH_LIMITS = { size: [1, INPUTS], draw: [1, DRAWS], shown: [1, BATCHES] };

/** @typedef {typeof BATCH_START} Batches size: inputs of a batch; draw: seed of the shuffles; shown: the one looked at, from 1 */
/**
 * @typedef {object} Fan
 * @property {number[][]} orders (BATCHES, INPUTS) one shuffle per batch; a batch of m is the first m of its shuffle
 * @property {Point[]} gradients of the batches
 * @property {Point} whole gradient of all inputs
 * @property {Point} mean of the batches' gradients
 * @property {number} deviation of the gradients of single inputs
 * @property {number[]} measured (INPUTS,) distance of the batches' gradients from the whole one, root mean square, by size
 * @property {number[]} predicted (INPUTS,) the same, by sigma / sqrt(m) without replacement
 */

/** @type {{draw: number, orders: number[][]}} */
let last = { draw: 0, orders: [] };

/** The shuffles of a draw: they stay while the inputs are sheared and the batches grow. @param {number} draw */
function shuffles(draw) {
  if (last.draw !== draw) {
    const uniform = random(draw);
    last = { draw, orders: Array.from({ length: BATCHES }, () => drawIndices(INPUTS, INPUTS, uniform)) };
  }
  return last.orders;
}

/** @param {Point[]} points @param {Point} w @param {Batches} batches @returns {Fan} */
export function fanOf(points, w, { size, draw }) {
  const orders = shuffles(draw);
  const growing = orders.map((order) =>
    growingGradients(
      order.map((place) => points[place]),
      w,
    ),
  );
  const whole = growingGradients(points, w)[INPUTS - 1];
  const deviation = deviationOfGradients(points, w);
  const at = (/** @type {number} */ m) => growing.map((one) => one[m - 1]);
  const gradients = at(size);
  const sizes = Array.from({ length: INPUTS }, (_, place) => place + 1);
  const sum = gradients.reduce(
    ([x, y], [a, b]) => /** @type {Point} */ ([x + a, y + b]),
    /** @type {Point} */ ([0, 0]),
  );
  return {
    orders,
    gradients,
    whole,
    mean: [sum[0] / BATCHES, sum[1] / BATCHES],
    deviation,
    measured: sizes.map((m) => rootMeanSquareDistance(at(m), whole)),
    predicted: sizes.map((m) => standardErrorOfMean(deviation, m, INPUTS)),
  };
}

/** Four times as many inputs, which halves the spread; from all of them back to one. @param {number} size */
export const fourfold = (size) => (size >= INPUTS ? 1 : Math.min(INPUTS, 4 * size));

/** Whole numbers within their limits. @param {Batches} batches @param {keyof Batches} name @param {number} value */
export function put(batches, name, value) {
  batches[name] = clamp(Math.round(value), BATCH_LIMITS[name][0], BATCH_LIMITS[name][1]);
}
