/** Figure 1 of Ioffe & Szegedy (2015): percentiles over the steps of the input of one chosen unit, arm beside arm. */
/** @import { Arm, ArmFrame, Context2D, Panel, Theme, Translate, View } from "../types" */
/** @import { PickedUnit } from "../unit_picker.js" */

import { standardError } from "../accuracy_error.js";
import { axisX, axisY, linear, rule, text } from "../axis.js";
import { el, setText } from "../dom.js";
import { dots, fitCanvas } from "../draw.js";
import { decimals, integer, percent } from "../format.js";
import { quantile, unitPercentile } from "../frame.js";
import { HistoryRange } from "../history_range.js";
import { layerMark, namesOf } from "../layer_names.js";
import { canvas, controls, emptyState, memorySwitch, perArm, sentence, wideCard } from "../panel_parts.js";
import { clipTo, drawCursor, fitText, framesToDraw, roundUp, series, stepScale, timePlot } from "../plot.js";
import { addRegion, indexAt } from "../probe_regions.js";
import { measuredOn, spanWords } from "../sampling.js";
import { shadeSaturated, sideHistogram, stageOf } from "../side_histogram.js";
import { font } from "../theme.js";
import { unitPicker } from "../unit_picker.js";

const HEIGHT = 300;
const ACCURACY_HEIGHT = 170;
const LEFT = 34;

/** @type {Panel} */
export default {
  id: "figure1",
  mount(root, context) {
    const { t, memory } = context;
    const picker = unitPicker(context);
    const nameOf = (/** @type {string} */ value) => t(`figure1.${value}`);
    const axis = memorySwitch(context, "axis", { label: t("figure1.axis"), values: ["linear", "log"], nameOf });
    const row = controls(...picker.root.childNodes, axis);
    const content = el("div");
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
      if (empty.show(view.frame ? null : t("figure1.empty"))) return;
      const isLog = memory.axis === "log";
      const reach = reachOf(view, picked);
      for (const { arm, width, parts } of cards(view, (_, a) => rankWords(picked, a, t)))
        drawArm(parts, view, { arm, width, picked, reach, isLog, t });
      drawAccuracy(accuracy.canvas, view, { width: accuracy.width(view), isLog, t });
      const over = overWords(view, picked.layer, t);
      setText(caption, t("figure1.caption", { unit: picked.id, layer: layerMark(namesOf(view)[picked.layer]), over }));
    }
    return { draw, showsOneLayer: () => true, layerOf: picker.layerOf, destroy() {} };
  },
};

/** The level of the lowest percentile that is drawn. */
const LOWEST = 0.15;

/**
 * What the percentiles of a unit are taken over; where that is a sample, how far their level may be off.
 * @param {View} view
 * @param {number} layer
 * @param {Translate} t
 */
function overWords({ arms }, layer, t) {
  const measured = measuredOn(arms, "places", [layer]);
  if (!measured) return t("figure1.over_unknown");
  const words = { kept: spanWords(measured.kept, t), all: spanWords(measured.all, t) };
  const points = decimals(100 * standardError(LOWEST, measured.kept[0]), 0);
  return t(measured.isSample ? "figure1.over_sample" : "figure1.over_all", { ...words, points });
}

/**
 * @param {PickedUnit} picked
 * @param {number} arm
 * @param {Translate} t
 */
function rankWords({ drift, ranks, unit }, arm, t) {
  if (!(drift[arm]?.[unit] >= 0)) return t("figure1.no_units");
  return t("figure1.rank", { drift: decimals(drift[arm][unit], 2), rank: ranks[arm][unit], count: ranks[arm].length });
}

/**
 * Half height of the value axis: holds the unit's ribbon and most of the layer in every arm, and only grows.
 * @returns {(view: View, picked: PickedUnit) => number}
 */
function reachMeter() {
  /** @type {{arms: Arm[], layer: number, unit: number}} */
  let at = { arms: [], layer: 0, unit: 0 };
  const range = new HistoryRange((frame, add, a) => {
    const { arms, layer, unit } = at;
    if (layer >= frame.layers || !arms[a]) return;
    for (const q of [1, 3]) add(quantile(frame, layer, stageOf(arms[a]), q));
    if (unit < frame.units) for (const k of [0, 2]) add(unitPercentile(frame, layer, unit, k));
  });
  return ({ arms, frames }, { layer, unit }) => {
    at = { arms, layer, unit };
    const ends = range.update(frames, `${layer}:${unit}`).extent;
    return roundUp(Math.max(2, ...ends.map(Math.abs)));
  };
}

/**
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, picked: PickedUnit, reach: number, isLog: boolean, t: Translate}} options
 */
function drawArm(node, view, { arm, width, picked, reach, isLog, t }) {
  const { theme, frames } = view;
  const height = view.enlarged ? HEIGHT * 1.4 : HEIGHT;
  const g = fitCanvas(node, width, height);
  const side = Math.min(120, Math.max(54, width * 0.2));
  const box = { x0: LEFT, x1: width - side - 12, y0: 34, y1: height - 58 };
  const sx = stepScale(frames, [box.x0, box.x1], isLog);
  const sy = linear([-reach, reach], [box.y1, box.y0]);
  const positions = framesToDraw(frames, sx);
  const { layer, unit } = picked;
  const percentileOf = (/** @type {ArmFrame} */ frame, /** @type {number} */ k) =>
    layer < frame.layers && unit < frame.units ? unitPercentile(frame, layer, unit, k) : Number.NaN;
  const [low, middle, high] = [0, 1, 2].map((k) =>
    series(frames, positions, arm.index, (frame) => percentileOf(frame, k)),
  );
  g.font = font(theme, 12);
  const title = fitText(g, box.x1, t("figure1.input"), t("figure1.input_short"));
  shadeSaturated(g, { ...box, x1: width - 4 }, { sy, arm, theme });
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
  const isSample = Boolean(measuredOn([arm], "places", [layer])?.isSample);
  drawKey(g, { color: arm.color, width, y: height - 10, theme, t, isSample });
}

/**
 * Below the axes: what line and ribbon are.
 * @param {Context2D} g
 * @param {{color: string, width: number, y: number, theme: Theme, t: Translate, isSample: boolean}} options
 */
function drawKey(g, { color, width, y, theme, t, isSample }) {
  g.fillStyle = color;
  g.globalAlpha = 0.22;
  g.fillRect(LEFT, y - 6, 22, 12);
  g.globalAlpha = 1;
  rule(g, { x0: LEFT, x1: LEFT + 22, y0: y, y1: y }, { color, width: 2 });
  g.font = font(theme, 11);
  const wordings = ["legend", "legend_short", "legend_shortest"].map(
    (key) => t(`figure1.${key}`) + (isSample ? t("sample.mark") : ""),
  );
  text(g, fitText(g, width - LEFT - 30, ...wordings), LEFT + 28, y, { color: theme.muted, baseline: "middle" });
}

/**
 * Test accuracy of every arm over the steps (Fig. 1a).
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{width: number, isLog: boolean, t: Translate}} options
 */
function drawAccuracy(node, { theme, frames, curves, arms, hello, step }, { width, isLog, t }) {
  const g = fitCanvas(node, width, ACCURACY_HEIGHT);
  const box = { x0: LEFT + 10, x1: width - 18, y0: 28, y1: ACCURACY_HEIGHT - 36 };
  const sx = stepScale(frames, [box.x0, box.x1], isLog);
  const sy = linear([0, 1], [box.y1, box.y0]);
  text(g, t("figure1.accuracy"), 0, 12, { color: theme.muted, font: font(theme, 12) });
  axisY(g, sy, box.x0, { theme, count: 4, grid: [box.x0, box.x1], format: (v) => percent(v, 0) });
  axisX(g, sx, box.y1, { theme, title: t("figure1.step") });
  rule(g, { ...box, y0: sy(hello.chance), y1: sy(hello.chance) }, { color: theme.faint, dash: [2, 3] });
  if (!curves.some((curve) => curve?.testStep.length)) {
    const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
    text(g, t("figure1.no_accuracy"), x, y, { color: theme.faint, align: "center" });
  }
  clipTo(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    arms.forEach((arm, a) => {
      const curve = curves[a];
      if (curve) dots(g, { xs: curve.testStep, ys: curve.testAccuracy, sx, sy }, arm);
    });
  });
  drawCursor(g, box, { sx, step, theme });
  const readings = (/** @type {number} */ at) =>
    arms.flatMap((arm, a) => {
      const index = curves[a] ? indexAt(curves[a].testStep, at) : -1;
      if (index < 0) return [];
      const value = curves[a].testAccuracy[index];
      return [{ words: percent(value), x: sx(curves[a].testStep[index]), y: sy(value), color: arm.color }];
    });
  addRegion(g, { kind: "step", box, sx, readings, name: integer });
}
