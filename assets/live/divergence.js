/** Where a network's numbers ended: from that step on they are no longer finite. */
/** @import { Boundary, View } from "./types" */

/**
 * The divergence of an arm, as far as the step shown tells of it. The frame may be older than the divergence where not
 * every step is captured: then the newest frame tells of it too.
 * @param {View} view
 * @param {number} index of the arm
 * @returns {{arm: number, layer: string, step: number} | undefined}
 */
export function endOf({ status, step, following }, index) {
  const end = status?.diverged?.find(({ arm }) => arm === index);
  return end && (end.step <= step + 1 || (following && end.step <= (status?.step ?? 0))) ? end : undefined;
}

/**
 * Whether all probabilities of an arm are finite.
 * @param {Boundary} boundary
 * @param {number} arm
 */
function isFiniteFor({ probability, xs, ys, classes }, arm) {
  const size = classes * xs.length * ys.length;
  return probability.subarray(arm * size, (arm + 1) * size).every(Number.isFinite);
}

/**
 * The newest boundary of an arm before it diverged; null without one.
 * @param {View} view
 * @param {{arm: number, step: number}} end
 * @returns {Boundary | null}
 */
export function lastFiniteBoundary({ boundaries = [] }, { arm, step }) {
  return boundaries.findLast((one) => one.step < step && isFiniteFor(one, arm)) ?? null;
}
