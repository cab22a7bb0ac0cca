/**
 * The cells of the overview: a column per layer, a group of rows per measure, in it a row per arm.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./overview_measures.js").Measure} Measure
 * @typedef
 *   {{width: number, wide: boolean, x0: number, x1: number, column: number, top: number, row: number, group: number, bottom: number,
 *     height: number, names: string[], prefix: string, every: number}} Grid bottom = end of the cells; a narrow one has its words below
 */
import { mixRamp, RAMP_SIZE } from "./color_ramp.js";
import { fit, font, mix, rule, shade, text } from "./draw.js";
import { rampKey } from "./heat_strip.js";
import { axisNames } from "./layer_names.js";
import { fitting } from "./plot.js";

/** From this width on, words stand left of the cells and color scales right of them. */
const WIDE = 820;
const HEAD = 24;
const GAP = 9;
const LINE = 20;
const MARK = 20;

/**
 * @param {number} width
 * @param {number} arms
 * @param {number} measures
 * @param {string[]} names
 * @param {(words: string) => number} widthOf
 * @returns {Grid}
 */
export function gridOf(width, arms, measures, names, widthOf) {
  const wide = width >= WIDE;
  const x0 = wide ? 208 : MARK + 8;
  const x1 = width - (wide ? 128 : 0);
  const column = (x1 - x0) / Math.max(1, names.length);
  const row = arms > 2 ? 11 : arms > 1 ? 14 : wide ? 28 : 16;
  const group = row * arms + (wide ? GAP : 6);
  const bottom = HEAD + group * measures - (wide ? GAP : 6) + 5;
  const height = bottom + (wide ? 0 : 6 + LINE * measures);
  const axis = axisNames(names, column, widthOf);
  return {
    width,
    wide,
    x0,
    x1,
    column,
    top: HEAD,
    row,
    group,
    bottom,
    height,
    names: axis.words,
    prefix: axis.prefix,
    every: axis.every,
  };
}

/**
 * The scale from the paper to a measure's color; its low end still shows where a cell is.
 * @param {string} color
 * @param {import("./theme.js").Theme} theme
 */
const rampOf = (color, theme) => mixRamp(mix(theme.card, color, theme.dark ? 0.1 : 0.07), mix(color, theme.card, 0.1));

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 * @param {Grid} grid
 * @param {Measure[]} measures
 * @param {(key: string) => string} t
 */
export function drawCells(canvas, view, grid, measures, t) {
  const g = fit(canvas, grid.width, grid.height);
  if (grid.wide)
    text(g, grid.prefix || t("overview.layer"), grid.x0 - 8, 11.5, {
      color: view.theme.muted,
      font: font(view.theme, 11.5),
      align: "right",
      baseline: "middle",
    });
  measures.forEach((measure, m) => {
    const y = grid.top + m * grid.group;
    const ramp = rampOf(measure.color, view.theme);
    const middle = grid.wide ? y + (grid.group - GAP) / 2 : grid.bottom + 6 + (m + 0.5) * LINE;
    words(g, view, grid, measure, middle, t);
    rampKey(g, grid.width - 2, middle, {
      ramp,
      top: 1,
      format: () => measure.ends[1],
      from: measure.ends[0],
      theme: view.theme,
      width: 54,
    });
    view.arms.forEach((arm, a) => {
      row(g, view, grid, measure, ramp, { arm, y: y + a * grid.row });
    });
  });
}

/**
 * What a group of rows shows, and in which unit.
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Grid} grid
 * @param {Measure} measure
 * @param {number} middle
 * @param {(key: string) => string} t
 */
function words(g, { theme }, grid, measure, middle, t) {
  const [name, unit] = [t(`overview.${measure.id}`), t(`overview.${measure.id}_unit`)];
  const style = {
    color: theme.fg,
    font: font(theme, 12.5, 600),
    baseline: /** @type {CanvasTextBaseline} */ ("middle"),
  };
  if (!grid.wide) {
    const end = text(g, name, 0, middle, style);
    g.font = font(theme, 11.5);
    text(g, fitting(g, grid.width - end - 134, unit), end + 8, middle, { ...style, color: theme.muted, font: g.font });
    return;
  }
  text(g, name, 0, middle - 7, style);
  text(g, unit, 0, middle + 8, { ...style, color: theme.muted, font: font(theme, 11.5) });
}

/**
 * One arm's cells, behind a piece of its line.
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Grid} grid
 * @param {Measure} measure
 * @param {import("./color_ramp.js").Ramp} ramp
 * @param {{arm: import("./panel.js").Arm, y: number}} place
 */
function row(g, view, grid, measure, ramp, { arm, y }) {
  const frame = view.frame?.arms[arm.index];
  const middle = y + grid.row / 2 - 0.5;
  rule(g, grid.x0 - MARK - 6, middle, grid.x0 - 6, middle, arm.color, arm.dash, 3);
  const gap = grid.column > 14 ? 2 : 1;
  for (let layer = 0; layer < arm.layers.length; layer++) {
    const x = grid.x0 + layer * grid.column + gap / 2;
    const box = /** @type {[number, number, number, number]} */ ([x, y, x + grid.column - gap, y + grid.row - 1]);
    const level = frame && layer < frame.layers ? measure.level(measure.get(frame, arm, layer)) : NaN;
    if (Number.isFinite(level)) shade(g, ...box, colorAt(ramp, level));
    else missing(g, box, view.theme.border);
  }
}

/**
 * @param {import("./color_ramp.js").Ramp} ramp
 * @param {number} level 0..1
 */
function colorAt(ramp, level) {
  const at = 3 * Math.round(level * (RAMP_SIZE - 1));
  return `rgb(${ramp[at]}, ${ramp[at + 1]}, ${ramp[at + 2]})`;
}

/**
 * A cell without a number: an empty box with a dash in it, not the color of 0.
 * @param {CanvasRenderingContext2D} g
 * @param {[number, number, number, number]} box
 * @param {string} color
 */
function missing(g, [x0, y0, x1, y1], color) {
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2 - 0.5];
  rule(g, x - 3, y, x + 3, y, color, [], 1);
}
