/** What the caption of a run says at a step: one rule applies, chosen by the numbers of the frame alone. */
/** @import { ArmFrame, View } from "./types" */

import { magnitude, percent, scientific } from "./format.js";
import { scalar } from "./frame.js";
import { bisectRight, mean } from "./vendor/d3-array.js";

/** Below this share of the head's gradient norm, the gradient has not reached the first layer. */
export const VANISHED = 1e-2;
/** Above this multiple of it, the gradient explodes on its way back. */
export const EXPLODED = 1e2;
/** Share of the way from chance to 100 % at which a network begins to learn, has learned, and has learned it well. */
export const [BEGUN, LEARNED, SOLVED] = [0.15, 0.6, 0.92];
/** Share of saturated outputs or dead units, averaged over the layers, that is worth a caption. */
const MOST = 0.5;

/**
 * @typedef {{key: string, arms: number[], values: Record<string, string>}} Caption key of its words in `caption.*`; the
 *   arms that it names as {arm} and {other}; the numbers in it
 *
 * @typedef {object} Reading what is known of an arm at the step shown
 * @property {number} index
 * @property {number} ratio gradient norm of layer 1 over that of the head; NaN before the first gradient
 * @property {number} accuracy the last one measured at or before the step, NaN without one
 * @property {number} measured its step
 * @property {number} way 0 at chance, 1 at 100 %
 * @property {number} saturated
 * @property {number} dead
 * @property {number} loss
 */

/**
 * @param {View} view
 * @returns {Caption | null} null while there is no frame
 */
export function captionOf(view) {
  const { frame, status, hello } = view;
  if (!frame) return null;
  const ended = (status?.diverged ?? []).find(({ step }) => step <= frame.step);
  if (ended) return caption("diverged", [ended.arm], { step: String(ended.step), layer: ended.layer });
  if (frame.step === 0) {
    const isTwins = view.arms.length > 1 && status?.hashes?.same_weights;
    return caption(isTwins ? "start" : "start_other", [], {});
  }
  const readings = view.arms.map((_, index) => readingOf(view, frame.arms[index], index, hello.chance));
  return gradientCaption(readings) ?? stateCaption(readings) ?? resultCaption(readings);
}

/**
 * @param {string} key
 * @param {number[]} arms
 * @param {Record<string, string>} values
 * @returns {Caption}
 */
const caption = (key, arms, values) => ({ key, arms, values });

/**
 * @param {View} view
 * @param {ArmFrame | undefined} arm
 * @param {number} index
 * @param {number} chance
 * @returns {Reading}
 */
function readingOf(view, arm, index, chance) {
  const curve = view.curves[index];
  const at = curve ? bisectRight(curve.testStep, view.step) - 1 : -1;
  const accuracy = at < 0 ? NaN : curve.testAccuracy[at];
  return {
    index,
    ratio: arm ? arm.grad_norm[0] / arm.grad_norm[arm.grad_norm.length - 1] : NaN,
    accuracy,
    measured: at < 0 ? NaN : curve.testStep[at],
    way: (accuracy - chance) / (1 - chance),
    saturated: (arm && mean(arm.saturated_fraction)) ?? NaN,
    dead: (arm && mean(arm.dead_fraction)) ?? NaN,
    loss: arm ? scalar(arm, "train_loss") : NaN,
  };
}

/** @param {Reading} reading */
const accuracyOf = ({ accuracy, measured }) => ({ accuracy: percent(accuracy), measured: String(measured) });

/**
 * The gradient does not reach the first layer of a network that has not learned, or it explodes.
 * @param {Reading[]} readings
 * @returns {Caption | null}
 */
function gradientCaption(readings) {
  const stuck = readings.find(({ ratio, way }) => ratio < VANISHED && !(way >= BEGUN));
  if (stuck) {
    const ratio = scientific(stuck.ratio, 1);
    const best = readings.filter(({ way }) => way >= BEGUN).sort((a, b) => b.way - a.way)[0];
    if (!best) return caption("vanishing", [stuck.index], { ratio });
    const key = best.way >= SOLVED ? "solved" : best.way >= LEARNED ? "beside" : "begins";
    return caption(key, [stuck.index, best.index], { ratio, ...accuracyOf(best), behind: percent(stuck.accuracy) });
  }
  const exploding = readings.find(({ ratio }) => ratio > EXPLODED);
  return exploding ? caption("exploding", [exploding.index], { ratio: magnitude(exploding.ratio) }) : null;
}

/**
 * Most of a network stands in the flat ends of its nonlinearity, or is dead.
 * @param {Reading[]} readings
 * @returns {Caption | null}
 */
function stateCaption(readings) {
  const flat = readings.find(({ saturated }) => saturated > MOST);
  if (flat) return caption("saturated", [flat.index], { share: percent(flat.saturated, 0) });
  const dead = readings.find((reading) => reading.dead > MOST);
  return dead ? caption("dead", [dead.index], { share: percent(dead.dead, 0) }) : null;
}

/**
 * How well they do.
 * @param {Reading[]} readings
 * @returns {Caption}
 */
function resultCaption(readings) {
  const known = readings.filter(({ way }) => Number.isFinite(way)).sort((a, b) => b.way - a.way);
  const [best, second] = [known[0], known[known.length - 1]];
  if (!best) return caption("none", [], {});
  if (readings.length === 1)
    return caption(best.way >= LEARNED ? "learned_one" : "one", [best.index], accuracyOf(best));
  const values = { ...accuracyOf(best), behind: percent(second.accuracy) };
  if (best.way - second.way > BEGUN) return caption("ahead", [second.index, best.index], values);
  return caption(second.way >= LEARNED ? "all_learned" : "even", [second.index, best.index], values);
}
