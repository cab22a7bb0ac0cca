/** The distributions: inputs below, their way up to the curve, outputs at the side, and what the slope lets back. */
/** @import { Curve, Shape } from "./distribution.js" */
/** @import { Layout } from "./layout.js" */

import { ACTIVATIONS } from "../../math/activation.js";
import { clamp, polyline, set, svg } from "../../svg.js";
import { curvePart } from "./distribution.js";
import { percent } from "./state.js";

const MARKS = 10;
const BARS = 40;
/** The longest bar of the outputs stands for at least this share, so that flat outputs look flat. */
const LEAST = 0.06;
const MOST = 0.3;

/** @typedef {"projection" | "outputs" | "hot" | "green" | "label"} Layer */

export class Bells {
  /**
   * @param {Record<Layer, SVGGElement>} on
   * @param {{before: SVGGElement, after: SVGGElement}} grips the groups that are dragged: without BN, with BN
   */
  constructor(on, grips) {
    this.paths = Array.from({ length: MARKS }, () => ({
      way: svg("path", { fill: "none", "stroke-width": 1.2, "stroke-opacity": 0.45 }, on.projection),
      foot: svg("circle", { r: 3 }, on.projection),
      head: svg("circle", { r: 4 }, on.hot),
    }));
    this.bars = Array.from({ length: BARS }, () => svg("rect", { rx: 1, opacity: 0.75 }, on.outputs));
    this.most = svg("text", { class: "haloed", x: 14, style: "font-weight:600" }, on.label);
    const hot = { fill: "none", "stroke-width": 6, "stroke-linecap": "round", "stroke-opacity": 0.85 };
    this.hot = svg("path", hot, on.hot);
    const line = { fill: "none", class: "still", "stroke-width": 2.5 };
    this.before = {
      fill: svg("path", { fill: "var(--plain)" }, grips.before),
      line: svg("path", { ...line, stroke: "var(--plain)", "stroke-dasharray": "7 4" }, grips.before),
    };
    this.after = {
      fill: svg("path", { fill: "var(--batch)" }, grips.after),
      line: svg("path", { ...line, stroke: "var(--batch)" }, grips.after),
    };
    this.green = svg("path", { fill: "var(--gradient)", "fill-opacity": 0.8, "data-s": "left" }, on.green);
  }

  /**
   * @param {Layout} at
   * @param {{shown: Shape, behind: Shape}} shapes
   * @param {{curve: Curve, withBn: boolean, recorded: boolean}} mode
   */
  draw(at, { shown, behind }, { curve, withBn, recorded }) {
    const color = withBn ? "var(--batch)" : "var(--plain)";
    const line = (/** @type {[number, number][]} */ points) =>
      points.map(([x, y]) => /** @type {const} */ ([at.x.px(x), at.density.px(y)]));
    const closed = (/** @type {[number, number][]} */ points) =>
      `${polyline(line(points))}L${at.x.px(points[points.length - 1][0])} ${at.base}L${at.x.px(points[0][0])} ${at.base}Z`;
    const [plain, batch] = withBn ? [behind, shown] : [shown, behind];
    set(this.before.line, { d: polyline(line(plain.outline)), opacity: withBn && recorded ? 0.6 : 1 });
    set(this.before.fill, { d: closed(plain.outline), opacity: withBn ? 0.05 : 0.2 });
    const second = withBn || recorded;
    set(this.after.line, { d: second ? polyline(line(batch.outline)) : "", opacity: withBn ? 1 : 0.45 });
    set(this.after.fill, { d: withBn ? closed(batch.outline) : "", opacity: 0.2 });
    set(this.green, { d: closed(shown.passed) });
    this.drawWays(at, shown, curve, color);
    this.drawOutputs(at, shown.outputs, color);
    const part = curvePart(curve, shown.middle, at.reach);
    const pixels = part.map(([x, y]) => /** @type {const} */ ([at.x.px(x), at.y.px(y)]));
    set(this.hot, { d: polyline(pixels), stroke: color });
  }

  /** @param {Layout} at @param {Shape} shown @param {Curve} curve @param {string} color */
  drawWays(at, { marks }, curve, color) {
    this.paths.forEach(({ way, foot, head }, place) => {
      const value = clamp(marks[place], -at.reach, at.reach);
      const [x, y] = [at.x.px(value), at.y.px(ACTIVATIONS[curve](marks[place]))];
      set(way, { d: `M${x} ${at.base}V${y}H${at.left}`, stroke: color });
      set(foot, { cx: x, cy: at.base, fill: color });
      set(head, { cx: x, cy: y, fill: color });
    });
  }

  /** @param {Layout} at @param {number[]} shares @param {string} color */
  drawOutputs(at, shares, color) {
    const most = Math.max(...shares);
    const longest = clamp(most * 1.05, LEAST, MOST);
    const space = at.left - (at.narrow ? 14 : 22);
    const height = (at.curveBottom - at.curveTop) / shares.length;
    this.bars.forEach((bar, place) => {
      const share = shares[place] ?? 0;
      const width = (Math.min(share, longest) / longest) * space;
      const y = at.curveBottom - (place + 1) * height;
      set(bar, { x: at.left - width, width, y: y + 0.6, height: Math.max(1, height - 1.2), fill: color });
    });
    const place = shares.indexOf(most);
    const y = at.curveBottom - (place + 0.5) * height;
    const inside = place < shares.length / 2 ? y - 12 : y + 22;
    set(this.most, {
      y: clamp(inside, at.curveTop + 14, at.curveBottom - 8),
      text: most > longest ? percent(most) : "",
    });
    this.most.style.fill = color;
  }
}
