/** Mean and biased variance of numbers: the batch statistics of one feature. */

/**
 * The mean (1/m) sum of x_i; NaN without numbers.
 * @param {ArrayLike<number>} x
 * @returns {number}
 */
export function meanOf(x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}

/**
 * The biased variance (1/m) sum of (x_i - mean)^2, in two passes, which keeps its digits where the mean is large.
 * @param {ArrayLike<number>} x
 * @param {number} [mean] of x, if it is known
 * @returns {number}
 */
export function varianceOf(x, mean = meanOf(x)) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - mean) ** 2;
  return sum / x.length;
}
