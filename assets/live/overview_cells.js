/** The cells of the overview: a column per layer, a group of rows per measure, in it a row per arm. */
/** @import { Arm, Box, Context2D, Ramp, TextStyle, Theme, Translate, View } from "./types" */
/** @import { Measure } from "./overview_measures.js" */

import { rule, text } from "./axis.js";
import { mixRamp, RAMP_SIZE } from "./color_ramp.js";
import { armStroke, fitCanvas, shade } from "./draw.js";
import { rampKey } from "./heat_strip.js";
import { axisNames } from "./layer_names.js";
import { fitText } from "./plot.js";
import { sampleMark } from "./sampling.js";
import { font, mix } from "./theme.js";

/**
 * @typedef {object} Grid where the cells are, CSS pixels
 * @property {number} width
 * @property {number} height
 * @property {boolean} wide whether there is room for words beside the cells; else they are below
 * @property {number} x0 of the cells
 * @property {number} column width of a layer
 * @property {number} top
 * @property {number} row height of an arm's cells
 * @property {number} group height of a measure's rows
 * @property {number} bottom end of the cells
 * @property {string[]} names of the layers, without their prefix
 * @property {string} prefix
 * @property {number} every so-many-th name has room
 */

/** From this width on, words are left of the cells and color scales right of them. */
const WIDE = 820;
const HEAD = 24;
const GAP = 9;
const LINE = 20;
const MARK = 20;

/**
 * @param {number} width
 * @param {string[]} names
 * @param {{arms: number, measures: number, widthOf: (words: string) => number}} options how many, and how to measure
 * @returns {Grid}
 */
export function gridOf(width, names, { arms, measures, widthOf }) {
  const wide = width >= WIDE;
  const x0 = wide ? 208 : MARK + 8;
  const column = (width - (wide ? 128 : 0) - x0) / Math.max(1, names.length);
  const row = arms > 2 ? 11 : arms > 1 ? 14 : wide ? 28 : 16;
  const group = row * arms + (wide ? GAP : 6);
  const bottom = HEAD + group * measures - (wide ? GAP : 6) + 5;
  const height = bottom + (wide ? 0 : 6 + LINE * measures);
  const axis = axisNames(names, column, widthOf);
  return { width, height, wide, x0, column, top: HEAD, row, group, bottom, ...axis, names: axis.words };
}

/**
 * The scale from the paper to a measure's color; its low end still shows where a cell is.
 * @param {string} color
 * @param {Theme} theme
 */
const rampOf = (color, theme) => mixRamp(mix(theme.card, color, theme.dark ? 0.1 : 0.07), mix(color, theme.card, 0.1));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 * @param {{grid: Grid, measures: Measure[], t: Translate}} options
 */
export function drawCells(canvas, view, { grid, measures, t }) {
  const { theme } = view;
  const g = fitCanvas(canvas, grid.width, grid.height);
  /** @type {TextStyle} */
  const style = { color: theme.muted, font: font(theme, 11.5), align: "right", baseline: "middle" };
  if (grid.wide) text(g, grid.prefix || t("overview.layer"), grid.x0 - 8, 11.5, style);
  measures.forEach((measure, m) => {
    const y = grid.top + m * grid.group;
    const ramp = rampOf(measure.color, theme);
    const middle = grid.wide ? y + (grid.group - GAP) / 2 : grid.bottom + 6 + (m + 0.5) * LINE;
    const [from, to] = measure.ends;
    const unit = t(`overview.${measure.id}_unit`) + (measure.sampled ? sampleMark(view.arms, t) : "");
    drawWords(g, grid, { name: t(`overview.${measure.id}`), unit, y: middle, theme });
    rampKey(g, { x: grid.width - 2, y: middle }, { ramp, top: 1, format: () => to, from, theme, width: 54 });
    view.arms.forEach((arm, a) => {
      drawRow(g, view, { arm, measure, ramp, grid, y: y + a * grid.row });
    });
  });
}

/**
 * What a group of rows shows, and in which unit.
 * @param {Context2D} g
 * @param {Grid} grid
 * @param {{name: string, unit: string, y: number, theme: Theme}} options y of their middle
 */
function drawWords(g, grid, { name, unit, y, theme }) {
  /** @type {TextStyle} */
  const style = { color: theme.fg, font: font(theme, 12.5, 600), baseline: "middle" };
  const end = text(g, name, 0, grid.wide ? y - 7 : y, style);
  g.font = font(theme, 11.5);
  const rest = { ...style, color: theme.muted, font: g.font };
  if (grid.wide) text(g, unit, 0, y + 8, rest);
  else text(g, fitText(g, grid.width - end - 134, unit), end + 8, y, rest);
}

/**
 * One arm's cells, after a piece of its line.
 * @param {Context2D} g
 * @param {View} view
 * @param {{arm: Arm, measure: Measure, ramp: Ramp, grid: Grid, y: number}} options y of their top
 */
function drawRow(g, view, { arm, measure, ramp, grid, y }) {
  const frame = view.frame?.arms[arm.index];
  const middle = y + grid.row / 2 - 0.5;
  rule(g, { x0: grid.x0 - MARK - 6, x1: grid.x0 - 6, y0: middle, y1: middle }, armStroke(arm, 3));
  const gap = grid.column > 14 ? 2 : 1;
  for (let layer = 0; layer < arm.layers.length; layer++) {
    const x0 = grid.x0 + layer * grid.column + gap / 2;
    const cell = { x0, x1: x0 + grid.column - gap, y0: y, y1: y + grid.row - 1 };
    const level = frame && layer < frame.layers ? measure.level(measure.get(frame, arm, layer)) : NaN;
    if (Number.isFinite(level)) shade(g, cell, colorAt(ramp, level));
    else drawMissing(g, cell, view.theme.border);
  }
}

/**
 * @param {Ramp} ramp
 * @param {number} level 0..1
 */
function colorAt(ramp, level) {
  const at = 3 * Math.round(level * (RAMP_SIZE - 1));
  return `rgb(${ramp[at]}, ${ramp[at + 1]}, ${ramp[at + 2]})`;
}

/**
 * A cell without a number: an empty box with a dash in it, not the color of 0.
 * @param {Context2D} g
 * @param {Box} cell
 * @param {string} color
 */
function drawMissing(g, { x0, x1, y0, y1 }, color) {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2 - 0.5];
  rule(g, { x0: x - 3, x1: x + 3, y0: y, y1: y }, { color });
}
