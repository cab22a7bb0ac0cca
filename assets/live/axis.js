/** Scales and axes. */
/** @import { Box, Context2D, Scale, Stroke, TextStyle, Theme } from "./types" */

import { remember } from "./canvas_words.js";
import { powerOfTen, tickLabel } from "./format.js";
import { font } from "./theme.js";
import { ticks } from "./vendor/d3-array.js";

/** Ask d3 for this share of the ticks wanted: it may return up to 1.4 times as many, and labels need their room. */
const TICK_SHARE = Math.SQRT1_2 * (1 + 1e-9);

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function linear(domain, range) {
  const [d0, d1] = domain;
  const slope = (range[1] - range[0]) / (d1 - d0 || 1);
  const map = (/** @type {number} */ value) => range[0] + (value - d0) * slope;
  return Object.assign(map, {
    domain,
    range,
    isLog: false,
    invert: (/** @type {number} */ pixel) => d0 + (pixel - range[0]) / slope,
    ticks: (count = 5) => ticks(d0, d1, count * TICK_SHARE),
  });
}

/**
 * Logarithmic; values at or below 0 go to the low end.
 * @param {[number, number]} domain both > 0
 * @param {[number, number]} range
 * @returns {Scale}
 */
export function log(domain, range) {
  const inner = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  const map = (/** @type {number} */ value) =>
    value > 0 ? inner(Math.log10(value)) : Number.isNaN(value) ? NaN : range[0];
  const decades = (count = 5) => {
    const [e0, e1] = [Math.ceil(inner.domain[0] - 1e-9), Math.floor(inner.domain[1] + 1e-9)];
    const every = Math.max(1, Math.ceil((e1 - e0 + 1) / count));
    return Array.from({ length: Math.ceil((e1 - e0 + 1) / every) }, (_, k) => 10 ** (e0 + k * every));
  };
  return Object.assign(map, {
    domain,
    range,
    isLog: true,
    invert: (/** @type {number} */ pixel) => 10 ** inner.invert(pixel),
    ticks: decades,
  });
}

/**
 * One straight line, crisp where it is level or upright.
 * @param {Context2D} g
 * @param {Box} from x0, y0 to x1, y1
 * @param {Stroke} stroke
 */
export function rule(g, { x0, y0, x1, y1 }, { color, width = 1, dash = [] }) {
  g.save();
  g.strokeStyle = color;
  g.lineWidth = width;
  g.setLineDash(dash);
  g.beginPath();
  const snap = (/** @type {number} */ v) => Math.round(v) + 0.5;
  g.moveTo(x0 === x1 ? snap(x0) : x0, y0 === y1 ? snap(y0) : y0);
  g.lineTo(x0 === x1 ? snap(x1) : x1, y0 === y1 ? snap(y1) : y1);
  g.stroke();
  g.restore();
}

/**
 * Text at a point; returns its width.
 * @param {Context2D} g
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {TextStyle} [style]
 */
export function text(g, words, x, y, { color, font, align = "left", baseline = "alphabetic", rotate = 0 } = {}) {
  if (font) g.font = font;
  if (color) g.fillStyle = color;
  g.textAlign = align;
  g.textBaseline = baseline;
  const width = g.measureText(words).width;
  if (!rotate) {
    g.fillText(words, x, y);
    const x0 = x - width * (align === "center" ? 0.5 : align === "right" ? 1 : 0);
    const rise = baseline === "middle" ? 0 : baseline === "top" ? -5 : 4;
    remember(g.canvas, { words, x0, x1: x0 + width, y: y - rise });
  } else {
    g.save();
    g.translate(x, y);
    g.rotate(rotate);
    g.fillText(words, 0, 0);
    g.restore();
  }
  return width;
}

/**
 * @typedef {object} AxisOptions
 * @property {Theme} theme
 * @property {number} [count] ticks wanted, about
 * @property {number[]} [ticks] the ticks themselves
 * @property {(value: number) => string} [format]
 * @property {[number, number]} [grid] ends of the grid lines
 * @property {string} [title]
 */

/** Of tick labels, CSS pixels. */
const SIZE = 11;

/**
 * Ticks and how to write them: as few digits as tell neighbors apart.
 * @param {Scale} scale
 * @param {AxisOptions} options
 */
function ticksOf(scale, { count = 5, ticks = scale.ticks(count), format }) {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  return {
    ticks,
    format: format ?? (scale.isLog ? powerOfTen : (/** @type {number} */ value) => tickLabel(value, step)),
  };
}

/**
 * Axis along x at height y: tick labels below, grid lines over `grid` = [top, bottom].
 * @param {Context2D} g
 * @param {Scale} scale
 * @param {number} y
 * @param {AxisOptions} options
 */
export function axisX(g, scale, y, options) {
  const { theme, grid, title } = options;
  const { ticks, format } = ticksOf(scale, options);
  const right = g.canvas.width / (g.getTransform().a || 1);
  g.font = font(theme, SIZE);
  for (const value of ticks) {
    const x = scale(value);
    if (grid) rule(g, { x0: x, y0: grid[0], x1: x, y1: grid[1] }, { color: theme.grid });
    const words = format(value);
    // Labels at the rim of the canvas move inwards instead of being cut off.
    const half = g.measureText(words).width / 2;
    text(g, words, Math.min(Math.max(x, half), right - half), y + 5, {
      color: theme.faint,
      align: "center",
      baseline: "top",
    });
  }
  if (!title) return;
  text(g, title, Math.max(...scale.range), y + SIZE + 9, {
    color: theme.muted,
    font: font(theme, SIZE),
    align: "right",
    baseline: "top",
  });
}

/**
 * Axis along y at x: tick labels to the left, grid lines over `grid` = [left, right].
 * @param {Context2D} g
 * @param {Scale} scale
 * @param {number} x
 * @param {AxisOptions} options
 */
export function axisY(g, scale, x, options) {
  const { theme, grid, title } = options;
  const { ticks, format } = ticksOf(scale, { count: 4, ...options });
  for (const value of ticks) {
    const y = scale(value);
    if (grid) rule(g, { x0: grid[0], y0: y, x1: grid[1], y1: y }, { color: theme.grid });
    text(g, format(value), x - 6, y, {
      color: theme.faint,
      font: font(theme, SIZE),
      align: "right",
      baseline: "middle",
    });
  }
  if (title) text(g, title, x, Math.min(...scale.range) - 8, { color: theme.muted, font: font(theme, SIZE) });
}
