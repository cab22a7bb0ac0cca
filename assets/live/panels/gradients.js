/** Gradients: the norm of every layer's weight gradient, and how large a step is beside the weights. */
/** @import { Arm, ArmFrame, Box, Context2D, Panel, Scale, Scales, Theme, Translate, View } from "../types" */
/** @import { Guide } from "../plot.js" */

import { axisX, axisY, linear, log, rule, text } from "../axis.js";
import { depthLines, isDeep, layerAxis } from "../depth_plot.js";
import { el } from "../dom.js";
import { fitCanvas, legend, shade } from "../draw.js";
import { magnitude, scientific } from "../format.js";
import { normAt } from "../gradient_bars.js";
import { HistoryRange } from "../history_range.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, depth, emptyState, layerColor, perArm, sentence, wideCard } from "../panel_parts.js";
import { framesToDraw, labelLines, labelRoom, series, stepScale, timePlot, wholeDecades } from "../plot.js";
import { addRegion } from "../probe_regions.js";
import { alpha, font } from "../theme.js";

const NOW_HEIGHT = 210;
const TIME_HEIGHT = 176;
const LEFT = 40;
const RIGHT = 34;
/** Rule of thumb for update : data (makemore, part 3). */
const GUIDE = 1e-3;

/** @type {Panel} */
export default {
  id: "gradients",
  mount(root, context) {
    const { t } = context;
    const content = el("div");
    const empty = emptyState(content);
    const now = wideCard(t("gradients.now"));
    content.append(now.root);
    now.root.style.marginTop = "0";
    const over = el("div");
    over.style.marginTop = "16px";
    content.append(over, sentence(t("gradients.caption")));
    const cards = perArm(over, context, (body) => {
      const norms = canvas(t("gradients.norm_time"));
      const ratios = canvas(t("gradients.ratio_time"));
      body.append(norms, ratios);
      return { norms, ratios };
    });
    root.append(empty.root, content);
    const norms = new HistoryRange((arm, add) => arm.grad_norm.forEach(add));
    const ratios = new HistoryRange((arm, add) => arm.update_to_data_ratio.forEach(add));

    /** @param {View} view */
    function draw(view) {
      if (empty.show(view.frame ? null : t("gradients.empty"))) return;
      const norm = wholeDecades(norms.update(view.frames).positiveExtent);
      const ratio = wholeDecades([GUIDE, ...ratios.update(view.frames).positiveExtent]);
      drawNow(now.canvas, view, { width: now.width(view), domain: norm, t });
      for (const { arm, width, parts } of cards(view)) {
        drawLayers(parts.norms, view, {
          arm,
          width,
          get: (frame, layer) => frame.grad_norm[layer],
          domain: norm,
          title: t("gradients.norm_time"),
          head: t("gradients.head"),
        });
        drawLayers(parts.ratios, view, {
          arm,
          width,
          get: (frame, layer) => frame.update_to_data_ratio[layer],
          domain: ratio,
          title: t("gradients.ratio_time"),
          head: t("gradients.head"),
          guides: [{ value: GUIDE, label: t("gradients.guide") }],
          stepTitle: t("gradients.step"),
        });
      }
    }
    return { draw, destroy() {} };
  },
};

/**
 * The gradient norm per layer at the cursor on one axis of fixed decades: bars side by side, lines where there are
 * many.
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{width: number, domain: [number, number], t: Translate}} options
 */
function drawNow(node, view, { width, domain, t }) {
  const { theme, arms } = view;
  const g = fitCanvas(node, width, NOW_HEIGHT);
  g.font = font(theme, 13, 600);
  const beside = g.measureText(t("gradients.now")).width + 24;
  g.font = font(theme, 12);
  const fits = arms.reduce((x, { label }) => x + 46 + g.measureText(label).width, beside) < width + 18;
  const box = { x0: LEFT, x1: width - 6, y0: fits ? 30 : 50, y1: NOW_HEIGHT - 38 };
  const sy = log(domain, [box.y1, box.y0]);
  const sx = linear([-0.5, depth(view) + 0.5], [box.x0, box.x1]);
  const [title, head] = [t("gradients.layer"), t("gradients.head")];
  text(g, t("gradients.now"), 0, 12, { color: theme.fg, font: font(theme, 13, 600) });
  legend(g, arms, { x: fits ? beside : 0, y: fits ? 8 : 28, theme });
  axisY(g, sy, box.x0, { theme, count: 6, grid: [box.x0, box.x1] });
  if (isDeep(view)) {
    layerAxis(g, sx, box.y1, { names: namesOf(view), theme, title, head });
    depthLines(g, view, { sx, sy }, (frame) => frame.grad_norm);
  } else {
    const names = [...namesOf(view).map(layerMark), head];
    axisX(g, sx, box.y1, { theme, ticks: names.map((_, k) => k), format: (k) => names[k], title });
    drawBars(g, view, { box, sx, sy });
  }
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
  addRegion(g, { kind: "layer", box, sx, readings: (x) => normReadings(view, Math.round(x), sy) });
}

/**
 * The gradient norm of every arm at a layer.
 * @param {View} view
 * @param {number} layer
 * @param {Scale} sy
 */
const normReadings = (view, layer, sy) =>
  view.arms.map((arm) => {
    const value = normAt(view, arm, layer);
    return { words: `${arm.label}: ${magnitude(value)}`, y: sy(value), color: arm.color };
  });

/**
 * @param {Context2D} g
 * @param {View} view
 * @param {Scales & {box: Box}} options
 */
function drawBars(g, view, { box, sx, sy }) {
  const { arms, frame, theme } = view;
  const count = depth(view) + 1;
  const width = Math.min(40, (((box.x1 - box.x0) / count) * 0.72) / arms.length);
  arms.forEach((arm, a) => {
    const norms = frame?.arms[a]?.grad_norm ?? [];
    norms.forEach((value, k) => {
      // An arm with fewer layers still has its head over "head".
      const x = sx(k === norms.length - 1 ? count - 1 : k) + (a - arms.length / 2) * width;
      if (Number.isFinite(value)) drawBar(g, value, { arm, x, width, base: box.y1, sy, theme });
    });
  });
}

/**
 * @param {Context2D} g
 * @param {number} value
 * @param {{arm: Arm, x: number, width: number, base: number, sy: Scale, theme: Theme}} options x of the left edge
 */
function drawBar(g, value, { arm, x, width, base, sy, theme }) {
  const top = Math.min(base, Math.max(sy(value), sy.range[1]));
  const box = { x0: x + 1, x1: x + 1 + Math.max(2, width - 3), y0: top, y1: base };
  shade(g, box, alpha(arm.color, theme.dark ? 0.32 : 0.24));
  rule(g, { ...box, y1: top }, { color: arm.color, dash: arm.dash.map((d) => d * 0.7), width: 2.5 });
  if (width <= 34) return;
  const style = { color: theme.muted, font: font(theme, 10.5), align: /** @type {const} */ ("center") };
  text(g, scientific(value), (box.x0 + box.x1) / 2, top - 6, style);
}

/**
 * One line per layer to draw over the steps, and the head's.
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, get: (frame: ArmFrame, layer: number) => number, domain: [number, number],
 *   title: string, head: string, guides?: Guide[], stepTitle?: string}} options
 */
function drawLayers(node, view, { arm, width, get, domain, head, ...rest }) {
  const { theme, frames, step } = view;
  const g = fitCanvas(node, width, TIME_HEIGHT);
  const layers = [...shownLayers(view, arm), arm.layers.length];
  const labels = layers.map((layer) => (layer === arm.layers.length ? head : layerMark(arm.layers[layer])));
  const room = labelRoom(g, labels, RIGHT, theme);
  const box = { x0: LEFT, x1: width - room, y0: 30, y1: TIME_HEIGHT - (rest.stepTitle ? 36 : 24) };
  const sx = stepScale(frames, [box.x0, box.x1]);
  const sy = log(domain, [box.y1, box.y0]);
  const positions = framesToDraw(frames, sx, Math.max(1.5, layers.length * view.arms.length * 0.16));
  const lines = layers.map((layer, k) => ({
    label: labels[k],
    color: k === layers.length - 1 ? theme.fg : layerColor(arm.color, theme.card, k, layers.length - 1),
    values: series(frames, positions, arm.index, (frame) => positive(get(frame, layer))),
  }));
  timePlot(g, box, { theme, sx, sy, steps: positions.map((at) => frames[at].step), step, lines, ...rest });
  labelLines(g, box, { lines, sy, theme });
}

/** What a log axis can show. @param {number} value */
const positive = (value) => (value > 0 ? value : Number.NaN);
