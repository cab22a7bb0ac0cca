/** The lower part: what the walks say over the whole training, with the step as a handle. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, Measure, State } from "./state.js" */

import { APART, fit } from "../../fit.js";
import { clamp, layers, polyline, scale, set, svg } from "../../svg.js";
import { COLORS, lossText } from "./walk_panel.js";

/** @typedef {import("./walk_panel.js").Place} Place */

/** Powers of ten at the ends of the axis of the bands' widths: early ones are 30, the last ones 0.00001. */
const WIDTHS = [-5.5, 2];
/** Ends of the axis of "with BN / without BN". */
const RATIOS = [0.001, 1000];
/** @type {Record<Measure, {color: string, dash: string | null}>} */
const LINES = {
  length: { color: "var(--gradient)", dash: null },
  relative: { color: "var(--gradient)", dash: "2 5" },
  update: { color: "var(--bn-fg)", dash: null },
  next: { color: "var(--bn-fg)", dash: "2 5" },
};
const MEASURES = /** @type {Measure[]} */ (Object.keys(LINES));

/** A chart lower than this names its drawn-out lines only. */
const TIGHT = 130;
/** From one number of updates to the next, pixels. */
const ROOM_OF_A_TICK = 36;

/** @param {number} ratio */
const logged = (ratio) => Math.log10(clamp(ratio, RATIOS[0], RATIOS[1]));

/** Where a band's width stands on its axis of powers of ten. @param {number} width */
export const powerOf = (width) => clamp(Math.log10(width), WIDTHS[0], WIDTHS[1]);

/** A ratio as text. @param {number} ratio */
export function ratioText(ratio) {
  const digits = ratio >= 10 ? 0 : ratio >= 0.1 ? 1 : 3;
  return `×${ratio.toFixed(digits)}`;
}

export class TrainingPanel {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.kit = kit;
    this.state = state;
    this.axis = scale(0, 1, 0, 1);
    this.values = scale(0, 1, 1, 0);
    const root = svg("g", { class: "still" }, kit.svg);
    const clip = svg("clipPath", { id: "why-clip-training" }, root);
    this.window = svg("rect", {}, clip);
    const on = layers(root, "axis", "band", "label");
    set(on.band, { "clip-path": "url(#why-clip-training)" });
    this.frame = svg("rect", { rx: 6, fill: "var(--bn-soft)", opacity: 0.45 }, on.axis);
    this.grid = Array.from({ length: 8 }, () => ({
      line: svg("line", { stroke: "var(--bn-border)" }, on.axis),
      label: svg("text", { class: "tick end" }, on.axis),
    }));
    this.ticks = state.data.steps.map((step) => svg("text", { class: "tick middle", text: step }, on.axis));
    this.title = svg("text", { style: "font-weight:650" }, on.axis);
    this.note = svg("text", { class: "muted end" }, on.axis);
    this.unit = svg("text", { class: "tick end" }, on.axis);
    this.arms = /** @type {ArmName[]} */ (["none", "batch"]).map((arm) => {
      const line = { fill: "none", stroke: COLORS[arm], "stroke-linejoin": "round" };
      return {
        arm,
        seeds: svg("path", { ...line, "stroke-width": 1, "stroke-opacity": 0.4 }, on.band),
        all: svg("path", { ...line, "stroke-width": 2, "stroke-opacity": 0.7, "stroke-dasharray": "1 5" }, on.band),
        passed: svg("path", { ...line, "stroke-width": 3, "data-s": "band loss" }, on.band),
        dot: svg("circle", { r: 5, fill: COLORS[arm], stroke: "var(--bn-card)", "stroke-width": 1.5 }, on.label),
        value: svg("text", { class: "haloed", style: `fill:${COLORS[arm]};font-weight:650` }, on.label),
      };
    });
    this.lines = MEASURES.map((measure) => ({
      measure,
      interval: svg("path", { fill: LINES[measure].color, opacity: 0.16 }, on.band),
      seeds: svg("path", { fill: "none", stroke: LINES[measure].color, "stroke-width": 1, opacity: 0.3 }, on.band),
      mean: svg(
        "path",
        {
          fill: "none",
          stroke: LINES[measure].color,
          "stroke-width": 3,
          "stroke-dasharray": LINES[measure].dash,
          "stroke-linecap": "round",
          "data-s": "shift loss",
        },
        on.band,
      ),
      name: svg("text", { class: "haloed", style: `fill:${LINES[measure].color};font-weight:650` }, on.label),
      dot: svg("circle", { r: 5, fill: LINES[measure].color, stroke: "var(--bn-card)", "stroke-width": 1.5 }, on.label),
    }));
    this.half = svg("rect", { fill: "var(--bn-muted)", opacity: 0.18 }, on.axis);
    this.halfName = svg("text", { class: "muted haloed" }, on.label);
    this.equal = svg("line", { stroke: "var(--bn-fg)", "stroke-width": 1.5 }, on.axis);
    this.stem = svg("line", { stroke: "var(--bn-fg)", "stroke-width": 2, class: "still" }, kit.svg);
    this.grip = svg("g", { style: "color:var(--bn-fg)" }, kit.svg);
    svg("rect", { x: -30, y: -22, width: 60, height: 44, fill: "transparent" }, this.grip);
    svg("rect", { class: "ring", x: -33, y: -19, width: 66, height: 38, rx: 19 }, this.grip);
    svg("rect", { x: -26, y: -13, width: 52, height: 26, rx: 13, fill: "var(--bn-fg)" }, this.grip);
    this.gripText = svg("text", { y: 5, class: "still middle why-grip" }, this.grip);
  }

  /** The recorded step under a point of the screen. @param {number} clientX */
  stepAt(clientX) {
    return this.axis.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Place} place @param {{asking: boolean}} mode */
  draw(place, { asking }) {
    const { x, y, width, height, narrow } = place;
    const { state, kit } = this;
    const shift = state.view === "shift";
    const pad = narrow ? 20 : 30;
    this.axis = scale(0, state.data.steps.length - 1, x + pad, x + width - pad);
    const ends = shift ? RATIOS.map(Math.log10) : WIDTHS;
    this.values = scale(ends[0], ends[1], y + height - 4, y + 4);
    set(this.window, { x, y, width, height });
    set(this.frame, { x, y, width, height });
    this.drawGrid(place, shift);
    this.drawWidths(shift, asking, place);
    this.drawHalf(place, shift);
    this.drawShift(place, shift);
    set(this.title, { x, y: y - 10, text: kit.say(`picture.${shift ? "shift" : "band"}${narrow ? "_short" : ""}`) });
    set(this.note, { x: x + width, y: y - 10 });
    fit(this.note, width - this.title.getComputedTextLength() - APART, [this.noteText(shift, narrow), ""]);
    const at = this.axis.px(state.at);
    const under = y + height + (narrow ? 15 : 17);
    set(this.stem, { x1: at, x2: at, y1: y, y2: under - 10 });
    set(this.grip, { transform: `translate(${at.toFixed(2)} ${under})` });
    // While the question is open it is about this step, so the grip waits.
    set(this.grip, { opacity: asking ? 0.4 : 1, tabindex: asking ? -1 : 0, "aria-hidden": asking ? true : null });
    this.grip.style.pointerEvents = asking ? "none" : "";
    set(this.gripText, { text: state.data.steps[state.at] });
  }

  /** @param {boolean} shift @param {boolean} narrow */
  noteText(shift, narrow) {
    if (narrow) return shift ? this.kit.say("picture.shift_note_short") : "";
    const seeds = this.state.data.nets[this.state.net].shift.length.seeds.length;
    return this.kit.say(`picture.${shift ? "shift_note" : "band_note"}`, { seeds });
  }

  /** @param {Place} place @param {boolean} shift */
  drawGrid({ x, y, width, height, narrow }, shift) {
    const powers = shift ? [-3, -2, -1, 0, 1, 2, 3] : [-5, -4, -3, -2, -1, 0, 1, 2];
    this.grid.forEach(({ line, label }, place) => {
      const power = powers[place];
      const shown = power !== undefined;
      const at = shown ? this.values.px(power) : 0;
      // Every second line has its number; which ones keeps them short.
      const named = shown && Math.abs(power % 2) === (shift ? 0 : 1) && power > -4;
      set(line, { x1: x, x2: x + width, y1: at, y2: at, visibility: shown ? "visible" : "hidden" });
      set(label, { x: x - 7, y: at + 4, text: named ? String(Number(`1e${power}`)) : "" });
    });
    const last = this.ticks.length - 1;
    // Counted from the last one, whose number is the widest.
    const every = narrow ? 4 : this.axis.slope < ROOM_OF_A_TICK ? 2 : 1;
    this.ticks.forEach((label, place) => {
      const near = Math.abs(place - this.state.at) < (narrow ? 3 : every + 1);
      const shown = !near && (narrow ? place % every === 0 || place === last : (last - place) % every === 0);
      set(label, {
        x: this.axis.px(place),
        y: y + height + (narrow ? 19 : 21),
        visibility: shown ? "visible" : "hidden",
      });
    });
    // Where the grip is not.
    const late = this.state.at > this.ticks.length / 2;
    set(this.unit, {
      x: late ? x : x + width,
      class: late ? "tick" : "tick end",
      y: y + height + (narrow ? 36 : 40),
      text: this.kit.say("picture.updates"),
    });
    const one = this.values.px(0);
    set(this.equal, { x1: x, x2: x + width, y1: one, y2: one, visibility: shift ? "visible" : "hidden" });
  }

  /** @param {boolean} shift @param {boolean} asking @param {Place} place */
  drawWidths(shift, asking, { y, height, narrow }) {
    const { state } = this;
    const wider = state.width("none") >= state.width("batch") ? "none" : "batch";
    for (const { arm, seeds, all, passed, dot, value } of this.arms) {
      const hidden = shift || (asking && arm === "none");
      const lineOf = (/** @type {number} */ seed, count = state.data.steps.length) =>
        polyline(state.data.steps.slice(0, count).map((_, at) => this.widthPoint(arm, seed, at)));
      const others = state.data.seeds.map((_, seed) => seed).filter((seed) => seed !== state.seed);
      set(seeds, { d: hidden ? "" : others.map((seed) => lineOf(seed)).join("") });
      set(all, { d: hidden ? "" : lineOf(state.seed) });
      set(passed, { d: hidden ? "" : lineOf(state.seed, state.at + 1) });
      const [cx, cy] = this.widthPoint(arm, state.seed, state.at);
      set(dot, { cx, cy, visibility: hidden ? "hidden" : "visible" });
      const late = state.at > state.data.steps.length / 2;
      set(value, {
        x: cx + (late ? -9 : 9),
        y: clamp(cy + (arm === wider ? -9 : 20), y + 14, y + height - 5),
        "text-anchor": late ? "end" : "start",
        text: hidden || narrow ? "" : lossText(state.width(arm)),
      });
    }
  }

  /** @param {ArmName} arm @param {number} seed @param {number} at @returns {[number, number]} */
  widthPoint(arm, seed, at) {
    return [this.axis.px(at), this.values.px(powerOf(this.state.width(arm, seed, at)))];
  }

  /** @param {{low: number, high: number}[]} ranges @param {number} count of the first ones */
  area(ranges, count) {
    const shown = ranges.slice(0, count);
    /** @param {number} value @param {number} at @returns {[number, number]} */
    const point = (value, at) => [this.axis.px(at), this.values.px(value)];
    const upper = shown.map(({ high }, at) => point(high, at));
    const lower = shown.map(({ low }, at) => point(low, at)).reverse();
    return `${polyline([...upper, ...lower])}Z`;
  }

  /** The strip in which the seeds pass half of their final accuracy, with both nets. @param {Place} place @param {boolean} shift */
  drawHalf({ y, height, narrow }, shift) {
    const half = this.state.half();
    const visibility = shift && half ? "visible" : "hidden";
    const roomy = !narrow && height >= TIGHT;
    const [from, to] = half ? [half.first - 0.4, half.last + 0.4].map((at) => this.axis.px(at)) : [0, 0];
    set(this.half, { visibility, x: from, width: to - from, y, height });
    set(this.halfName, {
      visibility: roomy ? visibility : "hidden",
      x: to + 6,
      y: y + height - 6,
      text: this.kit.say("picture.half"),
    });
  }

  /** @param {Place} place @param {boolean} shift */
  drawShift({ x, width, height, narrow }, shift) {
    const tight = narrow || height < TIGHT;
    const { state, kit } = this;
    // Where the chart is low, short names stand at the side on which the lines are nearer to 1.
    const middle = Math.round(state.data.steps.length / 2);
    const off = state.data.steps.map((_, at) => Math.abs(logged(state.shift("length", at).mean)));
    const sum = (/** @type {number[]} */ values) => values.reduce((all, one) => all + one, 0);
    const end = tight && sum(off.slice(0, middle)) > sum(off.slice(middle));
    for (const { measure, interval, seeds, mean, name, dot } of this.lines) {
      const found = state.data.steps.map((_, at) => state.shift(measure, at));
      const visibility = shift ? "visible" : "hidden";
      /** @param {number} ratio @param {number} at @returns {[number, number]} */
      const point = (ratio, at) => [this.axis.px(at), this.values.px(logged(ratio))];
      const rows = measure === "relative" ? [] : state.data.nets[state.net].shift[measure].seeds;
      set(seeds, {
        visibility,
        d: rows.map((row) => polyline(row.flatMap((ratio, at) => (ratio === null ? [] : [point(ratio, at)])))).join(""),
      });
      set(interval, {
        visibility: measure === "relative" ? "hidden" : visibility,
        d: this.area(
          found.map(({ low, high }) => ({ low: logged(low), high: logged(high) })),
          found.length,
        ),
      });
      set(mean, { visibility, d: polyline(found.map((one, at) => point(one.mean, at))) });
      const [cx, cy] = point(found[state.at].mean, state.at);
      set(dot, { cx, cy, visibility });
      const row = MEASURES.indexOf(measure);
      const high = row > 1;
      set(name, {
        visibility: tight && LINES[measure].dash ? "hidden" : visibility,
        x: end ? x + width - 6 : x + (tight ? 6 : 10),
        "text-anchor": end ? "end" : "start",
        y: high
          ? this.values.px(-3) - (tight ? 6 : 8 + 17 * (MEASURES.length - 1 - row))
          : this.values.px(3) + (tight ? 13 : 16) + 17 * row,
        text: `${kit.say(`picture.${measure}${tight ? "_short" : ""}`)} ${ratioText(found[state.at].mean)}`,
      });
    }
  }
}
