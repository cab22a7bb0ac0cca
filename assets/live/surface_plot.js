/**
 * Drawing of one arm's loss surface: field, contour lines, path, and the color bar of all.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./panel.js").Surface} Surface
 * @typedef {import("./surface_scale.js").LossScale} LossScale
 * @typedef {import("./plot.js").Box} Box
 * @typedef {import("./plot.js").G} G
 */
import { fieldRamp, inkOn, rampImage } from "./color_ramp.js";
import { contourSegments } from "./contour_lines.js";
import { alpha, fit, fixed, font, linear, sci, text } from "./draw.js";
import { fieldImage, hatch, rampPaint } from "./field_image.js";
import { inside } from "./plot.js";

/** Most pixels of a field along an axis; the grid is coarser by far, and the browser smooths the rest. */
const FIELD = 240;

/** A loss as a short number. @param {number} value */
export const lossWords = (value) =>
  value >= 1000 || value < 0.01 ? sci(value) : fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);

/**
 * The part of a picture that changes only with the surface: field, hatching, contour lines.
 * @param {Surface} surface
 * @param {number} arm
 * @param {LossScale} scale
 * @param {number} width
 * @param {number} height CSS pixels
 * @param {import("./theme.js").Theme} theme
 * @returns {HTMLCanvasElement}
 */
export function surfacePicture(surface, arm, scale, width, height, theme) {
  const [n, m] = [surface.xs.length, surface.ys.length];
  const loss = surface.loss.subarray(arm * n * m, (arm + 1) * n * m);
  const logs = loss.map((v) => (v > 0 && v < Infinity ? Math.log(v) : Number.NaN));
  const ramp = fieldRamp(theme.dark);
  const node = document.createElement("canvas");
  const g = fit(node, width, height);
  const box = { x0: 0, x1: width, y0: 0, y1: height };
  g.fillStyle = theme.soft;
  g.fillRect(0, 0, width, height);
  hatch(g, box, alpha(theme.danger, 0.55));
  const range = /** @type {[number, number]} */ ([Math.log(scale.low), Math.log(scale.high)]);
  g.drawImage(
    fieldImage(Math.min(width, FIELD), Math.min(height, FIELD), n, m, rampPaint(logs, n, m, range, ramp)),
    0,
    0,
    width,
    height,
  );
  const sx = linear([surface.xs[0], surface.xs[n - 1]], [0, width]);
  const sy = linear([surface.ys[0], surface.ys[m - 1]], [height, 0]);
  for (const level of scale.levels) {
    const pieces = contourSegments(logs, surface.xs, surface.ys, Math.log(level));
    const t = (Math.log(level) - range[0]) / (range[1] - range[0]);
    g.strokeStyle = alpha(inkOn(ramp, t), 0.42);
    g.lineWidth = 1;
    g.beginPath();
    for (let k = 0; k < pieces.length; k += 4) {
      g.moveTo(sx(pieces[k]), sy(pieces[k + 1]));
      g.lineTo(sx(pieces[k + 2]), sy(pieces[k + 3]));
    }
    g.stroke();
  }
  return node;
}

/**
 * The optimization path: a light line with a dark rim, an open circle where it starts, a full one where it is now.
 * @param {G} g
 * @param {Box} box
 * @param {Surface} surface
 * @param {import("./panel.js").Arm} arm
 * @param {import("./axis.js").ScaleFn} sx
 * @param {import("./axis.js").ScaleFn} sy
 */
export function drawPath(g, box, surface, arm, sx, sy) {
  /** @type {number[][]} */
  const points = [];
  for (let k = 0; k < surface.points; k++) {
    const at = (arm.index * surface.points + k) * 2;
    const point = [sx(surface.path[at]), sy(surface.path[at + 1])];
    if (point.every(Number.isFinite)) points.push(point);
  }
  inside(g, box, () => {
    if (points.length > 1) {
      for (const [color, width] of /** @type {const} */ ([
        ["rgba(0, 0, 0, 0.75)", 4.6],
        ["#ffffff", 3],
        [arm.color, 1.9],
      ])) {
        g.beginPath();
        for (const [x, y] of points) g.lineTo(x, y); // the first one begins the line
        Object.assign(g, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
        g.stroke();
      }
    }
    points.forEach(([x, y], k) => {
      if (k === 0 || k === points.length - 1) dot(g, x, y, k === points.length - 1 ? arm.color : "#ffffff");
    });
  });
}

/**
 * @param {G} g
 * @param {number} x
 * @param {number} y
 * @param {string} fill
 */
export function dot(g, x, y, fill) {
  for (const [color, radius] of /** @type {const} */ ([
    ["rgba(0, 0, 0, 0.8)", 6.5],
    ["#ffffff", 5.5],
    [fill, 4],
  ])) {
    g.beginPath();
    g.arc(x, y, radius, 0, 7);
    g.fillStyle = color;
    g.fill();
  }
}

/**
 * Color bar with the losses of the contour lines; hatching at its end stands for what is not finite.
 * @param {G} g
 * @param {Box} box
 * @param {LossScale} scale
 * @param {import("./theme.js").Theme} theme
 * @param {{title: string, diverged: string | null}} words
 */
export function colorBar(g, box, scale, theme, { title, diverged }) {
  const ramp = fieldRamp(theme.dark);
  const style = {
    color: theme.faint,
    font: font(theme, 11),
    baseline: /** @type {CanvasTextBaseline} */ ("top"),
    align: /** @type {CanvasTextAlign} */ ("center"),
  };
  text(g, title, box.x0, box.y0 - 8, { color: theme.muted, font: font(theme, 12) });
  g.font = font(theme, 11);
  const side = diverged ? g.measureText(diverged).width + 34 : 0;
  const x1 = box.x1 - side;
  g.drawImage(rampImage(ramp), box.x0, box.y0, x1 - box.x0, box.y1 - box.y0);
  let free = -Infinity;
  const at = (/** @type {number} */ value) =>
    box.x0 + ((x1 - box.x0) * Math.log(value / scale.low)) / Math.log(scale.high / scale.low);
  for (const value of [scale.low, ...scale.levels, scale.high]) {
    const x = at(value);
    const words = `${value === scale.high && scale.capped ? "≥ " : ""}${lossWords(value)}`;
    const half = g.measureText(words).width / 2;
    const place = Math.min(Math.max(x, box.x0 + half), x1 - half);
    const end = value === scale.high ? 0 : g.measureText(lossWords(scale.high)).width + 22;
    if (place - half < free + 6 || (end && place + half > x1 - end)) continue;
    text(g, words, place, box.y1 + 4, style);
    free = place + half;
  }
  for (const value of scale.levels) {
    g.fillStyle = alpha(inkOn(ramp, (at(value) - box.x0) / (x1 - box.x0)), 0.42);
    g.fillRect(at(value), box.y0, 1, box.y1 - box.y0);
  }
  if (diverged) {
    hatch(g, { ...box, x0: x1 + 10, x1: x1 + 28 }, alpha(theme.danger, 0.7), 5);
    text(g, diverged, x1 + 33, (box.y0 + box.y1) / 2, { ...style, align: "left", baseline: "middle" });
  }
}
