/** What a wrong number in ordinary code does to batch normalization, by formula. */

/**
 * Outputs of a layer in evaluation mode with eps, over those with the eps that it was trained with:
 *
 *     sqrt(deviation^2 + trainedEps) / sqrt(deviation^2 + eps)
 *
 * Source: Ioffe & Szegedy 2015, algorithm 2, step 11.
 * @param {number} deviation standard deviation of the input
 * @param {number} eps of the layer that runs
 * @param {number} trainedEps of the layer that was trained
 */
export const epsilonRatio = (deviation, eps, trainedEps) =>
  Math.sqrt((deviation ** 2 + trainedEps) / (deviation ** 2 + eps));

/**
 * Unbiased over biased variance of a batch: m / (m - 1).
 *
 * Source: sec. 3.1.
 * @param {number} size m, at least 2
 */
export const unbiasedFactor = (size) => size / (size - 1);

/**
 * How far a running average has come from its start to a constant value after n updates: 1 - (1 - momentum)^n.
 * @param {number} momentum weight of the new batch
 * @param {number} updates n
 */
export const shareReached = (momentum, updates) => 1 - (1 - momentum) ** updates;

/**
 * The momentum of which two updates equal one with m: 1 - sqrt(1 - m).
 * @param {number} momentum m
 */
export const halvedMomentum = (momentum) => 1 - Math.sqrt(1 - momentum);

/**
 * A weight that only decays, after n steps of SGD: (1 - rate * decay)^n.
 * @param {number} rate learning rate
 * @param {number} decay weight decay
 * @param {number} steps n
 */
export const decayed = (rate, decay, steps) => (1 - rate * decay) ** steps;
