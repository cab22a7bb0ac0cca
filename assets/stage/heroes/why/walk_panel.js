/** One net's walk: the loss over the step length, the hand on it, and the range that opens behind the hand. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, State, Walk } from "./state.js" */

import { layers, polyline, scale, set, svg } from "../../svg.js";
import { FAR, opening, rangeTo, readOff } from "./state.js";

/** @typedef {{x: number, y: number, width: number, height: number, narrow: boolean}} Place */
/** @typedef {{low: number, high: number}} Range */

export const COLORS = { none: "var(--plain)", batch: "var(--batch)" };

/** Width of a panel, pixels, from which on its accuracy has its name before it. */
const ROOM_OF_WORDS = 224;

/** A loss as text: as many digits as its size needs, so that two small ones can be told apart. @param {number} value */
export const lossText = (value) => {
  if (value > 0 && value < 0.000001) return "<0.000001";
  if (value > 0 && value < 0.01) return value.toPrecision(2);
  return value.toFixed(value >= 10 ? 1 : value >= 0.1 || value === 0 ? 2 : 3);
};

export class WalkPanel {
  /** @param {Kit} kit @param {State} state @param {ArmName} arm */
  constructor(kit, state, arm) {
    this.kit = kit;
    this.state = state;
    this.arm = arm;
    this.axis = scale(0, FAR, 0, 1);
    this.losses = scale(0, 1, 1, 0);
    const color = COLORS[arm];
    const root = svg("g", {}, kit.svg);
    const clip = svg("clipPath", { id: `why-clip-${arm}` }, root);
    this.window = svg("rect", {}, clip);
    const on = layers(root, "axis", "seed", "band", "line", "label");
    for (const group of Object.values(on)) group.setAttribute("class", "still");
    const inside = { "clip-path": `url(#why-clip-${arm})` };
    for (const group of [on.seed, on.band, on.line]) set(group, inside);
    this.frame = svg("rect", { rx: 6, fill: "var(--bn-soft)", opacity: 0.45 }, on.axis);
    this.grid = Array.from({ length: 5 }, () => ({
      line: svg("line", { stroke: "var(--bn-border)" }, on.axis),
      label: svg("text", { class: "tick end" }, on.axis),
    }));
    this.ticks = Array.from({ length: FAR + 1 }, (_, value) => ({
      value,
      label: svg("text", { class: "tick middle", text: value ? `${value}η` : "0" }, on.axis),
    }));
    this.own = svg("line", { stroke: "var(--bn-muted)", "stroke-dasharray": "2 4" }, on.axis);
    this.title = svg("text", { class: "title", style: `fill:${color}`, text: kit.say(`picture.${arm}`) }, on.axis);
    this.accuracy = svg("text", { class: "muted end" }, on.axis);
    const thin = { fill: "none", stroke: color, "stroke-width": 1.2, "stroke-opacity": 0.45 };
    this.seeds = state.data.seeds.map(() => svg("path", thin, on.seed));
    this.opened = svg("path", { fill: color, opacity: 0.25, "data-s": "band loss" }, on.band);
    this.ahead = svg(
      "path",
      { fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": "1 5", "stroke-linecap": "round" },
      on.line,
    );
    this.path = svg("path", { fill: "none", stroke: color, "stroke-width": 3.5, "stroke-linejoin": "round" }, on.line);
    this.dots = Array.from({ length: state.data.lengths.length + 1 }, () => svg("circle", { fill: color }, on.line));
    this.bracket = svg("path", { fill: "none", stroke: color, "stroke-width": 2.5, "data-s": "band loss" }, on.label);
    this.width = svg(
      "text",
      { class: "haloed", style: `fill:${color};font-weight:650`, "data-s": "band loss" },
      on.label,
    );
    this.value = svg("text", { class: "haloed", style: `fill:${color};font-weight:650` }, on.label);
    this.hand = svg("g", { style: `color:${color}`, "data-s": "loss" }, kit.svg);
    svg("circle", { r: 26, fill: "transparent" }, this.hand);
    svg("circle", { class: "ring", r: 20 }, this.hand);
    svg("circle", { r: 14, fill: color, stroke: "var(--bn-card)", "stroke-width": 2.5 }, this.hand);
    svg("path", { d: "M-3.5 -4l-4 4 4 4M3.5 -4l4 4 -4 4", class: "still why-arrows", fill: "none" }, this.hand);
  }

  /** The place on the walk under a point of the screen. @param {number} clientX */
  placeAt(clientX) {
    return this.axis.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** The loss under a point of the screen. @param {number} clientY */
  lossAt(clientY) {
    return this.losses.value(clientY - this.kit.svg.getBoundingClientRect().top);
  }

  /** @param {Place} place @param {{top: number, asking: boolean}} mode top: the loss at the upper end of the axis */
  draw(place, { top, asking }) {
    const { x, y, width, height, narrow } = place;
    this.axis = scale(0, FAR, x + (narrow ? 8 : 12), x + width - (narrow ? 8 : 12));
    this.losses = scale(0, top, y + height - 8, y + 8);
    const hidden = asking && this.arm === "none";
    const walk = this.state.walk(this.arm);
    const at = hidden ? 0 : asking ? FAR : this.state.place;
    this.drawAxis(place, top);
    this.drawSeeds(hidden);
    this.drawWalk(walk, at, hidden);
    this.drawBand(walk, at, place, hidden);
    const bare = asking && this.arm === "batch";
    this.drawHand(walk, at, place, bare);
    set(this.hand, { visibility: bare ? "hidden" : "visible" });
  }

  /** @param {Place} place @param {number} top */
  drawAxis({ x, y, width, height, narrow }, top) {
    set(this.window, { x: x - 2, y, width: width + 4, height });
    set(this.frame, { x, y, width, height });
    this.grid.forEach(({ line, label }, place) => {
      const loss = (top * place) / (this.grid.length - 1);
      const at = this.losses.px(loss);
      set(line, { x1: x, x2: x + width, y1: at, y2: at });
      set(label, {
        x: x - 7,
        y: at + 4,
        text: narrow && place % (top < 0.05 ? 4 : 2) ? "" : String(Number(loss.toPrecision(3))),
      });
    });
    for (const { value, label } of this.ticks) {
      set(label, { x: this.axis.px(value), y: y + height + 16 });
    }
    set(this.own, { x1: this.axis.px(1), x2: this.axis.px(1), y1: y, y2: y + height });
    set(this.title, { x, y: y - 10 });
    const accuracy = this.state.data.nets[this.state.net][this.arm].accuracy[this.state.seed][this.state.at];
    const value = { value: (100 * accuracy).toFixed(0) };
    // By the width alone, so that both panels say it alike.
    const short = narrow || width < ROOM_OF_WORDS;
    const text = this.kit.say(`picture.accuracy${short ? "_short" : ""}`, value);
    set(this.accuracy, { x: x + width, y: y - 10, text });
  }

  /** @param {boolean} hidden */
  drawSeeds(hidden) {
    this.seeds.forEach((path, seed) => {
      const walk = this.state.walk(this.arm, seed);
      const shown = !hidden && seed !== this.state.seed;
      set(path, { d: shown ? this.line(walk, FAR) : "" });
    });
  }

  /** The line up to a place on the walk. @param {Walk} walk @param {number} end */
  line({ s, loss }, end) {
    const points = s.flatMap((one, point) => (one < end ? [this.point(one, loss[point])] : []));
    return polyline([...points, this.point(end, readOff(s, loss, end))]);
  }

  /** @param {number} s @param {number} loss @returns {[number, number]} */
  point(s, loss) {
    return [this.axis.px(s), this.losses.px(loss)];
  }

  /** @param {Walk} walk @param {number} at @param {boolean} hidden */
  drawWalk(walk, at, hidden) {
    set(this.path, { d: hidden ? "" : this.line(walk, at) });
    set(this.ahead, { d: hidden || at >= FAR ? "" : this.line(walk, FAR) });
    this.dots.forEach((dot, point) => {
      const [cx, cy] = this.point(walk.s[point], walk.loss[point]);
      const passed = walk.s[point] <= at;
      set(dot, { cx, cy, r: passed ? 4 : 2.5, opacity: hidden && point ? 0 : 1 });
    });
  }

  /** @param {Walk} walk @param {number} at @param {Place} place @param {boolean} hidden */
  drawBand(walk, at, { x, width, narrow }, hidden) {
    const stops = hidden ? [] : opening(walk, at);
    const upper = stops.map(({ s, high }) => this.point(s, high));
    const lower = stops.map(({ s, low }) => this.point(s, low)).reverse();
    set(this.opened, { d: stops.length > 1 ? `${polyline([...upper, ...lower])}Z` : "" });
    const range = hidden ? null : rangeTo(walk, at);
    const right = x + width + (narrow ? 2 : 10);
    const words = range && !narrow ? lossText(range.high - range.low) : "";
    const [high, low] = range ? [this.losses.px(range.high), this.losses.px(range.low)] : [0, 0];
    set(this.bracket, {
      d: range && !narrow ? `M${right} ${high}h6v${Math.max(2, low - high)}h-6` : "",
    });
    set(this.width, {
      x: right + 12,
      y: (high + low) / 2 + 5,
      // The room beside the panel holds seven characters at full size.
      "font-size": Math.min(14, 98 / Math.max(1, words.length)).toFixed(1),
      text: words,
    });
  }

  /** @param {Walk} walk @param {number} at @param {Place} place @param {boolean} bare whether the hand is not there */
  drawHand(walk, at, { x, y, width }, bare) {
    const loss = readOff(walk.s, walk.loss, at);
    const [px, py] = this.point(at, loss);
    set(this.hand, { transform: `translate(${px.toFixed(2)} ${py.toFixed(2)})` });
    const above = py - 26 > y + 10;
    // Where there is no room above the hand, beside it: the curve comes from below.
    const left = px - 76 > x;
    const beside = { x: px + (left ? -22 : 22), y: py + 5, "text-anchor": left ? "end" : "start" };
    const over = {
      x: Math.min(Math.max(px, x + 24), x + width - 24),
      y: py - (bare ? 10 : 24),
      "text-anchor": "middle",
    };
    set(this.value, { ...(above ? over : beside), text: lossText(loss) });
  }
}

/** @param {Range} range */
export const rangeText = ({ low, high }) => lossText(high - low);
