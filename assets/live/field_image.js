/** Fields of numbers on a grid as images: bilinear between the grid points, hatched where a value is not finite. */
/** @import { Box, Context2D, Ramp } from "./types" */

import { RAMP_SIZE } from "./color_ramp.js";

/**
 * @typedef {{values: ArrayLike<number>, n: number, m: number}} Field n columns, m rows, from the lower left
 *
 * @typedef {(u: number, v: number, out: Uint8ClampedArray, at: number) => void} Paint writes red, green, blue and
 *   opacity of one pixel
 */

/**
 * Value of a field at a fractional position; NaN when a neighbor is not finite.
 * @param {Field} field
 * @param {number} u column, 0..n-1
 * @param {number} v row, 0..m-1
 * @returns {number}
 */
export function bilinear({ values, n, m }, u, v) {
  const i = Math.min(n - 2, Math.max(0, Math.floor(u)));
  const j = Math.min(m - 2, Math.max(0, Math.floor(v)));
  const [fu, fv] = [u - i, v - j];
  const k = j * n + i;
  const result =
    (values[k] * (1 - fu) + values[k + 1] * fu) * (1 - fv) + (values[k + n] * (1 - fu) + values[k + n + 1] * fu) * fv;
  return Number.isFinite(result) ? result : Number.NaN;
}

/**
 * An image whose pixels `paint` colors; y grows upwards in the field and downwards in the image.
 * @param {number} width pixels
 * @param {number} height pixels
 * @param {{n: number, m: number, paint: Paint}} options size of the field
 * @returns {HTMLCanvasElement}
 */
export function fieldImage(width, height, { n, m, paint }) {
  const node = document.createElement("canvas");
  [node.width, node.height] = [Math.max(2, Math.round(width)), Math.max(2, Math.round(height))];
  const g = /** @type {Context2D} */ (node.getContext("2d"));
  const image = g.createImageData(node.width, node.height);
  for (let y = 0; y < node.height; y++) {
    const v = (1 - y / (node.height - 1)) * (m - 1);
    for (let x = 0; x < node.width; x++)
      paint((x / (node.width - 1)) * (n - 1), v, image.data, 4 * (y * node.width + x));
  }
  g.putImageData(image, 0, 0);
  return node;
}

/**
 * Paint a field by a ramp; what is not finite is left transparent, for the hatching below it.
 * @param {Field} field
 * @param {[number, number]} range values at the two ends of the ramp
 * @param {Ramp} ramp
 * @returns {Paint}
 */
export function rampPaint(field, [low, high], ramp) {
  const scale = (RAMP_SIZE - 1) / (high - low || 1);
  return (u, v, out, at) => {
    const value = bilinear(field, u, v);
    if (Number.isNaN(value)) return;
    const from = 3 * Math.min(RAMP_SIZE - 1, Math.max(0, Math.round((value - low) * scale)));
    out[at] = ramp[from];
    out[at + 1] = ramp[from + 1];
    out[at + 2] = ramp[from + 2];
    out[at + 3] = 255;
  };
}

/**
 * Diagonal hatching over a box.
 * @param {Context2D} g
 * @param {Box} box
 * @param {string} color
 * @param {number} [gap]
 */
export function hatch(g, box, color, gap = 7) {
  g.save();
  g.beginPath();
  g.rect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
  g.clip();
  g.strokeStyle = color;
  g.lineWidth = 1;
  g.beginPath();
  const height = box.y1 - box.y0;
  for (let x = box.x0 - height; x < box.x1; x += gap) {
    g.moveTo(x, box.y1);
    g.lineTo(x + height, box.y0);
  }
  g.stroke();
  g.restore();
}
