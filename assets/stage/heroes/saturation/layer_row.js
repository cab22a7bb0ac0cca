/** The row of recorded layers: the gradient at each of them, and where its inputs lie on the curve; both arms. */
/** @import { Kit } from "../../types" */
/** @import { Recorded, Scene } from "./distribution.js" */
/** @import { State } from "./state.js" */

import { clamp, polyline, scale, set, svg } from "../../svg.js";
import { curveLine, curvePart, outputRange } from "./distribution.js";
import { layerIn } from "./state.js";

/** Powers of ten between which all recorded gradients lie. */
const [LOWEST, HIGHEST] = [-5, 3];
const LINES = [0, -2, -4];
const REACH = 7;
const MOST_LAYERS = 6;
const COLORS = ["var(--plain)", "var(--batch)"];
const HEAVY = "font-weight:650";

/** @typedef {import("./layout.js").Layout} Layout */

/** Two digits, or a power of ten. @param {number} value */
export function short(value) {
  if (value >= 0.01) return value >= 10 ? String(Math.round(value)) : value.toPrecision(2);
  const power = Math.floor(Math.log10(value));
  const digits = (value / 10 ** power).toFixed(1);
  return `${digits}·10${[...String(power)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("")}`;
}

export class LayerRow {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent @param {(layer: number) => void} choose */
  constructor(kit, state, parent, choose) {
    this.kit = kit;
    this.state = state;
    this.root = parent;
    this.border = svg("line", { stroke: "var(--bn-border)" }, parent);
    this.title = svg("text", { x: 14, style: HEAVY }, parent);
    this.source = svg("text", { class: "muted end" }, parent);
    this.lines = LINES.map((power) => ({
      power,
      line: svg("line", { stroke: "var(--bn-border)" }, parent),
      text: svg("text", { class: "tick" }, parent),
    }));
    this.cells = Array.from({ length: MOST_LAYERS }, (_, layer) => this.cell(parent, layer, choose));
    this.grip = svg("g", { style: "color:var(--bn-fg)" }, parent);
    this.gripRing = svg("rect", { class: "ring", rx: 10 }, this.grip);
    this.gripFrame = svg(
      "rect",
      { rx: 8, fill: "transparent", stroke: "var(--bn-fg)", "stroke-width": 1.5 },
      this.grip,
    );
    this.arms = COLORS.map((color, arm) => ({
      way: svg(
        "path",
        { fill: "none", stroke: color, "stroke-width": 2.4, "stroke-dasharray": arm ? null : "6 4", class: "still" },
        parent,
      ),
      dots: Array.from({ length: MOST_LAYERS }, () => svg("circle", { r: 4, fill: color, class: "still" }, parent)),
      value: svg("text", { class: "haloed still", style: `fill:${color};${HEAVY}` }, parent),
    }));
  }

  /** @param {SVGGElement} parent @param {number} layer @param {(layer: number) => void} choose */
  cell(parent, layer, choose) {
    const hit = svg("rect", { fill: "transparent", style: "cursor:pointer" }, parent);
    hit.addEventListener("click", () => choose(layer));
    const round = { fill: "none", "stroke-linecap": "round", class: "still" };
    return {
      hit,
      curve: svg("path", { fill: "none", stroke: "var(--bn-faint)", "stroke-width": 1.5, class: "still" }, parent),
      parts: [7, 3.5].map((width, arm) =>
        svg("path", { ...round, stroke: COLORS[arm], "stroke-width": width }, parent),
      ),
      name: svg("text", { class: "tick middle still" }, parent),
    };
  }

  /** The layer under a point of the screen. @param {number} clientX @param {Layout} at @param {Scene} scene */
  layerAt(clientX, at, scene) {
    const { from, width } = this.columns(at, scene);
    return (clientX - this.kit.svg.getBoundingClientRect().left - from) / width - 0.5;
  }

  /** @param {Layout} at @param {Scene} scene */
  columns({ width, narrow }, scene) {
    const from = narrow ? 6 : 14;
    return { from, width: (width - from - (narrow ? 6 : 54)) / scene.arms[0].gradient[0].slice(1).length };
  }

  /** @param {Layout} at @param {Recorded} recorded */
  draw(at, recorded) {
    const { scene: place } = this.state;
    set(this.root, { visibility: place === null ? "hidden" : "visible" });
    this.grip.setAttribute("tabindex", place === null ? "-1" : "0");
    if (place === null) return;
    const scene = recorded.scenes[place];
    const top = at.bottom;
    set(this.border, { x1: 0, x2: at.width, y1: top, y2: top });
    set(this.title, { y: top + 21, text: at.narrow ? "" : this.kit.say("picture.row") });
    const step = scene.steps[this.state.moment];
    const source = this.kit.say(at.narrow ? "picture.source_short" : "picture.source", { seed: scene.seed, step });
    set(this.source, { x: at.width - 10, y: top + (at.narrow ? 14 : 21), text: source });
    this.drawCells(at, scene);
    this.drawGradients(at, scene);
  }

  /** @param {Layout} at @param {Scene} scene */
  drawCells(at, scene) {
    const { from, width } = this.columns(at, scene);
    const layers = scene.arms[0].range[0].length;
    const [low, high] = outputRange(scene.activation);
    const below = at.bottom + at.rowHeight - (at.narrow ? 20 : 28);
    const up = scale(low, high, below, below - (at.narrow ? 24 : 40));
    this.cells.forEach(({ hit, curve, parts, name }, layer) => {
      const shown = layer < layers ? "inherit" : "hidden";
      for (const one of [hit, curve, ...parts, name]) set(one, { visibility: shown });
      if (layer >= layers) return;
      const start = from + layer * width;
      const x = scale(-REACH, REACH, start + width * 0.16, start + width * 0.84);
      const path = (/** @type {[number, number][]} */ points) =>
        polyline(points.map(([value, height]) => /** @type {const} */ ([x.px(value), up.px(height)])));
      set(hit, { x: start, y: at.bottom + 4, width, height: at.rowHeight - 8 });
      set(curve, { d: path(curveLine(scene.activation, REACH)) });
      for (const [arm, part] of parts.entries()) {
        const [first, last] = scene.arms[arm].range[this.state.moment][layer];
        set(part, { d: path(curvePart(scene.activation, [first, last], REACH)) });
      }
      const words = at.narrow ? String(layer + 1) : this.kit.say("picture.layer", { number: layer + 1 });
      set(name, { x: start + width / 2, y: at.bottom + at.rowHeight - (at.narrow ? 6 : 9), text: words });
    });
    const chosen = {
      x: from + layerIn(this.state, scene) * width + 2,
      y: at.bottom + (at.narrow ? 18 : 30),
      width: width - 4,
      height: at.rowHeight - (at.narrow ? 20 : 33),
    };
    set(this.gripFrame, chosen);
    set(this.gripRing, { x: chosen.x - 3, y: chosen.y - 3, width: chosen.width + 6, height: chosen.height + 6 });
  }

  /** @param {Layout} at @param {Scene} scene */
  drawGradients(at, scene) {
    const { from, width } = this.columns(at, scene);
    const layers = scene.arms[0].range[0].length;
    const y = scale(LOWEST, HIGHEST, at.bottom + (at.narrow ? 58 : 112), at.bottom + (at.narrow ? 20 : 36));
    const right = from + layers * width;
    for (const { power, line, text } of this.lines) {
      set(line, { x1: from, x2: right, y1: y.px(power), y2: y.px(power) });
      const words = power ? `10${power === -2 ? "⁻²" : "⁻⁴"}` : "1";
      set(text, { x: right + 8, y: y.px(power) + 4, text: at.narrow ? "" : words });
    }
    const heights = scene.arms.map(({ gradient }) =>
      gradient[this.state.moment].slice(0, layers).map((norm) => y.px(clamp(Math.log10(norm), LOWEST, HIGHEST))),
    );
    this.arms.forEach(({ way, dots, value }, arm) => {
      const points = heights[arm].map((height, layer) => /** @type {const} */ ([from + (layer + 0.5) * width, height]));
      set(way, { d: polyline(points) });
      dots.forEach((dot, layer) => {
        set(dot, { visibility: layer < layers ? "inherit" : "hidden" });
        if (layer < layers) set(dot, { cx: points[layer][0], cy: points[layer][1] });
      });
      const above = heights[arm][0] <= heights[1 - arm][0];
      const norm = scene.arms[arm].gradient[this.state.moment][0];
      set(value, { x: points[0][0] + 8, y: points[0][1] + (above ? -8 : 18), text: at.narrow ? "" : short(norm) });
    });
  }
}
