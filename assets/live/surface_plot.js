/** Drawing of one arm's loss surface: field, contour lines, path, and the color bar of all. */
/** @import { Arm, Box, Context2D, Scale, Scales, Surface, Theme } from "./types" */
/** @import { LossScale } from "./surface_scale.js" */

import { linear, log, text } from "./axis.js";
import { fieldRamp, inkOn, rampImage } from "./color_ramp.js";
import { contourSegments } from "./contour_lines.js";
import { addSegments, fitCanvas, shade } from "./draw.js";
import { fieldImage, hatch, rampPaint } from "./field_image.js";
import { decimals, scientific } from "./format.js";
import { clipTo } from "./plot.js";
import { alpha, font } from "./theme.js";

/** Most pixels of a field along an axis; the grid is coarser by far, and the browser smooths the rest. */
const FIELD = 240;

/** A loss as a short number. @param {number} value */
export const lossLabel = (value) =>
  value >= 1000 || value < 0.01 ? scientific(value) : decimals(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);

/**
 * The part of a picture that changes only with the surface: field, hatching, contour lines.
 * @param {Surface} surface
 * @param {number} arm
 * @param {{width: number, height: number, scale: LossScale, theme: Theme}} options in CSS pixels
 * @returns {HTMLCanvasElement}
 */
export function surfacePicture({ xs, ys, loss }, arm, { width, height, scale, theme }) {
  const [n, m] = [xs.length, ys.length];
  const own = loss.subarray(arm * n * m, (arm + 1) * n * m);
  const values = own.map((v) => (v > 0 && v < Infinity ? Math.log(v) : Number.NaN));
  const ramp = fieldRamp(theme.dark);
  const node = document.createElement("canvas");
  const g = fitCanvas(node, width, height);
  const box = { x0: 0, x1: width, y0: 0, y1: height };
  shade(g, box, theme.soft);
  hatch(g, box, alpha(theme.danger, 0.55));
  const range = /** @type {[number, number]} */ ([Math.log(scale.low), Math.log(scale.high)]);
  const paint = rampPaint({ values, n, m }, range, ramp);
  g.drawImage(fieldImage(Math.min(width, FIELD), Math.min(height, FIELD), { n, m, paint }), 0, 0, width, height);
  const scales = { sx: linear([xs[0], xs[n - 1]], [0, width]), sy: linear([ys[0], ys[m - 1]], [height, 0]) };
  const position = linear(range, [0, 1]);
  g.lineWidth = 1;
  for (const level of scale.levels.map(Math.log)) {
    g.strokeStyle = alpha(inkOn(ramp, position(level)), 0.42);
    g.beginPath();
    addSegments(g, contourSegments(values, xs, ys, level), scales);
    g.stroke();
  }
  return node;
}

/**
 * The optimization path: a light line with a dark rim, an open circle where it starts, a full one where it is now.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{surface: Surface, arm: Arm} & Scales} options
 */
export function drawPath(g, box, { surface, arm, sx, sy }) {
  /** @type {number[][]} */
  const points = [];
  for (let k = 0; k < surface.points; k++) {
    const at = (arm.index * surface.points + k) * 2;
    const point = [sx(surface.path[at]), sy(surface.path[at + 1])];
    if (point.every(Number.isFinite)) points.push(point);
  }
  /** @type {[string, number][]} colors and widths, one over the other */
  const lines = [
    ["rgba(0, 0, 0, 0.75)", 4.6],
    ["#ffffff", 3],
    [arm.color, 1.9],
  ];
  clipTo(g, box, () => {
    if (points.length > 1) {
      for (const [color, width] of lines) {
        g.beginPath();
        for (const [x, y] of points) g.lineTo(x, y); // the first one begins the line
        Object.assign(g, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
        g.stroke();
      }
    }
    points.forEach(([x, y], k) => {
      if (k === 0 || k === points.length - 1) drawDot(g, x, y, k === points.length - 1 ? arm.color : "#ffffff");
    });
  });
}

/**
 * @param {Context2D} g
 * @param {number} x
 * @param {number} y
 * @param {string} fill
 */
export function drawDot(g, x, y, fill) {
  /** @type {[string, number][]} colors and radii, one over the other */
  const discs = [
    ["rgba(0, 0, 0, 0.8)", 6.5],
    ["#ffffff", 5.5],
    [fill, 4],
  ];
  for (const [color, radius] of discs) {
    g.beginPath();
    g.arc(x, y, radius, 0, 7);
    g.fillStyle = color;
    g.fill();
  }
}

/**
 * Color bar with the losses of the contour lines; hatching at its end stands for what is not finite.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{scale: LossScale, theme: Theme, title: string, diverged: string | null}} options
 */
export function colorBar(g, box, { scale, theme, title, diverged }) {
  const ramp = fieldRamp(theme.dark);
  text(g, title, box.x0, box.y0 - 8, { color: theme.muted, font: font(theme, 12) });
  g.font = font(theme, 11);
  const x1 = box.x1 - (diverged ? g.measureText(diverged).width + 34 : 0);
  const sx = log([scale.low, scale.high], [box.x0, x1]);
  g.drawImage(rampImage(ramp), box.x0, box.y0, x1 - box.x0, box.y1 - box.y0);
  barLabels(g, { ...box, x1 }, { scale, sx, theme });
  for (const value of scale.levels) {
    g.fillStyle = alpha(inkOn(ramp, (sx(value) - box.x0) / (x1 - box.x0)), 0.42);
    g.fillRect(sx(value), box.y0, 1, box.y1 - box.y0);
  }
  if (!diverged) return;
  hatch(g, { ...box, x0: x1 + 10, x1: x1 + 28 }, alpha(theme.danger, 0.7), 5);
  text(g, diverged, x1 + 33, (box.y0 + box.y1) / 2, { color: theme.faint, font: font(theme, 11), baseline: "middle" });
}

/**
 * Losses below the bar: both ends, and of the levels those that have room.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{scale: LossScale, sx: Scale, theme: Theme}} options
 */
function barLabels(g, { x0, x1, y1 }, { scale, sx, theme }) {
  const endRoom = g.measureText(lossLabel(scale.high)).width + 22;
  let free = -Infinity;
  for (const value of [scale.low, ...scale.levels, scale.high]) {
    const words = `${value === scale.high && scale.capped ? "≥ " : ""}${lossLabel(value)}`;
    const half = g.measureText(words).width / 2;
    const x = Math.min(Math.max(sx(value), x0 + half), x1 - half);
    if (x - half < free + 6 || (value !== scale.high && x + half > x1 - endRoom)) continue;
    text(g, words, x, y1 + 4, { color: theme.faint, font: font(theme, 11), align: "center", baseline: "top" });
    free = x + half;
  }
}
