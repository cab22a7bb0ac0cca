/**
 * Marks on a canvas. All lengths are CSS pixels; colors come from the theme or the arm.
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./axis.js").ScaleFn} ScaleFn
 * @typedef {CanvasRenderingContext2D} G
 * @typedef {{color: string, width?: number, dash?: number[], opacity?: number}} Stroke
 */

import { text } from "./axis.js";
import { BINS } from "./frame.js";
import { font } from "./theme.js";

export { axisX, axisY, linear, log, niceStep, rule, text } from "./axis.js";
export * from "./format.js";
export { alpha, font, mix } from "./theme.js";

/**
 * Make a canvas crisp at this size and clear it; sets its CSS size too.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {G}
 */
export function fit(canvas, width, height) {
  const zoom = /** @type {any} */ (canvas).currentCSSZoom || 1;
  const ratio = Math.min((globalThis.devicePixelRatio || 1) * zoom, 3);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  const g = /** @type {G} */ (canvas.getContext("2d"));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  return g;
}

/**
 * @param {G} g
 * @param {Stroke} stroke
 */
function pen(g, { color, width = 1.5, dash = [], opacity = 1 }) {
  g.strokeStyle = color;
  g.lineWidth = width;
  g.globalAlpha = opacity;
  g.lineJoin = "round";
  g.setLineDash(dash);
}

/** Undo pen(). @param {G} g */
function done(g) {
  g.globalAlpha = 1;
  g.setLineDash([]);
}

/**
 * A line through points; NaN makes a gap.
 * @param {G} g
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {ScaleFn} sx
 * @param {ScaleFn} sy
 * @param {Stroke} stroke
 */
export function polyline(g, xs, ys, sx, sy, stroke) {
  pen(g, stroke);
  g.beginPath();
  let open = false;
  for (let i = 0; i < xs.length; i++) {
    const y = sy(ys[i]);
    if (!Number.isFinite(y)) open = false;
    else if (open) g.lineTo(sx(xs[i]), y);
    else {
      g.moveTo(sx(xs[i]), y);
      open = true;
    }
  }
  g.stroke();
  done(g);
}

/**
 * The area between two lines; points where either is not finite are left out.
 * @param {G} g
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} low
 * @param {ArrayLike<number>} high
 * @param {ScaleFn} sx
 * @param {ScaleFn} sy
 * @param {string} color
 * @param {number} [opacity]
 */
export function band(g, xs, low, high, sx, sy, color, opacity = 0.2) {
  g.globalAlpha = opacity;
  g.fillStyle = color;
  let start = 0;
  const finite = (/** @type {number} */ i) => Number.isFinite(sy(low[i])) && Number.isFinite(sy(high[i]));
  while (start < xs.length) {
    while (start < xs.length && !finite(start)) start++;
    let end = start;
    while (end < xs.length && finite(end)) end++;
    g.beginPath();
    for (let i = start; i < end; i++) g.lineTo(sx(xs[i]), sy(high[i]));
    for (let i = end - 1; i >= start; i--) g.lineTo(sx(xs[i]), sy(low[i]));
    g.fill();
    start = end;
  }
  g.globalAlpha = 1;
}

/**
 * Path over the in-range bins, from base up to base - count * scale.
 * @param {G} g
 * @param {Uint32Array} counts BINS + 2
 * @param {number} x0
 * @param {number} x1
 * @param {number} base
 * @param {number} scale
 */
function outline(g, counts, x0, x1, base, scale) {
  const step = (x1 - x0) / BINS;
  g.moveTo(x0, base - counts[1] * scale);
  for (let bin = 1; bin <= BINS; bin++) g.lineTo(x0 + (bin - 0.5) * step, base - counts[bin] * scale);
  g.lineTo(x1, base - counts[BINS] * scale);
}

/**
 * A histogram as one line through the middles of its bins, optionally filled down to its base.
 * @param {G} g
 * @param {Uint32Array} counts BINS + 2 counts; first and last are not drawn, see edgeBars
 * @param {{x0: number, x1: number, base: number, scale: number, fill?: string}} place scale = pixels per count
 * @param {Stroke} stroke
 */
export function ridge(g, counts, place, stroke) {
  const { x0, x1, base, scale, fill } = place;
  pen(g, stroke);
  if (fill) {
    g.fillStyle = fill;
    g.beginPath();
    outline(g, counts, x0, x1, base, scale);
    g.lineTo(x1, base);
    g.lineTo(x0, base);
    g.fill();
  }
  g.beginPath();
  outline(g, counts, x0, x1, base, scale);
  g.stroke();
  done(g);
}

/**
 * A histogram as filled bars that touch.
 * @param {G} g
 * @param {Uint32Array} counts BINS + 2 counts
 * @param {{x0: number, x1: number, base: number, scale: number}} place
 * @param {string} color
 * @param {number} [opacity]
 */
export function bars(g, counts, { x0, x1, base, scale }, color, opacity = 0.35) {
  const step = (x1 - x0) / BINS;
  g.globalAlpha = opacity;
  g.fillStyle = color;
  for (let bin = 1; bin <= BINS; bin++) {
    const height = counts[bin] * scale;
    if (height > 0) g.fillRect(x0 + (bin - 1) * step, base - height, step - 0.5, height);
  }
  g.globalAlpha = 1;
}

/**
 * The mass out of range, as a bar at each edge from the base up (full height = all of it).
 * @param {G} g
 * @param {Uint32Array} counts BINS + 2
 * @param {number} sum of all counts
 * @param {{x0: number, x1: number, top: number, base: number, width?: number}} place
 * @param {string} color
 * @returns {[number, number]} shares below and above the range, 0..1
 */
export function edgeBars(g, counts, sum, { x0, x1, top, base, width = 5 }, color) {
  const shares = /** @type {[number, number]} */ ([counts[0] / sum || 0, counts[counts.length - 1] / sum || 0]);
  g.fillStyle = color;
  shares.forEach((share, side) => {
    const height = share > 0 ? Math.max(1, share * (base - top)) : 0;
    if (height) g.fillRect(side ? x1 + 2 : x0 - 2 - width, base - height, width, height);
  });
  return shares;
}

/**
 * A wash over a rectangle.
 * @param {G} g
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {string} color
 */
export function shade(g, x0, y0, x1, y1, color) {
  g.fillStyle = color;
  g.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
}

/**
 * Legend in a row, from x on; returns the x after it.
 * @param {G} g
 * @param {Array<{label: string, color: string, dash?: number[]}>} items
 * @param {number} x
 * @param {number} y
 * @param {Theme} theme
 */
export function legend(g, items, x, y, theme) {
  for (const { label, color, dash } of items) {
    pen(g, { color, width: 2, dash });
    g.beginPath();
    g.moveTo(x, y);
    g.lineTo(x + 22, y);
    g.stroke();
    done(g);
    x += 28 + text(g, label, x + 28, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" }) + 18;
  }
  return x;
}
