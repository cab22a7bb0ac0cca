/** The gauge of the gradient that is left, and the mark of the visitor's guess on it. */
/** @import { Kit } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { Shape } from "./distribution.js" */

import { set, svg } from "../../svg.js";
import { percent } from "./state.js";

/** Pixels between the ends of the gauge where both have a number. */
const APART = 20;

export class Gauge {
  /** @param {Kit} kit @param {Record<"gauge" | "label" | "grip", SVGGElement>} on */
  constructor(kit, on) {
    this.kit = kit;
    this.track = svg("rect", { fill: "var(--bn-soft)", rx: 4, stroke: "var(--bn-border)" }, on.gauge);
    this.bar = svg("rect", { fill: "var(--gradient)", rx: 3, "data-s": "left" }, on.gauge);
    const level = { stroke: "var(--gradient)", "stroke-dasharray": "1 5", "stroke-width": 1.5 };
    this.level = svg("line", { ...level, "data-s": "left" }, on.gauge);
    this.ends = [0, 1].map(() => svg("text", { class: "tick end" }, on.label));
    this.number = svg("text", { class: "big", "data-s": "left" }, on.label);
    this.name = svg("text", { class: "title", x: 14 }, on.label);
    this.note = svg("text", { class: "muted", x: 14 }, on.label);
    this.mark = svg("g", { style: "color:var(--bn-fg)" }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.mark);
    this.markLine = svg("line", { stroke: "var(--bn-fg)", "stroke-width": 2.5 }, this.mark);
    this.knob = svg("circle", { r: 13, fill: "var(--bn-fg)" }, this.mark);
    const way = { d: "M-4 -18l4 -4 4 4M-4 18l4 4 4 -4", fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2 };
    this.arrows = svg("path", { ...way, class: "still" }, this.mark);
    this.question = svg("text", { class: "on-color", y: 5, text: "?", style: "fill:var(--bn-card)" }, this.mark);
    this.markName = svg("text", { class: "haloed", style: "font-weight:600" }, on.label);
  }

  /** The share under a point of the screen. @param {number} clientY @param {Layout} at */
  shareAt(clientY, at) {
    return at.slope.value(clientY - this.kit.svg.getBoundingClientRect().top);
  }

  /** @param {Layout} at @param {Shape} shown @param {{most: number, guess: number | null, asking: boolean}} mode */
  draw(at, { left }, { most, guess, asking }) {
    const { kit } = this;
    const { x, width } = at.gauge;
    const { base, slope, narrow, bellTop } = at;
    const [top, now] = [slope.px(most), slope.px(left)];
    set(this.track, { x, y: top, width, height: base - top });
    set(this.bar, { x, y: now, width, height: Math.max(1, base - now) });
    set(this.level, { x1: x + width, x2: at.right, y1: now, y2: now });
    set(this.ends[0], { x: x - 6, y: base + 4, text: narrow || base - top < APART ? "" : "0" });
    set(this.ends[1], { x: x - 6, y: top + 5, text: narrow ? "" : percent(most).replace(".0", "") });
    set(this.name, { y: bellTop - 6, text: narrow ? "" : kit.say("picture.left") });
    set(this.number, { x: narrow ? 4 : 14, y: narrow ? bellTop + 10 : (top + base) / 2 + 4, text: percent(left) });
    set(this.note, { y: (top + base) / 2 + 24, text: narrow ? "" : kit.say("picture.of_the_bell") });
    const shown = asking || guess !== null;
    const y = slope.px(guess ?? most / 2);
    const middle = x + width / 2;
    set(this.mark, { transform: `translate(${middle} ${y})`, visibility: shown ? "visible" : "hidden" });
    // After the answer the guess stays, but only as a line.
    for (const one of [this.knob, this.arrows, this.question]) set(one, { visibility: asking ? "inherit" : "hidden" });
    set(this.mark, { tabindex: asking ? 0 : -1, "aria-hidden": asking ? null : true });
    this.mark.style.pointerEvents = asking ? "" : "none";
    set(this.markLine, {
      x1: -width / 2 - 4,
      x2: width / 2 + (asking ? 4 : 40),
      "stroke-dasharray": asking ? null : "5 3",
    });
    const words = kit.say("picture.your_guess", { share: guess === null ? "?" : percent(guess) });
    set(this.markName, { x: x + width + (asking ? 12 : 24), y: y - 7, text: shown && !narrow ? words : "" });
  }
}
