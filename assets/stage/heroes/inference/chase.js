/** One unit's line: where each digit of the batch falls, and how the running mean chased the means of the batches. */
/** @import { Kit } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { State } from "./state.js" */

import { clamp, fixed, polyline, scale, set, svg } from "../../svg.js";
import { levels, namePlace } from "./layout.js";
import { MATES } from "./state.js";

const MOST_ROWS = 14;

export class Chase {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {Record<"axis" | "line" | "dot" | "label" | "grip", SVGGElement>} on
   */
  constructor(kit, state, on) {
    this.kit = kit;
    this.state = state;
    const { first, unit } = state.net;
    const values = [0, ...first.map((row) => row[unit])];
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = 0.04 * (high - low);
    this.range = [low - room, high + room];
    this.axis = scale(0, 1, 0, 1);
    this.track = scale(0, 1, 0, 1);
    this.line = svg("line", { stroke: "var(--bn-border)", "stroke-width": 2 }, on.axis);
    this.zero = svg("line", { stroke: "var(--bn-muted)", "stroke-dasharray": "2 4" }, on.axis);
    this.zeroLabel = svg("text", { class: "tick middle haloed", text: "0" }, on.label);
    this.band = svg("rect", { rx: 7, opacity: 0.17, "data-s": "sigma" }, on.axis);
    this.mean = svg("line", { "stroke-width": 3, "data-s": "mean" }, on.axis);
    this.meanLabel = svg("text", { class: "middle haloed", style: "font-weight:650", "data-s": "mean" }, on.label);
    this.dots = Array.from({ length: MATES + 1 }, (_, place) => {
      const root = svg("g", place ? {} : { "data-s": "x" }, on.dot);
      const body = svg("circle", { fill: place ? "var(--bn-card)" : "var(--bn-fg)", stroke: "var(--bn-muted)" }, root);
      const label = svg("text", { class: "middle", y: 4 }, root);
      return { root, body, label };
    });
    this.trail = svg(
      "path",
      { fill: "none", stroke: "var(--batch)", "stroke-width": 2.5, "data-s": "running" },
      on.line,
    );
    this.past = Array.from({ length: MOST_ROWS }, () =>
      svg("circle", { fill: "var(--gradient)", "data-s": "batch" }, on.line),
    );
    this.leash = svg("line", { stroke: "var(--bn-fg)", "stroke-dasharray": "3 3", opacity: 0.6 }, on.line);
    this.running = svg("circle", { fill: "var(--batch)", "data-s": "running" }, on.line);
    this.batch = svg("circle", { fill: "var(--gradient)", "data-s": "batch" }, on.line);
    const legend = (/** @type {string} */ mark, /** @type {string} */ color) =>
      svg("text", { class: "haloed", "data-s": mark, style: `fill:${color};font-weight:650` }, on.label);
    this.batchLabel = legend("batch", "var(--gradient)");
    this.runningLabel = legend("running", "var(--batch)");
    this.title = svg("text", { class: "title" }, on.label);
    this.subtitle = svg("text", { class: "muted" }, on.label);
    this.older = svg("text", { class: "tick" }, on.label);
    this.momentumLabel = svg("text", { "data-s": "alpha", style: "font-weight:650" }, on.label);
    this.rail = svg("line", { stroke: "var(--bn-border)", "stroke-width": 4, "stroke-linecap": "round" }, on.axis);
    this.filled = svg("line", { stroke: "var(--batch)", "stroke-width": 4, "stroke-linecap": "round" }, on.axis);
    this.grip = svg("g", { style: "color:var(--batch)", "data-s": "alpha" }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.grip);
    svg("circle", { r: 10, fill: "var(--batch)", stroke: "var(--bn-card)", "stroke-width": 2 }, this.grip);
    this.parts = [on.axis, on.line, on.dot, this.grip];
  }

  /** @param {number} value */
  x(value) {
    return this.axis.px(clamp(value, this.range[0], this.range[1]));
  }

  /** The momentum under a point of the screen. @param {number} clientX */
  momentumAt(clientX) {
    return this.track.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Layout} layout @param {string} color of the mode */
  draw(layout, color) {
    const { left, right } = layout.unit;
    for (const part of this.parts) set(part, { display: layout.chase ? null : "none" });
    this.axis = scale(this.range[0], this.range[1], left + 8, right - 8);
    this.drawWords(layout);
    if (!layout.chase) return;
    this.drawUnit(layout, color);
    this.drawChase(layout);
    this.drawTrack(layout);
  }

  /** @param {Layout} layout @param {string} color */
  drawUnit({ unit, narrow }, color) {
    const { state, axis } = this;
    const { left, right, line } = unit;
    const [mean, sigma] = state.shown.used;
    const half = narrow ? 15 : 27;
    set(this.line, { x1: left, x2: right, y1: line, y2: line });
    set(this.zero, { x1: axis.px(0), x2: axis.px(0), y1: line - half, y2: line + half });
    set(this.zeroLabel, { x: axis.px(0), y: line + half + 13, text: narrow ? "" : "0" });
    const [from, to] = [this.x(mean - sigma), this.x(mean + sigma)];
    set(this.band, { x: from, width: Math.max(3, to - from), y: line - half, height: 2 * half, fill: color });
    set(this.mean, { x1: this.x(mean), x2: this.x(mean), y1: line - half - 4, y2: line + half + 4, stroke: color });
    set(this.meanLabel, {
      x: clamp(this.x(mean), left + 60, right - 60),
      y: line - half - 12,
      style: `fill:${color};font-weight:650`,
      visibility: narrow || this.kit.asking() ? "hidden" : "visible",
      text: this.kit.say(state.training ? "picture.mean_here" : "picture.mean_remembered"),
    });
    const xs = state.shown.x.map((value) => this.x(value));
    const inside = xs.slice(0, state.size);
    const radius = narrow ? 6 : 9.5;
    const level = levels(inside, 2 * radius);
    this.dots.forEach(({ root, body, label }, place) => {
      const on = place < state.size;
      const r = place ? radius : radius + 2.5;
      const y = line - (level[place] ?? 0) * (narrow ? 11 : 19);
      set(root, { transform: `translate(${xs[place].toFixed(1)} ${y})`, visibility: on ? "visible" : "hidden" });
      set(body, { r });
      const digit = place ? state.mates[place - 1] : state.yours;
      set(label, {
        text: narrow && place ? "" : state.net.labels[digit],
        style: place ? "font-size:12px" : "font-size:13px;font-weight:700;fill:var(--bn-bg)",
      });
    });
  }

  /** @param {Layout} layout */
  drawChase({ unit, narrow }) {
    const { state } = this;
    const { newest, row } = unit;
    const rows = Math.min(unit.rows, MOST_ROWS);
    const [batchMean, runningMean] = state.shown.means;
    const [slide] = state.shown.slide;
    const at = state.net.unit;
    const from = Math.max(0, state.batches - rows);
    /** @type {Array<[number, number]>} */
    const points = [[this.x(runningMean), newest]];
    for (let k = state.batches - 1; k >= from; k--) {
      points.push([this.x(state.now.running[k].means[0][at]), newest + (state.batches - k - slide) * row + 6]);
    }
    set(this.trail, { d: polyline(points), opacity: 0.65 });
    this.past.forEach((circle, place) => {
      const k = state.batches - 1 - place;
      const shown = place < rows - 1 && k >= 1;
      set(circle, {
        visibility: shown ? null : "hidden",
        cx: shown ? this.x(state.passed(k).means[0][at]).toFixed(1) : 0,
        cy: (newest + (place + 1 - slide) * row + 6).toFixed(1),
        r: narrow ? 2.8 : 4,
        opacity: (0.8 * (1 - place / rows)).toFixed(2),
      });
    });
    const [b, r] = [this.x(batchMean), this.x(runningMean)];
    const passed = state.batches > 0;
    const visibility = passed ? null : "hidden";
    set(this.leash, { x1: b, x2: r, y1: newest, y2: newest, visibility });
    set(this.batch, { cx: b, cy: newest, r: narrow ? 5.5 : 7.5, opacity: state.training ? 1 : 0.4, visibility });
    set(this.running, { cx: r, cy: newest, r: narrow ? 6.5 : 9 });
    const side = b < r ? -1 : 1;
    const room = { from: unit.left - 30, to: unit.right + 10 };
    const name = (
      /** @type {SVGTextElement} */ label,
      /** @type {string} */ text,
      /** @type {number[]} */ [x, gap, to],
    ) => set(label, { text, visibility: "visible", ...namePlace(text, { x, y: newest, gap, side: to }, room) });
    name(this.runningLabel, this.kit.say("picture.running_mean"), [r, 16, -side]);
    name(this.batchLabel, this.kit.say("picture.batch_mean", { batch: state.batches }), [b, 14, side]);
    if (!passed) set(this.batchLabel, { visibility: "hidden" });
  }

  /** @param {Layout} layout */
  drawTrack({ unit, pad, narrow }) {
    const { momentum } = this.state;
    const y = unit.newest + (narrow ? 16 : 44);
    this.track = scale(0, 1, pad + 10, unit.left - (narrow ? 20 : 30));
    const x = this.track.px(momentum);
    set(this.rail, { x1: this.track.px(0), x2: this.track.px(1), y1: y, y2: y });
    set(this.filled, { x1: this.track.px(0), x2: x, y1: y, y2: y });
    set(this.grip, { transform: `translate(${x} ${y})` });
  }

  /** @param {Layout} layout */
  drawWords({ unit, pad, narrow, chase }) {
    const { state, kit } = this;
    const { line, newest, rows, row } = unit;
    const visibility = chase ? "visible" : "hidden";
    const values = { number: state.net.unit + 1, units: state.net.first[0].length };
    set(this.title, {
      x: pad,
      y: line - (narrow ? 4 : 2),
      visibility,
      text: kit.say(narrow ? "picture.unit_short" : "picture.unit", values),
    });
    set(this.subtitle, {
      x: pad,
      y: line + 19,
      visibility: narrow ? "hidden" : visibility,
      text: kit.say("picture.unit_means"),
    });
    set(this.momentumLabel, {
      x: pad,
      y: newest + (narrow ? -2 : 22),
      visibility,
      text: kit.say("picture.momentum", { value: fixed(state.momentum) }),
    });
    set(this.older, {
      x: pad,
      y: newest + rows * row + 6,
      visibility: narrow ? "hidden" : visibility,
      text: kit.say("picture.older", { batches: state.batches }),
    });
    if (!chase) for (const label of [this.batchLabel, this.runningLabel, this.meanLabel]) set(label, { visibility });
    set(this.zeroLabel, { visibility });
  }
}
