/** The slope as batches see it: a cloud with one batch in it, its valley with the steps of all batches, and their spread. */
/** @import { Kit, Size } from "../../types" */
/** @import { Point } from "../../math/symmetric.js" */
/** @import { Valley } from "./state.js" */
/** @import { Batches, Fan } from "./batch.js" */

import { layers, polyline, scale, set, svg } from "../../svg.js";
import { BATCHES, INPUTS } from "./batch.js";
import { COLORS, CONTOURS, contour, drawContours, VIEW } from "./column.js";
import { SpreadPlot } from "./spread_plot.js";

const [RAW_COLOR] = COLORS;
/** The arrows are steps at the rate REACH / lambda_max: a stable one, below 2 / lambda_max. */
const REACH = 1.5;
/** Half the sides of the view of the inputs: the second one may be stretched to three times the first. */
const [WIDE, TALL] = [3.3, 7.8];

export class BatchView {
  /** @param {Kit} kit */
  constructor(kit) {
    this.kit = kit;
    this.root = svg("g", { class: "batches" }, kit.svg);
    const on = layers(this.root, "back", "grip", "label");
    on.label.classList.add("still");
    const card = { rx: 10, fill: "var(--bn-soft)", stroke: "var(--bn-border)" };
    this.clip = [0, 1].map((part) =>
      svg("rect", { rx: 10 }, svg("clipPath", { id: `gradients-batch-${part}` }, on.back)),
    );
    this.cloudCard = svg("rect", card, on.back);
    const cloud = svg("g", { "clip-path": "url(#gradients-batch-0)", class: "still", "data-s": "batch" }, on.back);
    this.points = Array.from({ length: INPUTS }, () => svg("circle", { fill: RAW_COLOR }, cloud));
    this.card = svg("rect", card, on.back);
    const valley = svg("g", { "clip-path": "url(#gradients-batch-1)" }, on.back);
    this.contours = Array.from({ length: CONTOURS }, () => contour(valley));
    this.star = svg("path", { d: "M-6 0H6M0 -6V6", stroke: "var(--bn-fg)", "stroke-width": 2, class: "still" }, valley);
    this.arrows = Array.from({ length: BATCHES }, () => {
      const root = svg("g", { class: "batch-arrow", "data-s": "batch spread" }, valley);
      return {
        root,
        hit: svg("path", { class: "hit" }, root),
        line: svg("path", { stroke: RAW_COLOR, class: "still" }, root),
        tip: svg("circle", { fill: RAW_COLOR, class: "still" }, root),
      };
    });
    this.whole = svg("path", { class: "whole still", "data-s": "whole" }, valley);
    this.head = svg("path", { d: "M3 0L-10 -7V7Z", class: "whole-head still", "data-s": "whole" }, valley);
    this.mean = svg("circle", { class: "mean still", "data-s": "mean" }, valley);
    this.shown = svg("g", { style: `color:${RAW_COLOR};pointer-events:none` }, on.grip);
    svg("circle", { class: "ring", r: 11 }, this.shown);
    this.start = svg("g", { style: `color:${RAW_COLOR}` }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.start);
    svg("circle", { r: 9, fill: RAW_COLOR, stroke: "var(--bn-card)", "stroke-width": 2 }, this.start);
    this.titles = [0, 1].map(() => svg("text", { class: "title" }, on.label));
    this.keys = ["whole", "mean"].map(() => svg("text", { class: "haloed" }, on.label));
    this.plot = new SpreadPlot(kit, on);
    this.x = this.y = scale(-VIEW, VIEW, 0, 100);
  }

  /** The weights under a point of the screen. @param {number} clientX @param {number} clientY @returns {[number, number]} */
  weightsAt(clientX, clientY) {
    const { left, top } = this.kit.svg.getBoundingClientRect();
    return [this.x.value(clientX - left), this.y.value(clientY - top)];
  }

  /** @param {Size} size @param {Valley} valley of the raw inputs @param {Fan} fan @param {Batches} batches */
  draw({ width, height, narrow }, valley, fan, batches) {
    const [side, gap, top] = narrow ? [6, 8, 24] : [14, 16, 34];
    const plot = narrow ? 112 : Math.min(200, height * 0.34);
    const tall = height - top - plot;
    const left = (width - 2 * side - gap) * (narrow ? 0.42 : 0.4);
    const right = width - 2 * side - gap - left;
    this.drawCloud(
      { x: side, y: top, width: left, height: tall },
      valley.points,
      fan.orders[batches.shown - 1],
      batches,
      narrow,
    );
    this.drawValley({ x: side + left + gap, y: top, width: right, height: tall }, valley, narrow);
    this.drawFan(valley, fan, batches, narrow);
    const values = { size: batches.size, batches: BATCHES, inputs: INPUTS };
    const words = narrow ? "picture.batch.short" : "picture.batch";
    set(this.titles[0], { x: side + 2, y: top - (narrow ? 7 : 10), text: this.kit.say(`${words}.cloud`, values) });
    set(this.titles[1], {
      x: side + left + gap + 2,
      y: top - (narrow ? 7 : 10),
      text: this.kit.say(`${words}.valley`, values),
    });
    for (const title of this.titles) title.style.fontSize = narrow ? "13px" : "";
    this.plot.draw({ width, top: top + tall, height: plot, narrow }, fan, batches);
  }

  /**
   * @param {{x: number, y: number, width: number, height: number}} box
   * @param {Point[]} points
   * @param {number[]} order the shuffle of the batch that is looked at
   * @param {Batches} batches
   * @param {boolean} narrow
   */
  drawCloud(box, points, order, { size }, narrow) {
    for (const one of [this.cloudCard, this.clip[0]]) set(one, box);
    const unit = Math.min(box.width / 2 / WIDE, box.height / 2 / TALL);
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
    const members = new Set(order.slice(0, size));
    this.points.forEach((point, place) => {
      const [a, b] = points[place];
      const member = members.has(place);
      set(point, {
        cx: cx + unit * a,
        cy: cy - unit * b,
        r: (member ? 5 : 3) * (narrow ? 0.7 : 1),
        opacity: member ? 1 : 0.3,
        stroke: member ? "var(--bn-fg)" : "none",
      });
    });
  }

  /** @param {{x: number, y: number, width: number, height: number}} box @param {Valley} valley @param {boolean} narrow */
  drawValley(box, valley, narrow) {
    for (const one of [this.card, this.clip[1]]) set(one, box);
    const half = Math.min(box.width, box.height) / 2;
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
    this.x = scale(-VIEW, VIEW, cx - half, cx + half);
    this.y = scale(-VIEW, VIEW, cy + half, cy - half);
    drawContours(this.contours, this, valley);
    set(this.star, { transform: `translate(${cx} ${cy})${narrow ? " scale(.7)" : ""}` });
  }

  /** All arrows are steps at one rate. @param {Valley} valley @param {Fan} fan @param {Batches} batches @param {boolean} narrow */
  drawFan({ path: [start], eigenvalues: [steepest] }, { gradients, whole, mean }, { shown }, narrow) {
    const from = /** @type {Point} */ ([this.x.px(start[0]), this.y.px(start[1])]);
    const end = (/** @type {Point} */ [x, y]) =>
      /** @type {Point} */ ([
        this.x.px(start[0] - (REACH / steepest) * x),
        this.y.px(start[1] - (REACH / steepest) * y),
      ]);
    gradients.forEach((gradient, place) => {
      const [x, y] = end(gradient);
      const { root, hit, line, tip } = this.arrows[place];
      const d = polyline([from, [x, y]]);
      set(root, { class: place === shown - 1 ? "batch-arrow on" : "batch-arrow" });
      set(hit, { d });
      set(line, { d });
      set(tip, { cx: x, cy: y, r: narrow ? 2.4 : 3.5 });
    });
    const to = end(whole);
    const angle = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
    set(this.whole, { d: polyline([from, to]) });
    set(this.head, {
      transform: `translate(${to[0]} ${to[1]}) rotate(${angle.toFixed(1)})${narrow ? " scale(.75)" : ""}`,
      visibility: Math.hypot(to[0] - from[0], to[1] - from[1]) > 4 ? "inherit" : "hidden",
    });
    const middle = end(mean);
    set(this.mean, { cx: middle[0], cy: middle[1], r: narrow ? 7 : 10 });
    const [sx, sy] = end(gradients[shown - 1]);
    set(this.shown, { transform: `translate(${sx} ${sy})` });
    set(this.start, { transform: `translate(${from[0]} ${from[1]})${narrow ? " scale(.8)" : ""}` });
    const box = this.card;
    const [bx, by] = [Number(box.getAttribute("x")), Number(box.getAttribute("y"))];
    const low = by + Number(box.getAttribute("height"));
    this.keys.forEach((key, place) => {
      const name = ["whole", "mean"][place];
      const text = narrow
        ? ""
        : `${place ? "○" : "▲"} ${this.kit.say(`picture.batch.${name}`, { batches: BATCHES, inputs: INPUTS })}`;
      set(key, { x: bx + 12, y: low - 32 + 20 * place, text });
    });
  }
}
