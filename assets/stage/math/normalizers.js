/**
 * A block of values (N, C, L), samples by channels by locations, and which of them share a mean under each normalizer.
 *
 * Source: Wu & He 2018, figure 2.
 */

import { meanOf, varianceOf } from "./moments.js";

/** @typedef {"batch" | "layer" | "instance" | "group"} Normalizer */
/** @typedef {{samples: number, channels: number, locations: number}} BlockShape */

/**
 * The number of the set of values that entry (n, c, any location) shares its mean with; sets count from 0.
 *
 * - batch: c, one set per channel
 * - layer: n, one set per sample
 * - instance: n C + c, one set per map
 * - group: n G + (c's group), one set per sample and group of C / G channels
 *
 * Source: Wu & He 2018, eqs. 3-5 and 7.
 * @param {Normalizer} kind
 * @param {number} n sample
 * @param {number} c channel
 * @param {number} channels C
 * @param {number} [groups] G, a divisor of C; only used by group
 * @returns {number}
 */
export function groupOf(kind, n, c, channels, groups = 1) {
  if (kind === "batch") return c;
  if (kind === "layer") return n;
  if (kind === "instance") return n * channels + c;
  return n * groups + Math.floor(c / (channels / groups));
}

/**
 * (x - mean) / sqrt(variance + eps) of each value, with the mean and biased variance of its set.
 * @param {ArrayLike<number>} block (N * C * L,), sample by sample, channel by channel
 * @param {BlockShape} shape
 * @param {Normalizer} kind
 * @param {number} [groups] G, a divisor of C; only used by group
 * @param {number} [eps] added to the variances inside the root
 * @returns {{normalized: Float64Array, means: number[], variances: number[]}} means and variances by number of the set
 */
export function normalize(block, shape, kind, groups = 1, eps = 1e-5) {
  const ids = idsOf(shape, kind, groups);
  /** @type {number[][]} */
  const sets = [];
  ids.forEach((id, place) => {
    (sets[id] ??= []).push(block[place]);
  });
  const means = sets.map(meanOf);
  const variances = sets.map((values, id) => varianceOf(values, means[id]));
  const normalized = Float64Array.from(ids, (id, place) => (block[place] - means[id]) / Math.sqrt(variances[id] + eps));
  return { normalized, means, variances };
}

/**
 * `groupOf` of every entry of a block.
 * @param {BlockShape} shape
 * @param {Normalizer} kind
 * @param {number} [groups] G, a divisor of C; only used by group
 * @returns {number[]} (N * C * L,)
 */
export function idsOf({ samples, channels, locations }, kind, groups = 1) {
  return Array.from({ length: samples * channels * locations }, (_, place) => {
    const map = Math.floor(place / locations);
    return groupOf(kind, Math.floor(map / channels), map % channels, channels, groups);
  });
}
