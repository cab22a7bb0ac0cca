/**
 * Running statistics: what BN remembers of the batches that it has seen, for evaluation.
 *
 * Source: Ioffe & Szegedy 2015, algorithm 2, step 10, in PyTorch's convention: momentum weights the NEW batch.
 */

import { meanOf, varianceOf } from "./moments.js";

/**
 * The running mean and variance of one feature, and how many batches are in them.
 * @typedef {{mean: number, variance: number, batches: number}} Running
 */

/** What BN starts from: mean 0, variance 1, no batch seen. @returns {Running} */
export function start() {
  return { mean: 0, variance: 1, batches: 0 };
}

/**
 * One step of an average: (1 - m) old + m new.
 * @param {number} old
 * @param {number} value the new batch's
 * @param {number | null} momentum m; null for the plain average of all batches, m = 1 / batches
 * @param {number} batches how many there are with the new one; only used if momentum is null
 * @returns {number}
 */
export function average(old, value, momentum, batches) {
  const weight = momentum ?? 1 / batches;
  return (1 - weight) * old + weight * value;
}

/**
 * The unbiased variance, m / (m - 1) times the biased one; BN normalizes by the biased one and remembers this one.
 *
 * Source: sec. 3.1, Var[x] = m / (m - 1) E_B[variance of batch B].
 * @param {ArrayLike<number>} x a batch of at least 2 values
 * @returns {number}
 */
export function unbiasedVariance(x) {
  return (varianceOf(x) * x.length) / (x.length - 1);
}

/**
 * The running statistics after one more batch; a batch of a single value leaves the variance as it is.
 * @param {Running} running before the batch
 * @param {ArrayLike<number>} batch the feature's values (m,)
 * @param {number | null} momentum weight of the new batch; null for the plain average of all batches
 * @returns {Running}
 */
export function update(running, batch, momentum) {
  const batches = running.batches + 1;
  const mean = average(running.mean, meanOf(batch), momentum, batches);
  if (batch.length < 2) return { mean, variance: running.variance, batches };
  return { mean, variance: average(running.variance, unbiasedVariance(batch), momentum, batches), batches };
}

/**
 * The running average after each of a series of batches.
 * @param {ArrayLike<number>} batchValues one statistic per batch (T,), such as the batch means
 * @param {number} start before the first batch
 * @param {number | null} momentum weight of the new batch; null for the plain average of all batches so far
 * @returns {number[]} (T,), the value after the first batch first
 */
export function trace(batchValues, start, momentum) {
  let running = start;
  return Array.from(batchValues, (value, index) => {
    running = average(running, value, momentum, index + 1);
    return running;
  });
}

/**
 * The running average's spread over the spread of the batches' own values, once it has settled: sqrt(m / (2 - m)).
 *
 * From r' = (1 - m) r + m b with independent b: Var r = (1 - m)^2 Var r + m^2 Var b.
 * @param {number} momentum m, weight of the new batch
 * @returns {number}
 */
export function noiseLeft(momentum) {
  return Math.sqrt(momentum / (2 - momentum));
}
