/**
 * Scales and axes.
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {CanvasRenderingContext2D} G
 * @typedef {object} Scale call it with a value to get CSS pixels
 * @property {[number, number]} domain
 * @property {[number, number]} range
 * @property {boolean} log
 * @property {(pixel: number) => number} invert
 * @property {(count?: number) => number[]} ticks
 * @typedef {((value: number) => number) & Scale} ScaleFn
 */
import { power, tick } from "./format.js";
import { font } from "./theme.js";

/**
 * 1, 2 or 5 times a power of ten, at least span / count.
 * @param {number} span
 * @param {number} count
 */
export function niceStep(span, count) {
  const rough = span / Math.max(1, count);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * unit >= rough * (1 - 1e-9)) ?? 10;
  return factor * unit;
}

/**
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @returns {ScaleFn}
 */
export function linear(domain, range) {
  const [d0, d1] = domain;
  const slope = (range[1] - range[0]) / (d1 - d0 || 1);
  const map = (/** @type {number} */ value) => range[0] + (value - d0) * slope;
  const ticks = (count = 5) => {
    const step = niceStep(Math.abs(d1 - d0) || 1, count);
    const found = [];
    for (let k = Math.ceil(Math.min(d0, d1) / step - 1e-9); k * step <= Math.max(d0, d1) + step * 1e-9; k++)
      found.push(k * step);
    return found;
  };
  return Object.assign(map, {
    domain,
    range,
    log: false,
    invert: (/** @type {number} */ p) => d0 + (p - range[0]) / slope,
    ticks,
  });
}

/**
 * Logarithmic; values at or below 0 go to the low end.
 * @param {[number, number]} domain both > 0
 * @param {[number, number]} range
 * @returns {ScaleFn}
 */
export function log(domain, range) {
  const inner = linear([Math.log10(domain[0]), Math.log10(domain[1])], range);
  const map = (/** @type {number} */ value) =>
    value > 0 ? inner(Math.log10(value)) : Number.isNaN(value) ? NaN : range[0];
  const ticks = (count = 5) => {
    const [e0, e1] = [Math.ceil(inner.domain[0] - 1e-9), Math.floor(inner.domain[1] + 1e-9)];
    const every = Math.max(1, Math.ceil((e1 - e0 + 1) / count));
    const found = [];
    for (let e = e0; e <= e1; e += every) found.push(10 ** e);
    return found;
  };
  return Object.assign(map, {
    domain,
    range,
    log: true,
    invert: (/** @type {number} */ p) => 10 ** inner.invert(p),
    ticks,
  });
}

/**
 * One line on whole device pixels.
 * @param {G} g
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {string} color
 * @param {number[]} [dash]
 * @param {number} [width]
 */
export function rule(g, x0, y0, x1, y1, color, dash = [], width = 1) {
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
 * @param {G} g
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {{color?: string, font?: string, align?: CanvasTextAlign, baseline?: CanvasTextBaseline, rotate?: number}}
 *   [style]
 */
export function text(g, words, x, y, style = {}) {
  if (style.font) g.font = style.font;
  if (style.color) g.fillStyle = style.color;
  g.textAlign = style.align ?? "left";
  g.textBaseline = style.baseline ?? "alphabetic";
  if (!style.rotate) {
    g.fillText(words, x, y);
  } else {
    g.save();
    g.translate(x, y);
    g.rotate(style.rotate);
    g.fillText(words, 0, 0);
    g.restore();
  }
  return g.measureText(words).width;
}

/**
 * @param {ScaleFn} scale
 * @param {number[]} ticks
 * @returns {(value: number) => string}
 */
function labels(scale, ticks) {
  if (scale.log) return power;
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 1;
  return (value) => tick(value, step);
}

/**
 * Axis along x at height y: tick labels below, grid lines over `grid` = [top, bottom].
 * @param {G} g
 * @param {ScaleFn} scale
 * @param {number} y
 * @param {Theme} theme
 * @param
 *   {{count?: number, ticks?: number[], format?: (value: number) => string, grid?: [number, number], title?: string, size?: number}}
 *   [options]
 */
export function axisX(g, scale, y, theme, options = {}) {
  const size = options.size ?? 11;
  const ticks = options.ticks ?? scale.ticks(options.count ?? 5);
  const format = options.format ?? labels(scale, ticks);
  const high = Math.max(...scale.range);
  const right = g.canvas.width / (g.getTransform().a || 1);
  g.font = font(theme, size);
  for (const value of ticks) {
    const x = scale(value);
    if (options.grid) rule(g, x, options.grid[0], x, options.grid[1], theme.grid);
    const words = format(value);
    // Labels at the rim of the canvas move inwards instead of being cut off.
    const half = g.measureText(words).width / 2;
    const inside = Math.min(Math.max(x, half), right - half);
    text(g, words, inside, y + 5, { color: theme.faint, align: "center", baseline: "top" });
  }
  if (options.title)
    text(g, options.title, high, y + size + 9, {
      color: theme.muted,
      font: font(theme, size),
      align: "right",
      baseline: "top",
    });
}

/**
 * Axis along y at x: tick labels to the left, grid lines over `grid` = [left, right].
 * @param {G} g
 * @param {ScaleFn} scale
 * @param {number} x
 * @param {Theme} theme
 * @param
 *   {{count?: number, ticks?: number[], format?: (value: number) => string, grid?: [number, number], title?: string, size?: number}}
 *   [options]
 */
export function axisY(g, scale, x, theme, options = {}) {
  const size = options.size ?? 11;
  const ticks = options.ticks ?? scale.ticks(options.count ?? 4);
  const format = options.format ?? labels(scale, ticks);
  for (const value of ticks) {
    const y = scale(value);
    if (options.grid) rule(g, options.grid[0], y, options.grid[1], y, theme.grid);
    text(g, format(value), x - 6, y, {
      color: theme.faint,
      font: font(theme, size),
      align: "right",
      baseline: "middle",
    });
  }
  if (options.title)
    text(g, options.title, x, Math.min(...scale.range) - 8, { color: theme.muted, font: font(theme, size) });
}
