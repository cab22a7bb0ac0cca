/** Saturation: where the measured inputs fall on the nonlinearity, and what that leaves of its derivative. */
/** @import { Arm, Panel, Translate, View } from "../types" */
/** @import { HeatStrip } from "../heat_strip.js" */

import { CURVES } from "../activation_curves.js";
import { mixRamp } from "../color_ramp.js";
import { el, setText } from "../dom.js";
import { fitCanvas } from "../draw.js";
import { decimals, percent } from "../format.js";
import { activationOf, drawFunction, sharedTop } from "../function_plot.js";
import { heatStrip, rampKey } from "../heat_strip.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, controls, emptyState, layerSwitch, perArm, sentence } from "../panel_parts.js";
import { stepScale } from "../plot.js";
import { sampleMark, sampleSentence } from "../sampling.js";
import { canDie, saturatedWords } from "../term_words.js";
import { font } from "../theme.js";

const FUNCTION_HEIGHT = 268;
const LEFT = 26;
const RIGHT = 58;
/** Share of saturated tanh outputs beyond which the course note of FACTS speaks of too many, from and to. */
const TANH_GUIDE = [0.1, 0.2];

/** @type {Panel} */
export default {
  id: "saturation",
  mount(root, context) {
    const { t } = context;
    const layers = layerSwitch(context, "saturation.layer");
    const content = el("div");
    const empty = emptyState(content);
    const cards = perArm(content, context, (body) => {
      const parts = {
        curve: canvas(t("saturation.density")),
        share: canvas(t("saturation.saturated_title")),
        derivative: canvas(t("saturation.derivative_title")),
      };
      body.append(parts.curve, parts.share, parts.derivative);
      return parts;
    });
    const notes = sentence();
    content.append(notes);
    root.append(controls(layers.root), empty.root, content);

    /** @param {View} view */
    function draw(view) {
      const layer = layers.sync(view);
      if (empty.show(view.frame ? null : t("saturation.empty"))) return;
      const density = sharedTop(view, layer);
      const derivativeTop = Math.max(
        ...view.arms.map((arm) => (CURVES[activationOf(arm, layer)] ?? CURVES.identity).steepest),
      );
      for (const { arm, width, parts } of cards(view, (_, a) => armSummary(view, a, layer, t))) {
        const g = fitCanvas(parts.curve, width, FUNCTION_HEIGHT);
        const box = { x0: LEFT + 8, x1: width - 10, y0: 34, y1: FUNCTION_HEIGHT - 40 };
        drawFunction(g, box, { view, arm, layer: Math.min(layer, arm.layers.length - 1), top: density, t });
        drawShare(parts.share, view, { arm, width, t });
        drawStrip(parts.derivative, view, {
          arm,
          width,
          get: (frame, k) => frame.derivative[k],
          top: derivativeTop,
          color: view.theme.healthy,
          format: (v) => decimals(v, 3),
          title: t("saturation.derivative_title") + sampleMark([arm], t),
          stepTitle: t("saturation.step"),
        });
      }
      setText(notes, sentences(view, t));
    }
    return { draw, showsOneLayer: () => true, destroy() {} };
  },
};

/**
 * What was measured in the chosen layer, in words.
 * @param {View} view
 * @param {number} a
 * @param {number} layer
 * @param {Translate} t
 */
function armSummary(view, a, layer, t) {
  const frame = view.frame?.arms[a];
  if (!frame || layer >= frame.layers) return "";
  const arm = view.arms[a];
  const share = arm.saturation ? frame.saturated_fraction[layer] : frame.dead_fraction[layer];
  const values = {
    layer: layerMark(arm.layers[layer]),
    share: percent(share),
    derivative: decimals(frame.derivative[layer], 3),
    sample: sampleMark([arm], t, [layer]),
  };
  if (!arm.saturation && !canDie(activationOf(arm))) return t("saturation.reading", values);
  return t(arm.saturation ? "saturation.reading_saturated" : "saturation.reading_dead", values);
}

/**
 * Saturated share, or dead units where the nonlinearity has no saturated region.
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, t: Translate}} options
 */
function drawShare(node, view, { arm, width, t }) {
  const dead = !arm.saturation;
  node.hidden = dead && !canDie(activationOf(arm));
  if (node.hidden) return;
  drawStrip(node, view, {
    arm,
    width,
    get: (frame, k) => (dead ? frame.dead_fraction[k] : frame.saturated_fraction[k]),
    top: 1,
    color: view.theme.danger,
    format: (v) => percent(v, 1),
    title: dead ? t("saturation.dead_title") : t("saturation.saturated_title") + sampleMark([arm], t),
    marks: activationOf(arm) === "tanh" ? TANH_GUIDE : [],
  });
}

/**
 * @typedef {Pick<HeatStrip, "get" | "top" | "format" | "title" | "stepTitle">} Strip
 *
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {Strip & {arm: Arm, width: number, color: string, marks?: number[]}} options marks of a share
 */
function drawStrip(node, view, { arm, width, color, marks, ...strip }) {
  const { theme, frames, frame, step } = view;
  const layers = shownLayers(view, arm);
  node.hidden = !layers.length;
  if (node.hidden) return;
  const names = layers.map((layer) => layerMark(arm.layers[layer]));
  const rows = view.layers?.length ?? namesOf(view).length; // the same height in every arm
  const row = Math.min(20, Math.max(9, 150 / Math.max(1, rows)));
  const height = 34 + row * layers.length + (strip.stepTitle ? 38 : 26);
  const g = fitCanvas(node, width, height);
  g.font = font(theme, 11);
  const left = Math.max(LEFT, ...names.map((name) => g.measureText(name).width + 10));
  const box = { x0: left, x1: width - RIGHT, y0: 34, y1: 34 + row * layers.length };
  const ramp = mixRamp(theme.card, color);
  const sx = stepScale(frames, [box.x0, box.x1]);
  const now = frame?.arms[arm.index];
  heatStrip(g, box, { ...strip, theme, frames, arm: arm.index, layers, names, sx, ramp, step, now });
  g.font = font(theme, 12);
  const narrow = g.measureText(strip.title).width > width - 150;
  const format = (/** @type {number} */ v) => (marks ? percent(v, 0) : decimals(v, 2));
  rampKey(
    g,
    { x: width - 4, y: narrow ? 6 : 20 },
    { ramp, top: strip.top, format, theme, marks, width: narrow ? 44 : 72 },
  );
}

/**
 * What is shaded, what counts as saturated, the guide where there is one, and what the numbers are measured on.
 * @param {View} view
 * @param {Translate} t
 */
function sentences(view, t) {
  // Of a watched model whose layers have several nonlinearities, nothing is said that holds for one of them.
  const saturating = [...new Set(view.arms.filter((arm) => arm.saturation).map((arm) => activationOf(arm)))];
  const guides = saturating.map((activation) =>
    activation === "tanh" ? t("saturation.healthy_tanh") : t("saturation.no_guide", { activation }),
  );
  const region = saturating.length ? [t("saturation.region")] : [];
  return [...region, ...saturatedWords(view, t), ...guides, sampleSentence(view, t)].join(" ");
}
