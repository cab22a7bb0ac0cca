/**
 * What a mini-batch says about the gradient of the whole set, for the squared loss of a linear model without noise.
 *
 * One input x has the gradient x (x . w), with w counted from the best weights; a batch has the mean of its inputs'
 * gradients. Over all batches of m out of N inputs, drawn without replacement, that mean is the whole gradient on
 * average, and its distance from it is `standardErrorOfMean` (batch_noise.js) of `deviationOfGradients`.
 */
/** @import { Point } from "./symmetric.js" */

/**
 * The gradients of a batch that grows by one input at a time: (1/m) sum of x_i (x_i . w) over the first m, m = 1 .. N.
 * @param {ArrayLike<number>[]} points X (N, 2)
 * @param {ArrayLike<number>} w (2,)
 * @returns {Point[]} (N, 2), the last one is the gradient of the whole set
 */
export function growingGradients(points, w) {
  let [sumX, sumY] = [0, 0];
  return points.map((point, place) => {
    const residual = point[0] * w[0] + point[1] * w[1];
    sumX += point[0] * residual;
    sumY += point[1] * residual;
    return [sumX / (place + 1), sumY / (place + 1)];
  });
}

/**
 * How far the gradients of single inputs are from that of the whole set: sqrt((1/N) sum of |g_i - g|^2).
 * @param {ArrayLike<number>[]} points X (N, 2)
 * @param {ArrayLike<number>} w (2,)
 * @returns {number}
 */
export function deviationOfGradients(points, w) {
  const whole = growingGradients(points, w)[points.length - 1];
  return rootMeanSquareDistance(
    points.map((point) => growingGradients([point], w)[0]),
    whole,
  );
}

/**
 * sqrt(mean of |v - center|^2).
 * @param {ArrayLike<number>[]} vectors (B, 2)
 * @param {ArrayLike<number>} center (2,)
 * @returns {number}
 */
export function rootMeanSquareDistance(vectors, center) {
  let sum = 0;
  for (const vector of vectors) sum += (vector[0] - center[0]) ** 2 + (vector[1] - center[1]) ** 2;
  return Math.sqrt(sum / vectors.length);
}
