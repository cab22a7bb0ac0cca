/** Draws the layers of one arm, a row each: the distribution on the left, three measured numbers on the right. */
/** @import { Arm, ArmFrame, Box, Context2D, Scale, TextStyle, Translate, View } from "./types" */

import { axisX, linear, rule, text } from "./axis.js";
import { peak } from "./density.js";
import { edgeBars, fitCanvas, ridge, shade } from "./draw.js";
import { decimals, magnitude, percent } from "./format.js";
import { BINS, histogramOf, total } from "./frame.js";
import { addRegion } from "./probe_regions.js";
import { alpha, font, mix } from "./theme.js";

/**
 * @typedef {object} RowLayout where things are in a card, CSS pixels
 * @property {number} width
 * @property {number} height
 * @property {number} row height of a row
 * @property {number[]} layers one row each
 * @property {number} left room for the names
 * @property {number} right room for the numbers
 * @property {number} x0 of the distributions
 * @property {number} x1
 * @property {boolean} short whether the words must be short
 *
 * @typedef {object} RowStyle what is drawn in the rows
 * @property {number} stage
 * @property {boolean} overTime whether older frames are drawn too
 * @property {number} share mass of one bin that reaches the full height of a row
 * @property {Array<{index: number, age: number, opacity: number}>} past the older frames
 * @property {[number, number]} domain
 * @property {[number, number] | null} region where values are not saturated
 *
 * @typedef {{view: View, arm: Arm, style: RowStyle, layout: RowLayout, t: Translate}} Rows
 *
 * @typedef {Box & {layer: number, frame: ArmFrame}} Row one layer of an arm
 */

const AXIS = 18;
const TOP = 6;

/**
 * The layout of a card of this inner width.
 * @param {number} width
 * @param {number[]} layers to show
 * @param {{single: boolean, room?: number}} options whether one layer has the card to itself; height there is, when
 *   it is more than usual
 * @returns {RowLayout}
 */
export function layoutRows(width, layers, { single, room = 0 }) {
  const short = width < 420;
  const most = room ? 200 : 84;
  const shared = Math.round(Math.min(most, Math.max(50, Math.max(520, room) / layers.length)));
  const row = single ? Math.max(340, room) : shared;
  const left = short ? (width < 300 ? 16 : 44) : 58;
  const right = short ? 88 : 124;
  const x0 = left + (short ? 9 : 12);
  const x1 = width - right - (short ? 12 : 18);
  return { width, height: TOP + row * layers.length + AXIS, row, layers, left, right, x0, x1, short };
}

/**
 * Top of a row.
 * @param {RowLayout} layout
 * @param {number} index
 */
export const rowTop = (layout, index) => TOP + index * layout.row;

/**
 * Row at a height, -1 when there is none.
 * @param {RowLayout} layout
 * @param {number} y
 */
export function rowAt(layout, y) {
  const index = Math.floor((y - TOP) / layout.row);
  return index >= 0 && index < layout.layers.length ? index : -1;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Rows} rows
 */
export function drawRows(canvas, rows) {
  const { view, arm, style, layout } = rows;
  const { x0, x1, width, layers } = layout;
  const g = fitCanvas(canvas, width, layout.height);
  const frame = view.frame?.arms[arm.index];
  const sx = linear(style.domain, [x0, x1]);
  layers.forEach((layer, index) => {
    const y0 = rowTop(layout, index);
    const y1 = y0 + layout.row - 7;
    if (index) rule(g, { x0: 0, x1: width, y0, y1: y0 }, { color: view.theme.grid });
    const row = frame && { x0, x1, y0, y1, layer, frame };
    if (row && style.overTime) drawPast(g, row, rows);
    shadeRegions(g, { x0, x1, y0: y0 + 3, y1 }, rows, sx);
    if (row) drawNow(g, row, rows);
    if (row) drawNumbers(g, row, rows);
  });
  const count = Math.max(2, Math.min(6, Math.floor((x1 - x0) / 40)));
  axisX(g, sx, rowTop(layout, layers.length), { theme: view.theme, count });
  const box = { x0, x1, y0: rowTop(layout, 0), y1: rowTop(layout, layers.length) };
  addRegion(g, { kind: "input", box, sx, readings: (x) => shareReadings(rows, sx, x), name: (x) => decimals(x, 2) });
}

/**
 * The share of every layer's values in the bin at a place.
 * @param {Rows} rows
 * @param {Scale} sx
 * @param {number} x
 */
function shareReadings({ view, arm, style, layout }, sx, x) {
  const frame = view.frame?.arms[arm.index];
  const [low, high] = sx.domain;
  const bin = 1 + Math.min(BINS - 1, Math.max(0, Math.floor(((x - low) / (high - low)) * BINS)));
  return layout.layers.flatMap((layer, index) => {
    if (!frame || layer >= frame.layers) return [];
    const counts = histogramOf(frame, layer, style.stage);
    const sum = total(counts) || 1;
    const y1 = rowTop(layout, index) + layout.row - 7;
    const y = y1 - counts[bin] * pixelsPerCount({ y0: y1 - layout.row + 7, y1 }, style, sum);
    return [{ words: percent(counts[bin] / sum, 1), y: Math.max(rowTop(layout, index) + 4, y), color: arm.color }];
  });
}

/**
 * The saturated regions, over the past, so that they tint what was in them; and where 0 is.
 * @param {Context2D} g
 * @param {Box} box
 * @param {Rows} rows
 * @param {Scale} sx
 */
function shadeRegions(g, box, { view: { theme }, style: { region } }, sx) {
  const zero = sx(0);
  if (zero > box.x0 && zero < box.x1)
    rule(g, { ...box, x0: zero, x1: zero }, { color: alpha(theme.fg, 0.14), dash: [2, 3] });
  if (!region) return;
  const [low, high] = region.map((value) => Math.min(box.x1, Math.max(box.x0, sx(value))));
  if (Number.isFinite(region[0])) shade(g, { ...box, x1: low }, theme.saturated);
  if (Number.isFinite(region[1])) shade(g, { ...box, x0: high }, theme.saturated);
}

/**
 * Pixels per count of a histogram; older frames need room above the current one.
 * @param {{y0: number, y1: number}} row
 * @param {RowStyle} style
 * @param {number} sum of all counts
 */
const pixelsPerCount = ({ y0, y1 }, { overTime, share }, sum) =>
  ((y1 - y0) * (overTime ? 0.56 : 0.9)) / share / (sum || 1);

/**
 * Keep what runs over within its row.
 * @param {Context2D} g
 * @param {Row} row
 * @param {RowLayout} layout
 */
function clipRow(g, { x0, x1, y0 }, layout) {
  g.save();
  g.beginPath();
  g.rect(x0 - 10, y0 + 1, x1 - x0 + 20, layout.row - 2);
  g.clip();
}

/**
 * Older ridges, each covering the older ones a little.
 * @param {Context2D} g
 * @param {Row} row
 * @param {Rows} rows
 */
function drawPast(g, row, { view, arm, style, layout }) {
  const { card } = view.theme;
  const { x0, x1, y0, y1, layer } = row;
  const fill = alpha(card, 0.72);
  clipRow(g, row, layout);
  for (const { index, age, opacity } of style.past) {
    const old = view.frames[index].arms[arm.index];
    if (!old || layer >= old.layers) continue;
    const counts = histogramOf(old, layer, style.stage);
    const scale = pixelsPerCount(row, style, total(counts));
    const color = mix(arm.color, card, 0.25 + 0.45 * age);
    ridge(g, counts, { x0, x1, base: y1 - (y1 - y0) * 0.4 * age, scale }, { color, fill, width: 1, opacity });
  }
  g.restore();
}

/**
 * The ridge at the cursor, and the mass beyond the axis.
 * @param {Context2D} g
 * @param {Row} row
 * @param {Rows} rows
 */
function drawNow(g, row, { view: { theme }, arm, style, layout, t }) {
  const { x0, x1, y0, y1, layer, frame } = row;
  if (layer >= frame.layers) return;
  const counts = histogramOf(frame, layer, style.stage);
  const sum = total(counts);
  const scale = pixelsPerCount(row, style, sum);
  clipRow(g, row, layout);
  const fill = alpha(arm.color, theme.dark ? 0.34 : 0.24);
  ridge(g, counts, { x0, x1, base: y1, scale }, { color: arm.color, fill, width: 2 });
  const shares = edgeBars(g, counts, { x0, x1, y0: y0 + 4, y1, sum, color: arm.color });
  g.restore();
  /** @type {TextStyle} */
  const words = { color: theme.muted, font: font(theme, 11), baseline: "middle" };
  const [below, above] = shares.map((share) => (share < 0.005 ? "" : percent(share, share < 0.095 ? 1 : 0)));
  if (below) text(g, below, x0 + 3, y0 + 12, words);
  if (above) text(g, above, x1 - 3, y0 + 12, { ...words, align: "right" });
  const highest = peak(counts);
  if (highest.share * sum * scale < y1 - y0) return;
  // A peak that runs out of its row says how high it is.
  const x = x0 + ((highest.bin - 0.5) * (x1 - x0)) / BINS;
  const label = t("distributions.peak", { share: percent(highest.share, 0) });
  g.font = font(theme, 11);
  const width = g.measureText(label).width;
  const toLeft = x > (x0 + x1) / 2;
  const left = toLeft ? x - 12 - width : x + 12;
  const y = y0 + ((toLeft ? below : above) ? 26 : 12);
  shade(g, { x0: left - 3, y0: y - 8, x1: left + width + 3, y1: y + 8 }, alpha(theme.card, 0.8));
  text(g, label, left, y, words);
}

/**
 * The three numbers of a layer.
 * @param {Context2D} g
 * @param {Row} row
 * @param {Rows} rows
 */
function drawNumbers(g, { y0, layer, frame }, { view: { theme }, arm, layout, t }) {
  const f = arm.config?.activation === "sigmoid" ? "σ" : arm.config?.activation === "tanh" ? "tanh" : "f";
  const form = layout.short ? "_short" : "";
  const lines = [
    arm.saturation
      ? [t(`distributions.saturated${form}`), percent(frame.saturated_fraction[layer])]
      : [t(`distributions.dead${form}`), percent(frame.dead_fraction[layer])],
    [t(`distributions.derivative${form}`, { f }), decimals(frame.derivative[layer])],
    [t("distributions.gradient"), magnitude(frame.grad_norm[layer])],
  ];
  const pitch = Math.min(18, (layout.row - 8) / 3);
  const middle = y0 + layout.row / 2 - 1;
  const { width, right } = layout;
  lines.forEach(([label, value], line) => {
    const y = middle + (line - 1) * pitch;
    text(g, label, width - right, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" });
    text(g, value, width, y, { color: theme.fg, font: font(theme, 12, 600), align: "right", baseline: "middle" });
  });
}
