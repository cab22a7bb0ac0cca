/** The normal distribution: error function, density, shares below an edge, and means of a function under it. */

const SERIES_END = 2.5;
const FRACTION_TERMS = 60;
const REACH = 12;
const WIDEST_STEP = 0.1;
const STEP_OF_X = 0.4;

/**
 * The error function erf(x) = 2 / sqrt(pi) * integral from 0 to x of exp(-t^2) dt.
 *
 * Source: the series erf(x) = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose terms all have one sign
 * (Abramowitz & Stegun 7.1.6), and 1 - erfc(x) beyond 2.5.
 * @param {number} x
 * @returns {number}
 */
export function erf(x) {
  if (Math.abs(x) >= SERIES_END) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/**
 * The complement erfc(x) = 1 - erf(x), precise in the far tail too.
 *
 * Source: from 2.5 on the continued fraction sqrt(pi) exp(x^2) erfc(x) = 1 / (x + (1/2) / (x + 1 / (x + (3/2) / ...)))
 * (Abramowitz & Stegun 7.1.14).
 * @param {number} x
 * @returns {number}
 */
export function erfc(x) {
  if (x < SERIES_END) return 1 - erf(x);
  let tail = x;
  for (let n = FRACTION_TERMS; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}

/**
 * The density of N(mean, deviation^2) at x.
 * @param {number} x
 * @param {number} [mean]
 * @param {number} [deviation] above 0
 * @returns {number}
 */
export function normalDensity(x, mean = 0, deviation = 1) {
  const z = (x - mean) / deviation;
  return Math.exp(-0.5 * z * z) / (deviation * Math.sqrt(2 * Math.PI));
}

/**
 * P(x < edge) for x ~ N(mean, deviation^2); with deviation 0 all x are equal to the mean.
 * @param {number} edge
 * @param {number} [mean]
 * @param {number} [deviation] 0 or more
 * @returns {number}
 */
export function normalShareBelow(edge, mean = 0, deviation = 1) {
  if (deviation === 0) return mean < edge ? 1 : 0;
  return 0.5 * erfc((mean - edge) / (deviation * Math.SQRT2));
}

/**
 * E[f(x)] for x ~ N(mean, deviation^2): the integral of f(mean + deviation z) phi(z) dz by the trapezoid rule, z from
 * -12 to 12, in steps of at most 0.1 in z and 0.4 in x.
 *
 * For f as smooth as sigmoid, tanh and their derivatives the error is below 1e-9: it falls as
 * exp(-2 pi d / step of x), where d is the distance of f's nearest pole from the real axis, pi/2 for tanh (Trefethen &
 * Weideman 2014, theorem 5.1). A function with a jump or a kink needs a closed form.
 * @param {(x: number) => number} f
 * @param {number} mean
 * @param {number} deviation 0 or more
 * @returns {number}
 */
export function meanOver(f, mean, deviation) {
  if (deviation === 0) return f(mean);
  const pieces = Math.ceil((2 * REACH) / Math.min(WIDEST_STEP, STEP_OF_X / deviation));
  const step = (2 * REACH) / pieces;
  let sum = 0;
  for (let k = 0; k <= pieces; k++) {
    const z = -REACH + k * step;
    sum += f(mean + deviation * z) * Math.exp(-0.5 * z * z);
  }
  return (sum * step) / Math.sqrt(2 * Math.PI);
}
