/**
 * The noise of batch statistics: how far mean and deviation of a batch of m values are from those of the population.
 *
 * A batch is drawn either from a distribution (independent values) or from a data set of N values without replacement.
 */

import { drawIndices, gaussian, random } from "./random.js";

export { gaussian, random };

/**
 * The standard error of a batch mean, sigma / sqrt(m); drawn without replacement from N values it is smaller by
 * `finiteCorrection`.
 * @param {number} deviation sigma of the population
 * @param {number} size m
 * @param {number} [population] N; without it the values are independent
 * @returns {number}
 */
export function standardErrorOfMean(deviation, size, population = Number.POSITIVE_INFINITY) {
  return (deviation / Math.sqrt(size)) * finiteCorrection(size, population);
}

/**
 * sqrt((N - m) / (N - 1)): 1 for a single value or an endless population, 0 for a batch of all values.
 * @param {number} size m, 1 to N
 * @param {number} population N, at least 2
 * @returns {number}
 */
export function finiteCorrection(size, population) {
  return Number.isFinite(population) ? Math.sqrt((population - size) / (population - 1)) : 1;
}

/**
 * The standard error of a batch deviation over its mean, for m normal values: sqrt(1 / c^2 - 1) with
 * c = sqrt(2 / (m - 1)) Gamma(m/2) / Gamma((m-1)/2), about 1 / sqrt(2 (m - 1)). It is the same for the biased and the
 * unbiased deviation.
 *
 * Source: the mean of the chi distribution with m - 1 degrees of freedom. The ratio r_m of the two Gammas follows from
 * r_2 = 1 / sqrt(pi) and r_m r_(m-1) = (m - 2) / 2.
 * @param {number} size m, an integer of at least 2
 * @returns {number}
 */
export function relativeErrorOfDeviation(size) {
  let ratio = 1 / Math.sqrt(Math.PI);
  for (let m = 3; m <= size; m++) ratio = (m - 2) / 2 / ratio;
  return Math.sqrt((size - 1) / (2 * ratio * ratio) - 1);
}

/**
 * A batch of different members of a population, all choices equally likely.
 * @template T
 * @param {ArrayLike<T>} population (N,)
 * @param {number} size m, at most N
 * @param {() => number} uniform numbers in [0, 1), as `random` gives them
 * @returns {T[]} (m,)
 */
export function drawBatch(population, size, uniform) {
  return drawIndices(population.length, size, uniform).map((index) => population[index]);
}
