/** How the patient fell ill: accuracies over the updates, as recorded; and the course of a cure after them. */
/** @import { Say } from "../types" */
/** @import { Course, Curve } from "./types" */

import { setAttr } from "../../live/dom.js";
import { percent } from "../../live/format.js";
import { polyline, scale, set, svg } from "../svg.js";

const HEIGHT = 148;
const EDGE = { left: 34, right: 8, top: 16, bottom: 20 };
const LINES = /** @type {const} */ (["train", "batch", "served"]);
/** Share of the width for what came after the training. */
const AFTER = 0.24;

/**
 * Where a step stands: the training on the left, what came after it spread on the right.
 * @param {Curve} curve
 * @param {number} trained updates of the training
 * @param {number} width
 */
export function places(curve, trained, width) {
  const last = curve.step.at(-1) ?? trained;
  const right = width - EDGE.right;
  const extra = last - trained;
  const middle = extra > 0 ? right - AFTER * (right - EDGE.left) : right;
  const before = scale(0, Math.max(1, trained), EDGE.left, middle);
  const after = scale(trained, last > trained ? last : trained + 1, middle, right);
  return { middle, px: (/** @type {number} */ step) => (step <= trained ? before.px(step) : after.px(step)) };
}

export class CurvePlot {
  /** @param {Say} say */
  constructor(say) {
    this.say = say;
    this.root = svg("svg", { class: "curve", role: "img", height: HEIGHT });
  }

  /**
   * @param {{curve: Curve, trained: number, course: Course | null, at: number}} what
   * @param {number} width
   */
  draw({ curve, trained, course, at }, width) {
    const { say } = this;
    this.root.replaceChildren();
    set(this.root, { viewBox: `0 0 ${width} ${HEIGHT}`, width });
    const y = scale(0, 1, HEIGHT - EDGE.bottom, EDGE.top);
    const cureWidth = course ? Math.min(110, 0.26 * width) : 0;
    const { px, middle } = places(curve, trained, width - cureWidth);
    const end = width - cureWidth - EDGE.right;
    if (middle < end) {
      svg(
        "rect",
        { class: "after", x: middle, y: EDGE.top, width: end - middle, height: HEIGHT - EDGE.top - EDGE.bottom },
        this.root,
      );
    }
    for (const tick of [0, 0.5, 1]) {
      svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y.px(tick), y2: y.px(tick) }, this.root);
      svg("text", { class: "tick end", x: EDGE.left - 5, y: y.px(tick) + 4, text: percent(tick, 0) }, this.root);
    }
    svg("text", { class: "tick", x: EDGE.left, y: HEIGHT - 5, text: "0" }, this.root);
    svg(
      "text",
      { class: "tick end", x: middle, y: HEIGHT - 5, text: say("curve.updates", { count: trained }) },
      this.root,
    );
    for (const line of LINES) {
      const points = curve.step.map(
        (step, place) => /** @type {[number, number]} */ ([px(step), y.px(curve[line][place])]),
      );
      svg("path", { class: `line ${line}`, d: polyline(points) }, this.root);
      for (const [x, top] of points)
        svg("circle", { class: `dot ${line}`, cx: x, cy: top, r: line === "train" ? 1.3 : 2 }, this.root);
    }
    for (const [step, key] of curve.marks) {
      const x = px(step);
      const late = x > 0.55 * width;
      svg("line", { class: "mark", x1: x, x2: x, y1: EDGE.top - 2, y2: HEIGHT - EDGE.bottom }, this.root);
      svg(
        "text",
        { class: `tick ${late ? "end" : ""}`, x: late ? end : x, y: 11, text: say(`marks.${key}`) },
        this.root,
      );
    }
    if (course) this.cure(course, at, [end + 14, width - EDGE.right - 3], y);
    setAttr(this.root, "aria-label", this.inWords(curve, trained));
  }

  /**
   * @param {Course} course
   * @param {number} at
   * @param {[number, number]} span
   * @param {ReturnType<typeof scale>} y
   */
  cure({ moments }, at, [from, to], y) {
    svg(
      "rect",
      { class: "cure", x: from - 6, y: EDGE.top, width: to - from + 9, height: HEIGHT - EDGE.top - EDGE.bottom },
      this.root,
    );
    svg("text", { class: "tick end", x: to, y: HEIGHT - 5, text: this.say("curve.cure") }, this.root);
    const x = scale(0, Math.max(1, moments.length - 1), from, to);
    for (const line of /** @type {const} */ (["batch", "served"])) {
      const points = moments
        .slice(0, at + 1)
        .map((moment, place) => /** @type {[number, number]} */ ([x.px(place), y.px(moment[line])]));
      svg("path", { class: `line ${line}`, d: polyline(points) }, this.root);
      for (const [left, top] of points) svg("circle", { class: `dot ${line}`, cx: left, cy: top, r: 2.6 }, this.root);
    }
  }

  /** @param {Curve} curve @param {number} trained */
  inWords(curve, trained) {
    const last = (/** @type {number[]} */ values) => percent(values.at(-1) ?? Number.NaN);
    return this.say("curve.alt", {
      count: trained,
      train: last(curve.train),
      batch: last(curve.batch),
      served: last(curve.served),
    });
  }
}
