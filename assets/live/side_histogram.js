/**
 * A histogram that stands beside a plot over steps and shares its value axis.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./panel.js").Arm} Arm
 * @typedef {import("./plot.js").Box} Box
 */
import { alpha, font, percent, rule, shade, text } from "./draw.js";
import { BINS, histogramOf, STAGES, total, unitPercentile } from "./frame.js";
import { inside, plotTitle } from "./plot.js";

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
 * Wash over the saturated region, for values on the y axis.
 * @param {CanvasRenderingContext2D} g
 * @param {Box} box
 * @param {import("./axis.js").ScaleFn} sy
 * @param {Arm} arm
 * @param {import("./theme.js").Theme} theme
 */
export function shadeRegion(g, box, sy, arm, theme) {
  if (!arm.saturation) return;
  const [low, high] = arm.saturation.region;
  if (low !== null && sy(low) < box.y1) shade(g, box.x0, sy(low), box.x1, box.y1, theme.saturated);
  if (high !== null && sy(high) > box.y0) shade(g, box.x0, box.y0, box.x1, sy(high), theme.saturated);
}

/**
 * The layer's histogram at the cursor, lying on its side, with the percentiles of one unit.
 * @param {CanvasRenderingContext2D} g
 * @param {Box} box
 * @param
 *   {{frame: import("./frame.js").ArmFrame, picked: {layer: number, unit: number}, sy: import("./axis.js").ScaleFn, arm: Arm, view: View, title: string}}
 *   what
 */
export function sideHistogram(g, box, { frame, picked, sy, arm, view, title }) {
  const { theme } = view;
  const counts = histogramOf(frame, picked.layer, stageOf(arm));
  const [low, high] = edgesOf(view, arm);
  const sum = total(counts);
  const most = Math.max(1, ...counts.subarray(1, BINS + 1));
  const bin = (high - low) / BINS;
  const scale = (box.x1 - box.x0 - 12) / most;
  plotTitle(g, title, box.x0, box.y0 - 12, box.x1 - box.x0 + 4, theme);
  inside(g, box, () => {
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
  rule(g, box.x0 + 10, box.y0, box.x0 + 10, box.y1, theme.border);
  beyond(g, box, counts, sum, theme);
  if (picked.unit < frame.units)
    markUnit(
      g,
      box,
      [0, 1, 2].map((k) => sy(unitPercentile(frame, picked.layer, picked.unit, k))),
      arm.color,
    );
}

/**
 * Shares outside the histogram, printed at its ends.
 * @param {CanvasRenderingContext2D} g
 * @param {Box} box
 * @param {Uint32Array} counts
 * @param {number} sum
 * @param {import("./theme.js").Theme} theme
 */
function beyond(g, box, counts, sum, theme) {
  const shares = [counts[0] / sum, counts[counts.length - 1] / sum];
  const style = /** @type {const} */ ({ color: theme.faint, font: font(theme, 10.5), align: "right" });
  if (shares[1] > 0.0005) text(g, `↑ ${percent(shares[1])}`, box.x1, box.y0 + 9, style);
  if (shares[0] > 0.0005) text(g, `↓ ${percent(shares[0])}`, box.x1, box.y1 - 4, style);
}

/**
 * The unit's 15th to 85th percentile as a bar, its median as a dot.
 * @param {CanvasRenderingContext2D} g
 * @param {Box} box
 * @param {number[]} ys low, median, high
 * @param {string} color
 */
function markUnit(g, box, [low, median, high], color) {
  if (![low, median, high].every(Number.isFinite)) return;
  inside(g, { ...box, y0: box.y0 - 5, y1: box.y1 + 5 }, () => {
    rule(g, box.x0 + 4, low, box.x0 + 4, high, color, [], 3);
    g.beginPath();
    g.arc(box.x0 + 4.5, median, 4.5, 0, 7);
    g.fillStyle = color;
    g.fill();
  });
}
