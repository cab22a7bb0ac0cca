/** Curves: loss and accuracy of every arm over the whole run, with what was changed on the way. */
/** @import { Panel, PanelContext, Translate, View } from "../types" */

import { accuracyWords } from "../accuracy_error.js";
import { swatch } from "../arm_cards.js";
import { CurveChart } from "../curve_chart.js";
import { el, setText } from "../dom.js";
import { decimals, integer } from "../format.js";
import { formerEnd, formerLegend } from "../former_curves.js";
import { nearest } from "../frame_history.js";
import { measuredAt } from "../measured_at.js";
import { memorySwitch } from "../panel_parts.js";
import { bisectRight } from "../vendor/d3-array.js";

/**
 * Value of a curve at the newest of its points up to a step; NaN before the first.
 * @param {Uint32Array} steps
 * @param {Float32Array} values
 * @param {number} step
 */
export function valueAt(steps, values, step) {
  const count = bisectRight(steps, step);
  return count ? values[count - 1] : NaN;
}

/**
 * What the lines and the dots are, and how many samples the dots are measured on.
 * @param {View} view
 * @param {Translate} t
 */
function captionOf({ hello }, t) {
  const { n_evaluated: n, n_test: all, n_train: train } = hello.dataset;
  const key = n === undefined ? "caption_unknown" : n < all ? "caption_part" : "caption_all";
  const words = { n: integer(n ?? NaN), all: integer(all), train: integer(train) };
  return [t("curves.caption"), t(`curves.${key}`, words)].join(" ");
}

class Curves {
  /**
   * @param {HTMLElement} root
   * @param {PanelContext} context
   */
  constructor(root, context) {
    this.context = context;
    const { t } = context;
    const nameOf = (/** @type {string} */ value) => t(`curves.${value}`);
    const axis = memorySwitch(context, "axis", { label: t("curves.axis"), values: ["linear", "log"], nameOf });
    this.loss = new CurveChart(t("curves.loss"));
    this.accuracy = new CurveChart(t("curves.accuracy"));
    this.table = el("div", { class: "curve-values" });
    this.caption = el("p", { class: "caption" });
    this.former = formerLegend(t, context.undo ?? null);
    root.append(
      el("div", { class: "panel-tools" }, axis, this.table),
      el("div", { class: "card curve-card" }, this.loss.canvas, this.accuracy.canvas),
      this.former.root,
      this.caption,
    );
    for (const chart of [this.loss, this.accuracy])
      chart.canvas.addEventListener("click", (event) => this.seek(chart, event));
    /** @type {HTMLElement[]} */
    this.cells = [];
    this.signature = "";
  }

  /**
   * @param {CurveChart} chart
   * @param {MouseEvent} event
   */
  seek(chart, event) {
    if (chart.scale) this.context.seek(chart.scale.invert(event.offsetX));
  }

  /** @param {View} view */
  draw(view) {
    const isLog = this.context.memory.axis === "log";
    const ends = view.curves.map(({ step }) => step.at(-1) ?? 0);
    const last = Math.max(1, view.frames.at(-1)?.step ?? 0, ...ends, formerEnd(view.former ?? null));
    const width = view.width - 30;
    const height = view.enlarged ? 340 : 230;
    const size = { width, height, last, isLog };
    this.loss.drawLoss(view, size, this.context.t);
    this.accuracy.drawAccuracy(view, size, this.context.t);
    this.values(view);
    this.former.sync(view.former ?? null);
    setText(this.caption, captionOf(view, this.context.t));
  }

  /** Numbers at the cursor; they double as the legend. @param {View} view */
  values(view) {
    const signature = JSON.stringify(view.arms.map((arm) => [arm.label, arm.color]));
    if (signature !== this.signature) {
      this.signature = signature;
      this.cells = view.arms.map(() => el("span", {}));
      this.table.replaceChildren(
        ...view.arms.map((arm, index) =>
          el("span", { class: "curve-value" }, swatch(arm), el("b", {}, arm.label), this.cells[index]),
        ),
      );
    }
    view.arms.forEach((_, index) => {
      const curve = view.curves[index];
      const frame = view.frames[nearest(view.frames, view.step)]?.arms[index];
      const loss = frame ? frame.scalars[0] : curve ? valueAt(curve.step, curve.mean, view.step) : NaN;
      const accuracy = frame ? frame.scalars[3] : curve ? valueAt(curve.testStep, curve.testAccuracy, view.step) : NaN;
      const measured = measuredAt(curve, accuracy, view.step);
      const words = { step: integer(view.step), loss: decimals(loss), accuracy: accuracyWords(accuracy, view.hello) };
      const key = measured === undefined ? "curves.values" : "curves.values_at";
      setText(this.cells[index], this.context.t(key, { ...words, measured: integer(measured ?? NaN) }));
    });
  }

  destroy() {}
}

/** @type {Panel} */
export default { id: "curves", mount: (root, context) => new Curves(root, context) };
