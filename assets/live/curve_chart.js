/** One chart of the curves: a value of every arm over all steps, on a canvas. */
/** @import { Box, Context2D, Curve, Scale, Scales, TextStyle, Theme, Translate, View } from "./types" */

import { axisX, axisY, linear, log, rule, text } from "./axis.js";
import { drawTails, lossCeiling } from "./curve_tail.js";
import { el } from "./dom.js";
import { armStroke, band, dots, fitCanvas, polyline } from "./draw.js";
import { decimals, integer, percent } from "./format.js";
import { drawFormer } from "./former_curves.js";
import { clipTo } from "./plot.js";
import { addRegion, indexAt } from "./probe_regions.js";
import { font } from "./theme.js";

const LEFT = 50;
const RIGHT = 12;
const TOP = 26;
/** Height of one of the two rows for the labels of marks, above the plot. */
const LABEL_ROW = 15;
const BOTTOM = 24;

/**
 * @typedef {{width: number, height: number, last: number, isLog: boolean}} ChartSize last step; whether steps are on
 *   a log axis
 *
 * @typedef {Scales & {g: Context2D, box: Box}} Chart
 */

export class CurveChart {
  /** @param {string} title */
  constructor(title) {
    this.title = title;
    this.canvas = el("canvas", { "aria-hidden": "true", class: "curve" });
    /** @type {Scale | null} pixels per step */
    this.scale = null;
  }

  /**
   * Axes and title; step 0 is at the low end of a log axis.
   * @param {Theme} theme
   * @param {ChartSize} size
   * @param {{domain: [number, number], top?: number, format?: (value: number) => string}} options
   * @returns {Chart}
   */
  drawAxes(theme, { width, height, last, isLog }, { domain, top = TOP, format }) {
    const g = fitCanvas(this.canvas, width, height);
    const box = { x0: LEFT, x1: width - RIGHT, y0: top, y1: height - BOTTOM };
    const sx = isLog ? log([1, Math.max(10, last)], [box.x0, box.x1]) : linear([0, last], [box.x0, box.x1]);
    const sy = linear(domain, [box.y1, box.y0]);
    axisX(g, sx, box.y1, { theme, count: Math.max(3, Math.floor(width / 110)), grid: [box.y0, box.y1] });
    axisY(g, sy, box.x0, { theme, count: 4, grid: [box.x0, box.x1], format });
    text(g, this.title, 0, 9, { color: theme.fg, font: font(theme, 13, 600), baseline: "middle" });
    this.scale = sx;
    return { g, box, sx, sy };
  }

  /**
   * Training loss: mean, and the band from lowest to highest.
   * @param {View} view
   * @param {ChartSize} size
   * @param {Translate} t
   */
  drawLoss(view, size, t) {
    const most = Math.max(lossCeiling(view.curves, view.frames), lossCeiling(view.former?.curves ?? [])) * 1.05;
    const top = TOP + LABEL_ROW * Math.min(2, view.status?.marks?.length ?? 0);
    const chart = this.drawAxes(view.theme, size, { domain: [0, most], top });
    const { g, sx, sy } = chart;
    clipTo(g, chart.box, () => {
      drawFormer(g, view.former ?? null, { sx, sy, values: "mean" });
      for (const { curve, arm } of armCurves(view)) band(g, { xs: curve.step, sx, sy }, { ...curve, color: arm.color });
      for (const { curve, arm } of armCurves(view))
        polyline(g, { xs: curve.step, ys: curve.mean, sx, sy }, armStroke(arm, 1.8));
      drawTails(g, view, { sx, sy, width: 1.8 });
    });
    drawEvents(view, chart, t);
    const loss = (/** @type {number} */ value) => decimals(value);
    this.probe(view, chart, { xsOf: ({ step }) => step, ysOf: ({ mean }) => mean, format: loss });
  }

  /**
   * Test accuracy on a fixed axis, beside chance.
   * @param {View} view
   * @param {ChartSize} size
   * @param {Translate} t
   */
  drawAccuracy(view, size, t) {
    const { theme, hello } = view;
    const chart = this.drawAxes(theme, size, { domain: [0, 1], format: (value) => percent(value, 0) });
    const { g, box, sx, sy } = chart;
    const y = sy(hello.chance);
    /** @type {TextStyle} */
    const style = { color: theme.faint, font: font(theme, 11), align: "right" };
    rule(g, { ...box, y0: y, y1: y }, { color: theme.faint, dash: [2, 4] });
    text(g, t("curves.chance", { chance: percent(hello.chance, 0) }), box.x1 - 4, y - 5, style);
    drawFormer(g, view.former ?? null, { sx, sy, values: "testAccuracy" });
    for (const { curve, arm } of armCurves(view)) {
      // Dots, no line: between two evaluations nothing was measured.
      dots(g, { xs: curve.testStep, ys: curve.testAccuracy, sx, sy }, arm);
    }
    text(g, t("curves.step"), box.x1, 9, { ...style, baseline: "middle" });
    drawEvents(view, chart);
    this.probe(view, chart, {
      xsOf: ({ testStep }) => testStep,
      ysOf: ({ testAccuracy }) => testAccuracy,
      format: percent,
    });
  }

  /**
   * What the crosshair reads: of every arm, the last value at or before the step.
   * @param {View} view
   * @param {Chart} chart
   * @param {{xsOf: (curve: Curve) => ArrayLike<number>, ysOf: (curve: Curve) => ArrayLike<number>,
   *   format: (value: number) => string}} options
   */
  probe(view, { g, box, sx, sy }, { xsOf, ysOf, format }) {
    const readings = (/** @type {number} */ at) =>
      armCurves(view).flatMap(({ arm, curve }) => {
        const index = indexAt(xsOf(curve), at);
        if (index < 0) return [];
        const value = ysOf(curve)[index];
        return [{ words: format(value), x: sx(xsOf(curve)[index]), y: sy(value), color: arm.color }];
      });
    addRegion(g, { kind: "step", box, sx, readings, name: integer });
  }
}

/** Arms that have a curve. @param {View} view */
const armCurves = ({ arms, curves }) => arms.flatMap((arm, a) => (curves[a] ? [{ arm, curve: curves[a] }] : []));

/**
 * Changes and divergences, labeled where there are words, and the cursor.
 * @param {View} view
 * @param {Chart} chart
 * @param {Translate} [t]
 */
function drawEvents({ arms, frame, status, step, following, theme }, { g, box, sx }, t) {
  const rowEnds = Array(Math.round((box.y0 - TOP) / LABEL_ROW)).fill(0); // how far each row of labels is taken
  for (const mark of [...(status?.marks ?? [])].sort((a, b) => a.step - b.step)) {
    const arm = arms[mark.arm];
    const color = mark.kind === "diverged" ? (arm?.color ?? theme.danger) : theme.muted;
    const x = sx(mark.step);
    rule(g, { x0: x, x1: x, y0: box.y0 - (t ? 4 : 0), y1: box.y1 }, { color, dash: [3, 3] });
    if (!t) continue;
    const label = mark.kind === "diverged" ? t("curves.diverged", { arm: arm?.label ?? "" }) : markWords(mark.text, t);
    g.font = font(theme, 11);
    const width = g.measureText(label).width;
    const left = Math.min(Math.max(x - width / 2, box.x0), box.x1 - width);
    const row = rowEnds.findIndex((end) => left >= end); // a label that fits in no row is left out; its line is drawn
    if (row < 0) continue;
    rowEnds[row] = left + width + 10;
    text(g, label, left, box.y0 - 11 - row * LABEL_ROW, { color, baseline: "middle" });
  }
  if (frame) rule(g, { ...box, x0: sx(step), x1: sx(step) }, { color: theme.fg, width: following ? 1 : 1.5 });
}

/**
 * A mark's plain data with the field's name in words.
 * @param {string} data "lr 0.5 → 0.1"
 * @param {Translate} t
 */
function markWords(data, t) {
  const [field, ...rest] = data.split(" ");
  const name = t(`fields.${field}`);
  return [name.startsWith("fields.") ? field : name, ...rest].join(" ");
}
