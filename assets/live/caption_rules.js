/** What the caption of a run says at a step: one rule applies, chosen by the numbers of the frame alone. */
/** @import { Reading } from "./caption_readings.js" */
/** @import { View } from "./types" */

import { sharedShare, TWINS_FROM } from "./badges.js";
import { readingsOf } from "./caption_readings.js";
import { endOf } from "./divergence.js";
import { integer, magnitude, percent, scientific } from "./format.js";

/** Below this share of the head's gradient norm, the gradient hardly reaches the first layer. */
export const VANISHED = 1e-2;
/** Above this multiple of it, the gradient explodes on its way back. */
export const EXPLODED = 1e2;
/** Share of the way from chance to 100 % at which a network begins to learn, has learned, and has learned it well. */
export const [BEGUN, LEARNED, SOLVED] = [0.15, 0.6, 0.92];
/** Share of saturated outputs or dead units, averaged over the layers, that is worth a caption. */
const MOST = 0.5;

/** Steps for which a network may stand at chance before the caption says that it does not learn. */
export const EARLY = 100;
/** Accuracy lost since the best evaluation that is a fall and no longer a wobble. */
const FALL = 0.05;

/**
 * @typedef {{key: string, arms: number[], values: Record<string, string>}} Caption key of its words in `caption.*`; the
 *   arms that it names as {arm} and {other}; the numbers in it
 */

/**
 * @param {View} view
 * @returns {Caption | null} null while there is no frame
 */
export function captionOf(view) {
  const { frame } = view;
  if (!frame) return null;
  const ended = view.arms.map((_, index) => endOf(view, index)).find(Boolean);
  if (ended) return caption("diverged", [ended.arm], { step: integer(ended.step), layer: ended.layer });
  const readings = readingsOf(view);
  if (frame.step === 0) return caption(startKey(view, readings), [], {});
  return gradientCaption(readings, frame.step) ?? stateCaption(readings) ?? resultCaption(readings, frame.step);
}

/**
 * Before the first step: equal weights give unequal losses where only some networks have BN.
 * @param {View} view
 * @param {Reading[]} readings
 */
function startKey({ arms, hello }, readings) {
  if (arms.length < 2 || !(sharedShare(hello) >= TWINS_FROM)) return "start_other";
  const isMixed = arms.some(({ normalized }) => normalized) && !arms.every(({ normalized }) => normalized);
  return isMixed && readings[0].loss !== readings[1].loss ? "start_bn" : "start";
}

/**
 * @param {string} key
 * @param {number[]} arms
 * @param {Record<string, string>} values
 * @returns {Caption}
 */
const caption = (key, arms, values) => ({ key, arms, values });

/** @param {Reading} reading */
const accuracyOf = ({ accuracy, measured }) => ({ accuracy: percent(accuracy), measured: integer(measured) });

/**
 * The gradient hardly reaches the first layer of a network that has not learned, or it explodes.
 * @param {Reading[]} readings
 * @param {number} step
 * @returns {Caption | null}
 */
function gradientCaption(readings, step) {
  const stuck = most(readings.filter(isStuck), ({ ratio }) => -ratio);
  if (!stuck) return explosionCaption(readings);
  const others = readings.filter((reading) => reading !== stuck);
  const other = most(others, ({ way }) => way);
  const ratio = scientific(stuck.ratio, 1);
  if (!other) return caption("vanishing", [stuck.index], { ratio });
  const arms = [stuck.index, other.index];
  const values = { ratio, ...accuracyOf(other), behind: percent(stuck.accuracy) };
  if (other.way >= BEGUN) return learnerCaption(other, arms, values);
  if (others.every(isStuck)) {
    const best = accuracyOf(most(readings, ({ way }) => way) ?? other);
    return caption("neither", arms, { ...values, ...best, beside: scientific(other.ratio, 1) });
  }
  return step < EARLY || Number.isNaN(other.way)
    ? caption("vanishing", [stuck.index], { ratio })
    : caption("neither_one", arms, values);
}

/**
 * @param {Reading[]} readings
 * @returns {Caption | null}
 */
function explosionCaption(readings) {
  const exploding = most(readings, ({ ratio }) => ratio);
  if (!exploding || !(exploding.ratio > EXPLODED)) return null;
  return caption("exploding", [exploding.index], { ratio: magnitude(exploding.ratio) });
}

/** @param {Reading} reading */
const isStuck = ({ ratio, way }) => ratio < VANISHED && !(way >= BEGUN);

/**
 * Beside a network whose gradient hardly reaches layer 1, how the other one does, and whether its own gradient does:
 * learning begins only where accuracy is the highest so far and the loss has not jumped.
 * @param {Reading} other
 * @param {number[]} arms
 * @param {Record<string, string>} values
 * @returns {Caption}
 */
function learnerCaption(other, arms, values) {
  if (other.ratio < VANISHED) return caption("both", arms, { ...values, beside: scientific(other.ratio, 1) });
  if (other.peak - other.accuracy > FALL)
    return caption("fell", arms, { ...values, peak: percent(other.peak), peaked: integer(other.peaked) });
  if (other.way >= SOLVED) return caption("solved", arms, values);
  const begins = other.way < LEARNED && !(other.peak > other.accuracy) && !other.jumped;
  return caption(begins ? "begins" : "beside", arms, values);
}

/**
 * The reading with the largest value; those without one come last.
 * @param {Reading[]} readings
 * @param {(reading: Reading) => number} numberOf
 * @returns {Reading | undefined}
 */
const most = (readings, numberOf) =>
  readings.reduce(
    (/** @type {Reading | undefined} */ best, reading) =>
      best && !(numberOf(reading) > numberOf(best)) && !Number.isNaN(numberOf(best)) ? best : reading,
    undefined,
  );

/**
 * Most of a network stands in the flat ends of its nonlinearity, or is dead.
 * @param {Reading[]} readings
 * @returns {Caption | null}
 */
function stateCaption(readings) {
  const flat = most(readings, ({ saturated }) => saturated);
  if (flat && flat.saturated > MOST) return caption("saturated", [flat.index], { share: percent(flat.saturated, 0) });
  const dead = most(readings, (reading) => reading.dead);
  return dead && dead.dead > MOST ? caption("dead", [dead.index], { share: percent(dead.dead, 0) }) : null;
}

/**
 * How well they do.
 * @param {Reading[]} readings
 * @param {number} step
 * @returns {Caption}
 */
function resultCaption(readings, step) {
  const known = readings.filter(({ way }) => Number.isFinite(way)).sort((a, b) => b.way - a.way);
  const [best, second] = [known[0], known[known.length - 1]];
  if (!best) return caption("none", [], {});
  if (readings.length === 1)
    return caption(best.way >= LEARNED ? "learned_one" : "one", [best.index], accuracyOf(best));
  const values = { ...accuracyOf(best), behind: percent(second.accuracy) };
  if (best.way - second.way > BEGUN) return caption("ahead", [second.index, best.index], values);
  if (best.way < BEGUN && step >= EARLY) return caption("neither_even", [second.index, best.index], values);
  return caption(second.way >= LEARNED ? "all_learned" : "even", [second.index, best.index], values);
}
