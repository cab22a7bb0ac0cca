/**
 * Plots that several panels share: lines over the steps of a run, axes that stay put, strips of layers over time.
 */
/** @import { ArmFrame, Band, Box, Context2D, Frame, Line, Scale, Theme } from "./types" */

import { axisX, axisY, linear, log, rule, text } from "./axis.js";
import { band, polyline, shade } from "./draw.js";
import { decimals, integer, magnitude } from "./format.js";
import { addRegion, indexAt } from "./probe_regions.js";
import { alpha, font } from "./theme.js";
import { extent } from "./vendor/d3-array.js";

const LADDER = [1, 2, 3, 4, 6, 8, 10];

/**
 * Smallest round number (1, 2, 3, 4, 6, 8 times a power of ten) not below a size.
 * @param {number} size > 0
 * @returns {number}
 */
export function roundUp(size) {
  if (!(size > 0) || size === Infinity) return 1;
  const unit = 10 ** Math.floor(Math.log10(size));
  return (LADDER.find((step) => step * unit >= size * (1 - 1e-9)) ?? 10) * unit;
}

/**
 * Whole decades around the positive values; they grow with the history, never with the cursor.
 * @param {number[]} values
 * @param {number} [least] decades to show at least
 * @param {number} [floor] nothing below is shown
 * @returns {[number, number]}
 */
export function wholeDecades(values, least = 3, floor = 1e-12) {
  const [low = 1e-3, high = 1] = extent(values.filter((value) => value >= floor && value < Infinity));
  let [bottom, top] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  while (top - bottom < least) {
    top += 1;
    if (top - bottom < least) bottom -= 1;
  }
  return [Number(`1e${bottom}`), Number(`1e${top}`)]; // 10 ** -4 is not 1e-4
}

/**
 * A round range around finite values that need not contain 0.
 * @param {number[]} values
 * @param {[number, number]} fallback where there are none
 * @param {number} [least] span
 * @returns {[number, number]}
 */
export function roundRange(values, fallback, least = 0.2) {
  const [low, high] = extent(values);
  if (low === undefined) return fallback;
  const span = Math.max(high - low, least);
  const middle = (low + high) / 2;
  const step = roundUp(span / 5);
  return [Math.floor((middle - span / 2) / step + 1e-9) * step, Math.ceil((middle + span / 2) / step - 1e-9) * step];
}

/**
 * Scale of the step axis; on a log axis step 0 sits at the left end.
 * @param {Frame[]} frames
 * @param {[number, number]} range
 * @param {boolean} [isLog]
 * @returns {Scale}
 */
export function stepScale(frames, range, isLog = false) {
  const last = Math.max(frames.length ? frames[frames.length - 1].step : 0, 10);
  return isLog ? log([0.7, last], range) : linear([0, last], range);
}

/**
 * Positions of the frames worth drawing: at most one in `gap` pixels, the first and last always.
 * @param {Frame[]} frames
 * @param {Scale} sx
 * @param {number} [gap]
 * @returns {number[]}
 */
export function framesToDraw(frames, sx, gap = 1.5) {
  const kept = [];
  let from = -Infinity;
  for (let i = 0; i < frames.length; i++) {
    const x = sx(frames[i].step);
    if (x - from < gap && i < frames.length - 1) continue;
    kept.push(i);
    from = x;
  }
  return kept;
}

/**
 * One number per frame of an arm; NaN where the arm is missing.
 * @param {Frame[]} frames
 * @param {number[]} positions
 * @param {number} arm
 * @param {(frame: ArmFrame) => number} get
 */
export function series(frames, positions, arm, get) {
  const out = new Float64Array(positions.length);
  positions.forEach((at, k) => {
    const found = frames[at].arms[arm];
    out[k] = found ? get(found) : Number.NaN;
  });
  return out;
}

/**
 * Clip drawing to a box while `paint` runs.
 * @param {Context2D} g
 * @param {Box} box
 * @param {() => void} paint
 */
export function clipTo(g, box, paint) {
  g.save();
  g.beginPath();
  g.rect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
  g.clip();
  paint();
  g.restore();
}

/**
 * @typedef {object} TimePlot
 * @property {Theme} theme
 * @property {Scale} sx
 * @property {Scale} sy
 * @property {ArrayLike<number>} steps of the values
 * @property {number} step at the cursor
 * @property {string} [title]
 * @property {string} [stepTitle]
 * @property {Line[]} [lines]
 * @property {Band[]} [bands]
 * @property {Guide[]} [guides]
 *
 * @typedef {{value: number, label?: string}} Guide a level to compare with
 */

/**
 * A plot over steps: title, axes, bands, lines, guide lines, and the cursor; what lies after the cursor is paler.
 * @param {Context2D} g
 * @param {Box} box
 * @param {TimePlot} plot
 */
export function timePlot(g, box, plot) {
  const { theme, sx, sy, steps: xs, step, lines = [], bands = [], guides = [] } = plot;
  frameAxes(g, box, plot);
  clipTo(g, { ...box, x1: box.x1 + 1, y0: box.y0 - 1, y1: box.y1 + 1 }, () => {
    for (const one of bands) band(g, { xs, sx, sy }, one);
    for (const { value } of guides)
      rule(g, { ...box, y0: sy(value), y1: sy(value) }, { color: theme.muted, dash: [4, 3] });
    for (const line of lines) polyline(g, { xs, ys: line.values, sx, sy }, { width: 1.6, ...line });
  });
  drawCursor(g, box, { sx, step, theme });
  addRegion(g, { kind: "step", box, sx, readings: (at) => lineReadings(plot, at), name: integer });
  for (const { value, label } of guides) {
    const y = sy(value);
    if (label && y > box.y0 && y < box.y1) chip(g, label, { x: box.x0 + 4, y: y - 4, theme });
  }
}

/**
 * The value of every line at a step: the last one at or before it.
 * @param {TimePlot} plot
 * @param {number} at
 */
function lineReadings({ lines = [], steps, sx, sy, theme }, at) {
  const index = indexAt(steps, at);
  if (index < 0) return [];
  return lines.map(({ values, label, color }) => {
    const words = sy.isLog ? magnitude(values[index]) : decimals(values[index], 2);
    return {
      words: label ? `${label}: ${words}` : words,
      x: sx(steps[index]),
      y: sy(values[index]),
      color: color ?? theme.fg,
    };
  });
}

/**
 * The first of several wordings that fits, long to short; the last one is cut with an ellipsis. Set the font before.
 * @param {Context2D} g
 * @param {number} width
 * @param {...string} wordings
 * @returns {string}
 */
export function fitText(g, width, ...wordings) {
  for (const words of wordings) if (g.measureText(words).width <= width) return words;
  let words = wordings[wordings.length - 1];
  while (words && g.measureText(`${words}…`).width > width) words = words.slice(0, -1).trimEnd();
  return words ? `${words}…` : "";
}

/**
 * Title above a plot, cut where there is no room.
 * @param {Context2D} g
 * @param {string} words
 * @param {{x: number, y: number, width: number, theme: Theme}} options
 */
export function plotTitle(g, words, { x, y, width, theme }) {
  g.font = font(theme, 12);
  text(g, fitText(g, width, words), x, y, { color: theme.muted });
}

/**
 * Small text on a patch of the card, so that it reads over lines.
 * @param {Context2D} g
 * @param {string} words
 * @param {{x: number, y: number, theme: Theme}} options y of the baseline
 */
function chip(g, words, { x, y, theme }) {
  g.font = font(theme, 11);
  shade(g, { x0: x - 2, y0: y - 10, x1: x + g.measureText(words).width + 2, y1: y + 3 }, alpha(theme.card, 0.78));
  text(g, words, x, y, { color: theme.muted });
}

/**
 * Title and axes of a plot over steps.
 * @param {Context2D} g
 * @param {Box} box
 * @param {TimePlot} plot
 */
function frameAxes(g, box, { theme, sx, sy, title, stepTitle }) {
  if (title) plotTitle(g, title, { x: 0, y: box.y0 - 12, width: box.x1, theme });
  const rows = Math.max(2, Math.floor((box.y1 - box.y0) / (sy.isLog ? 17 : 30)));
  axisY(g, sy, box.x0, { theme, count: rows, grid: [box.x0, box.x1] });
  axisX(g, sx, box.y1, { theme, count: Math.max(2, Math.round((box.x1 - box.x0) / 80)), title: stepTitle });
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
}

/**
 * The step at the cursor, with what comes later veiled.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{sx: Scale, step: number, theme: Theme}} options
 */
export function drawCursor(g, box, { sx, step, theme }) {
  const x = sx(step);
  if (!(x >= box.x0 - 0.5 && x <= box.x1 + 0.5)) return;
  if (x < box.x1 - 1) shade(g, { ...box, x0: x + 1, x1: box.x1 + 1 }, alpha(theme.card, 0.62));
  rule(g, { ...box, x0: x, x1: x }, { color: theme.fg });
}

/**
 * Labels right of lines, moved apart so that none covers another; too many are left out from the middle.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{lines: {label: string, color: string, values: ArrayLike<number>}[], sy: Scale, theme: Theme}} options
 */
export function labelLines(g, box, { lines, sy, theme }) {
  const gap = 12;
  const [top, bottom] = [box.y0 + 4, box.y1 - 4];
  const room = Math.max(1, Math.floor((bottom - top) / gap) + 1);
  const ends = lines.map(({ label, color, values }) => ({ label, color, y: sy(values[values.length - 1]) }));
  const sorted = ends.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y);
  const stride = Math.ceil(sorted.length / room);
  const kept = sorted.filter((_, k) => k % stride === 0 || k === sorted.length - 1).slice(-room);
  const ys = spreadApart(
    kept.map(({ y }) => y),
    gap,
    [top, bottom],
  );
  kept.forEach(({ label, color }, k) => {
    text(g, label, box.x1 + 5, ys[k], { color, font: font(theme, 11, 500), baseline: "middle" });
  });
}

/**
 * Move sorted positions apart to at least `gap`, as little as possible, inside a range.
 * @param {number[]} ys
 * @param {number} gap
 * @param {[number, number]} range
 * @returns {number[]}
 */
export function spreadApart(ys, gap, [top, bottom]) {
  /** @type {{sum: number, count: number}[]} groups that touch; `sum` of where their members would put the first */
  const groups = [];
  const first = (/** @type {{sum: number, count: number}} */ { sum, count }) =>
    Math.max(top, Math.min(sum / count, bottom - (count - 1) * gap));
  for (const y of ys) {
    let group = { sum: y, count: 1 };
    for (let last = groups.at(-1); last && first(last) + last.count * gap > first(group); last = groups.at(-1)) {
      groups.pop();
      group = { sum: last.sum + group.sum - group.count * last.count * gap, count: last.count + group.count };
    }
    groups.push(group);
  }
  return groups.flatMap((group) => Array.from({ length: group.count }, (_, k) => first(group) + k * gap));
}

/**
 * Room that labels right of lines need.
 * @param {Context2D} g
 * @param {string[]} labels
 * @param {number} least
 * @param {Theme} theme
 * @returns {number}
 */
export function labelRoom(g, labels, least, theme) {
  g.font = font(theme, 11, 500);
  return Math.max(least, ...labels.map((label) => Math.ceil(g.measureText(label).width) + 9));
}
