/**
 * Batch normalization of one feature over a batch, forward and backward, as in the paper.
 *
 * Source: Ioffe & Szegedy 2015, algorithm 1 (forward), the six equations of sec. 3 (backward), algorithm 2 (evaluation).
 */

import { meanOf, varianceOf } from "./moments.js";

/**
 * What the forward pass computes: batch mean, biased batch variance, deviation sqrt(variance + eps), normalized values
 * (m,) and outputs (m,).
 * @typedef {{mean: number, variance: number, deviation: number, normalized: number[], output: number[]}} Forward
 */

/**
 * Gradients of the loss with respect to the inputs (m,), gamma and beta.
 * @typedef {{input: number[], gamma: number, beta: number}} Gradients
 */

/**
 * Training mode: x_hat_i = (x_i - mean) / sqrt(variance + eps), y_i = gamma x_hat_i + beta.
 *
 * Source: algorithm 1.
 * @param {ArrayLike<number>} x the feature's value for each sample (m,)
 * @param {number} gamma scale
 * @param {number} beta shift
 * @param {number} [eps] added to the variance inside the root
 * @returns {Forward}
 */
export function forward(x, gamma, beta, eps = 1e-5) {
  const mean = meanOf(x);
  return forwardWith(x, mean, varianceOf(x, mean), gamma, beta, eps);
}

/**
 * Evaluation mode: the same formula under given statistics, so that each output depends on its own input only.
 *
 * Source: algorithm 2, step 11.
 * @param {ArrayLike<number>} x (m,)
 * @param {number} mean of the population, or the running mean
 * @param {number} variance of the population, or the running variance
 * @param {number} gamma scale
 * @param {number} beta shift
 * @param {number} [eps] added to the variance inside the root
 * @returns {Forward}
 */
export function forwardWith(x, mean, variance, gamma, beta, eps = 1e-5) {
  const deviation = Math.sqrt(variance + eps);
  const normalized = Array.from(x, (value) => (value - mean) / deviation);
  return { mean, variance, deviation, normalized, output: normalized.map((value) => gamma * value + beta) };
}

/**
 * The gradients of the loss in training mode, where mean and variance depend on every input:
 *
 *     g_hat_i = g_i gamma
 *     d/d variance = -1/2 (variance + eps)^(-3/2) sum of g_hat_i (x_i - mean)
 *     d/d mean = -(sum of g_hat_i) / deviation + d/d variance * (1/m) sum of -2 (x_i - mean)
 *     d/d x_i = g_hat_i / deviation + d/d variance * 2 (x_i - mean) / m + d/d mean / m
 *     d/d gamma = sum of g_i x_hat_i,  d/d beta = sum of g_i
 *
 * Source: the six equations of sec. 3. The second term of d/d mean is 0, because the deviations from the mean cancel.
 * @param {ArrayLike<number>} x (m,)
 * @param {number} gamma scale
 * @param {number} eps added to the variance inside the root
 * @param {ArrayLike<number>} outputGradient g (m,), gradient of the loss with respect to the outputs
 * @returns {Gradients}
 */
export function backward(x, gamma, eps, outputGradient) {
  const size = x.length;
  const { mean, deviation, normalized } = forward(x, gamma, 0, eps);
  let beta = 0;
  let ofGamma = 0;
  for (let i = 0; i < size; i++) {
    beta += outputGradient[i];
    ofGamma += outputGradient[i] * normalized[i];
  }
  const ofVariance = (-0.5 * gamma * ofGamma) / deviation ** 2;
  const ofMean = (-gamma * beta) / deviation;
  const input = Array.from(x, (value, i) => {
    return (outputGradient[i] * gamma) / deviation + (ofVariance * 2 * (value - mean)) / size + ofMean / size;
  });
  return { input, gamma: ofGamma, beta };
}

/**
 * How each output moves with each input, d y_i / d x_j = gamma / deviation * ([i = j] - (1 + x_hat_i x_hat_j) / m).
 *
 * All rows and columns sum to 0: a shift of the whole batch changes no output.
 *
 * Source: the derivative of algorithm 1, from the six equations of sec. 3.
 * @param {ArrayLike<number>} x (m,)
 * @param {number} gamma scale
 * @param {number} [eps] added to the variance inside the root
 * @returns {number[][]} (m, m), row i for output i
 */
export function jacobian(x, gamma, eps = 1e-5) {
  const { deviation, normalized } = forward(x, gamma, 0, eps);
  return normalized.map((a, i) =>
    normalized.map((b, j) => (gamma / deviation) * ((i === j ? 1 : 0) - (1 + a * b) / normalized.length)),
  );
}

/**
 * The one linear layer (W', b') that equals a linear layer followed by BN in evaluation mode:
 * W' = s W and b' = s (b - mean) + beta with s = gamma / sqrt(variance + eps), one s per row.
 *
 * Source: arithmetic of algorithm 2, step 11.
 * @param {ArrayLike<number>[]} weights (D, inputs), one row per unit
 * @param {ArrayLike<number> | null} bias (D,), null for none
 * @param {ArrayLike<number>} gamma (D,)
 * @param {ArrayLike<number>} beta (D,)
 * @param {ArrayLike<number>} mean running mean (D,)
 * @param {ArrayLike<number>} variance running variance (D,)
 * @param {number} [eps] added to the variance inside the root
 * @returns {{weights: number[][], bias: number[]}}
 */
export function fold(weights, bias, gamma, beta, mean, variance, eps = 1e-5) {
  const scale = Array.from(gamma, (value, unit) => value / Math.sqrt(variance[unit] + eps));
  return {
    weights: weights.map((row, unit) => Array.from(row, (weight) => scale[unit] * weight)),
    bias: scale.map((factor, unit) => factor * ((bias ? bias[unit] : 0) - mean[unit]) + beta[unit]),
  };
}
