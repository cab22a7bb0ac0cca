/** Where everything stands in the picture of inference. */
/** @import { Size } from "../../types" */

import { clamp } from "../../svg.js";
import { MATES } from "./state.js";

/** Steps that are about what is remembered: on a phone only they show the chase. */
const CHASE = [1, 2, 3];

/** Width of the grip at the end of the batch, which covers no digit of the row: it stands between two. */
export const GRIP_WIDTH = 12;
/** The border of a digit, as a share of its tile. */
export const INSET = 0.07;

/** Below this height, pixels, the picture is drawn as on a phone; below the other one there is no room for everything. */
const LOW = 560;
const LEAST = 360;

/**
 * @param {Size} size
 * @param {number} step
 */
export function layoutOf({ width, height, narrow: phone }, step) {
  const narrow = phone || height < LOW;
  const pad = narrow ? 10 : 20;
  const gap = phone ? 3 : 10;
  const yours = clamp(width * 0.13, 50, narrow ? 84 : 112);
  const between = phone ? 8 : 26;
  const mate = Math.min(
    0.8 * yours,
    (width - 2 * pad - yours - between - (MATES - 1) * gap - (narrow ? 0 : 14)) / MATES,
  );
  const top = narrow ? 46 : 58;
  const column = narrow ? 112 : 168;
  const chase = (!phone && height >= LEAST) || CHASE.includes(step);
  const line = top + yours + (phone ? 46 : narrow ? 62 : 92);
  const rows = narrow ? 6 : Math.round(clamp((height - 580) / 11, 6, 14));
  const row = narrow ? 6 : 9.5;
  const newest = line + (narrow ? 26 : 50);
  const answers = chase ? newest + rows * row + (narrow ? 22 : 52) : top + yours + 46;
  return {
    width,
    height,
    narrow,
    pad,
    gap,
    chase,
    /** The row of digits. */
    batch: { top, yours, mate, left: pad, mates: pad + yours + between, middle: top + yours / 2 },
    /** The line of one unit, and below it the batches that passed. */
    unit: { left: column, right: width - pad - 12, line, newest, rows, row },
    bars: { left: column, right: width - pad, top: answers, bottom: height - (narrow ? 20 : 36) },
  };
}

/** @typedef {ReturnType<typeof layoutOf>} Layout */

/** The left edge of a mate. @param {Layout} layout @param {number} place */
export const mateX = ({ batch, gap }, place) => batch.mates + place * (batch.mate + gap);

/** The right edge of a batch of some size. @param {Layout} layout @param {number} size */
export function batchEnd(layout, size) {
  const { batch, gap } = layout;
  return size === 1 ? batch.left + batch.yours + gap / 2 + 3 : mateX(layout, size - 2) + batch.mate + gap / 2;
}

/** The size of the batch that ends nearest to a pixel, not rounded. @param {Layout} layout @param {number} x */
export function sizeAt(layout, x) {
  const { batch, gap } = layout;
  return 1 + (x - (batch.mates - gap / 2)) / (batch.mate + gap);
}

/** About how wide a text is, pixels. @param {string} text */
const widthOf = (text) => [...text].reduce((all, letter) => all + (letter > "\u2e00" ? 14 : 7.2), 0);

/**
 * Where the name of a dot stands: beside it, or below the line where it would leave the room.
 * @param {string} text
 * @param {{x: number, y: number, gap: number, side: number}} dot side: 1 where the name is to the right
 * @param {{from: number, to: number}} room
 */
export function namePlace(text, { x, y, gap, side }, { from, to }) {
  const far = x + side * (gap + widthOf(text));
  const end = far > to;
  if (far >= from && far <= to) return { x: x + side * gap, y: y + 5, "text-anchor": side > 0 ? "start" : "end" };
  return { x: end ? to : from, y: y + 22, "text-anchor": end ? "end" : "start" };
}

/**
 * Levels of dots on a line, so that none hides another: 0 on the line, then up and down by turns.
 * @param {number[]} xs pixels
 * @param {number} apart smallest distance of two on one level
 */
export function levels(xs, apart) {
  /** @type {Array<{x: number, level: number}>} */
  const placed = [];
  const order = [0, 1, -1, 2, -2, 3, -3];
  return xs.map((x) => {
    const free = order.find((one) =>
      placed.every(({ x: other, level }) => level !== one || Math.abs(other - x) >= apart),
    );
    const level = free ?? 0;
    placed.push({ x, level });
    return level;
  });
}
