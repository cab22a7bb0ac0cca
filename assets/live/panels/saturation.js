/** Saturation: where the measured inputs fall on the nonlinearity, and what that leaves of its derivative. */
import { CURVES } from "../activation_curves.js";
import { mixRamp } from "../color_ramp.js";
import { say } from "../dom.js";
import { fit, fixed, font, percent } from "../draw.js";
import { activationOf, drawFunction, sharedTop } from "../function_plot.js";
import { heatStrip, rampKey } from "../heat_strip.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, controls, emptyState, layerSwitch, perArm, sentence } from "../panel_parts.js";
import { stepScale } from "../plot.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../panel.js").Arm} Arm */

const FUNCTION_HEIGHT = 268;
const LEFT = 26;
const RIGHT = 58;
/** Share of saturated tanh outputs beyond which the course note of FACTS speaks of too many, from and to. */
const TANH_GUIDE = [0.1, 0.2];

/** @type {import("../panel.js").Panel} */
export default {
  id: "saturation",
  mount(root, context) {
    const { t } = context;
    const layers = layerSwitch(context, "saturation.layer");
    const content = document.createElement("div");
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
      if (empty.say(view.frame ? null : t("saturation.empty"))) return;
      const density = sharedTop(view, layer);
      const derivativeTop = Math.max(
        ...view.arms.map((arm) => (CURVES[activationOf(arm)] ?? CURVES.identity).steepest),
      );
      const reading = (/** @type {View} */ _, /** @type {number} */ a) => readingOf(view, a, layer, t);
      for (const { arm, index, width, parts } of cards(view, reading)) {
        const g = fit(parts.curve, width, FUNCTION_HEIGHT);
        drawFunction(
          g,
          { x0: LEFT + 8, x1: width - 10, y0: 34, y1: FUNCTION_HEIGHT - 40 },
          { view, arm, layer: Math.min(layer, arm.layers.length - 1), top: density, t },
        );
        const strip = { view, arm, index, width, t };
        drawShare(parts.share, strip);
        drawStrip(parts.derivative, strip, {
          get: (frame, k) => frame.derivative[k],
          top: derivativeTop,
          color: view.theme.healthy,
          format: (v) => fixed(v, 3),
          title: t("saturation.derivative_title"),
          stepTitle: t("saturation.step"),
        });
      }
      say(notes, sentences(view, t));
    }
    return { draw, one: () => true, destroy() {} };
  },
};

/**
 * What was measured in the chosen layer, in words.
 * @param {View} view
 * @param {number} a
 * @param {number} layer
 * @param {(key: string, values?: any) => string} t
 */
function readingOf(view, a, layer, t) {
  const frame = view.frame?.arms[a];
  if (!frame || layer >= frame.layers) return "";
  const arm = view.arms[a];
  const share = arm.saturation ? frame.saturated_fraction[layer] : frame.dead_fraction[layer];
  const values = {
    layer: layerMark(arm.layers[layer]),
    share: percent(share),
    derivative: fixed(frame.derivative[layer], 3),
  };
  if (!arm.saturation && !canDie(activationOf(arm))) return t("saturation.reading", values);
  return t(arm.saturation ? "saturation.reading_saturated" : "saturation.reading_dead", values);
}

/** Whether a unit of this nonlinearity can be dead: output 0 on every example. @param {string} activation */
const canDie = (activation) => activation === "relu" || activation === "gelu";

/**
 * Saturated share, or dead units where the nonlinearity has no saturated region.
 * @param {HTMLCanvasElement} node
 * @param {{view: View, arm: Arm, index: number, width: number, t: any}} strip
 */
function drawShare(node, strip) {
  const { arm, view, t } = strip;
  const dead = !arm.saturation;
  node.hidden = dead && !canDie(activationOf(arm));
  if (node.hidden) return;
  drawStrip(node, strip, {
    get: (frame, k) => (dead ? frame.dead_fraction[k] : frame.saturated_fraction[k]),
    top: 1,
    color: view.theme.danger,
    format: (v) => percent(v, 1),
    title: t(dead ? "saturation.dead_title" : "saturation.saturated_title"),
    marks: activationOf(arm) === "tanh" ? TANH_GUIDE : [],
  });
}

/**
 * @param {HTMLCanvasElement} node
 * @param {{view: View, arm: Arm, index: number, width: number}} strip
 * @param
 *   {{get: (frame: import("../frame.js").ArmFrame, layer: number) => number, top: number, color: string, format: (v: number) => string, title: string, stepTitle?: string, marks?: number[]}}
 *   what
 */
function drawStrip(node, { view, arm, index, width }, what) {
  const layers = shownLayers(view, arm);
  node.hidden = !layers.length;
  if (node.hidden) return;
  const names = layers.map((layer) => layerMark(arm.layers[layer]));
  const rows = view.layers?.length ?? namesOf(view).length; // the same height in every arm
  const row = Math.min(20, Math.max(9, 150 / Math.max(1, rows)));
  const height = 34 + row * layers.length + (what.stepTitle ? 38 : 26);
  const g = fit(node, width, height);
  g.font = font(view.theme, 11);
  const left = Math.max(LEFT, ...names.map((name) => g.measureText(name).width + 10));
  const box = { x0: left, x1: width - RIGHT, y0: 34, y1: 34 + row * layers.length };
  const ramp = mixRamp(view.theme.card, what.color);
  const sx = stepScale(view.frames, [box.x0, box.x1]);
  heatStrip(g, box, {
    ...what,
    theme: view.theme,
    frames: view.frames,
    arm: index,
    layers,
    names,
    sx,
    ramp,
    step: view.step,
    now: view.frame?.arms[index],
  });
  g.font = font(view.theme, 12);
  const narrow = g.measureText(what.title).width > width - 150;
  rampKey(g, width - 4, narrow ? 6 : 20, {
    ramp,
    top: what.top,
    format: (v) => (what.top === 1 && what.marks ? percent(v, 0) : fixed(v, 2)),
    theme: view.theme,
    marks: what.marks,
    width: narrow ? 44 : 72,
  });
}

/**
 * The guide that holds for these nonlinearities, in words.
 * @param {View} view
 * @param {(key: string, values?: any) => string} t
 */
function sentences(view, t) {
  const names = [...new Set(view.arms.map(activationOf))];
  const shaded = view.arms.find((arm) => arm.saturation)?.saturation;
  const first = shaded
    ? [t("saturation.region", { activation: shaded.activation, low: bound(shaded.low), high: bound(shaded.high) })]
    : [];
  return names
    .map((activation) => {
      if (activation === "tanh") return t("saturation.healthy_tanh");
      if (view.arms.some((arm) => arm.saturation && activationOf(arm) === activation))
        return t("saturation.no_guide", { activation });
      return t(canDie(activation) ? "saturation.not_saturated" : "saturation.no_dead", { activation });
    })
    .reduce((all, words) => all.concat(words), first)
    .join(" ");
}

/** @param {number | null} value */
const bound = (value) => (value === null ? "–" : String(value).replace("-", "−"));
