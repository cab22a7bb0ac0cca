/** How far a measured accuracy may be off because only so many samples were tested. */
/** @import { Hello } from "./types" */

import { percent } from "./format.js";

/**
 * Standard error of a share of n independent samples: the binomial √(p(1 − p)/n). It is what another draw of samples
 * would change; what another seed would change is not in it.
 * @param {number} share p, 0..1
 * @param {number} n
 */
export const standardError = (share, n) => Math.sqrt((share * (1 - share)) / n);

/**
 * The standard error of an accuracy as it is written beside it, "± 0.8", in points; empty where the number of samples is
 * not known, and at 0 and 1, where the formula gives 0 and says nothing.
 * @param {number} accuracy
 * @param {Hello | null} hello
 */
export function errorWords(accuracy, hello) {
  const points = 100 * standardError(accuracy, hello?.dataset?.n_evaluated ?? NaN);
  if (!(points > 0)) return "";
  return `±\u202f${points < 0.095 ? points.toPrecision(1) : points.toFixed(1)}`;
}

/**
 * An accuracy with its standard error: 92.5 ± 0.8 %.
 * @param {number} accuracy
 * @param {Hello | null} hello
 */
export function accuracyWords(accuracy, hello) {
  const error = errorWords(accuracy, hello);
  return error ? percent(accuracy).replace("\u202f%", ` ${error}\u202f%`) : percent(accuracy);
}
