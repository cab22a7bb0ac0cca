/** Marks on a canvas. All lengths are CSS pixels; colors come from the theme or the arm. */
/** @import { Arm, Band, Box, Context2D, Counts, Scales, Stroke, Theme } from "./types" */

import { text } from "./axis.js";
import { forget } from "./canvas_words.js";
import { BINS } from "./frame.js";
import { forgetRegions } from "./probe_regions.js";
import { font } from "./theme.js";

/** @type {WeakMap<HTMLCanvasElement, number>} zooms that were read: each reading makes the browser renew all styles */
let zooms = new WeakMap();

/** The page may be zoomed otherwise now. */
export const forgetZooms = () => {
  zooms = new WeakMap();
};

/** @param {HTMLCanvasElement} canvas */
function zoomOf(canvas) {
  const known = zooms.get(canvas);
  if (known) return known;
  const zoom = canvas.currentCSSZoom || 1;
  if (canvas.isConnected) zooms.set(canvas, zoom);
  return zoom;
}

/**
 * Make a canvas crisp at this size and clear it; sets its CSS size too.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {Context2D}
 */
export function fitCanvas(canvas, width, height) {
  const ratio = Math.min((globalThis.devicePixelRatio || 1) * zoomOf(canvas), 3);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  const g = /** @type {Context2D} */ (canvas.getContext("2d"));
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  forget(canvas);
  forgetRegions(canvas);
  return g;
}

/**
 * @param {Context2D} g
 * @param {Stroke} stroke
 */
function setStroke(g, { color, width = 1.5, dash = [], opacity = 1 }) {
  g.strokeStyle = color;
  g.lineWidth = width;
  g.globalAlpha = opacity;
  g.lineJoin = "round";
  g.setLineDash(dash);
}

/** Undo setStroke(). @param {Context2D} g */
function resetStroke(g) {
  g.globalAlpha = 1;
  g.setLineDash([]);
}

/**
 * The line of an arm.
 * @param {Arm} arm
 * @param {number} width
 * @returns {Stroke}
 */
export const armStroke = ({ color, dash }, width) => ({ color, dash, width });

/**
 * Measured points; hollow for an arm whose lines are dashed, so that arms differ by more than color.
 * @param {Context2D} g
 * @param {{xs: ArrayLike<number>, ys: ArrayLike<number>} & Scales} points
 * @param {{color: string, dash: number[], opacity?: number}} arm
 */
export function dots(g, { xs, ys, sx, sy }, { color, dash, opacity }) {
  const radius = xs.length > 80 ? 1.6 : 2.6;
  setStroke(g, { color, dash: [], width: 1.4, opacity });
  g.fillStyle = color;
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [sx(xs[i]), sy(ys[i])];
    if (!Number.isFinite(y)) continue;
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    if (dash.length) g.stroke();
    else g.fill();
  }
  resetStroke(g);
}

/**
 * A line through points; NaN makes a gap.
 * @param {Context2D} g
 * @param {{xs: ArrayLike<number>, ys: ArrayLike<number>} & Scales} points
 * @param {Stroke} stroke
 */
export function polyline(g, { xs, ys, sx, sy }, stroke) {
  setStroke(g, stroke);
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
  resetStroke(g);
}

/**
 * Add separate straight pieces to the path.
 * @param {Context2D} g
 * @param {number[]} segments x0, y0, x1, y1 of every piece
 * @param {Scales} scales
 */
export function addSegments(g, segments, { sx, sy }) {
  for (let k = 0; k < segments.length; k += 4) {
    g.moveTo(sx(segments[k]), sy(segments[k + 1]));
    g.lineTo(sx(segments[k + 2]), sy(segments[k + 3]));
  }
}

/**
 * The area between two lines; points where either is not finite are left out.
 * @param {Context2D} g
 * @param {{xs: ArrayLike<number>} & Scales} axes
 * @param {Band} band
 */
export function band(g, { xs, sx, sy }, { low, high, color, opacity = 0.2 }) {
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

/** @typedef {{x0: number, x1: number, base: number, scale: number}} HistogramBox scale = pixels per count */

/**
 * Path over the in-range bins, from base up to base - count * scale.
 * @param {Context2D} g
 * @param {Counts} counts BINS + 2
 * @param {HistogramBox} box
 */
function outline(g, counts, { x0, x1, base, scale }) {
  const step = (x1 - x0) / BINS;
  g.moveTo(x0, base - counts[1] * scale);
  for (let bin = 1; bin <= BINS; bin++) g.lineTo(x0 + (bin - 0.5) * step, base - counts[bin] * scale);
  g.lineTo(x1, base - counts[BINS] * scale);
}

/**
 * A histogram as one line through the middles of its bins, optionally filled down to its base.
 * @param {Context2D} g
 * @param {Counts} counts BINS + 2 counts; the first and the last are not drawn, see edgeBars
 * @param {HistogramBox} box
 * @param {Stroke & {fill?: string}} stroke
 */
export function ridge(g, counts, box, stroke) {
  setStroke(g, stroke);
  if (stroke.fill) {
    g.fillStyle = stroke.fill;
    g.beginPath();
    outline(g, counts, box);
    g.lineTo(box.x1, box.base);
    g.lineTo(box.x0, box.base);
    g.fill();
  }
  g.beginPath();
  outline(g, counts, box);
  g.stroke();
  resetStroke(g);
}

/**
 * The mass out of range, as a bar at each edge from the base up (full height = all of it).
 * @param {Context2D} g
 * @param {Counts} counts BINS + 2
 * @param {Box & {sum: number, color: string, width?: number}} options sum of all counts
 * @returns {[number, number]} shares below and above the range, 0..1
 */
export function edgeBars(g, counts, { x0, x1, y0, y1, sum, color, width = 5 }) {
  const shares = /** @type {[number, number]} */ ([counts[0] / sum || 0, counts[counts.length - 1] / sum || 0]);
  g.fillStyle = color;
  shares.forEach((share, side) => {
    const height = share > 0 ? Math.max(1, share * (y1 - y0)) : 0;
    if (height) g.fillRect(side ? x1 + 2 : x0 - 2 - width, y1 - height, width, height);
  });
  return shares;
}

/**
 * Fill a rectangle.
 * @param {Context2D} g
 * @param {Box} box
 * @param {string} color
 */
export function shade(g, { x0, x1, y0, y1 }, color) {
  g.fillStyle = color;
  g.fillRect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
}

/**
 * Legend in a row, from x on; returns the x after it.
 * @param {Context2D} g
 * @param {Array<{label: string, color: string, dash?: number[]}>} items
 * @param {{x: number, y: number, theme: Theme}} options
 */
export function legend(g, items, { x, y, theme }) {
  let end = x;
  for (const { label, color, dash } of items) {
    setStroke(g, { color, width: 2, dash });
    g.beginPath();
    g.moveTo(end, y);
    g.lineTo(end + 22, y);
    g.stroke();
    resetStroke(g);
    end += 28 + text(g, label, end + 28, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" }) + 18;
  }
  return end;
}
