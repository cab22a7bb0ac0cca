/**
 * Scale invariance: BN((a w) u) = BN(w u), so a factor a on a weight vector changes no output; it divides the gradient by
 * a, and the turn that one step gives the vector by a^2.
 *
 * Source: Ioffe & Szegedy 2015, sec. 3.3. It holds exactly with eps 0; with eps > 0 as long as the variance is far above it.
 */

import { backward, forward } from "./batch_norm.js";

/**
 * The factor on the gradient with respect to the weights: d BN(a w u) / d (a w) = 1/a * d BN(w u) / d w.
 *
 * Source: sec. 3.3.
 * @param {number} a factor on the weights, above 0
 * @returns {number}
 */
export function gradientScale(a) {
  return 1 / a;
}

/**
 * The factor on the length of a step relative to the weights, norm(rate g) / norm(w): the gradient is a times shorter and
 * the vector a times longer, so it is 1 / a^2.
 * @param {number} a factor on the weights, above 0
 * @returns {number}
 */
export function stepScale(a) {
  return 1 / (a * a);
}

/**
 * The effective learning rate of weights before BN, rate / norm(w)^2: the rate at which their direction turns.
 *
 * Source: van Laarhoven 2017, "L2 regularization versus batch and weight normalization", sec. 3.
 * @param {number} rate learning rate
 * @param {number} norm length of w, above 0
 * @returns {number}
 */
export function effectiveRate(rate, norm) {
  return rate / (norm * norm);
}

/**
 * One unit with BN (gamma 1, beta 0): x_i = w . u_i, y = BN(x), and the gradient of a loss with respect to w,
 * the sum of d loss / d x_i * u_i. The gradient is orthogonal to w if eps is 0.
 * @param {ArrayLike<number>[]} points inputs u (m, inputs)
 * @param {ArrayLike<number>} w weights (inputs,)
 * @param {number} eps added to the variance inside the root; 0 is allowed
 * @param {ArrayLike<number>} outputGradient gradient of the loss with respect to y (m,)
 * @returns {{preActivations: number[], output: number[], gradient: number[]}}
 */
export function bnLinear(points, w, eps, outputGradient) {
  const weights = Array.from(w);
  const preActivations = points.map((u) => weights.reduce((sum, weight, k) => sum + weight * u[k], 0));
  const inputGradient = backward(preActivations, 1, eps, outputGradient).input;
  const gradient = weights.map((_, k) => points.reduce((sum, u, i) => sum + inputGradient[i] * u[k], 0));
  return { preActivations, output: forward(preActivations, 1, 0, eps).output, gradient };
}

/**
 * The squared loss of that unit, L = 1/(2 m) sum of (y_i - t_i)^2, and its gradient with respect to w.
 *
 * L depends on the direction of w only, if eps is 0.
 * @param {ArrayLike<number>[]} points inputs u (m, inputs)
 * @param {ArrayLike<number>} w weights (inputs,)
 * @param {ArrayLike<number>} targets t (m,)
 * @param {number} [eps] added to the variance inside the root
 * @returns {{preActivations: number[], output: number[], loss: number, gradient: number[]}}
 */
export function unitLoss(points, w, targets, eps = 0) {
  const size = points.length;
  const { output } = bnLinear(points, w, eps, new Array(size).fill(0));
  const errors = output.map((y, i) => y - targets[i]);
  const loss = errors.reduce((sum, error) => sum + error * error, 0) / (2 * size);
  const { preActivations, gradient } = bnLinear(
    points,
    w,
    eps,
    errors.map((error) => error / size),
  );
  return { preActivations, output, loss, gradient };
}

/**
 * One step of gradient descent on that loss, w - rate dL/dw.
 * @param {ArrayLike<number>[]} points inputs u (m, inputs)
 * @param {ArrayLike<number>} w weights (inputs,)
 * @param {ArrayLike<number>} targets t (m,)
 * @param {number} rate learning rate
 * @returns {number[]} (inputs,)
 */
export function stepOfUnit(points, w, targets, rate) {
  return unitLoss(points, w, targets).gradient.map((slope, k) => w[k] - rate * slope);
}

/**
 * The squared length of the weights after a step at a right angle to them, by Pythagoras: |w|^2 + rate^2 |gradient|^2.
 *
 * Source: van Laarhoven 2017, sec. 3; Arora, Li & Lyu 2018, lemma 2.4.
 * @param {number} squaredNorm |w|^2
 * @param {number} squaredGradient |dL/dw|^2
 * @param {number} rate learning rate
 * @returns {number}
 */
export function squaredNormAfter(squaredNorm, squaredGradient, rate) {
  return squaredNorm + rate * rate * squaredGradient;
}
