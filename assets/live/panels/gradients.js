/** Gradients: the norm of every layer's weight gradient, and how large a step is beside the weights. */
import { depthLines, isDeep, layerAxis } from "../depth_plot.js";
import { alpha, axisX, axisY, fit, font, legend, linear, log, rule, sci, shade, text } from "../draw.js";
import { HistoryRange } from "../history_range.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, depth, emptyState, layerColor, perArm, sentence, wideCard } from "../panel_parts.js";
import { decades, drawable, endLabels, rightOf, series, stepScale, timePlot } from "../plot.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../plot.js").Box} Box */

const NOW_HEIGHT = 210;
const TIME_HEIGHT = 176;
const LEFT = 40;
const RIGHT = 34;
/** Rule of thumb for update : data (makemore, part 3). */
const GUIDE = 1e-3;

/** @type {import("../panel.js").Panel} */
export default {
  id: "gradients",
  mount(root, context) {
    const { t } = context;
    const content = document.createElement("div");
    const empty = emptyState(content);
    const now = wideCard(t("gradients.now"));
    content.append(now.root);
    now.root.style.marginTop = "0";
    const over = document.createElement("div");
    over.style.marginTop = "16px";
    content.append(over, sentence(t("gradients.caption")));
    const cards = perArm(over, context, (body) => {
      const norms = canvas(t("gradients.norm_time"));
      const ratios = canvas(t("gradients.ratio_time"));
      body.append(norms, ratios);
      return { norms, ratios };
    });
    root.append(empty.root, content);
    const norms = new HistoryRange((arm, take) => arm.grad_norm.forEach(take));
    const ratios = new HistoryRange((arm, take) => arm.update_to_data_ratio.forEach(take));

    /** @param {View} view */
    function draw(view) {
      if (empty.say(view.frame ? null : t("gradients.empty"))) return;
      const norm = decades(norms.update(view.frames).positiveEnds);
      const ratio = decades([GUIDE, ...ratios.update(view.frames).positiveEnds]);
      drawNow(view, now.canvas, now.width(view), norm, t);
      for (const { arm, width, parts } of cards(view)) {
        drawLayers(
          view,
          parts.norms,
          width,
          arm,
          { get: (a, k) => a.grad_norm[k], domain: norm, title: t("gradients.norm_time") },
          t,
        );
        const guide = { guides: [{ value: GUIDE, label: t("gradients.guide") }], stepTitle: t("gradients.step") };
        drawLayers(
          view,
          parts.ratios,
          width,
          arm,
          { get: (a, k) => a.update_to_data_ratio[k], domain: ratio, title: t("gradients.ratio_time"), ...guide },
          t,
        );
      }
    }
    return { draw, destroy() {} };
  },
};

/**
 * The gradient norm per layer at the cursor on one axis of fixed decades: bars side by side, lines where there are
 * many.
 * @param {View} view
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {[number, number]} domain
 * @param {(key: string) => string} t
 */
function drawNow(view, node, width, domain, t) {
  const key = view.arms.map(({ label, color, dash }) => ({ label, color, dash }));
  const g = fit(node, width, NOW_HEIGHT);
  g.font = font(view.theme, 13, 600);
  const beside = g.measureText(t("gradients.now")).width + 24;
  g.font = font(view.theme, 12);
  const fits = key.reduce((x, { label }) => x + 46 + g.measureText(label).width, beside) < width + 18;
  const box = { x0: LEFT, x1: width - 6, y0: fits ? 30 : 50, y1: NOW_HEIGHT - 38 };
  const count = depth(view) + 1;
  const sy = log(domain, [box.y1, box.y0]);
  const sx = linear([-0.5, count - 0.5], [box.x0, box.x1]);
  text(g, t("gradients.now"), 0, 12, { color: view.theme.fg, font: font(view.theme, 13, 600) });
  legend(g, key, fits ? beside : 0, fits ? 8 : 28, view.theme);
  axisY(g, sy, box.x0, view.theme, { count: 6, grid: [box.x0, box.x1] });
  if (isDeep(view)) {
    layerAxis(g, sx, box.y1, namesOf(view), view.theme, { title: t("gradients.layer"), head: t("gradients.head") });
    depthLines(g, view, sx, sy, (frame) => frame.grad_norm);
  } else {
    drawBars(g, view, box, sx, sy, t);
  }
  rule(g, box.x0, box.y1, box.x1, box.y1, view.theme.border);
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Box} box
 * @param {import("../axis.js").ScaleFn} sx
 * @param {import("../axis.js").ScaleFn} sy
 * @param {(key: string) => string} t
 */
function drawBars(g, view, box, sx, sy, t) {
  const names = [...namesOf(view).map(layerMark), t("gradients.head")];
  const count = names.length;
  axisX(g, sx, box.y1, view.theme, {
    ticks: names.map((_, k) => k),
    format: (k) => names[k],
    title: t("gradients.layer"),
  });
  const slot = ((box.x1 - box.x0) / count) * 0.72;
  const bar = Math.min(40, slot / view.arms.length);
  view.arms.forEach((arm, a) => {
    const found = view.frame?.arms[a];
    for (let k = 0; found && k < found.grad_norm.length; k++) {
      // An arm with fewer layers still has its head under "head".
      const at = k === found.grad_norm.length - 1 ? count - 1 : k;
      const x = sx(at) + (a - view.arms.length / 2) * bar;
      drawBar(g, { x, width: bar, base: box.y1 }, found.grad_norm[k], sy, arm, view);
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} g
 * @param {{x: number, width: number, base: number}} place
 * @param {number} value
 * @param {import("../axis.js").ScaleFn} sy
 * @param {import("../panel.js").Arm} arm
 * @param {View} view
 */
function drawBar(g, { x, width, base }, value, sy, arm, view) {
  if (!Number.isFinite(value)) return;
  const y = Math.min(base, Math.max(sy(value), sy.range[1]));
  const inner = Math.max(2, width - 3);
  shade(g, x + 1, y, x + 1 + inner, base, alpha(arm.color, view.theme.dark ? 0.32 : 0.24));
  rule(
    g,
    x + 1,
    y,
    x + 1 + inner,
    y,
    arm.color,
    arm.dash.map((d) => d * 0.7),
    2.5,
  );
  if (width > 34)
    text(g, sci(value), x + 1 + inner / 2, y - 6, {
      color: view.theme.muted,
      font: font(view.theme, 10.5),
      align: "center",
    });
}

/**
 * One line per layer to draw over the steps, and the head's.
 * @param {View} view
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {import("../panel.js").Arm} arm
 * @param
 *   {{get: (frame: import("../frame.js").ArmFrame, layer: number) => number, domain: [number, number], title: string, guides?: any[], stepTitle?: string}}
 *   what
 * @param {(key: string) => string} t
 */
function drawLayers(view, node, width, arm, { get, domain, ...rest }, t) {
  const g = fit(node, width, TIME_HEIGHT);
  const layers = [...shownLayers(view, arm), arm.layers.length];
  const labels = layers.map((layer) =>
    layer === arm.layers.length ? t("gradients.head") : layerMark(arm.layers[layer]),
  );
  const count = layers.length;
  const box = {
    x0: LEFT,
    x1: width - rightOf(g, labels, RIGHT, view.theme),
    y0: 30,
    y1: TIME_HEIGHT - (rest.stepTitle ? 36 : 24),
  };
  const sx = stepScale(view.frames, [box.x0, box.x1]);
  const sy = log(domain, [box.y1, box.y0]);
  const positions = drawable(view.frames, sx, Math.max(1.5, count * view.arms.length * 0.16));
  const steps = positions.map((at) => view.frames[at].step);
  const lines = layers.map((layer, k) => ({
    label: labels[k],
    color: k === count - 1 ? view.theme.fg : layerColor(arm.color, view.theme.card, k, count - 1),
    values: series(view.frames, positions, arm.index, (frame) => get(frame, layer)).map((v) =>
      v > 0 ? v : Number.NaN,
    ),
  }));
  timePlot(g, box, { theme: view.theme, sx, sy, steps, step: view.step, lines, ...rest });
  endLabels(
    g,
    lines.map((line) => ({ ...line, y: sy(line.values[line.values.length - 1]) })),
    box.x1 + 5,
    [box.y0 + 4, box.y1 - 4],
    view.theme,
  );
}
