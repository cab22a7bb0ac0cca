/** The drawing of a pitfall: lines of code with a number to drag, and below them what it does, wrong and right. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./hero.js" */
/** @import { Point, Scene } from "./scenes.js" */

import { el } from "../../../live/dom.js";
import { clamp, layers, polyline, set, svg } from "../../svg.js";
import { nearest, SCENES } from "./scenes.js";

/** @param {[number, number]} range @param {boolean} log @param {[number, number]} pixels */
function axisOf([low, high], log, [from, to]) {
  const f = log ? Math.log10 : (/** @type {number} */ value) => value;
  const slope = (to - from) / (f(high) - f(low));
  const inverse = (/** @type {number} */ pixel) => f(low) + (pixel - from) / slope;
  return {
    px: (/** @type {number} */ value) => from + (f(clamp(value, low, high)) - f(low)) * slope,
    value: (/** @type {number} */ pixel) => (log ? 10 ** inverse(pixel) : inverse(pixel)),
  };
}

/** Round values of an axis. @param {[number, number]} range @param {boolean} log @param {number} most */
export function ticksOf([low, high], log, most) {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    return Array.from({ length: last - first + 1 }, (_, place) => 10 ** (first + place));
  }
  const rough = (high - low) / most;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * base).find((one) => one >= rough) ?? 10 * base;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, place) =>
    Number(((Math.ceil(low / step - 1e-9) + place) * step).toPrecision(6)),
  );
}

/** Above and below a dot; what a baseline keeps from the axis, on which the grip and the ticks stand; a line of text. */
const [ABOVE, BELOW, CLEAR, LINE] = [-14, 24, 18, 22];

/**
 * Baselines of the words at two dots: over the upper one, under the lower one; where there is no room, both above.
 * @param {[number, number]} dots their y, in pixels @param {number} bottom of the axis
 * @returns {number[]}
 */
export function baselinesOf([one, other], bottom) {
  const [upper, lower] = [Math.min(one, other), Math.max(one, other)];
  const under = lower + BELOW;
  const low = under <= bottom - CLEAR ? under : Math.min(lower + ABOVE, bottom - CLEAR);
  const high = Math.min(upper + ABOVE, low - LINE);
  return one <= other ? [high, low] : [low, high];
}

export class PitfallPicture {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.kit = kit;
    this.state = state;
    this.code = el("div", { class: "code" });
    this.number = el("span", { class: "code-number" });
    this.chips = ["true", "false"].map((name) =>
      el(
        "button",
        { type: "button", class: "button", "data-answer": name, "aria-pressed": "false" },
        kit.say(`picture.${name}`),
      ),
    );
    this.question = el("div", { class: "question" }, el("strong", {}, kit.say("picture.question")), ...this.chips);
    kit.box.append(this.code, this.question);
    const on = layers(kit.svg, "axis", "curve", "cursor", "label");
    const ticks = (/** @type {string} */ kind) =>
      Array.from({ length: 8 }, () => ({
        line: svg("line", { stroke: "var(--bn-grid)" }, on.axis),
        label: svg("text", { class: `tick ${kind}` }, on.axis),
      }));
    this.xTicks = ticks("middle");
    this.yTicks = ticks("end");
    this.frame = svg("path", { fill: "none", stroke: "var(--bn-border)", "stroke-width": 1.5 }, on.axis);
    this.xTitle = svg("text", { class: "muted end" }, on.axis);
    this.yTitle = svg("text", { class: "title" }, on.axis);
    this.measured = svg("path", { fill: "var(--bn-faint)", class: "still" }, on.curve);
    const line = { fill: "none", "stroke-width": 3, "stroke-linejoin": "round", class: "still" };
    this.wrong = svg("path", { ...line, stroke: "var(--plain)", "stroke-dasharray": "8 5" }, on.curve);
    this.right = svg("path", { ...line, stroke: "var(--batch)" }, on.curve);
    this.cursor = svg("g", { style: "color:var(--bn-fg)" }, on.cursor);
    this.cursorLine = svg("line", { stroke: "var(--bn-muted)", "stroke-dasharray": "3 4" }, this.cursor);
    this.grip = svg("g", {}, this.cursor);
    svg("circle", { class: "ring", r: 22 }, this.grip);
    svg("rect", { x: -15, y: -11, width: 30, height: 22, rx: 11, fill: "var(--bn-fg)" }, this.grip);
    const arrows = {
      d: "M-6 -3.5l-3.5 3.5 3.5 3.5M6 -3.5l3.5 3.5-3.5 3.5",
      fill: "none",
      stroke: "var(--bn-card)",
      "stroke-width": 1.6,
    };
    svg("path", { ...arrows, class: "still" }, this.grip);
    this.marks = ["plain", "batch"].map((name) => ({
      dot: svg(
        "circle",
        { r: 5.5, fill: `var(--${name})`, stroke: "var(--bn-card)", "stroke-width": 2, class: "still" },
        on.label,
      ),
      label: svg("text", { class: "haloed still", style: `fill:var(--${name});font-weight:650` }, on.label),
    }));
    this.shown = -1;
    this.x = axisOf([0, 1], false, [0, 1]);
  }

  /** @returns {Scene} */
  get scene() {
    return SCENES[this.state.scene];
  }

  /** The code of the scene; the number in it stays the same element, because it may have the focus. */
  writeCode() {
    if (this.shown === this.state.scene) return;
    this.shown = this.state.scene;
    const lines = this.scene.code.map((line) => {
      const [before, after] = line.split("{}");
      return el(
        "div",
        { class: line.startsWith("#") ? "comment" : "" },
        before,
        ...(after === undefined ? [] : [this.number, after]),
      );
    });
    this.code.replaceChildren(...lines);
  }

  /** @param {Size} size @param {boolean} asking */
  draw({ width, height, narrow }, asking) {
    const { scene, state, kit } = this;
    const number = state.numbers[state.scene];
    this.writeCode();
    const written = scene.number.format(number);
    if (this.number.textContent !== written) this.number.textContent = written;
    this.question.hidden = !asking;
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.answer === state.answer));
    const top = this.code.offsetTop + this.code.offsetHeight + (narrow ? 26 : 52);
    const box = { left: narrow ? 46 : 70, right: width - (narrow ? 16 : 34), top, bottom: height - (narrow ? 34 : 62) };
    this.x = axisOf(scene.x, Boolean(scene.logX), [box.left, box.right]);
    const y = axisOf(scene.y, Boolean(scene.logY), [box.bottom, box.top]);
    this.drawAxes(box, y, narrow);
    const [wrong, right] = [scene.wrong(number), scene.right(number)];
    const dots = scene.measured?.map(
      ([px, py]) => `M${this.x.px(px) - 2.5} ${y.px(py)}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`,
    );
    set(this.measured, { d: dots?.join("") ?? "" });
    const path = (/** @type {Point[]} */ points) => polyline(points.map(([px, py]) => [this.x.px(px), y.px(py)]));
    set(this.wrong, { d: path(wrong), visibility: asking ? "hidden" : "visible" });
    set(this.right, { d: path(right), visibility: asking ? "hidden" : "visible" });
    const at = this.x.px(state.at);
    set(this.cursorLine, { x1: at, x2: at, y1: box.top, y2: box.bottom });
    set(this.grip, { transform: `translate(${at} ${box.bottom})` });
    set(this.cursor, { visibility: asking ? "hidden" : "visible" });
    const names = ["wrong", "right"];
    const places = [wrong, right].map((points) => nearest(points, state.at));
    const baselines = baselinesOf(/** @type {[number, number]} */ (places.map(([, py]) => y.px(py))), box.bottom);
    this.marks.forEach(({ dot, label }, which) => {
      const [px, py] = places[which];
      const far = at > (box.left + box.right) / 2;
      set(dot, { cx: this.x.px(px), cy: y.px(py), visibility: asking ? "hidden" : "visible" });
      const text = asking ? "" : kit.say(`picture.${scene.name}_${names[which]}`, { value: Number(py.toPrecision(3)) });
      if (scene.measured) {
        // Among many dots, words have no room: they stand above.
        set(label, { x: box.right, y: box.top + 6 + 22 * which, "text-anchor": "end", text });
        return;
      }
      set(label, {
        x: this.x.px(px) + (far ? -12 : 12),
        y: baselines[which],
        "text-anchor": far ? "end" : "start",
        text,
      });
    });
  }

  /** @param {{left: number, right: number, top: number, bottom: number}} box @param {ReturnType<typeof axisOf>} y @param {boolean} narrow */
  drawAxes({ left, right, top, bottom }, y, narrow) {
    const { scene, kit } = this;
    set(this.frame, { d: `M${left} ${top}V${bottom}H${right}` });
    const xs = ticksOf(scene.x, Boolean(scene.logX), narrow ? 4 : 6);
    this.xTicks.forEach(({ line, label }, place) => {
      const value = xs[place];
      const px = this.x.px(value ?? 0);
      set(line, { x1: px, x2: px, y1: top, y2: bottom, visibility: value === undefined ? "hidden" : "visible" });
      set(label, { x: px, y: bottom + 28, text: value === undefined ? "" : value });
    });
    const ys = ticksOf(scene.y, Boolean(scene.logY), narrow ? 4 : 6);
    this.yTicks.forEach(({ line, label }, place) => {
      const value = ys[place];
      const py = y.px(value ?? 0);
      set(line, { x1: left, x2: right, y1: py, y2: py, visibility: value === undefined ? "hidden" : "visible" });
      set(label, { x: left - 8, y: py + 4, text: value === undefined ? "" : value });
    });
    set(this.xTitle, { x: right, y: bottom + 48, text: narrow ? "" : kit.say(`picture.${scene.name}_x`) });
    set(this.yTitle, { x: left, y: top - (narrow ? 8 : 18), text: kit.say(`picture.${scene.name}_y`) });
  }

  /** The x under a point of the screen. @param {number} clientX */
  xAt(clientX) {
    return this.x.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }
}
