/** Where everything stands: digit, filters, maps, their statistics, normalized maps, and the batch below. */
/** @import { Size } from "../../types" */
/** @import { Box } from "./raster.js" */

import { clamp } from "../../svg.js";

/**
 * @typedef {{digit: Box, terms: Box[], filters: Box[], maps: Box[], text: number, normalized: Box[], batch: Box[], head: number,
 *   line: number, short: boolean, narrow: boolean}} Layout terms: pixels under the window and the
 *   filter, of size 0 where there is no room; text: left of the statistics; head and line: baselines of the
 *   headings above and of the words over the batch
 */

/** Below this height, in pixels, words give way to pictures. */
const SHORT = 480;
/** What a sum takes beside its two squares, pixels; and the least side of a square with which its words fit above. */
const [BESIDE_TERMS, LEAST_TERM] = [112, 52];

/** @param {Size} size @param {number} filters @param {number} images @returns {Layout} */
export function layOut({ width, height, narrow }, filters, images) {
  const short = height < SHORT;
  const side = narrow ? 8 : 18;
  const head = narrow ? 18 : short ? 22 : 30;
  const top = head + (narrow ? 6 : 12);
  const gap = narrow ? 4 : short ? 6 : 10;
  const between = narrow ? 4 : 10;
  const sheet = Math.min((width - 2 * side - (narrow ? 30 : 46) - (images - 1) * between) / images, short ? 56 : 84);
  const batchTop = height - sheet - (narrow ? 8 : 16);
  const line = batchTop - (narrow ? 7 : 12);
  const room = line - (narrow ? 16 : short ? 26 : 36) - top;
  const map = Math.min((room - gap * (filters - 1)) / filters, width * 0.18);
  const text = narrow ? 48 : 96;
  const filter = Math.min(map * 0.5, 52);
  const free = width - 2 * side - filter - 2 * map - text;
  const digit = clamp(free - (narrow ? 16 : 60), 60, Math.min(room, 320));
  const step = Math.max(4, (free - digit) / 4);
  const lefts = [side, side + digit + step, side + digit + filter + 2 * step];
  const last = width - side - map;
  const textLeft = (lefts[2] + map + last - text) / 2;
  const rows = Array.from({ length: filters }, (_, row) => top + row * (map + gap));
  const box = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ size) => ({
    x,
    y,
    width: size,
    height: size,
  });
  const column = filters * map + (filters - 1) * gap;
  // Under the digit there is room to show one sum, where the window is high enough.
  // Two squares, what stands between and behind them, and the words above, all left of the filters.
  const beside = (lefts[1] - lefts[0] - BESIDE_TERMS) / 2;
  const term =
    !narrow && column - digit >= 110 && beside >= LEAST_TERM ? Math.min(112, column - digit - 30, beside) : 0;
  return {
    digit: box(lefts[0], term ? top : top + (column - digit) / 2, digit),
    terms: [0, 1].map((place) => box(lefts[0] + place * (term + 34), top + column - term, term)),
    filters: rows.map((y) => box(lefts[1], y + (map - filter) / 2, filter)),
    maps: rows.map((y) => box(lefts[2], y, map)),
    text: textLeft,
    normalized: rows.map((y) => box(last, y, map)),
    batch: Array.from({ length: images }, (_, image) => box(side + image * (sheet + between), batchTop, sheet)),
    head,
    line,
    short,
    narrow,
  };
}
