/** Figure 1 of Ioffe & Szegedy (2015): percentiles over the steps of the input of one chosen unit, arm beside arm. */

import { say, segmented } from "../dom.js";
import { axisX, axisY, fit, fixed, font, linear, percent, polyline, rule, text } from "../draw.js";
import { quantile, unitPercentile } from "../frame.js";
import { HistoryRange } from "../history_range.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, controls, emptyState, perArm, sentence, wideCard } from "../panel_parts.js";
import { cursor, drawable, fitting, inside, roundUp, series, stepScale, timePlot } from "../plot.js";
import { shadeRegion, sideHistogram, stageOf } from "../side_histogram.js";
import { unitPicker } from "../unit_picker.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../panel.js").Arm} Arm */
/** @typedef {import("../unit_picker.js").Picked} Picked */

const HEIGHT = 300;
const ACCURACY_HEIGHT = 170;
const LEFT = 34;

/** @type {import("../panel.js").Panel} */
export default {
  id: "figure1",
  mount(root, context) {
    const { t, memory, invalidate } = context;
    const picker = unitPicker(context);
    const stepAxis = segmented({
      label: t("figure1.axis"),
      options: ["linear", "log"].map((value) => ({ value, label: t(`figure1.${value}`) })),
      value: memory.log ? "log" : "linear",
      onChange: (value) => {
        memory.log = value === "log";
        invalidate();
      },
    });
    const row = controls(...picker.root.childNodes, stepAxis.root);
    const content = document.createElement("div");
    const empty = emptyState(content);
    const cards = perArm(content, context, (body) => {
      const plot = canvas(t("figure1.legend"));
      body.append(plot);
      return plot;
    });
    const accuracy = wideCard(t("figure1.accuracy"));
    const caption = sentence();
    content.append(accuracy.root, caption);
    root.append(row, empty.root, content);
    const reachOf = reachMeter();

    /** @param {View} view */
    function draw(view) {
      const picked = picker.sync(view);
      if (empty.say(view.frame ? null : t("figure1.empty"))) return;
      const isLog = Boolean(memory.log);
      const reach = reachOf(view, picked);
      const reading = (/** @type {View} */ _, /** @type {number} */ a) => rankWords(picked, a, t);
      for (const { arm, width, parts } of cards(view, reading))
        drawArm(view, arm, parts, width, { picked, reach, isLog }, t);
      drawAccuracy(view, accuracy.canvas, accuracy.width(view), isLog, t);
      say(caption, t("figure1.caption", { unit: picked.id, layer: layerMark(namesOf(view)[picked.layer]) }));
    }
    return { draw, one: () => true, destroy() {} };
  },
};

/**
 * @param {Picked} picked
 * @param {number} arm
 * @param {(key: string, values?: any) => string} t
 */
function rankWords({ drift, ranks, unit }, arm, t) {
  if (!(drift[arm]?.[unit] >= 0)) return t("figure1.no_units");
  return t("figure1.rank", { drift: fixed(drift[arm][unit], 2), rank: ranks[arm][unit], count: ranks[arm].length });
}

/**
 * Half height of the value axis: holds the unit's ribbon and most of the layer in every arm, and only grows.
 * @returns {(view: View, picked: Picked) => number}
 */
function reachMeter() {
  /** @type {{arms: Arm[], layer: number, unit: number}} */
  let at = { arms: [], layer: 0, unit: 0 };
  const range = new HistoryRange((frame, take, a) => {
    const { arms, layer, unit } = at;
    if (layer >= frame.layers || !arms[a]) return;
    for (const q of [1, 3]) take(quantile(frame, layer, stageOf(arms[a]), q));
    if (unit < frame.units) for (const k of [0, 2]) take(unitPercentile(frame, layer, unit, k));
  });
  return ({ arms, frames }, { layer, unit }) => {
    at = { arms, layer, unit };
    const ends = range.update(frames, `${layer}:${unit}`).ends;
    return roundUp(Math.max(2, ...ends.map(Math.abs)));
  };
}

/**
 * @param {View} view
 * @param {Arm} arm
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {{picked: Picked, reach: number, isLog: boolean}} what
 * @param {(key: string, values?: any) => string} t
 */
function drawArm(view, arm, node, width, { picked, reach, isLog }, t) {
  const { theme, frames } = view;
  const full = view.enlarged ? HEIGHT * 1.4 : HEIGHT;
  const g = fit(node, width, full);
  const side = Math.min(120, Math.max(54, width * 0.2));
  const box = { x0: LEFT, x1: width - side - 12, y0: 34, y1: full - 58 };
  const sx = stepScale(frames, [box.x0, box.x1], isLog);
  const sy = linear([-reach, reach], [box.y1, box.y0]);
  const positions = drawable(frames, sx);
  const [low, middle, high] = [0, 1, 2].map((k) =>
    series(frames, positions, arm.index, (frame) =>
      picked.layer < frame.layers && picked.unit < frame.units
        ? unitPercentile(frame, picked.layer, picked.unit, k)
        : Number.NaN,
    ),
  );
  g.font = font(theme, 12);
  const title = fitting(g, box.x1, t("figure1.input"), t("figure1.input_short"));
  shadeRegion(g, { ...box, x1: width - 4 }, sy, arm, theme);
  timePlot(g, box, {
    theme,
    sx,
    sy,
    steps: positions.map((at) => frames[at].step),
    step: view.step,
    title,
    stepTitle: t("figure1.step"),
    bands: [{ low, high, color: arm.color, opacity: 0.22 }],
    lines: [
      { values: low, color: arm.color, width: 0.8 },
      { values: high, color: arm.color, width: 0.8 },
      { values: middle, color: arm.color, width: 2.2 },
    ],
  });
  const frame = view.frame?.arms[arm.index];
  const beside = { x0: box.x1 + 12, x1: width - 4, y0: box.y0, y1: box.y1 };
  if (frame && picked.layer < frame.layers)
    sideHistogram(g, beside, { frame, picked, sy, arm, view, title: t("figure1.now") });
  key(g, arm, { width, y: full - 10 }, t, theme);
}

/**
 * Below the axes: what line and ribbon are.
 * @param {CanvasRenderingContext2D} g
 * @param {Arm} arm
 * @param {{width: number, y: number}} place
 * @param {(key: string) => string} t
 * @param {import("../theme.js").Theme} theme
 */
function key(g, arm, { width, y }, t, theme) {
  g.fillStyle = arm.color;
  g.globalAlpha = 0.22;
  g.fillRect(LEFT, y - 6, 22, 12);
  g.globalAlpha = 1;
  rule(g, LEFT, y, LEFT + 22, y, arm.color, [], 2);
  g.font = font(theme, 11);
  const words = fitting(
    g,
    width - LEFT - 30,
    t("figure1.legend"),
    t("figure1.legend_short"),
    t("figure1.legend_shortest"),
  );
  text(g, words, LEFT + 28, y, { color: theme.muted, baseline: "middle" });
}

/**
 * Test accuracy of every arm over the steps (Fig. 1a).
 * @param {View} view
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {boolean} isLog
 * @param {(key: string) => string} t
 */
function drawAccuracy(view, node, width, isLog, t) {
  const { theme } = view;
  const g = fit(node, width, ACCURACY_HEIGHT);
  const box = { x0: LEFT + 10, x1: width - 18, y0: 28, y1: ACCURACY_HEIGHT - 36 };
  const sx = stepScale(view.frames, [box.x0, box.x1], isLog);
  const sy = linear([0, 1], [box.y1, box.y0]);
  text(g, t("figure1.accuracy"), 0, 12, { color: theme.muted, font: font(theme, 12) });
  axisY(g, sy, box.x0, theme, { count: 4, grid: [box.x0, box.x1], format: (v) => percent(v, 0) });
  axisX(g, sx, box.y1, theme, { title: t("figure1.step") });
  rule(g, box.x0, sy(view.hello.chance), box.x1, sy(view.hello.chance), theme.faint, [2, 3]);
  const measured = view.curves.some((curve) => curve?.testStep.length);
  if (!measured)
    text(g, t("figure1.no_accuracy"), (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, {
      color: theme.faint,
      align: "center",
    });
  inside(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    view.arms.forEach((arm, a) => {
      const curve = view.curves[a];
      if (curve)
        polyline(g, curve.testStep, curve.testAccuracy, sx, sy, { color: arm.color, dash: arm.dash, width: 2 });
    });
  });
  cursor(g, box, sx, view.step, theme);
}
