/** The heap of what the batches gave: means, or the values of one digit; with the formula's curve and its spread. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { normalDensity } from "../../math/gaussian.js";
import { meanOf } from "../../math/moments.js";
import { clamp, fixed, polyline, scale, set, svg } from "../../svg.js";
import { histogram } from "./noise.js";
import { REACH } from "./state.js";

const BARS = 160;

export class Heap {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {Record<"line" | "label", SVGGElement>} on
   */
  constructor(kit, state, on) {
    this.kit = kit;
    this.state = state;
    this.axis = scale(-REACH, REACH, 0, 1);
    this.bars = Array.from({ length: BARS }, () => svg("rect", { "data-s": "measured" }, on.line));
    this.curve = svg(
      "path",
      { fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2, "stroke-dasharray": "5 4", "data-s": "expected" },
      on.line,
    );
    this.span = svg(
      "path",
      { fill: "none", stroke: "var(--batch)", "stroke-width": 2.5, "data-s": "measured" },
      on.line,
    );
    this.spanLabel = svg(
      "text",
      { class: "middle haloed", style: "fill:var(--batch);font-weight:650", "data-s": "measured" },
      on.label,
    );
  }

  /** @param {number} value in deviations */
  x(value) {
    return this.axis.px(clamp(value, -REACH, REACH));
  }

  /** @param {ReturnType<import("./rain.js").Rain["layOut"]>} layout @param {ReturnType<typeof scale>} axis */
  draw({ heap, narrow }, axis) {
    this.axis = axis;
    const { state } = this;
    const values = state.heap;
    const spread = state.own ? 0.5 : state.population.expected(state.size);
    const width = clamp(0.35 * spread, 2.5 / this.axis.slope, 0.14);
    const bins = histogram(values, state.shown, width, REACH).filter(({ count }) => count > 0);
    const full = histogram(values, values.length, width, REACH);
    const most = Math.max(...full.map(({ count }) => count), 1);
    const height = heap.bottom - heap.top;
    this.bars.forEach((bar, place) => {
      const bin = bins[place];
      set(bar, { visibility: bin ? null : "hidden" });
      if (!bin) return;
      const tall = (bin.count / most) * height;
      set(bar, {
        x: (this.x(bin.from) + 0.4).toFixed(1),
        width: Math.max(1, width * this.axis.slope - 0.8).toFixed(1),
        y: (heap.bottom - tall).toFixed(1),
        height: tall.toFixed(1),
        fill: state.own ? "var(--batch)" : "var(--gradient)",
        opacity: 0.75,
      });
    });
    this.drawCurve(heap, (values.length * width) / most);
    const half = state.spread;
    const centre = state.own ? meanOf(state.heap.subarray(0, state.shown)) : 0;
    const known = Number.isFinite(half) && !this.kit.asking();
    const y = heap.top - (narrow ? 6 : 10);
    const [from, to] = [this.x(centre - half), this.x(centre + half)];
    set(this.span, {
      display: known ? null : "none",
      d: known ? `M${from.toFixed(1)} ${y - 6}v12m0-6H${to.toFixed(1)}m0-6v12` : "",
    });
    set(this.spanLabel, {
      x: known ? (from + to) / 2 : 0,
      y: y - 11,
      text: known ? `± ${fixed(half)}${state.own ? "" : " σ"}` : "",
    });
  }

  /** The normal curve of the formula. @param {{top: number, bottom: number}} heap @param {number} share height of density 1 */
  drawCurve({ top, bottom }, share) {
    const { state } = this;
    const sd = state.population.expected(state.size);
    const tall = (share * (bottom - top)) / sd;
    /** @type {Array<[number, number]>} */
    const points = Array.from({ length: 81 }, (_, k) => {
      const z = (k - 40) / 10;
      return [this.x(z * sd), bottom - tall * normalDensity(z)];
    });
    set(this.curve, { display: state.own ? "none" : null, d: polyline(points) });
  }
}
