/** Which numbers of layers are estimates from a sample of their values, and how large it is: the server says it. */
/** @import { Arm, Range, Translate, View } from "./types" */

import { integer } from "./format.js";

/**
 * @typedef {object} Measured
 * @property {Range} kept fewest and most that a layer's numbers are measured on
 * @property {Range} all fewest and most that a batch gives per layer
 * @property {boolean} isSample whether any layer is measured on fewer than all
 */

/**
 * On how many values, or places, layers are measured; null where a recording or a watched model does not say.
 * @param {Arm[]} arms
 * @param {"values" | "places"} kind
 * @param {number[]} [layers] by default all
 * @returns {Measured | null}
 */
export function measuredOn(arms, kind, layers) {
  const sizes = arms.flatMap((arm) =>
    (layers ?? arm.layers.map((_, layer) => layer))
      .filter((layer) => layer < arm.layers.length)
      .map((layer) => arm.samples?.[layer]?.[kind]),
  );
  if (!sizes.length || sizes.includes(undefined)) return null;
  const known = /** @type {Range[]} */ (sizes);
  /** @param {0 | 1} end @returns {Range} */
  const span = (end) => [Math.min(...known.map((size) => size[end])), Math.max(...known.map((size) => size[end]))];
  return { kept: span(0), all: span(1), isSample: known.some(([kept, all]) => kept < all) };
}

/**
 * One number, or from one to another.
 * @param {Range} span
 * @param {Translate} t
 */
export const spanWords = ([low, high], t) =>
  low === high ? integer(low) : t("sample.span", { low: integer(low), high: integer(high) });

/**
 * "(sample)" behind a number that is estimated from one, else nothing.
 * @param {Arm[]} arms
 * @param {Translate} t
 * @param {number[]} [layers]
 */
export const sampleMark = (arms, t, layers) => (measuredOn(arms, "values", layers)?.isSample ? t("sample.mark") : "");

/**
 * What the pictures of layers are drawn from, one sentence.
 * @param {View} view
 * @param {Translate} t
 * @param {number[]} [layers]
 */
export function sampleSentence({ arms }, t, layers) {
  const measured = measuredOn(arms, "values", layers);
  if (!measured) return t("sample.unknown");
  const words = { kept: spanWords(measured.kept, t), all: spanWords(measured.all, t) };
  return t(measured.isSample ? "sample.part" : "sample.whole", words);
}
