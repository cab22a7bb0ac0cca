/** One short measured sentence about an arm. It says what was measured, never why. */
/** @import { Translate, View } from "./types" */

import { endOf } from "./divergence.js";
import { integer, magnitude, percent } from "./format.js";
import { layerLabel } from "./notices.js";
import { sampleMark } from "./sampling.js";
import { mean } from "./vendor/d3-array.js";

/** From this mean share of saturated outputs on, saturation is what to look at. */
const SATURATED = 0.2;

/**
 * @param {View} view
 * @param {number} index of the arm
 * @param {Translate} t
 * @returns {string}
 */
export function summaryFor(view, index, t) {
  const frame = view.frame?.arms[index];
  if (!frame) return "";
  const end = endOf(view, index);
  if (end) return t("reading.diverged", { layer: layerLabel(end.layer, t), step: integer(end.step) });
  const share = mean(frame.saturated_fraction);
  if (share !== undefined && share >= SATURATED) {
    const sample = sampleMark([view.arms[index]], t);
    return t("reading.saturated", { share: percent(share, 0), sample });
  }
  const ratio = frame.grad_norm[0] / frame.grad_norm[frame.grad_norm.length - 1];
  if (!Number.isFinite(ratio)) return "";
  return t("reading.gradient", { ratio: magnitude(ratio) });
}
