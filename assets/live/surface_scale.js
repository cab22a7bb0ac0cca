/**
 * One color scale for the loss surfaces of all arms.
 *
 * @typedef {{low: number, high: number, levels: number[], capped: boolean}} LossScale losses at the ends of the ramp;
 *   `capped` when some lie above
 */
/** @import { Surface } from "./types" */

import { logLevels } from "./contour_lines.js";

/** Share of the grid points that the ramp covers; the largest losses near a divergence would drown the rest. */
const COVERED = 0.97;

/**
 * Scale over the finite losses of every arm.
 * @param {Surface} surface
 * @returns {LossScale | null} null when no loss is a positive number
 */
export function lossScale(surface) {
  const finite = surface.loss.filter((v) => v > 0 && v < Infinity).sort();
  if (!finite.length) return null;
  const [low, top] = [finite[0], finite[finite.length - 1]];
  const covered = finite[Math.min(finite.length - 1, Math.floor(COVERED * finite.length))];
  // Only a long tail is cut: a scale of its own length keeps its real maximum.
  const capped = top > covered * 2;
  const high = Math.max(capped ? covered : top, low * 1.02);
  return { low, high, levels: logLevels(low, high, 11), capped };
}

/** Below this ratio of the highest to the lowest loss, or this share of the color scale, a picture is one color. */
const [FLAT, FLAT_SHARE] = [1.05, 0.05];

/**
 * The lowest and the highest loss of an arm if they hardly differ on the whole plane.
 * @param {Surface} surface
 * @param {number} arm
 * @param {LossScale | null} scale of all arms
 * @returns {[number, number] | null} null where the picture shows something
 */
export function flatRange({ loss, xs, ys }, arm, scale) {
  const size = xs.length * ys.length;
  const own = loss.subarray(arm * size, (arm + 1) * size);
  let [low, high] = [Infinity, 0];
  for (const value of own) {
    if (!(value > 0 && value < Infinity)) return null;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const share = scale ? Math.log(high / low) / Math.log(scale.high / scale.low) : 1;
  return high < low * FLAT || share < FLAT_SHARE ? [low, high] : null;
}

/**
 * Which surface to show ("pca-own" counts as "pca"): the newest of the chosen kind not after a step; otherwise the
 * newest of any kind not after it.
 * @param {Surface[]} surfaces oldest first
 * @param {number} step
 * @param {{plane: string, bnStats: string}} wanted
 * @returns {{surface: Surface | null, matches: boolean}}
 */
export function chooseSurface(surfaces, step, wanted) {
  const past = surfaces.filter((surface) => surface.step <= step);
  const matching = past.filter(
    ({ plane, bnStats }) => plane.split("-")[0] === wanted.plane && bnStats === wanted.bnStats,
  );
  const found = matching.at(-1);
  return found ? { surface: found, matches: true } : { surface: past.at(-1) ?? null, matches: false };
}
