/** Where things are in the picture of saturation, in pixels. */
/** @import { Size } from "../../types" */
/** @import { Curve } from "./distribution.js" */

import { between, scale } from "../../svg.js";
import { outputRange, REACH, steepest } from "./distribution.js";

/** Half the width of the view of a recorded layer: its edges and one bar beyond them. */
const RECORDED_REACH = 7;

/** @typedef {ReturnType<typeof layOut>} Layout */

/**
 * Outputs on the left, the curve on top, the bell below it, the gauge at its left; the row of layers at the bottom.
 * @param {Size} size
 * @param {{curve: Curve, recorded: boolean, row: number, top: number}} shown row: how far the row of layers is out; top: the
 *   highest density
 */
export function layOut({ width, height, narrow }, { curve, recorded, row, top }) {
  const rowHeight = narrow ? 104 : 186;
  const bottom = height - row * rowHeight;
  const left = narrow ? 72 : 176;
  const right = width - (narrow ? 22 : 36);
  const curveTop = narrow ? 44 : 66;
  const base = bottom - (narrow ? 20 : 30);
  const curveBottom = curveTop + (base - curveTop) * 0.43;
  const bellTop = curveBottom + (narrow ? 14 : 36);
  const reach = recorded ? RECORDED_REACH : REACH;
  const [lowest, highest] = outputRange(curve);
  return {
    width,
    height,
    narrow,
    left,
    right,
    curveTop,
    curveBottom,
    bellTop,
    base,
    bottom,
    rowHeight,
    reach,
    row,
    recorded,
    x: scale(-reach, reach, left, right),
    y: scale(lowest, highest, curveBottom, curveTop),
    density: scale(0, Math.max(0.46, top * 1.16), base, bellTop),
    slope: scale(0, steepest(curve), base, bellTop + (narrow ? 16 : 22)),
    gauge: { x: narrow ? 44 : left - 52, width: narrow ? 16 : 26 },
  };
}

/** Places of the recorded steps on their line. @param {Layout} at @param {number} count */
export function timeLine({ left, right, narrow }, count) {
  const from = narrow ? 62 : left + 66;
  return scale(0, count - 1, from, between(from, right, narrow ? 0.55 : 0.5));
}
