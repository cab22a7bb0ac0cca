/** One chart of the curves: a value of every arm over all steps, on a canvas. */

import { ceiling, drawTails } from "./curve_tail.js";
import { el } from "./dom.js";
import { axisX, axisY, band, fit, font, linear, log, percent, polyline, rule, text } from "./draw.js";

const LEFT = 50;
const RIGHT = 12;
const TOP = 26;
/** Height of one of the two rows for the labels of marks, above the plot. */
const LABEL_ROW = 15;
const BOTTOM = 24;

/**
 * @typedef {import("./panel.js").View} View
 * @typedef {{width: number, height: number, last: number, log: boolean}} Size last step; steps on a log axis or not
 */

export class CurveChart {
  /** @param {string} title */
  constructor(title) {
    this.title = title;
    this.canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true", class: "curve" }));
    /** @type {import("./axis.js").ScaleFn | null} pixels per step */
    this.scale = null;
  }

  /**
   * Axes and title; step 0 stands at the low end of a log axis.
   * @param {View} view
   * @param {Size} size
   * @param {[number, number]} domain
   * @param {number} top
   * @param {(value: number) => string} [format]
   */
  frame(view, { width, height, last, log: logarithmic }, domain, top, format) {
    const { theme } = view;
    const g = fit(this.canvas, width, height);
    const range = /** @type {[number, number]} */ ([LEFT, width - RIGHT]);
    const x = logarithmic ? log([1, Math.max(10, last)], range) : linear([0, last], range);
    const y = linear(domain, [height - BOTTOM, top]);
    axisX(g, x, height - BOTTOM, theme, { count: Math.max(3, Math.floor(width / 110)), grid: [top, height - BOTTOM] });
    axisY(g, y, LEFT, theme, { count: 4, grid: [LEFT, width - RIGHT], format });
    text(g, this.title, 0, 9, { color: theme.fg, font: font(theme, 13, 600), baseline: "middle" });
    this.scale = x;
    return { g, x, y };
  }

  /**
   * Training loss: mean, and the band from lowest to highest.
   * @param {View} view
   * @param {Size} size
   * @param {(key: string, values?: any) => string} words
   */
  drawLoss(view, size, words) {
    const most = ceiling(view.curves, view.frames) * 1.05;
    const top = TOP + LABEL_ROW * Math.min(2, view.status?.marks?.length ?? 0);
    const { g, x, y } = this.frame(view, size, [0, most], top);
    g.save();
    g.beginPath();
    g.rect(LEFT, top, size.width - LEFT - RIGHT, size.height - top - BOTTOM);
    g.clip();
    view.curves.forEach((curve, index) => {
      const arm = view.arms[index];
      if (arm) band(g, curve.step, curve.low, curve.high, x, y, arm.color, 0.2);
    });
    view.curves.forEach((curve, index) => {
      const arm = view.arms[index];
      if (arm) polyline(g, curve.step, curve.mean, x, y, { color: arm.color, width: 1.8, dash: arm.dash });
    });
    drawTails(g, view, x, y, 1.8);
    g.restore();
    this.events(g, view, size, top, words);
  }

  /**
   * Test accuracy on a fixed axis, beside chance.
   * @param {View} view
   * @param {Size & {chance: string, words: (key: string, values?: any) => string}} size
   */
  drawAccuracy(view, size) {
    const { theme, hello } = view;
    const { g, x, y } = this.frame(view, size, [0, 1], TOP, (value) => percent(value, 0));
    rule(g, LEFT, y(hello.chance), size.width - RIGHT, y(hello.chance), theme.faint, [2, 4]);
    text(g, size.chance, size.width - RIGHT - 4, y(hello.chance) - 5, {
      color: theme.faint,
      font: font(theme, 11),
      align: "right",
    });
    view.curves.forEach((curve, index) => {
      const arm = view.arms[index];
      if (!arm) return;
      polyline(g, curve.testStep, curve.testAccuracy, x, y, { color: arm.color, width: 1.8, dash: arm.dash });
      this.dots(g, curve, x, y, arm.color);
    });
    text(g, size.words("curves.step"), size.width - RIGHT, 9, {
      color: theme.faint,
      font: font(theme, 11),
      align: "right",
      baseline: "middle",
    });
    this.events(g, view, size, TOP);
  }

  /**
   * The measured points, where they are not too many.
   * @param {CanvasRenderingContext2D} g
   * @param {import("./panel.js").Curve} curve
   * @param {(v: number) => number} x
   * @param {(v: number) => number} y
   * @param {string} color
   */
  dots(g, curve, x, y, color) {
    if (curve.testStep.length > 80) return;
    g.fillStyle = color;
    g.beginPath();
    curve.testStep.forEach((step, i) => {
      const at = y(curve.testAccuracy[i]);
      if (!Number.isFinite(at)) return;
      g.moveTo(x(step) + 2.4, at);
      g.arc(x(step), at, 2.4, 0, 7);
    });
    g.fill();
  }

  /**
   * Changes and divergences, labeled where there are words, and the cursor.
   * @param {CanvasRenderingContext2D} g
   * @param {View} view
   * @param {Size} size
   * @param {number} top
   * @param {(key: string, values?: any) => string} [words]
   */
  events(g, view, size, top, words) {
    const { theme, arms } = view;
    const x = /** @type {import("./axis.js").ScaleFn} */ (this.scale);
    const bottom = size.height - BOTTOM;
    const free = Array(Math.round((top - TOP) / LABEL_ROW)).fill(0); // where each row of labels may go on
    for (const mark of [...(view.status?.marks ?? [])].sort((a, b) => a.step - b.step)) {
      const own = arms[mark.arm];
      const color = mark.kind === "diverged" ? (own?.color ?? theme.danger) : theme.muted;
      rule(g, x(mark.step), top - (words ? 4 : 0), x(mark.step), bottom, color, [3, 3]);
      if (!words) continue;
      const label =
        mark.kind === "diverged" ? words("curves.diverged", { arm: own?.label ?? "" }) : markWords(mark.text, words);
      g.font = font(theme, 11);
      const width = g.measureText(label).width;
      const left = Math.min(Math.max(x(mark.step) - width / 2, LEFT), size.width - RIGHT - width);
      const row = free.findIndex((end) => left >= end); // one that fits in no row is left out; its line stays
      if (row < 0) continue;
      free[row] = left + width + 10;
      text(g, label, left, top - 11 - row * LABEL_ROW, { color, font: font(theme, 11), baseline: "middle" });
    }
    if (view.frame) rule(g, x(view.step), top, x(view.step), bottom, theme.fg, [], view.following ? 1 : 1.5);
  }
}

/**
 * A mark's plain data with the field's name in words.
 * @param {string} data "lr 0.5 → 0.1"
 * @param {(key: string) => string} t
 */
function markWords(data, t) {
  const [field, ...rest] = data.split(" ");
  const name = t(`fields.${field}`);
  return [name.startsWith("fields.") ? field : name, ...rest].join(" ");
}
