/** How far the batches' gradients lie from the whole one, by batch size; the batch size is dragged along its axis. */
/** @import { Kit } from "../../types" */
/** @import { Batches, Fan } from "./batch.js" */

import { clamp, fixed, polyline, scale, set, svg } from "../../svg.js";
import { BATCHES, INPUTS } from "./batch.js";

const TICKS = [1, 2, 4, 8, 16, 32, INPUTS];
/** Batch sizes whose measured spread is always drawn. */
const MEASURED = [1, 2, 3, 4, 6, 8, 11, 16, 22, 32, 45, 64, INPUTS];

export class SpreadPlot {
  /** @param {Kit} kit @param {Record<"back" | "grip" | "label", SVGGElement>} on */
  constructor(kit, on) {
    this.kit = kit;
    this.axis = svg("line", { class: "size-axis" }, on.back);
    this.stem = svg("line", { class: "size-stem", "data-s": "size" }, on.back);
    this.predicted = svg("path", { class: "predicted", "data-s": "spread" }, on.back);
    this.dots = MEASURED.map(() => svg("circle", { class: "measured", "data-s": "spread" }, on.back));
    this.dot = svg("circle", { class: "measured now", "data-s": "spread" }, on.back);
    this.ticks = TICKS.map((value) => ({ value, text: svg("text", { class: "tick middle", text: value }, on.label) }));
    this.title = svg("text", { class: "title", "data-s": "spread" }, on.label);
    this.reading = svg("text", { class: "end haloed reading", "data-s": "spread" }, on.label);
    this.grip = svg("g", { style: "color:var(--bn-fg)", "data-s": "size" }, on.grip);
    svg("rect", { class: "ring", x: -37, y: -20, width: 74, height: 40, rx: 20 }, this.grip);
    svg("rect", { class: "pill", x: -32, y: -14, width: 64, height: 28, rx: 14 }, this.grip);
    this.label = svg("text", { class: "middle still pill-text", y: 5 }, this.grip);
    this.x = scale(0, 1, 0, 1);
  }

  /** The batch size under a point of the screen. @param {number} clientX */
  sizeAt(clientX) {
    return Math.exp(this.x.value(clientX - this.kit.svg.getBoundingClientRect().left));
  }

  /** @param {{width: number, top: number, height: number, narrow: boolean}} place @param {Fan} fan @param {Batches} batches */
  draw({ width, top, height, narrow }, { measured, predicted }, { size }) {
    const bottom = top + height - (narrow ? 42 : 54);
    this.x = scale(0, Math.log(INPUTS), narrow ? 44 : 60, width - (narrow ? 44 : 60));
    const y = scale(0, Math.max(predicted[0], measured[0], 1e-9) * 1.05, bottom, top + (narrow ? 20 : 34));
    const px = (/** @type {number} */ m) => this.x.px(Math.log(m));
    set(this.axis, { x1: px(1), x2: px(INPUTS), y1: bottom, y2: bottom });
    for (const { value, text } of this.ticks) set(text, { x: px(value), y: bottom + (narrow ? 38 : 46) });
    const at = (/** @type {number} */ m, /** @type {number[]} */ of) =>
      /** @type {[number, number]} */ ([px(m), y.px(of[m - 1])]);
    set(this.predicted, { d: polyline(predicted.map((_, place) => at(place + 1, predicted))) });
    this.dots.forEach((dot, place) => {
      const [cx, cy] = at(MEASURED[place], measured);
      set(dot, { cx, cy, r: narrow ? 2.5 : 3.5 });
    });
    const [cx, cy] = at(size, measured);
    set(this.dot, { cx, cy, r: narrow ? 5 : 7 });
    set(this.stem, { x1: cx, x2: cx, y1: cy, y2: bottom });
    const values = { measured: fixed(measured[size - 1]), predicted: fixed(predicted[size - 1]) };
    set(this.title, {
      x: narrow ? 8 : 16,
      y: top + (narrow ? 16 : 24),
      text: this.kit.say(`picture.batch.${narrow ? "short.spread" : "spread"}`, { batches: BATCHES }),
    });
    this.title.style.fontSize = narrow ? "13px" : "";
    set(this.reading, {
      x: width - (narrow ? 8 : 16),
      y: top + (narrow ? 16 : 24),
      text: this.kit.say("picture.batch.reading", values),
    });
    set(this.label, { text: `m = ${size}` });
    set(this.grip, {
      transform: `translate(${clamp(cx, 38, width - 38)} ${bottom + (narrow ? 8 : 12)})${narrow ? " scale(.85)" : ""}`,
    });
  }
}
