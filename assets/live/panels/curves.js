/** Curves: loss and accuracy of every arm over the whole run, with what was changed on the way. */
import { swatch } from "../armcards.js";
import { CurveChart } from "../curve_chart.js";
import { el, say, segmented } from "../dom.js";
import { fixed, percent, whole } from "../format.js";
import { nearest } from "../thin.js";

/**
 * @typedef {import("../panel.js").View} View
 * @typedef {import("../panel.js").Context} Context
 */

/**
 * Value of a curve at the newest of its points up to a step; NaN before the first.
 * @param {Uint32Array} steps
 * @param {Float32Array} values
 * @param {number} step
 */
export function valueAt(steps, values, step) {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] <= step) low = middle + 1;
    else high = middle;
  }
  return low ? values[low - 1] : NaN;
}

class Curves {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    const { t, memory, invalidate } = context;
    const axis = segmented({
      label: t("curves.axis"),
      options: ["linear", "log"].map((value) => ({ value, label: t(`curves.${value}`) })),
      value: String(memory.axis ?? "linear"),
      onChange: (value) => {
        memory.axis = value;
        invalidate();
      },
    });
    this.loss = new CurveChart(t("curves.loss"));
    this.accuracy = new CurveChart(t("curves.accuracy"));
    this.table = el("div", { class: "curve-values" });
    root.append(
      el("div", { class: "panel-tools" }, axis.root, this.table),
      el("div", { class: "card curve-card" }, this.loss.canvas, this.accuracy.canvas),
      el("p", { class: "caption" }, t("curves.caption")),
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
    const log = this.context.memory.axis === "log";
    const last = Math.max(1, view.frames.at(-1)?.step ?? 0, ...view.curves.map(({ step }) => step.at(-1) ?? 0));
    const width = view.width - 30;
    const height = view.enlarged ? 340 : 230;
    this.loss.drawLoss(view, { width, height, last, log }, this.context.t);
    this.accuracy.drawAccuracy(view, {
      width,
      height,
      last,
      log,
      chance: this.context.t("curves.chance", { chance: percent(view.hello.chance, 0) }),
      words: this.context.t,
    });
    this.values(view);
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
      say(
        this.cells[index],
        this.context.t("curves.values", { step: whole(view.step), loss: fixed(loss), accuracy: percent(accuracy) }),
      );
    });
  }

  destroy() {}
}

/** @type {import("../panel.js").Panel} */
export default { id: "curves", mount: (root, context) => new Curves(root, context) };
