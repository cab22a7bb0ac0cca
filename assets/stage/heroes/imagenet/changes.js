/** The list of section 4.2.1: seven changes, and what our recorded runs measured when each was added to those before. */
/** @import { Say } from "../../types" */

import { clamp, fixed } from "../../svg.js";

/**
 * @typedef {{key: string, place: number | null, difference: number | null, low: number | null,
 *   high: number | null, verdict: string | null}} Change
 *     place: of its arm; difference: mean over the seeds, in points; low, high: its interval
 */
/** @typedef {{steps: number, seeds: number, images: number, tested: number, accuracy: (number | null)[][]}} Measured accuracy: by arm and seed, percent */
/** @typedef {{changes: Change[], measured: Measured | null}} ChangesData */

/** @param {number} value */
export const signed = (value) => `${value > 0 ? "+" : ""}${fixed(value, 1)}`;

/**
 * The difference that a change made, seed by seed, to the same seed without it; null where one is unknown.
 * @param {ChangesData} data
 * @param {Change} change
 * @returns {(number | null)[]} in points
 */
export function differences({ measured }, { place }) {
  if (!measured || !place) return [];
  const before = measured.accuracy[place - 1];
  return measured.accuracy[place].map((value, seed) => {
    const without = before[seed];
    return value === null || without === null ? null : value - without;
  });
}

/** What was measured of a change, in words. @param {ChangesData} data @param {Change} change @param {Say} say */
export function measuredWords(data, change, say) {
  if (change.difference === null) return say("picture.changes.absent");
  const seeds = differences(data, change).map((value) => (value === null ? "–" : signed(value)));
  return say("picture.changes.measured", {
    difference: signed(change.difference),
    seeds: seeds.join(", "),
    verdict: say(`picture.changes.verdict.${change.verdict}`, {
      low: signed(change.low ?? 0),
      high: signed(change.high ?? 0),
    }),
  });
}

/** The range of accuracies that holds all of them, in fives. @param {Measured} measured @returns {[number, number]} */
export function range({ accuracy }) {
  const known = accuracy.flat().filter((value) => value !== null);
  return [5 * Math.floor((Math.min(...known) - 1) / 5), 5 * Math.ceil((Math.max(...known) + 1) / 5)];
}

/** The change after this one; after the last one, the first. @param {ChangesData} data @param {number} at */
export const following = ({ changes }, at) => (at + 1) % changes.length;

/** The change that an address names; the first where it names none. @param {ChangesData} data @param {string} key */
export const changeOf = ({ changes }, key) =>
  clamp(
    changes.findIndex((one) => one.key === key),
    0,
    changes.length - 1,
  );
