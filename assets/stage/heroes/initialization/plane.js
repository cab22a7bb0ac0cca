/** The plane of the weights: the vector with its two grips, its ray, the gradient, the step, and the steps before. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { layers, polyline, set, svg } from "../../svg.js";
import { POINTS, REACH, TARGETS, vector } from "./state.js";

/** Half of the plane is this much longer than the longest vector on it. */
const ROOM = 1.12;
/** On a plane with a smaller radius, in pixels, the grip at the tip has no number. */
const SMALL = 140;
/** Sides of the mark of a right angle, pixels. */
const CORNER = 9;

/** @typedef {ReturnType<State["unit"]>} Unit */

/** @param {Element} parent @param {string} id @param {string} color */
function arrowHead(parent, id, color) {
  const options = { viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 10, markerHeight: 10 };
  const marker = svg("marker", { id, ...options, markerUnits: "userSpaceOnUse", orient: "auto" }, parent);
  svg("path", { d: "M0 0 8 4 0 8z", fill: color }, marker);
}

export class Plane {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.center = { x: 0, y: 0 };
    this.radius = 100;
    /** Pixels per unit of length; it stays while a hand holds the grip. */
    this.unitPx = 60;
    this.held = false;
    const defs = svg("defs", {}, parent);
    arrowHead(defs, "weight-head", "var(--bn-fg)");
    arrowHead(defs, "step-head", "var(--gradient)");
    const on = layers(parent, "ground", "cloud", "trail", "vector", "grips", "words");
    for (const name of /** @type {const} */ (["ground", "cloud", "trail", "words"])) on[name].classList.add("still");
    this.dial = svg("circle", { class: "dial", "data-s": "direction" }, on.ground);
    this.turn = svg("path", { class: "turn", "data-s": "turn" }, on.ground);
    this.circle = svg("circle", { class: "equal-length" }, on.ground);
    this.ray = svg("line", { class: "ray", "data-s": "direction" }, on.ground);
    this.points = TARGETS.map((target) =>
      svg("circle", { class: target > 0 ? "input wanted-high" : "input wanted-low", "data-s": "u" }, on.cloud),
    );
    this.trail = svg("path", { class: "trail" }, on.trail);
    this.corners = svg("path", { class: "corner" }, on.trail);
    this.twice = svg("line", { class: "twice still", "marker-end": "url(#weight-head)" }, on.vector);
    this.arrow = svg("line", { class: "weight", "data-s": "w a", "marker-end": "url(#weight-head)" }, on.vector);
    this.step = svg(
      "line",
      { class: "gradient-step", "data-s": "gradient", "marker-end": "url(#step-head)" },
      on.vector,
    );
    this.stepLabel = svg("text", { class: "step-label middle haloed", "data-s": "gradient" }, on.words);
    this.turnLabel = svg("text", { class: "step-label middle haloed", "data-s": "turn" }, on.words);
    // Only marks that no pointer meets carry a name: a grip under the hand must not dim what it moves.
    this.knob = svg("g", { style: "color:var(--bn-fg)" }, on.grips);
    svg("circle", { class: "ring", r: 21 }, this.knob);
    svg("circle", { class: "knob still", r: 11, "data-s": "direction" }, this.knob);
    svg("path", { class: "knob-arrows still", d: "M-3 -3.5l-3.5 3.5 3.5 3.5M3 -3.5l3.5 3.5-3.5 3.5" }, this.knob);
    this.grip = svg("g", { style: "color:var(--bn-fg)" }, on.grips);
    this.gripRing = svg("rect", { class: "ring", y: -21, height: 42, rx: 21 }, this.grip);
    this.pill = svg("rect", { class: "pill still", "data-s": "a w" }, this.grip);
    this.gripText = svg("text", { class: "on-color", y: 5 }, this.grip);
  }

  /** The screen's point in units of the plane. @param {number} clientX @param {number} clientY @returns {[number, number]} */
  at(clientX, clientY) {
    const box = this.kit.svg.getBoundingClientRect();
    return [(clientX - box.left - this.center.x) / this.unitPx, (this.center.y - (clientY - box.top)) / this.unitPx];
  }

  /** The length of w whose tip is at the edge of the plane. */
  edge() {
    return this.radius / this.unitPx;
  }

  /** @param {ArrayLike<number>} point of the plane @returns {[number, number]} pixels */
  px(point) {
    return [this.center.x + point[0] * this.unitPx, this.center.y - point[1] * this.unitPx];
  }

  /**
   * @param {Unit} now
   * @param {{x: number, y: number, radius: number, narrow: boolean}} place
   * @param {{gradient: boolean, asking: boolean}} show
   */
  draw(now, { x, y, radius, narrow }, show) {
    const { weight, trail } = this.state;
    this.center = { x, y };
    this.radius = radius;
    const longest = Math.max(REACH, weight.length, ...trail.map(({ length }) => length));
    if (!this.held) this.unitPx = radius / (longest * ROOM);
    const [tipX, tipY] = this.px(now.w);
    const angle = (weight.angle * Math.PI) / 180;
    const [outX, outY] = [x + radius * Math.cos(angle), y - radius * Math.sin(angle)];
    set(this.dial, { cx: x, cy: y, r: radius });
    set(this.circle, { cx: x, cy: y, r: weight.length * this.unitPx });
    set(this.ray, { x1: x, y1: y, x2: outX, y2: outY });
    POINTS.forEach((point, place) => {
      const [cx, cy] = this.px([point[0] * 1.35, point[1] * 1.35]);
      set(this.points[place], { cx, cy, r: narrow ? 3 : 4.5 });
    });
    set(this.arrow, { x1: x, y1: y, x2: tipX, y2: tipY });
    const [twiceX, twiceY] = this.px(now.w.map((value) => 2 * value));
    const doubles = show.asking && 2 * weight.length <= longest ? "visible" : "hidden";
    set(this.twice, { x1: tipX, y1: tipY, x2: twiceX, y2: twiceY, visibility: doubles });
    this.drawGrips({ tipX, tipY, outX, outY, angle });
    this.drawTrail();
    this.drawStep(now, { tipX, tipY, narrow }, show.gradient);
  }

  /** @param {{tipX: number, tipY: number, outX: number, outY: number, angle: number}} where */
  drawGrips({ tipX, tipY, outX, outY, angle }) {
    // The pill stands beyond the tip, so that the step, which begins at the tip, stays in sight.
    const small = this.radius < SMALL;
    const [dx, dy] = [Math.cos(angle) * (small ? 13 : 36), -Math.sin(angle) * (small ? 13 : 24)];
    const [half, tall] = small ? [10, 10] : [27, 14];
    set(this.pill, { x: -half, y: -tall, width: 2 * half, height: 2 * tall, rx: tall });
    set(this.gripRing, { x: -half - 11, width: 2 * half + 22 });
    set(this.grip, { transform: `translate(${(tipX + dx).toFixed(2)} ${(tipY + dy).toFixed(2)})` });
    const length = this.state.weight.length;
    set(this.gripText, { text: small ? "" : `× ${length.toFixed(2)}` });
    const turned = (-angle * 180) / Math.PI;
    set(this.knob, {
      transform: `translate(${outX.toFixed(2)} ${outY.toFixed(2)}) rotate(${(turned + 90).toFixed(2)})`,
    });
  }

  drawTrail() {
    const points = [...this.state.trail, this.state.weight].map((weight) => this.px(vector(weight)));
    set(this.trail, { d: points.length > 1 ? polyline(points) : "" });
    const corners = points.slice(0, -1).map((point, place) => corner(this.center, point, points[place + 1]));
    set(this.corners, { d: corners.join("") });
  }

  /** @param {Unit} now @param {{tipX: number, tipY: number, narrow: boolean}} where @param {boolean} visible */
  drawStep(now, { tipX, tipY, narrow }, visible) {
    const [x, y] = this.px(now.next);
    const size = Math.hypot(x - tipX, y - tipY);
    // A step longer than the plane is cut at its edge; the number beside it is the whole one.
    const share = Math.min(1, this.radius / Math.max(size, 1e-9));
    const [endX, endY] = [tipX + (x - tipX) * share, tipY + (y - tipY) * share];
    const shown = visible && size > 1.5 ? "visible" : "hidden";
    set(this.step, { x1: tipX, y1: tipY, x2: endX, y2: endY, visibility: shown });
    const [labelX, labelY] = [endX + ((endX - tipX) / size) * 16, endY + ((endY - tipY) / size) * 16];
    set(this.stepLabel, {
      x: Math.max(30, labelX),
      y: labelY + 5,
      text: "−η g",
      visibility: visible && size > 14 && !narrow ? "visible" : "hidden",
    });
    this.drawTurn(now, visible, narrow);
  }

  /** The turn of the next step, as an arc of the dial. @param {Unit} now @param {boolean} visible @param {boolean} narrow */
  drawTurn(now, visible, narrow) {
    const from = (this.state.weight.angle * Math.PI) / 180;
    const to = (now.after.angle * Math.PI) / 180;
    const by = Math.atan2(Math.sin(to - from), Math.cos(to - from));
    const { x, y } = this.center;
    const at = (/** @type {number} */ angle, /** @type {number} */ radius) =>
      `${(x + radius * Math.cos(angle)).toFixed(2)} ${(y - radius * Math.sin(angle)).toFixed(2)}`;
    const r = this.radius;
    set(this.turn, {
      d: `M${at(from, r)}A${r} ${r} 0 0 ${by > 0 ? 0 : 1} ${at(from + by, r)}`,
      visibility: visible ? "visible" : "hidden",
    });
    const middle = from + by * 0.75;
    const out = r + (narrow ? 13 : 22);
    set(this.turnLabel, {
      x: x + out * Math.cos(middle),
      y: y - out * Math.sin(middle) + 5,
      text: `${now.turn.toFixed(1)}°`,
      visibility: visible && Math.abs(by) * r > 44 ? "visible" : "hidden",
    });
  }
}

/** The mark of a right angle at a point between the way to the center and the way on. */
function corner(
  /** @type {{x: number, y: number}} */ center,
  /** @type {number[]} */ at,
  /** @type {number[]} */ next,
) {
  const back = [center.x - at[0], center.y - at[1]];
  const on = [next[0] - at[0], next[1] - at[1]];
  const [lengthBack, lengthOn] = [Math.hypot(back[0], back[1]), Math.hypot(on[0], on[1])];
  if (lengthOn < 2 * CORNER || lengthBack < 2 * CORNER) return "";
  const b = back.map((value) => (value / lengthBack) * CORNER);
  const o = on.map((value) => (value / lengthOn) * CORNER);
  const p = (/** @type {number} */ x, /** @type {number} */ y) => `${(at[0] + x).toFixed(2)} ${(at[1] + y).toFixed(2)}`;
  return `M${p(b[0], b[1])}L${p(b[0] + o[0], b[1] + o[1])}L${p(o[0], o[1])}`;
}
