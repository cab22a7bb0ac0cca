/** Parameters: gamma and beta, and how the running statistics follow those of the batches. */
/** @import { Arm, ArmFrame, Box, Context2D, Panel, Scale, Stroke, Translate, View } from "../types" */

import { ArmCards } from "../arm_cards.js";
import { axisY, linear, log, rule, text } from "../axis.js";
import { layerAxis } from "../depth_plot.js";
import { el } from "../dom.js";
import { band, fitCanvas, legend, polyline } from "../draw.js";
import { decimals } from "../format.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark } from "../layer_names.js";
import {
  canvas,
  controls,
  depth,
  emptyState,
  layerColor,
  layerSwitch,
  memorySwitch,
  sentence,
} from "../panel_parts.js";
import { hasParameter, ParameterRanges, percentilesOf, statisticsGap } from "../parameter_series.js";
import { clipTo, framesToDraw, labelLines, labelRoom, series, stepScale, timePlot } from "../plot.js";
import { addRegion } from "../probe_regions.js";
import { font } from "../theme.js";

const ROW = 196;
const HEAD = 38;
const LEFT = 40;
const RIGHT = 28;

/** @typedef {{id: string, names: string[], gap?: "mean" | "var"}} Plot */

/** @type {Plot[]} of one layer over time, or of all layers now */
const SPREADS = [
  { id: "gamma", names: ["gamma"] },
  { id: "beta", names: ["beta"] },
  { id: "mean", names: ["batch_mean", "running_mean"] },
  { id: "variance", names: ["batch_var", "running_var"] },
];

/** @type {Plot[]} running statistics beside those of the batches */
const GAPS = [
  { id: "gap_mean", names: [], gap: "mean" },
  { id: "gap_var", names: [], gap: "var" },
];

/** @type {Panel} */
export default {
  id: "parameters",
  mount(root, context) {
    const { t, memory } = context;
    const layers = layerSwitch(context, "parameters.layer");
    const label = t("parameters.view");
    const nameOf = (/** @type {string} */ value) => t(`parameters.${value}`);
    const mode = memorySwitch(context, "mode", { label, values: ["over_time", "over_layers"], nameOf });
    const content = el("div");
    const empty = emptyState(content);
    const none = sentence();
    none.style.margin = "0 2px 10px";
    const cards = new ArmCards(content, context);
    content.prepend(none);
    content.append(sentence(t("parameters.caption")));
    root.append(controls(mode, layers.root), empty.root, content);
    /** @type {WeakMap<HTMLElement, HTMLCanvasElement>} */
    const plots = new WeakMap();
    const ranges = new ParameterRanges();

    /** @param {View} view */
    function draw(view) {
      const layer = layers.sync(view);
      const overTime = memory.mode !== "over_layers";
      layers.root.hidden = !overTime;
      if (empty.show(view.frame ? null : t("parameters.empty"))) return;
      const normalized = view.arms.filter((arm) => arm.normalized);
      const plain = view.arms.filter((arm) => !arm.normalized);
      none.hidden = !plain.length;
      none.textContent = plain.map((arm) => `${arm.label}: ${t("parameters.none")}.`).join(" ");
      // Only what is normalized gets a card; the others have nothing to show.
      const { frame } = view;
      const shown = {
        ...view,
        arms: normalized,
        frame: frame && { ...frame, arms: normalized.map(({ index }) => frame.arms[index]) },
      };
      const domains = ranges.update(view.frames, overTime ? layer : null);
      const width = cards.innerWidth(shown);
      cards.update(shown).forEach(({ body }, k) => {
        const node = plots.get(body) ?? canvas(t("parameters.legend"));
        if (!plots.has(body)) body.append(node);
        plots.set(body, node);
        drawArm(node, view, { arm: normalized[k], width, layer: overTime ? layer : null, domains, t });
      });
    }
    return { draw, showsOneLayer: () => memory.mode !== "over_layers", destroy() {} };
  },
};

/**
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, layer: number | null, domains: Record<string, [number, number]>, t: Translate}}
 *   options layer over time; null: all layers at the cursor
 */
function drawArm(node, view, { arm, width, layer, domains, t }) {
  const { theme } = view;
  const columns = Math.max(1, Math.min(3, Math.floor(width / 260)));
  const spreads = SPREADS.filter(({ names }) => hasParameter(view.frame?.arms[arm.index], names[0]));
  const plots = [...spreads, ...GAPS];
  const g = fitCanvas(node, width, ROW * Math.ceil(plots.length / columns) + HEAD);
  const [batch, running] = inksOf(view, arm);
  const items = [
    { label: t("parameters.batch"), ...batch },
    { label: t("parameters.running"), ...running },
  ];
  const end = legend(g, items, { x: 0, y: 10, theme });
  const words = t("parameters.legend") + (spreads.length < SPREADS.length ? ` · ${t("parameters.no_affine")}` : "");
  const fits = end + g.measureText(words).width < width;
  const style = { color: theme.faint, font: font(theme, fits ? 12 : 11), baseline: /** @type {const} */ ("middle") };
  text(g, words, fits ? end : 0, fits ? 10 : 28, style);
  const right = labelRoom(g, arm.layers.map(layerMark), RIGHT, theme);
  plots.forEach(({ id, names, gap }, k) => {
    const cell = width / columns;
    const [x, y] = [(k % columns) * cell, HEAD + Math.floor(k / columns) * ROW];
    const box = { x0: x + LEFT, x1: x + cell - right, y0: y + 32, y1: y + ROW - 30 };
    const sy = (id === "variance" || gap ? log : linear)(domains[id], [box.y1, box.y0]);
    text(g, t(`parameters.${id}`), x, box.y0 - 12, { color: theme.muted, font: font(theme, 12) });
    if (gap) drawGaps(g, view, { arm, box, sy, kind: gap });
    else if (layer !== null) drawOverTime(g, view, { arm, box, sy, names, layer });
    else drawOverLayers(g, view, { arm, box, sy, names });
  });
}

/**
 * One layer's bands and medians over the steps.
 * @param {Context2D} g
 * @param {View} view
 * @param {{arm: Arm, box: Box, sy: Scale, names: string[], layer: number}} options
 */
function drawOverTime(g, view, { arm, box, sy, names, layer }) {
  const { theme, frames, step } = view;
  const sx = stepScale(frames, [box.x0, box.x1]);
  const positions = framesToDraw(frames, sx, 2);
  const sources = positions.map((at) => ({ frame: frames[at].arms[arm.index], layer }));
  const found = names.map((name) => percentilesOf(sources, name));
  const inks = inksOf(view, arm);
  timePlot(g, box, {
    theme,
    sx,
    sy,
    steps: positions.map((at) => frames[at].step),
    step,
    bands: found.map(({ low, high }, k) => ({ low, high, color: inks[k].color, opacity: k ? 0.1 : 0.2 })),
    lines: found.map(({ middle }, k) => ({ values: middle, ...inks[k] })),
  });
}

/**
 * All layers at the cursor.
 * @param {Context2D} g
 * @param {View} view
 * @param {{arm: Arm, box: Box, sy: Scale, names: string[]}} options
 */
function drawOverLayers(g, view, { arm, box, sy, names }) {
  const { theme } = view;
  const frame = view.frame?.arms[arm.index];
  const xs = arm.layers.map((_, layer) => layer);
  const sources = xs.map((layer) => ({ frame, layer }));
  const sx = linear([-0.4, depth(view) - 0.6], [box.x0, box.x1]);
  axisY(g, sy, box.x0, { theme, count: 5, grid: [box.x0, box.x1] });
  layerAxis(g, sx, box.y1, { names: arm.layers, theme });
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
  clipTo(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    names.forEach((name, k) => {
      const { low, middle, high } = percentilesOf(sources, name);
      const { color, dash } = inksOf(view, arm)[k];
      band(g, { xs, sx, sy }, { low, high, color, opacity: k ? 0.1 : 0.2 });
      polyline(g, { xs, ys: middle, sx, sy }, { color, dash, width: 1.8 });
      if (xs.length === 1) rule(g, { x0: sx(0), x1: sx(0), y0: sy(low[0]), y1: sy(high[0]) }, { color, width: 3 });
    });
  });
  const readings = (/** @type {number} */ x) =>
    names.map((name, k) => {
      const value = percentilesOf(sources, name).middle[Math.round(x)] ?? Number.NaN;
      return { words: decimals(value, 2), y: sy(value), color: inksOf(view, arm)[k].color };
    });
  addRegion(g, { kind: "layer", box, sx, readings });
}

/**
 * Distance between running and batch statistics, one line per layer.
 * @param {Context2D} g
 * @param {View} view
 * @param {{arm: Arm, box: Box, sy: Scale, kind: "mean" | "var"}} options
 */
function drawGaps(g, view, { arm, box, sy, kind }) {
  const { theme, frames, step } = view;
  const sx = stepScale(frames, [box.x0, box.x1]);
  const layers = shownLayers(view, arm);
  const positions = framesToDraw(frames, sx, Math.max(2, layers.length * 0.6));
  const gapOf = (/** @type {number} */ layer) => (/** @type {ArmFrame} */ frame) => {
    const gap = statisticsGap(frame, layer, kind);
    return gap > 0 ? gap : Number.NaN;
  };
  const lines = layers.map((layer, k) => ({
    label: layerMark(arm.layers[layer]),
    color: layerColor(arm.color, theme.card, k, layers.length),
    values: series(frames, positions, arm.index, gapOf(layer)),
    width: 1.3,
  }));
  timePlot(g, box, { theme, sx, sy, steps: positions.map((at) => frames[at].step), step, lines });
  labelLines(g, box, { lines, sy, theme });
}

/**
 * Batch statistics in the arm's color, running ones in ink and dashed.
 * @param {View} view
 * @param {Arm} arm
 * @returns {Stroke[]}
 */
const inksOf = (view, arm) => [{ color: arm.color }, { color: view.theme.fg, dash: [4, 3] }];
