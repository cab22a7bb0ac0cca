/** The batch behind the weights: the raw values w·u, threads, the normalized values, and the ghost of the guess. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { APART, fit } from "../../fit.js";
import { clamp, fixed, layers, scale, set, svg } from "../../svg.js";
import { TARGETS } from "./state.js";

/** The axes reach from -LIMIT to LIMIT. */
const LIMIT = 4;

export class Columns {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.axis = scale(-LIMIT, LIMIT, 400, 0);
    const on = layers(parent, "axes", "threads", "dots", "rings", "ghost", "words");
    for (const name of /** @type {const} */ (["axes", "threads", "dots", "rings", "words"]))
      on[name].classList.add("still");
    this.lines = [0, 1].map(() => svg("line", { class: "axis" }, on.axes));
    this.band = svg("rect", { class: "unit-band", rx: 8, "data-s": "y" }, on.axes);
    this.ticks = [-3, -2, -1, 0, 1, 2, 3].map((value) => ({
      value,
      label: svg("text", { class: "tick middle" }, on.axes),
    }));
    const each = (/** @type {string} */ kind, /** @type {Element} */ layer, /** @type {string} */ mark) =>
      TARGETS.map((target) =>
        svg("circle", { class: `${kind} ${target > 0 ? "wanted-high" : "wanted-low"}`, "data-s": mark }, layer),
      );
    this.threads = TARGETS.map(() => svg("path", { class: "thread" }, on.threads));
    this.raw = each("raw", on.dots, "z");
    this.normalized = each("normalized", on.dots, "y");
    this.rings = TARGETS.map(() => svg("circle", { class: "former" }, on.rings));
    this.ghosts = TARGETS.map(() => svg("circle", { class: "ghost still" }, on.ghost));
    this.ghostLine = svg("line", { class: "ghost-line still" }, on.ghost);
    this.ghostGrip = svg("g", { style: "color:var(--batch)" }, on.ghost);
    svg("rect", { class: "ring", x: -22, y: -22, width: 44, height: 44, rx: 22 }, this.ghostGrip);
    svg("circle", { class: "ghost-grip", r: 14 }, this.ghostGrip);
    svg("path", { class: "grip-arrows still", d: "M-4 -3 0 -7.5 4 -3M-4 3 0 7.5 4 3" }, this.ghostGrip);
    this.titles = ["raw", "normalized"].map((name) => ({
      title: svg("text", { class: "title middle haloed", text: kit.say(`picture.${name}`) }, on.words),
      subtitle: svg("text", { class: "muted middle haloed", text: kit.say(`picture.${name}_means`) }, on.words),
    }));
    this.ghostTitle = svg("text", { class: "ghost-title middle haloed", text: kit.say("picture.ghost") }, on.words);
    this.message = svg("text", { class: "muted middle haloed" }, on.words);
    this.loss = svg("text", { class: "end haloed", "data-s": "loss" }, on.words);
    this.wanted = [1, -1].map((value) => ({
      value,
      label: svg("text", { class: "tick haloed", text: kit.say(value > 0 ? "picture.high" : "picture.low") }, on.words),
    }));
  }

  /** The factor of the guess for a point of the screen. @param {number} clientY */
  factorAt(clientY) {
    const value = this.axis.value(clientY - this.kit.svg.getBoundingClientRect().top);
    return value / Math.max(...this.state.unit().output);
  }

  /**
   * @param {import("./plane.js").Unit} now
   * @param {{x: number[], top: number, bottom: number, narrow: boolean}} place
   * @param {{asking: boolean}} mode
   */
  draw(now, { x, top, bottom, narrow }, { asking }) {
    this.axis = scale(-LIMIT, LIMIT, bottom, top);
    const radius = narrow ? 4.5 : 7;
    const y = (/** @type {number} */ value) => this.axis.px(clamp(value, -LIMIT - 0.15, LIMIT + 0.15));
    for (const [column, line] of this.lines.entries()) set(line, { x1: x[column], x2: x[column], y1: top, y2: bottom });
    set(this.band, { x: x[1] - 16, width: 32, y: y(1), height: y(-1) - y(1) });
    for (const { value, label } of this.ticks) {
      set(label, { x: (x[0] + x[1]) / 2, y: y(value) + 4, text: narrow ? "" : String(value).replace("-", "−") });
    }
    now.preActivations.forEach((value, place) => {
      const [from, to] = [y(value), y(now.output[place])];
      const bend = (x[1] - x[0]) / 2;
      set(this.threads[place], {
        d: `M${x[0]} ${from}C${x[0] + bend} ${from} ${x[1] - bend} ${to} ${x[1]} ${to}`,
      });
      set(this.raw[place], { cx: x[0], cy: from, r: radius });
      set(this.normalized[place], { cx: x[1], cy: to, r: radius });
    });
    this.drawRings(now, x[1], radius);
    this.drawGhost(now, x[1] + (narrow ? 28 : 46), radius, asking);
    this.titles.forEach(({ title, subtitle }, column) => {
      set(title, { x: x[column], y: top - (narrow ? 12 : 34) });
      set(subtitle, { x: x[column], y: top - 14, visibility: narrow ? "hidden" : "visible" });
    });
    for (const { value, label } of this.wanted) {
      set(label, {
        x: x[1] + 24,
        y: y(value) + 4,
        visibility: this.ghostShown(asking) || narrow ? "hidden" : "visible",
      });
    }
    this.drawMessage(now, x, { bottom, narrow, asking });
  }

  /** @param {import("./plane.js").Unit} now @param {number} x @param {number} radius */
  drawRings(now, x, radius) {
    const { before } = this.state;
    this.rings.forEach((ring, place) => {
      const value = before?.[place] ?? now.output[place];
      const differs = Math.abs(value - now.output[place]) > 5e-4;
      set(ring, { cx: x, cy: this.axis.px(value), r: radius + 2, visibility: differs ? "visible" : "hidden" });
    });
  }

  /** @param {import("./plane.js").Unit} now @param {number} x @param {number} radius @param {boolean} asking */
  drawGhost(now, x, radius, asking) {
    const { ghost } = this.state;
    const visible = this.ghostShown(asking) ? "visible" : "hidden";
    const ends = [Math.min(...now.output), Math.max(...now.output)].map((value) => this.axis.px(value * ghost));
    this.ghosts.forEach((one, place) => {
      set(one, { cx: x, cy: this.axis.px(now.output[place] * ghost), r: radius - 1, visibility: visible });
    });
    set(this.ghostLine, { x1: x, x2: x, y1: ends[0], y2: ends[1] - 8, visibility: visible });
    const y = Math.max(20, ends[1] - 24);
    set(this.ghostGrip, { transform: `translate(${x} ${y})`, style: asking ? "color:var(--batch)" : "display:none" });
    set(this.ghostTitle, { x, y: ends[0] + 24, visibility: visible });
  }

  /** The ghost stays while its question is in view. @param {boolean} asking */
  ghostShown(asking) {
    return asking || (this.state.guessed && this.kit.step() === 0);
  }

  /**
   * @param {import("./plane.js").Unit} now
   * @param {number[]} x
   * @param {{bottom: number, narrow: boolean, asking: boolean}} where
   */
  drawMessage(now, x, { bottom, narrow, asking }) {
    const { before } = this.state;
    // On a phone the bars of the plane reach below the columns: the short words stand below the second one.
    const key = narrow ? "picture.moved_short" : "picture.moved";
    const text = before && !asking ? this.kit.say(key, { number: this.state.moved() }) : "";
    set(this.message, { x: narrow ? x[1] : (x[0] + x[1]) / 2, y: bottom + (narrow ? 14 : 46), text });
    const { width } = this.kit.size();
    set(this.loss, { x: width - 18, y: bottom + 24 });
    const words = ["loss", "loss_short"].map((key) => this.kit.say(`picture.${key}`, { loss: fixed(now.loss, 3) }));
    // The bars below the plane end at six tenths of the width.
    fit(this.loss, width * 0.4 - 18 - APART, narrow ? [""] : words);
  }
}
