/** How layers are called on axes and in lists: by the names that the source gave them. */
/** @import { View } from "./types" */

/** A layer's name where it is plain that layers are meant: hidden3 is 3, conv3 stays. @param {string} name */
export const layerMark = (name) => /^hidden(\d+)$/.exec(name)?.[1] ?? name;

/**
 * Names of the layers of the deepest arm.
 * @param {View} view
 * @returns {string[]}
 */
export const namesOf = (view) =>
  view.arms.reduce((/** @type {string[]} */ most, { layers }) => (layers.length > most.length ? layers : most), []);

/** Letters that all names begin with and that a number follows; "" when there are none. @param {string[]} names */
export function sharedPrefix(names) {
  const first = /^(\D+)\d+$/.exec(names[0] ?? "")?.[1] ?? "";
  return first && names.every((name) => name.startsWith(first) && /^\d+$/.test(name.slice(first.length))) ? first : "";
}

/**
 * Labels for an axis of layers: whole names where they fit, else their numbers, else every second or third one.
 * @param {string[]} names
 * @param {number} pitch CSS pixels per layer
 * @param {(words: string) => number} widthOf
 * @returns {{words: string[], prefix: string, every: number}} prefix is what was left out of the words
 */
export function axisNames(names, pitch, widthOf) {
  const whole = names.map(layerMark);
  const widest = (/** @type {string[]} */ words) => Math.max(0, ...words.map(widthOf)) + 7;
  if (widest(whole) <= pitch) return { words: whole, prefix: "", every: 1 };
  const prefix = sharedPrefix(whole);
  const words = whole.map((name) => name.slice(prefix.length));
  return { words, prefix, every: Math.max(1, Math.ceil(widest(words) / Math.max(1, pitch))) };
}

/**
 * Places to label when only every so-many-th name fits.
 * @param {number} count
 * @param {number} every
 * @param {number[]} [wanted] are labeled before others
 * @returns {number[]} ascending
 */
export function labeledTicks(count, every, wanted = []) {
  /** @type {number[]} */
  const taken = [];
  for (const k of [...wanted, ...Array.from({ length: count }, (_, k) => k).filter((k) => k % every === 0)]) {
    if (taken.every((other) => Math.abs(other - k) >= every)) taken.push(k);
  }
  return taken.sort((a, b) => a - b);
}
