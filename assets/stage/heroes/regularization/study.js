/** The recorded study: nine ways to train on few digits, a dot per seed, at one step. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { meanOf } from "../../math/moments.js";
import { fixed, scale, set, svg } from "../../svg.js";
import { FIRST } from "./state.js";
import { saidOf } from "./values.js";

/** Arms from top to bottom; an empty line parts the groups. */
const ORDER = ["none_small", "none", "none_large", "", "bn_small", "bn", "bn_large", "", "dropout", "decay", "shift"];
/** @type {Record<string, string>} */
const COLORS = { none: "var(--plain)", bn: "var(--batch)" };

export class Study {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {Record<"study" | "handle", SVGGElement>} on
   */
  constructor(kit, state, on) {
    this.kit = kit;
    this.state = state;
    this.on = on.study;
    const { study } = state;
    this.axis = scale(0, 1, 0, 1);
    this.track = scale(FIRST, study.steps.length - 1, 0, 1);
    this.title = svg("text", { class: "title" }, this.on);
    this.subtitle = svg("text", { class: "muted" }, this.on);
    this.marks = Array.from({ length: 9 }, () => ({
      line: svg("line", { stroke: "var(--bn-border)", "stroke-dasharray": "2 5" }, this.on),
      label: svg("text", { class: "tick middle" }, this.on),
    }));
    this.reference = svg("line", { stroke: "var(--plain)", "stroke-width": 1.5, "stroke-dasharray": "5 4" }, this.on);
    this.rows = ORDER.filter((arm) => study.arms.includes(arm)).map((arm) => {
      const color = COLORS[arm.split("_")[0]] ?? "var(--gradient)";
      return {
        arm,
        index: study.arms.indexOf(arm),
        name: svg("text", { text: kit.say(`picture.arm.${arm}`) }, this.on),
        line: svg("line", { stroke: "var(--bn-border)" }, this.on),
        mean: svg("line", { stroke: color, "stroke-width": 3.5, "stroke-linecap": "round" }, this.on),
        dots: study.seeds.map(() => svg("circle", { fill: color, "fill-opacity": 0.55, stroke: color }, this.on)),
        verdict: svg("text", { class: "tick" }, this.on),
      };
    });
    this.rail = svg("line", { stroke: "var(--bn-border)", "stroke-width": 4, "stroke-linecap": "round" }, this.on);
    this.stepLabel = svg("text", { style: "font-weight:650" }, this.on);
    this.grip = svg("g", { style: "color:var(--bn-fg)" }, on.handle);
    svg("circle", { class: "ring", r: 20 }, this.grip);
    svg("circle", { r: 10, fill: "var(--bn-fg)", stroke: "var(--bn-card)", "stroke-width": 2 }, this.grip);
  }

  /** The evaluation under a point of the screen. @param {number} clientX */
  evaluationAt(clientX) {
    return this.track.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** The range of a metric over the steps on show. */
  range() {
    const all = this.state.study[this.state.metric].flatMap((seeds) => seeds.flatMap((steps) => steps.slice(FIRST)));
    return [Math.min(...all), Math.max(...all)];
  }

  /** @param {Size} size @param {boolean} shown */
  draw({ width, height, narrow: phone }, shown) {
    for (const part of [this.on, this.grip]) set(part, { display: shown ? null : "none" });
    if (!shown) return;
    const narrow = phone || height < 480;
    const { state, kit } = this;
    const left = narrow ? 132 : 210;
    const top = narrow ? 30 : 78;
    const bottom = height - (narrow ? 62 : 104);
    const [low, high] = this.range();
    this.axis = scale(low, high, left + 10, width - (narrow ? 16 : 40));
    set(this.title, { x: narrow ? 10 : 20, y: narrow ? 18 : 33, text: kit.say(`picture.${state.metric}`) });
    set(this.subtitle, { x: 20, y: 56, text: narrow ? "" : kit.say("picture.study") });
    this.drawMarks(top, bottom, narrow);
    const place = (bottom - top) / ORDER.length;
    this.rows.forEach((row) => {
      this.drawRow(row, top + (ORDER.indexOf(row.arm) + 0.5) * place, left, narrow);
    });
    const reference = this.axis.px(meanOf(state.results(state.study.arms.indexOf("none"))));
    set(this.reference, { x1: reference, x2: reference, y1: top, y2: bottom });
    this.drawTrack(width, height, narrow);
  }

  /** @param {number} top @param {number} bottom @param {boolean} narrow */
  drawMarks(top, bottom, narrow) {
    const [low, high] = this.range();
    const gap = this.state.metric === "loss" ? 0.1 : 2;
    const first = Math.ceil(low / gap);
    this.marks.forEach(({ line, label }, k) => {
      const value = (first + k) * gap;
      const shown = value <= high;
      const x = this.axis.px(value);
      set(line, { x1: x, x2: x, y1: top, y2: bottom, display: shown ? null : "none" });
      const text = this.state.metric === "loss" ? fixed(value, 1) : `${fixed(value, 0)} %`;
      set(label, { x, y: bottom + 17, text: shown && (!narrow || k % 2 === 0) ? text : "" });
    });
  }

  /** @param {Study["rows"][number]} row @param {number} y @param {number} left @param {boolean} narrow */
  drawRow({ arm, index, name, line, mean, dots, verdict }, y, left, narrow) {
    const { state, kit } = this;
    const results = state.results(index);
    const last = state.evaluation === state.study.steps.length - 1 && state.metric === "accuracy";
    const text = last && !narrow && arm !== "none" ? saidOf(state.study.said[arm], kit.say) : "";
    set(name, { x: narrow ? 10 : 20, y: text ? y - 1 : y + 5, style: narrow ? "font-size:12px" : null });
    set(line, { x1: left, x2: this.axis.px(this.range()[1]) + 10, y1: y, y2: y });
    const x = this.axis.px(meanOf(results));
    set(mean, { x1: x, x2: x, y1: y - (narrow ? 7 : 13), y2: y + (narrow ? 7 : 13) });
    dots.forEach((dot, seed) => {
      set(dot, { cx: this.axis.px(results[seed]).toFixed(1), cy: y, r: narrow ? 3.5 : 5.5 });
    });
    set(verdict, { x: 20, y: y + 15, text });
  }

  /** @param {number} width @param {number} height @param {boolean} narrow */
  drawTrack(width, height, narrow) {
    const { state, kit } = this;
    const y = height - (narrow ? 20 : 32);
    const left = narrow ? 132 : 210;
    this.track = scale(FIRST, state.study.steps.length - 1, left + 10, width - (narrow ? 24 : 40));
    set(this.rail, { x1: this.track.px(FIRST), x2: this.track.px(state.study.steps.length - 1), y1: y, y2: y });
    set(this.grip, { transform: `translate(${this.track.px(state.evaluation)} ${y})` });
    set(this.stepLabel, {
      x: narrow ? 10 : 20,
      y: y + 5,
      text: kit.say("picture.step", { step: state.study.steps[state.evaluation].toLocaleString("en") }),
    });
  }
}
