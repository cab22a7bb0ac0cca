/** The recorded curves of VGG11 with and without BN: a cursor over the steps, a grip on the learning rate. */
/** @import { Kit, Size } from "../../types" */
/** @import { Curves, State } from "./state.js" */

import { meanOf } from "../../math/moments.js";
import { fixed, polyline, scale, set, svg } from "../../svg.js";
import { curveValues, meanAt } from "./values.js";

/** @type {Record<string, string>} */
const COLORS = { none: "var(--plain)", batch: "var(--batch)" };

/** @param {Element} parent */
function pill(parent) {
  const root = svg("g", { style: "color:var(--bn-fg)" }, parent);
  const ring = svg("rect", { class: "ring", y: -22, height: 44, rx: 22 }, root);
  const body = svg("rect", { y: -14, height: 28, rx: 14, fill: "var(--bn-fg)" }, root);
  const label = svg("text", { class: "middle still", y: 5, style: "fill:var(--bn-card);font-weight:700" }, root);
  return { root, ring, body, label };
}

/** @param {ReturnType<typeof pill>} grip @param {number} x @param {number} y @param {number} width @param {string} text */
function placePill({ root, ring, body, label }, x, y, width, text) {
  set(root, { transform: `translate(${x} ${y})` });
  set(ring, { x: -width / 2 - 5, width: width + 10 });
  set(body, { x: -width / 2, width });
  set(label, { text });
}

/** All accuracies of a recording that are known. @param {Curves} curves */
const allOf = ({ accuracy, finals }) =>
  [...Object.values(accuracy).flat(3), ...Object.values(finals).flat(2)].filter((value) => value !== null);

export class Measured {
  /** @param {Kit} kit @param {State} state @param {Element} parent @param {number} place of its recording */
  constructor(kit, state, parent, place) {
    this.kit = kit;
    this.state = state;
    this.recording = state.recordings[place];
    const { curves } = this.recording;
    this.root = svg("g", {}, parent);
    const text = (/** @type {string} */ css) => svg("text", { class: css }, this.root);
    this.titles = [text("title"), text("muted"), text("title"), text("muted")];
    this.origin = text("tick");
    const highest = Math.max(...allOf(curves));
    /** The highest accuracy that the axis holds, in %. */
    this.top = 100 * highest + 2;
    const levels = [10, 20, 30, 40, 50, 60, 70, 80, 90].filter((value) => value < this.top);
    this.ticks = [0, 1].map(() =>
      levels.map((value) => ({
        value,
        line: svg("line", { stroke: "var(--bn-border)" }, this.root),
        label: svg("text", { class: "tick end" }, this.root),
      })),
    );
    const last = curves.steps[curves.steps.length - 1];
    this.stepTicks = [0, 1, 2, 3].map((part) => ({ value: (part * last) / 3, label: text("tick middle") }));
    this.cursor = svg("line", { stroke: "var(--bn-muted)", "stroke-width": 1.5 }, this.root);
    this.band = svg(
      "line",
      { stroke: "var(--bn-fg)", "stroke-opacity": 0.1, "stroke-width": 30, "stroke-linecap": "round" },
      this.root,
    );
    this.arms = Object.entries(curves.accuracy).map(([name, byRate]) => ({
      name,
      byRate,
      seeds: (byRate[0] ?? []).map(() =>
        svg("path", { fill: "none", stroke: COLORS[name], "stroke-width": 1.2, "stroke-opacity": 0.45 }, this.root),
      ),
      mean: svg("path", { fill: "none", stroke: COLORS[name], "stroke-width": 3 }, this.root),
      marks: (byRate[0] ?? []).map(() =>
        svg("circle", { r: 4.5, fill: COLORS[name], stroke: "var(--bn-card)" }, this.root),
      ),
      label: svg("text", { class: "haloed end title", style: `fill:${COLORS[name]}` }, this.root),
      line: svg("path", { fill: "none", stroke: COLORS[name], "stroke-width": 2.5 }, this.root),
      ends: byRate.map((seeds) =>
        seeds.map(() => svg("circle", { fill: COLORS[name], stroke: "var(--bn-card)" }, this.root)),
      ),
      lost: svg("text", { class: "haloed end tick", style: `fill:${COLORS[name]}` }, this.root),
    }));
    this.rateLabels = curves.rates.map((rate) => svg("text", { class: "tick middle", text: rate }, this.root));
    this.stepGrip = pill(this.root);
    this.rateGrip = pill(this.root);
    this.steps = scale(0, 1, 0, 1);
    this.rates = scale(0, 1, 0, 1);
    this.grips(curves.steps.length - 1, curves.rates.length - 1);
  }

  /** @param {number} lastStep @param {number} lastRate places */
  grips(lastStep, lastRate) {
    const { kit, state } = this;
    const x = (/** @type {number} */ clientX) => clientX - kit.svg.getBoundingClientRect().left;
    kit.handle(this.stepGrip.root, {
      label: kit.say("picture.step"),
      min: 0,
      max: lastStep,
      step: 1,
      get: () => this.recording.cursor,
      set: (value) => {
        state.cursor = value;
      },
      text: () => kit.say("picture.step_value", curveValues(state)),
      at: (clientX) => this.steps.value(x(clientX)),
    });
    kit.handle(this.rateGrip.root, {
      label: kit.say("picture.rate"),
      min: 0,
      max: lastRate,
      step: 1,
      get: () => this.recording.rate,
      set: (value) => {
        state.rate = value;
      },
      text: () => kit.say("picture.rate_value", curveValues(state)),
      at: (clientX) => this.rates.value(x(clientX)),
    });
  }

  /** @param {Size} size @param {boolean} shown */
  draw({ width, height, narrow }, shown) {
    set(this.root, { visibility: shown ? "visible" : "hidden" });
    if (!shown) return;
    const short = narrow || height < 480;
    const left = { from: narrow ? 30 : 58, to: width * (narrow ? 0.58 : 0.58) };
    const right = { from: width * (narrow ? 0.7 : 0.69), to: width - (narrow ? 10 : 22) };
    const y = scale(8, this.top, height - (short ? 58 : 78), short ? 48 : 80);
    const values = curveValues(this.state);
    const words = [
      this.kit.say("picture.curves"),
      this.kit.say(narrow ? "picture.curves_short" : "picture.curves_at", values),
      this.kit.say(narrow ? "picture.ends_title_short" : "picture.ends_title"),
      this.kit.say("picture.ends_at", values),
    ];
    this.titles.forEach((title, place) => {
      const x = (place < 2 ? left : right).from - (narrow ? 22 : 40);
      set(title, { x, y: (short ? 18 : 32) + (place % 2) * (short ? 17 : 22), text: words[place] });
    });
    this.ticks.forEach((ticks, place) => {
      const { from, to } = place ? right : left;
      for (const { value, line, label } of ticks) {
        set(line, { x1: from, x2: to, y1: y.px(value), y2: y.px(value) });
        set(label, { x: from - 6, y: y.px(value) + 4, text: narrow ? value : `${value} %` });
      }
    });
    const from = left.from - (narrow ? 22 : 40);
    set(this.origin, { x: from, y: height - (short ? 6 : 12), text: this.kit.say("picture.recorded", values) });
    this.drawCurves(left, y, narrow);
    this.drawRates(right, y, narrow);
  }

  /** @param {{from: number, to: number}} range @param {ReturnType<typeof scale>} y @param {boolean} narrow */
  drawCurves({ from, to }, y, narrow) {
    const { rate, cursor, curves } = this.recording;
    const { steps } = curves;
    const x = scale(0, steps[steps.length - 1], from, to);
    // The grip goes from measurement to measurement, which stand nearly evenly.
    this.steps = scale(0, steps.length - 1, from, to);
    for (const { value, label } of this.stepTicks) {
      const far = Math.abs(x.px(value) - x.px(steps[cursor])) > (narrow ? 40 : 60);
      set(label, { x: x.px(value), y: y.px(8) + 20, text: far && value <= steps[steps.length - 1] ? value : "" });
    }
    const at = x.px(steps[cursor]);
    set(this.cursor, { x1: at, x2: at, y1: y.px(this.top), y2: y.px(8) + 8 });
    const atStep = this.kit.say("picture.at_step", { step: steps[cursor] });
    placePill(
      this.stepGrip,
      at,
      y.px(8) + (narrow ? 24 : 26),
      narrow ? 52 : 92,
      narrow ? String(steps[cursor]) : atStep,
    );
    this.arms.forEach(({ name, byRate, seeds, mean, marks, label }) => {
      const point = (/** @type {number | null | undefined} */ value, /** @type {number} */ place) =>
        /** @type {[number, number]} */ ([x.px(steps[place]), y.px(100 * (value ?? 0))]);
      byRate[rate].forEach((curve, seed) => {
        const found = curve.flatMap((value, place) => (value == null ? [] : [point(value, place)]));
        set(seeds[seed], { d: polyline(found) });
        const value = curve[cursor];
        const [cx, cy] = point(value, cursor);
        set(marks[seed], { cx, cy, visibility: value == null ? "hidden" : "inherit" });
      });
      set(mean, { d: polyline(steps.map((_, place) => point(meanAt(byRate[rate], place), place))) });
      const words = `${this.kit.say(`picture.arm.${name}`)} ${fixed(100 * meanAt(byRate[rate], cursor), 1)} %`;
      set(label, { x: to - 8, y: y.px(18) + (name === "batch" ? 0 : narrow ? 17 : 24), text: words });
    });
  }

  /** @param {{from: number, to: number}} range @param {ReturnType<typeof scale>} y @param {boolean} narrow */
  drawRates({ from, to }, y, narrow) {
    const last = Math.max(1, this.rateLabels.length - 1);
    const { rate, curves } = this.recording;
    this.rates = scale(0, last, from + (narrow ? 10 : 24), to - (narrow ? 14 : 24));
    for (const { line, ends, lost, name } of this.arms) {
      const finals = curves.finals[name];
      const mean = finals.map((seeds, place) => {
        const level = meanOf(seeds.filter((value) => value !== null));
        return /** @type {[number, number]} */ ([this.rates.px(place), y.px(100 * level)]);
      });
      set(line, { d: polyline(mean) });
      ends.forEach((dots, place) => {
        dots.forEach((dot, seed) => {
          const value = finals[place][seed];
          const cx = this.rates.px(place) + (name === "batch" ? 4 : -4);
          const r = place === rate ? (narrow ? 4.5 : 6) : 3.5;
          set(dot, {
            cx,
            cy: y.px(100 * (value ?? 0)),
            r,
            "fill-opacity": place === rate ? 1 : 0.55,
            visibility: value == null ? "hidden" : "inherit",
          });
        });
      });
      const place = finals.findIndex((seeds) => seeds.includes(null));
      const number = place < 0 ? 0 : finals[place].filter((value) => value === null).length;
      set(lost, { x: to, y: y.px(12), text: number ? this.kit.say("picture.diverged", { number }) : "" });
    }
    this.rateLabels.forEach((label, place) => {
      const far = Math.abs(this.rates.px(place) - this.rates.px(rate)) > 52;
      set(label, { x: this.rates.px(place), y: y.px(8) + 20, visibility: far ? "inherit" : "hidden" });
    });
    const x = this.rates.px(rate);
    set(this.band, { x1: x, x2: x, y1: y.px(this.top - 2), y2: y.px(9) });
    const value = curves.rates[rate];
    const atRate = narrow ? String(value) : this.kit.say("picture.at_rate", { rate: value });
    placePill(this.rateGrip, x, y.px(8) + (narrow ? 24 : 26), narrow ? 46 : 84, atRate);
  }
}
