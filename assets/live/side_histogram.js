/** A histogram beside a plot over steps, on the same value axis. */
/** @import { Arm, ArmFrame, Box, Context2D, Scale, TextStyle, Theme, View } from "./types" */
/** @import { PickedUnit } from "./unit_picker.js" */

import { rule, text } from "./axis.js";
import { shade } from "./draw.js";
import { percent } from "./format.js";
import { BINS, histogramOf, STAGES, total, unitPercentile } from "./frame.js";
import { clipTo, plotTitle } from "./plot.js";
import { alpha, font } from "./theme.js";

/**
 * Stage that feeds the nonlinearity of an arm: the normalization, unless it comes after the nonlinearity.
 * @param {Arm} arm
 */
export const stageOf = (arm) => (arm.position === "after" ? 0 : 1);

/**
 * Edges of the histogram at the nonlinearity's input.
 * @param {View} view
 * @param {Arm} arm
 * @returns {[number, number]}
 */
export const edgesOf = (view, arm) => view.hello.edges[/** @type {"linear" | "norm"} */ (STAGES[stageOf(arm)])];

/**
 * Tint the saturated region, for values on the y axis.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{sy: Scale, arm: Arm, theme: Theme}} options
 */
export function shadeSaturated(g, box, { sy, arm, theme }) {
  if (!arm.saturation) return;
  const [low, high] = arm.saturation.region;
  if (low !== null && sy(low) < box.y1) shade(g, { ...box, y0: sy(low) }, theme.saturated);
  if (high !== null && sy(high) > box.y0) shade(g, { ...box, y1: sy(high) }, theme.saturated);
}

/**
 * The layer's histogram at the cursor, turned on its side, with the percentiles of one unit.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{frame: ArmFrame, picked: PickedUnit, sy: Scale, arm: Arm, view: View, title: string}} options
 */
export function sideHistogram(g, box, { frame, picked, sy, arm, view, title }) {
  const { theme } = view;
  const counts = histogramOf(frame, picked.layer, stageOf(arm));
  const [low, high] = edgesOf(view, arm);
  const sum = total(counts);
  const most = Math.max(1, ...counts.subarray(1, BINS + 1));
  const bin = (high - low) / BINS;
  const scale = (box.x1 - box.x0 - 12) / most;
  plotTitle(g, title, { x: box.x0, y: box.y0 - 12, width: box.x1 - box.x0 + 4, theme });
  clipTo(g, box, () => {
    g.beginPath();
    g.moveTo(box.x0 + 10, sy(low));
    for (let k = 1; k <= BINS; k++) {
      const x = box.x0 + 10 + counts[k] * scale;
      g.lineTo(x, sy(low + (k - 1) * bin));
      g.lineTo(x, sy(low + k * bin));
    }
    g.lineTo(box.x0 + 10, sy(high));
    g.fillStyle = alpha(arm.color, theme.dark ? 0.3 : 0.22);
    g.fill();
    g.strokeStyle = arm.color;
    g.lineWidth = 1;
    g.stroke();
  });
  rule(g, { ...box, x0: box.x0 + 10, x1: box.x0 + 10 }, { color: theme.border });
  drawOutside(g, box, [counts[0] / sum, counts[counts.length - 1] / sum], theme);
  if (picked.unit >= frame.units) return;
  const ys = [0, 1, 2].map((k) => sy(unitPercentile(frame, picked.layer, picked.unit, k)));
  markUnit(g, box, ys, arm.color);
}

/**
 * Shares outside the histogram, printed at its ends.
 * @param {Context2D} g
 * @param {Box} box
 * @param {[number, number]} shares below and above
 * @param {Theme} theme
 */
function drawOutside(g, { x1, y0, y1 }, [below, above], theme) {
  /** @type {TextStyle} */
  const style = { color: theme.faint, font: font(theme, 10.5), align: "right" };
  if (above > 0.0005) text(g, `↑ ${percent(above)}`, x1, y0 + 9, style);
  if (below > 0.0005) text(g, `↓ ${percent(below)}`, x1, y1 - 4, style);
}

/**
 * The unit's 15th to 85th percentile as a bar, its median as a dot.
 * @param {Context2D} g
 * @param {Box} box
 * @param {number[]} ys low, median, high
 * @param {string} color
 */
function markUnit(g, box, [low, median, high], color) {
  if (![low, median, high].every(Number.isFinite)) return;
  clipTo(g, { ...box, y0: box.y0 - 5, y1: box.y1 + 5 }, () => {
    rule(g, { x0: box.x0 + 4, y0: low, x1: box.x0 + 4, y1: high }, { color, width: 3 });
    g.beginPath();
    g.arc(box.x0 + 4.5, median, 4.5, 0, 7);
    g.fillStyle = color;
    g.fill();
  });
}
