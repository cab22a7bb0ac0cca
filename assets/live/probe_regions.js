/** The plots on a canvas as the crosshair sees them: where they are, what their axes mean, and what stands at a place. */
/** @import { Box, Context2D, Scale } from "./types" */

import { bisectRight } from "./vendor/d3-array.js";

/**
 * @typedef {"step" | "layer" | "input" | "plane"} AxisKind what the axis along x counts; plots of a kind share the
 *   crosshair
 *
 * @typedef {{words: string, y: number, color: string, x?: number}} Reading a value and where it stands, CSS pixels
 *
 * @typedef {object} Region
 * @property {AxisKind} kind
 * @property {Box} box
 * @property {Scale} sx
 * @property {Scale} [sy] only of a plane: then the crosshair has a second line
 * @property {(x: number, y: number) => Reading[]} readings at a place of the axes
 * @property {(x: number) => string} [name] the place in words, over the crosshair
 */

/** @type {WeakMap<object, Region[]>} */
const regions = new WeakMap();

/**
 * A plot was drawn.
 * @param {Context2D} g
 * @param {Region} region
 */
export function addRegion(g, region) {
  const list = regions.get(g.canvas);
  if (list) list.push(region);
  else regions.set(g.canvas, [region]);
}

/** A canvas was cleared. @param {object} canvas */
export const forgetRegions = (canvas) => regions.delete(canvas);

/** @param {object} canvas @returns {Region[]} */
export const regionsOf = (canvas) => regions.get(canvas) ?? [];

/**
 * The plot at a place of a canvas.
 * @param {object} canvas
 * @param {{x: number, y: number}} at
 * @returns {Region | null}
 */
export const regionAt = (canvas, { x, y }) =>
  regionsOf(canvas).find(({ box }) => x >= box.x0 - 2 && x <= box.x1 + 2 && y >= box.y0 - 6 && y <= box.y1 + 6) ?? null;

/**
 * Index of the last step at or before one; -1 before the first.
 * @param {ArrayLike<number>} steps ascending
 * @param {number} step
 */
export const indexAt = (steps, step) => bisectRight(/** @type {number[]} */ (steps), step) - 1;
