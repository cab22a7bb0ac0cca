/** What does not move: axes, the flat ends, the curve and its slope, titles. */
/** @import { Kit } from "../../types" */
/** @import { Curve } from "./distribution.js" */
/** @import { Layout } from "./layout.js" */

import { SATURATED } from "../../math/activation.js";
import { fixed, polyline, set, svg } from "../../svg.js";
import { curveLine, outputRange, slopeLine } from "./distribution.js";

const TICKS = [-8, -6, -4, -2, 0, 2, 4, 6, 8];

export class Frame {
  /** @param {Kit} kit @param {Record<"wash" | "axis" | "curve" | "label", SVGGElement>} on */
  constructor(kit, on) {
    this.kit = kit;
    this.washes = [0, 1, 2, 3].map(() => svg("rect", { class: "wash", "data-s": "flat" }, on.wash));
    this.flat = [0, 1].map(() => svg("text", { class: "tick middle", "data-s": "flat" }, on.label));
    this.lines = [0, 1, 2].map(() => svg("line", { stroke: "var(--bn-border)", "stroke-width": 1.5 }, on.axis));
    this.ticks = TICKS.map((value) => ({ value, text: svg("text", { class: "tick middle" }, on.axis) }));
    this.levels = [0, 0.5, 1].map((share) => ({
      share,
      line: svg("line", { stroke: "var(--bn-border)" }, on.axis),
      text: svg("text", { class: "tick" }, on.axis),
    }));
    this.curve = svg("path", { fill: "none", stroke: "var(--bn-muted)", "stroke-width": 2.5 }, on.curve);
    const dots = { fill: "none", stroke: "var(--gradient)", "stroke-width": 2, "stroke-dasharray": "2 4" };
    this.slope = svg("path", { ...dots, "data-s": "slope" }, on.curve);
    const green = "fill:var(--gradient);font-weight:600";
    this.slopeName = svg("text", { class: "haloed", style: green, "data-s": "slope" }, on.label);
    this.curveName = svg("text", { class: "haloed end", style: "font-weight:600" }, on.label);
    this.outputs = svg("text", { class: "title haloed", x: 14 }, on.label);
    this.inputs = svg("text", { class: "muted end haloed" }, on.label);
  }

  /** @param {Layout} at @param {Curve} curve @param {number} middle of the inputs: names keep away from it */
  draw(at, curve, middle) {
    const { x, y, left, right, base, curveTop, curveBottom, narrow, kit = this.kit } = { ...at, kit: this.kit };
    const edges = SATURATED[curve];
    const [lowest, highest] = outputRange(curve);
    const limits = curve === "sigmoid" ? [0.05, 0.95] : [-0.97, 0.97];
    const [ends, height] = [[x.px(edges.low), x.px(edges.high)], base - curveTop + 8];
    set(this.washes[0], { x: left, y: curveTop - 8, width: ends[0] - left, height });
    set(this.washes[1], { x: ends[1], y: curveTop - 8, width: right - ends[1], height });
    set(this.washes[2], { x: 8, y: y.px(highest), width: left - 8, height: y.px(limits[1]) - y.px(highest) });
    set(this.washes[3], { x: 8, y: y.px(limits[0]), width: left - 8, height: y.px(lowest) - y.px(limits[0]) });
    for (const [side, text] of this.flat.entries()) {
      const words = kit.say(side ? "picture.above" : "picture.below", { edge: fixed(limits[side]) });
      set(text, { x: (ends[side] + (side ? right : left)) / 2, y: curveBottom + 17, text: narrow ? "" : words });
    }
    set(this.lines[0], { x1: left, x2: right, y1: base, y2: base });
    set(this.lines[1], { x1: left, x2: left, y1: curveTop - 8, y2: curveBottom });
    set(this.lines[2], { x1: left, x2: right, y1: curveBottom, y2: curveBottom });
    for (const { value, text } of this.ticks) {
      const hidden = Math.abs(value) > at.reach || (narrow && value % 4 !== 0);
      set(text, { x: x.px(value), y: base + (narrow ? 14 : 17), text: hidden ? "" : fixed(value, 0) });
    }
    for (const { share, line, text } of this.levels) {
      const value = lowest + share * (highest - lowest);
      set(line, { x1: 8, x2: right, y1: y.px(value), y2: y.px(value) });
      set(text, { x: right + 6, y: y.px(value) + 4, text: value === 0.5 ? "½" : fixed(value, 0) });
    }
    this.drawCurves(at, curve, middle);
  }

  /** @param {Layout} at @param {Curve} curve @param {number} middle */
  drawCurves({ x, y, slope, right, bellTop, curveTop, narrow, reach, recorded }, curve, middle) {
    const { kit } = this;
    const pixels = (/** @type {[number, number][]} */ points, /** @type {typeof y} */ up) =>
      polyline(points.map(([value, height]) => /** @type {const} */ ([x.px(value), up.px(height)])));
    set(this.curve, { d: pixels(curveLine(curve, reach), y) });
    set(this.slope, { d: pixels(slopeLine(curve, reach), slope) });
    const named = curve === "sigmoid" ? "σ" : "tanh";
    set(this.slopeName, {
      x: x.px((curve === "sigmoid" ? 1.75 : 0.75) * (middle > 1 ? -1 : 1)),
      y: slope.px(curve === "sigmoid" ? 0.15 : 0.66),
      "text-anchor": middle > 1 ? "end" : "start",
      text: narrow ? `${named}′` : kit.say("picture.slope", { name: named }),
    });
    set(this.curveName, { x: right - 12, y: y.px(1) + 24, text: narrow ? "" : kit.say(`picture.${curve}`) });
    set(this.outputs, {
      y: narrow ? 34 : curveTop - 18,
      text: narrow && recorded ? "" : kit.say("picture.outputs"),
    });
    set(this.inputs, {
      x: right - 6,
      y: bellTop + 4,
      text: narrow ? "" : kit.say(recorded ? "picture.inputs_recorded" : "picture.inputs"),
    });
  }
}
