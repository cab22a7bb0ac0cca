/**
 * A bias before a normalization, trained by gradient descent: x = u + b, x_hat = x - mean(x), and the loss
 * L = 1/(2 m) sum of (x_hat_i - t_i)^2.
 *
 * Source: Ioffe & Szegedy 2015, sec. 2.
 */

import { meanOf } from "./moments.js";

/**
 * The loss; b is in no way part of it, because the mean takes it off again.
 * @param {ArrayLike<number>} u (m,)
 * @param {ArrayLike<number>} target t (m,)
 * @param {number} b bias
 * @returns {number}
 */
export function lossAt(u, target, b) {
  const mean = meanOf(u) + b;
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += (u[i] + b - mean - target[i]) ** 2;
  return sum / (2 * u.length);
}

/**
 * The loss as a gradient sees it that takes the mean for the constant which it is at b: a parabola over the other bias.
 * @param {ArrayLike<number>} u (m,)
 * @param {ArrayLike<number>} target t (m,)
 * @param {number} b bias at which the mean was taken
 * @param {number} other bias
 * @returns {number}
 */
export function believedLoss(u, target, b, other) {
  const mean = meanOf(u) + b;
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += (u[i] + other - mean - target[i]) ** 2;
  return sum / (2 * u.length);
}

/**
 * The bias after some steps from b: b + rate * steps * mean(t) if the gradient takes the mean for a constant, and b if
 * it passes through the mean, where d x_hat / d b = 0.
 * @param {number} b bias at the start
 * @param {number} targetMean mean of t
 * @param {number} rate learning rate
 * @param {number} steps updates
 * @param {boolean} through whether the gradient passes through the mean
 * @returns {number}
 */
export function biasAfter(b, targetMean, rate, steps, through) {
  return through ? b : b + rate * steps * targetMean;
}
