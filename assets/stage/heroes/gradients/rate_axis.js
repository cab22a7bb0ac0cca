/** The line of learning rates: the rate in use, and the largest stable one of each valley. */
/** @import { Kit, Size } from "../../types" */
/** @import { Valley } from "./state.js" */

import { clamp, fixed, scale, set, svg } from "../../svg.js";
import { COLORS } from "./column.js";
import { LIMITS, short } from "./state.js";

const TICKS = [0, 0.5, 1, 1.5, 2];

export class RateAxis {
  /** @param {Kit} kit @param {Record<"back" | "grip" | "label", SVGGElement>} on */
  constructor(kit, on) {
    this.kit = kit;
    this.line = svg("line", { stroke: "var(--bn-border)", "stroke-width": 4, "stroke-linecap": "round" }, on.back);
    this.ticks = TICKS.map((value) => ({ value, text: svg("text", { class: "tick middle" }, on.label) }));
    this.stable = COLORS.map((color) => ({
      mark: svg(
        "path",
        { d: "M0 0V-16M-5 -16H5", stroke: color, "stroke-width": 3, fill: "none", "data-s": "limit" },
        on.back,
      ),
      text: svg(
        "text",
        { class: "middle haloed", style: `fill:${color};font-weight:650`, "data-s": "limit" },
        on.label,
      ),
    }));
    this.name = svg("text", { class: "title" }, on.label);
    this.grip = svg("g", { style: "color:var(--bn-fg)", "data-s": "rate" }, on.grip);
    svg("circle", { class: "ring", r: 20 }, this.grip);
    svg("circle", { r: 14, fill: "var(--bn-fg)", stroke: "var(--bn-card)", "stroke-width": 2 }, this.grip);
    svg("text", { class: "on-color letter", y: 5, text: "η", style: "fill:var(--bn-card)" }, this.grip);
    this.x = scale(0, LIMITS.rate[1], 0, 100);
  }

  /** @param {number} clientX */
  rateAt(clientX) {
    return this.x.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Size} size @param {Valley[]} all @param {{rate: number, own: boolean, asking: boolean}} now */
  draw({ width, height, narrow }, all, { rate, own, asking }) {
    const y = height - (narrow ? 28 : 38);
    this.x = scale(0, LIMITS.rate[1], narrow ? 22 : 150, width - 28);
    set(this.line, { x1: this.x.px(0), x2: this.x.px(LIMITS.rate[1]), y1: y, y2: y });
    for (const { value, text } of this.ticks)
      set(text, { x: this.x.px(value), y: y + (narrow ? 23 : 28), text: fixed(value, value % 1 ? 1 : 0) });
    set(this.name, { x: 14, y: y + 5, text: narrow ? "" : this.kit.say("picture.rate") });
    let last = Number.NEGATIVE_INFINITY;
    const order = all.map(({ limit }, form) => ({ limit, form })).sort((a, b) => a.limit - b.limit);
    for (const { limit, form } of order) {
      const x = this.x.px(clamp(limit, 0, LIMITS.rate[1]));
      const { mark, text } = this.stable[form];
      // The marks tell which ball does not arrive.
      for (const one of [mark, text]) set(one, { visibility: asking ? "hidden" : "inherit" });
      set(mark, { transform: `translate(${x} ${y})` });
      // Limits that lie together share a place: the next one stands beside it.
      const at = Math.max(x, last + (narrow ? 36 : 44));
      last = at;
      set(text, {
        x: Math.min(at, width - 24),
        y: y - 22,
        text: limit > LIMITS.rate[1] ? `${short(limit)} ›` : short(limit),
      });
    }
    set(this.grip, {
      transform: `translate(${this.x.px(rate)} ${y})${narrow ? " scale(.85)" : ""}`,
      opacity: own ? 0.35 : 1,
    });
  }
}
