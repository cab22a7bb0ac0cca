/**
 * A nonlinearity, its derivative, its saturated region, and the measured distribution of its input on one x axis.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./panel.js").Arm} Arm
 * @typedef {import("./plot.js").Box} Box
 * @typedef {import("./plot.js").G} G
 */
import { CURVES } from "./activation_curves.js";
import {
  alpha,
  axisX,
  axisY,
  edgeBars,
  font,
  legend,
  linear,
  percent,
  polyline,
  ridge,
  rule,
  shade,
  text,
} from "./draw.js";
import { BINS, histogramOf, total } from "./frame.js";
import { layerMark } from "./layer_names.js";
import { fitting, inside, plotTitle, roundUp } from "./plot.js";
import { edgesOf, stageOf } from "./side_histogram.js";

const POINTS = 121;

/** @param {Arm} arm */
export const activationOf = (arm) => arm.saturation?.activation ?? String(arm.config?.activation ?? "identity");

/**
 * Share of a layer's values that the full height of the histogram stands for, the same for every arm.
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

/**
 * @param {G} g
 * @param {Box} box
 * @param {{view: View, arm: Arm, layer: number, top: number, t: (key: string, values?: any) => string}} what
 */
export function drawFunction(g, box, what) {
  const { view, arm, layer, t } = what;
  const { theme } = view;
  const activation = activationOf(arm);
  const curve = CURVES[activation] ?? CURVES.identity;
  const edges = edgesOf(view, arm);
  const sx = linear(edges, [box.x0, box.x1]);
  const sy = linear(curve.range, [box.y1, box.y0]);
  plotTitle(g, t("saturation.function", { activation, layer: layerMark(arm.layers[layer]) }), 0, 12, box.x1, theme);
  axisY(g, sy, box.x0, theme, { count: 5, grid: [box.x0, box.x1] });
  axisX(g, sx, box.y1, theme, { count: 7 });
  const region = regions(arm, edges);
  for (const [low, high] of region) shade(g, sx(low), box.y0, sx(high), box.y1, theme.saturated);
  density(
    g,
    box,
    what,
    region.map(([low, high]) => [sx(low), sx(high)]),
  );
  const xs = Array.from({ length: POINTS }, (_, k) => edges[0] + ((edges[1] - edges[0]) * k) / (POINTS - 1));
  inside(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    polyline(g, xs, xs.map(curve.value), sx, sy, { color: theme.fg, width: 1.8 });
    polyline(g, xs, xs.map(curve.derivative), sx, sy, { color: theme.fg, width: 1.4, dash: [5, 3] });
  });
  rule(g, box.x0, box.y1, box.x1, box.y1, theme.border);
  legend(
    g,
    [
      { label: activation, color: theme.fg },
      { label: t("saturation.derivative"), color: theme.fg, dash: [5, 3] },
    ],
    box.x0,
    box.y1 + 32,
    theme,
  );
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
 * The measured histogram, darker where it lies in the saturated region.
 * @param {G} g
 * @param {Box} box
 * @param {any} what
 * @param {number[][]} region in pixels
 */
function density(g, box, { view, arm, layer, top, t }, region) {
  const frame = view.frame?.arms[arm.index];
  if (!frame) return;
  const { theme } = view;
  const counts = histogramOf(frame, layer, stageOf(arm));
  const sum = total(counts);
  if (!sum) return;
  const place = { x0: box.x0, x1: box.x1, base: box.y1, scale: (box.y1 - box.y0) / (sum * top) };
  g.save();
  ridge(g, counts, { ...place, fill: alpha(arm.color, theme.dark ? 0.34 : 0.26) }, { color: arm.color, width: 1.6 });
  for (const [x0, x1] of region) {
    inside(g, { ...box, x0, x1 }, () =>
      ridge(g, counts, { ...place, fill: alpha(arm.color, 0.6) }, { color: arm.color, width: 1.6 }),
    );
  }
  g.restore();
  const [low, high] = edgeBars(
    g,
    counts,
    sum,
    { x0: box.x0, x1: box.x1, top: box.y0, base: box.y1, width: 4 },
    arm.color,
  );
  const words = [t("saturation.height", { percent: percent(top, 0) })];
  if (low + high > 0.0005) words.push(t("saturation.outside", { low: percent(low), high: percent(high) }));
  g.font = font(theme, 10.5);
  text(g, fitting(g, box.x1 - box.x0 + 10, words.join(" · "), words[words.length - 1]), box.x1, box.y0 - 6, {
    color: theme.faint,
    align: "right",
  });
}
