/** One form of the inputs: its cloud, and below it the valley that it makes, with the ball and its path. */
/** @import { Kit } from "../../types" */
/** @import { Point } from "../../math/symmetric.js" */
/** @import { Valley } from "./state.js" */

import { gradient } from "../../math/quadratic.js";
import { between, clamp, polyline, scale, set, svg } from "../../svg.js";
import { short } from "./state.js";

export const COLORS = ["var(--plain)", "var(--batch)", "var(--gradient)"];
/** Half the width of the view of the weights, and of the clouds. */
export const VIEW = 2.2;
const CLOUD = 6;
/** Where the grip of the cloud stands: so many times correlation and deviation from the middle. */
export const LEVER = { rho: 4, ratio: 2 };
export const CONTOURS = 14;
const SPACING = 0.36;
const DOTS = 80;

/** @typedef {ReturnType<typeof scale>} Scale */
/** @typedef {{x: number, width: number, cloudTop: number, cloudHeight: number, top: number, height: number, narrow: boolean}} Place */

/** @param {Element} parent */
export const contour = (parent) =>
  svg("ellipse", { fill: "none", stroke: "var(--bn-muted)", "data-s": "hessian", class: "still" }, parent);

/**
 * Lines of equal loss, the same ones in every valley: half axes of sqrt(2 L / lambda).
 * @param {SVGEllipseElement[]} contours
 * @param {{x: Scale, y: Scale}} view
 * @param {Valley} valley
 */
export function drawContours(contours, { x, y }, { eigenvalues, angle }) {
  const [cx, cy] = [x.px(0), y.px(0)];
  const turn = `rotate(${((-angle * 180) / Math.PI).toFixed(2)} ${cx} ${cy})`;
  contours.forEach((one, place) => {
    const root = SPACING * (place + 1) * x.slope;
    const [rx, ry] = eigenvalues.map((value) => root / Math.sqrt(value));
    set(one, { cx, cy, rx, ry, transform: turn, "stroke-opacity": 0.55 - 0.03 * place });
  });
}

export class Column {
  /** @param {Kit} kit @param {Record<"back" | "ball" | "grip" | "label", SVGGElement>} on @param {number} form @param {string} name */
  constructor(kit, on, form, name) {
    this.kit = kit;
    this.name = name;
    const color = COLORS[form];
    this.clip = [0, 1].map((part) => {
      const path = svg("clipPath", { id: `gradients-${form}-${part}` }, on.back);
      return svg("rect", { rx: 10 }, path);
    });
    const card = { rx: 10, fill: "var(--bn-soft)", stroke: "var(--bn-border)" };
    this.cloudCard = svg("rect", card, on.back);
    const cloud = svg("g", { "clip-path": `url(#gradients-${form}-0)`, class: "still" }, on.back);
    this.axes = [0, 1].map(() => svg("line", { stroke: "var(--bn-border)" }, cloud));
    this.points = Array.from({ length: DOTS }, () => svg("circle", { r: 2.6, fill: color, opacity: 0.65 }, cloud));
    this.card = svg("rect", { ...card, class: "valley" }, on.back);
    const valley = svg("g", { "clip-path": `url(#gradients-${form}-1)`, class: "still" }, on.back);
    this.contours = Array.from({ length: CONTOURS }, () => contour(valley));
    this.star = svg("path", { d: "M-6 0H6M0 -6V6", stroke: "var(--bn-fg)", "stroke-width": 2 }, valley);
    const way = { fill: "none", stroke: color, "stroke-linejoin": "round" };
    this.whole = svg("path", { ...way, "stroke-width": 1.5, opacity: 0.35 }, valley);
    this.rolled = svg("path", { ...way, "stroke-width": 2.5 }, valley);
    this.steps = svg("g", { fill: color }, valley);
    this.dots = Array.from({ length: 31 }, () => svg("circle", { r: 2.8 }, this.steps));
    this.arrow = svg("line", { stroke: "var(--bn-fg)", "stroke-width": 2.5, "data-s": "rate" }, valley);
    this.ball = svg("circle", { fill: color, stroke: "var(--bn-card)", "stroke-width": 2 }, valley);
    this.tap = svg(
      "rect",
      { fill: "transparent", rx: 10, role: "radio", tabindex: 0, class: "tap", style: `color:${color}` },
      on.back,
    );
    this.start = svg("g", { style: `color:${color}` }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.start);
    svg("circle", { r: 8, fill: "var(--bn-card)", stroke: color, "stroke-width": 3 }, this.start);
    this.tip = svg("g", { style: "color:var(--bn-fg)", "data-s": "rate" }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.tip);
    svg("path", { d: "M9 0L-7 -8V8Z", fill: "var(--bn-fg)", stroke: "var(--bn-card)", "stroke-width": 1.5 }, this.tip);
    this.title = svg("text", { class: "title", style: `fill:${color}` }, on.label);
    this.condition = svg("text", { class: "end", "data-s": "condition", style: "font-weight:650" }, on.label);
    this.fate = svg("text", { class: "middle haloed fate", style: `fill:${color};font-weight:650` }, on.label);
    this.x = this.y = this.cloudX = this.cloudY = scale(-VIEW, VIEW, 0, 100);
  }

  /** The weights under a point of the screen. @param {number} clientX @param {number} clientY @returns {[number, number]} */
  weightsAt(clientX, clientY) {
    const { left, top } = this.kit.svg.getBoundingClientRect();
    return [this.x.value(clientX - left), this.y.value(clientY - top)];
  }

  /** Deviation and correlation of the cloud under a point of the screen. @param {number} clientX @param {number} clientY @returns {[number, number]} */
  inputsAt(clientX, clientY) {
    const { left, top } = this.kit.svg.getBoundingClientRect();
    return [this.cloudX.value(clientX - left) / LEVER.rho, this.cloudY.value(clientY - top) / LEVER.ratio];
  }

  /** The rate whose first step ends closest to a point of the screen. @param {number} clientX @param {number} clientY @param {Valley} valley */
  rateAt(clientX, clientY, { hessian, path, rate }) {
    const [x, y] = this.weightsAt(clientX, clientY);
    const [gx, gy] = gradient(hessian, path[0]);
    const steep = gx * gx + gy * gy;
    // On the cross there is no slope, and no arrow.
    if (steep === 0) return rate;
    return ((path[0][0] - x) * gx + (path[0][1] - y) * gy) / steep;
  }

  /** @param {Place} place @param {Valley} valley @param {{time: number, asking: boolean, guessed: boolean, words: string}} mode */
  draw(place, valley, mode) {
    const { x, width, cloudTop, cloudHeight, top, height, narrow } = place;
    const [middle, cloudMiddle] = [x + width / 2, cloudTop + cloudHeight / 2];
    const half = Math.min(width, height) / 2;
    this.x = scale(-VIEW, VIEW, middle - half, middle + half);
    this.y = scale(-VIEW, VIEW, top + height / 2 + half, top + height / 2 - half);
    const unit = cloudHeight / 2 / CLOUD;
    this.cloudX = scale(0, 1, middle, middle + unit);
    this.cloudY = scale(0, 1, cloudMiddle, cloudMiddle - unit);
    const cloud = { x, y: cloudTop, width, height: cloudHeight };
    const box = { x, y: top, width, height };
    for (const one of [this.cloudCard, this.clip[0]]) set(one, cloud);
    for (const one of [this.card, this.clip[1], this.tap]) set(one, box);
    set(this.axes[0], { x1: x, x2: x + width, y1: cloudMiddle, y2: cloudMiddle });
    set(this.axes[1], { x1: middle, x2: middle, y1: cloudTop, y2: cloudTop + cloudHeight });
    this.points.forEach((point, at) => {
      const [a, b] = valley.points[at];
      set(point, { cx: this.cloudX.px(a), cy: this.cloudY.px(b), r: narrow ? 1.6 : 2.6 });
    });
    set(this.title, { x: x + 2, y: cloudTop - (narrow ? 5 : 9), text: this.name });
    this.title.style.fontSize = narrow ? "13px" : "";
    set(this.condition, {
      x: x + width - 4,
      y: top - (narrow ? 4 : 7),
      text: mode.asking ? "" : `κ = ${short(valley.condition)}`,
    });
    set(this.fate, { x: middle, y: top + height - 9, text: mode.asking ? "" : mode.words });
    this.fate.style.fontSize = narrow ? "12px" : "";
    set(this.tap, {
      "aria-label": this.name,
      "aria-checked": mode.guessed,
      tabindex: mode.asking ? 0 : -1,
      "aria-hidden": mode.asking ? null : true,
      stroke: mode.asking || mode.guessed ? "currentcolor" : "none",
      "stroke-width": mode.guessed ? 4 : 1.5,
      "stroke-dasharray": mode.guessed && !mode.asking ? "6 4" : null,
    });
    this.tap.style.pointerEvents = mode.asking ? "" : "none";
    this.drawValley(valley);
    this.drawPath(valley, mode, narrow);
  }

  /** @param {Valley} valley */
  drawValley(valley) {
    drawContours(this.contours, this, valley);
    set(this.star, { transform: `translate(${this.x.px(0)} ${this.y.px(0)})` });
  }

  /** @param {Valley} valley @param {{time: number, asking: boolean}} mode @param {boolean} narrow */
  drawPath({ path }, { time, asking }, narrow) {
    const px = (/** @type {Point} */ [a, b]) =>
      /** @type {[number, number]} */ ([this.x.px(clamp(a, -60, 60)), this.y.px(clamp(b, -60, 60))]);
    const whole = Math.floor(time);
    const at = path[Math.min(whole, path.length - 1)];
    const next = path[Math.min(whole + 1, path.length - 1)];
    const part = time - whole;
    const ball = /** @type {Point} */ ([between(at[0], next[0], part), between(at[1], next[1], part)]);
    set(this.whole, { d: asking ? "" : polyline(path.map(px)) });
    set(this.rolled, { d: polyline([...path.slice(0, whole + 1), ball].map(px)) });
    this.dots.forEach((dot, step) => {
      const [cx, cy] = px(path[step]);
      set(dot, { cx, cy, visibility: step <= whole ? "inherit" : "hidden" });
    });
    const [bx, by] = px(ball);
    set(this.ball, { cx: bx, cy: by, r: narrow ? 6 : 9 });
    const [sx, sy] = px(path[0]);
    set(this.start, { transform: `translate(${sx} ${sy})${narrow ? " scale(.8)" : ""}` });
    this.drawArrow(path, narrow);
  }

  /** The first step; where it leaves the view, its head stands at the border. @param {Point[]} path @param {boolean} narrow */
  drawArrow([start, end], narrow) {
    const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
    const most = (/** @type {number} */ from, /** @type {number} */ by) =>
      by === 0 ? 1 : ((by > 0 ? VIEW - 0.12 : 0.12 - VIEW) - from) / by;
    const share = Math.min(1, most(start[0], dx), most(start[1], dy));
    const [x1, y1] = [this.x.px(start[0]), this.y.px(start[1])];
    const [x2, y2] = [this.x.px(start[0] + share * dx), this.y.px(start[1] + share * dy)];
    set(this.arrow, { x1, y1, x2, y2 });
    // On the cross there is no step: its head would cover the start, and keep it there.
    const visibility = dx || dy ? "inherit" : "hidden";
    const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    set(this.tip, {
      visibility,
      transform: `translate(${x2} ${y2}) rotate(${angle.toFixed(1)})${narrow ? " scale(.75)" : ""}`,
    });
  }
}
