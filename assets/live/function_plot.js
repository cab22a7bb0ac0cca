/**
 * A nonlinearity, its derivative, its saturated region, and the measured distribution of its input on one x axis.
 */
/** @import { Arm, Box, Context2D, Translate, View } from "./types" */

import { CURVES } from "./activation_curves.js";
import { axisX, axisY, linear, rule, text } from "./axis.js";
import { edgeBars, legend, polyline, ridge, shade } from "./draw.js";
import { decimals, percent } from "./format.js";
import { BINS, histogramOf, total } from "./frame.js";
import { layerMark } from "./layer_names.js";
import { clipTo, fitText, plotTitle, roundUp } from "./plot.js";
import { addRegion } from "./probe_regions.js";
import { edgesOf, stageOf } from "./side_histogram.js";
import { alpha, font } from "./theme.js";

const POINTS = 121;

/**
 * Name of the nonlinearity of an arm; of one layer where a watched model has several.
 * @param {Arm} arm
 * @param {number} [layer]
 */
export const activationOf = (arm, layer) =>
  (layer === undefined ? undefined : arm.functions?.[layer]) ??
  arm.saturation?.activation ??
  String(arm.config?.activation ?? "identity");

/**
 * Share of a layer's values at the full height of the histogram, the same for every arm.
 * @param {View} view
 * @param {number} layer
 */
export function sharedTop(view, layer) {
  let most = 0;
  view.frame?.arms.forEach((frame, a) => {
    const counts = histogramOf(frame, Math.min(layer, frame.layers - 1), stageOf(view.arms[a]));
    const sum = total(counts) || 1;
    for (let k = 1; k <= BINS; k++) most = Math.max(most, counts[k] / sum);
  });
  return Math.max(0.05, roundUp(most));
}

/** @typedef {{view: View, arm: Arm, layer: number, top: number, t: Translate}} FunctionPlot top: see sharedTop() */

/**
 * @param {Context2D} g
 * @param {Box} box
 * @param {FunctionPlot} plot
 */
export function drawFunction(g, box, plot) {
  const { view, arm, layer, t } = plot;
  const { theme } = view;
  const activation = activationOf(arm, layer);
  const known = CURVES[activation]; // of a watched model's nonlinearities, some have no curve here
  const curve = known ?? CURVES.identity;
  const edges = edgesOf(view, arm);
  const sx = linear(edges, [box.x0, box.x1]);
  const sy = linear(curve.range, [box.y1, box.y0]);
  const title = t("saturation.function", { activation, layer: layerMark(arm.layers[layer]) });
  plotTitle(g, title, { x: 0, y: 12, width: box.x1, theme });
  axisY(g, sy, box.x0, { theme, count: 5, grid: [box.x0, box.x1] });
  axisX(g, sx, box.y1, { theme, count: 7 });
  const saturated = regions(arm, edges).map(([low, high]) => ({ ...box, x0: sx(low), x1: sx(high) }));
  for (const region of saturated) shade(g, region, theme.saturated);
  density(g, box, plot, saturated);
  const xs = Array.from({ length: POINTS }, (_, k) => edges[0] + ((edges[1] - edges[0]) * k) / (POINTS - 1));
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
  if (!known) return;
  clipTo(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    polyline(g, { xs, ys: xs.map(curve.value), sx, sy }, { color: theme.fg, width: 1.8 });
    polyline(g, { xs, ys: xs.map(curve.derivative), sx, sy }, { color: theme.fg, width: 1.4, dash: [5, 3] });
  });
  const slope = { label: t("saturation.derivative"), color: theme.fg, dash: [5, 3] };
  legend(g, [{ label: activation, color: theme.fg }, slope], { x: box.x0, y: box.y1 + 32, theme });
  addRegion(g, {
    kind: "input",
    box,
    sx,
    name: (x) => decimals(x, 2),
    readings: (x) => [
      { words: `${activation} ${decimals(curve.value(x))}`, y: sy(curve.value(x)), color: theme.fg },
      { words: `${slope.label} ${decimals(curve.derivative(x))}`, y: sy(curve.derivative(x)), color: theme.muted },
    ],
  });
}

/**
 * The saturated pieces of the x axis.
 * @param {Arm} arm
 * @param {[number, number]} edges
 * @returns {Array<[number, number]>}
 */
function regions(arm, [left, right]) {
  if (!arm.saturation) return [];
  const [low, high] = arm.saturation.region;
  /** @type {Array<[number, number]>} */
  const found = [];
  if (low !== null && low > left) found.push([left, low]);
  if (high !== null && high < right) found.push([high, right]);
  return found;
}

/**
 * The measured histogram, darker where it is in a saturated region.
 * @param {Context2D} g
 * @param {Box} box
 * @param {FunctionPlot} plot
 * @param {Box[]} saturated
 */
function density(g, box, { view, arm, layer, top, t }, saturated) {
  const frame = view.frame?.arms[arm.index];
  if (!frame) return;
  const { theme } = view;
  const { x0, x1, y0, y1 } = box;
  const counts = histogramOf(frame, layer, stageOf(arm));
  const sum = total(counts);
  if (!sum) return;
  const histogram = { x0, x1, base: y1, scale: (y1 - y0) / (sum * top) };
  const stroke = { color: arm.color, width: 1.6 };
  ridge(g, counts, histogram, { ...stroke, fill: alpha(arm.color, theme.dark ? 0.34 : 0.26) });
  for (const region of saturated)
    clipTo(g, region, () => ridge(g, counts, histogram, { ...stroke, fill: alpha(arm.color, 0.6) }));
  const [low, high] = edgeBars(g, counts, { ...box, sum, color: arm.color, width: 4 });
  const height = t("saturation.height", { percent: percent(top, 0) });
  const outside = t("saturation.outside", { low: percent(low), high: percent(high) });
  g.font = font(theme, 10.5);
  const words = low + high > 0.0005 ? fitText(g, x1 - x0 + 10, `${height} · ${outside}`, outside) : height;
  text(g, words, x1, y0 - 6, { color: theme.faint, align: "right" });
}
