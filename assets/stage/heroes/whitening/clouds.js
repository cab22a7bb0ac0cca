/** Three clouds: raw with two grips, after BN, after ZCA; each with its ellipse of two deviations and its covariance. */
/** @import { Kit } from "../../types" */
/** @import { State, Point } from "./state.js" */

import { fixed, layers, set, svg } from "../../svg.js";
import { COUNT, compared, OUT } from "./state.js";

/** Units from the middle of a panel to its edge. */
const HALF = 3.7;
const NAMES = /** @type {const} */ (["raw", "bn", "zca"]);

/** @typedef {{x: number, y: number, half: number}} Frame */
/** @typedef {ReturnType<typeof import("./state.js").measured>} Measured */

export class Clouds {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    /** @type {Frame[]} */
    this.frames = [];
    const on = layers(parent, "frames", "dots", "ellipses", "guess", "grips", "words");
    for (const name of /** @type {const} */ (["frames", "dots", "ellipses", "words"])) on[name].classList.add("still");
    this.panels = NAMES.map((name) => ({
      name,
      frame: svg("rect", { class: "frame", rx: 12 }, on.frames),
      axes: svg("path", { class: "cross" }, on.frames),
      circle: svg("circle", { class: "unit-circle" }, on.frames),
      dots: svg("path", { class: `points ${name}`, "data-s": name }, on.dots),
      ellipse: svg("ellipse", { class: `ellipse ${name}`, "data-s": name }, on.ellipses),
      title: svg("text", { class: "title haloed", text: kit.say(`picture.${name}`) }, on.words),
      numbers: svg("text", { class: "covariance haloed" }, on.words),
      atEnd: true,
      correlation: svg("text", { class: "muted haloed" }, on.words),
    }));
    // With few points, the grips hold the cloud that these come from.
    this.source = svg("ellipse", { class: "source" }, on.ellipses);
    this.sourceLabel = svg(
      "text",
      { class: "muted haloed", text: kit.say("picture.source", { count: COUNT }) },
      on.words,
    );
    this.arrows = [1, 2].map(() => svg("path", { class: "arrow" }, on.frames));
    this.grips = ["p", "q"].map((name) => {
      const root = svg("g", { style: "color:var(--plain)" }, on.grips);
      svg("circle", { class: "ring", r: 22 }, root);
      svg("circle", { class: "grip still", r: 11, "data-s": name }, root);
      svg("path", { class: "grip-arrows still", d: "M-5 0h10M0 -5v10" }, root);
      return root;
    });
    this.guessEllipse = svg("ellipse", { class: "ghost still" }, on.guess);
    this.guessGrips = ["tip", "side"].map(() => {
      const root = svg("g", { style: "color:var(--batch)" }, on.guess);
      svg("circle", { class: "ring", r: 21 }, root);
      svg("circle", { class: "guess-grip still", r: 9 }, root);
      return root;
    });
  }

  /** A point of the screen in units of a panel. @param {number} place @param {number} clientX @param {number} clientY @returns {Point} */
  at(place, clientX, clientY) {
    const box = this.kit.svg.getBoundingClientRect();
    const { x, y, half } = this.frames[place];
    return [((clientX - box.left - x) * HALF) / half, ((y - (clientY - box.top)) * HALF) / half];
  }

  /** @param {number} place @param {ArrayLike<number>} point */
  px(place, point) {
    const { x, y, half } = this.frames[place];
    return [x + (point[0] * half) / HALF, y - (point[1] * half) / HALF];
  }

  /** @param {Measured[]} now @param {Frame[]} frames @param {{asking: boolean, ghost: boolean, narrow: boolean, few: boolean}} mode */
  draw(now, frames, mode) {
    this.frames = frames;
    this.panels.forEach((panel, place) => {
      this.drawPanel(panel, now[place], place, mode);
    });
    this.drawArrows();
    this.drawSource(mode);
    this.state.map.forEach((point, place) => {
      const [x, y] = this.px(0, [point[0] * OUT, point[1] * OUT]);
      set(this.grips[place], { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
    });
    this.drawGuess(mode);
  }

  /** @param {Clouds["panels"][number]} panel @param {Measured} now @param {number} place @param {{asking: boolean, narrow: boolean, few: boolean}} mode */
  drawPanel(panel, now, place, { asking, narrow, few }) {
    const { x, y, half } = this.frames[place];
    const hidden = asking && place > 0 ? "hidden" : "visible";
    set(panel.frame, { x: x - half, y: y - half, width: 2 * half, height: 2 * half });
    set(panel.axes, { d: `M${x - half} ${y}h${2 * half}M${x} ${y - half}v${2 * half}` });
    set(panel.circle, { cx: x, cy: y, r: (OUT * half) / HALF, visibility: place > 0 ? "visible" : "hidden" });
    const size = few ? 5.5 : narrow ? 1.8 : 2.8;
    const dot = (/** @type {Point} */ point) => {
      const [px, py] = this.px(place, point);
      return `M${(px - size).toFixed(1)} ${py.toFixed(1)}a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0`;
    };
    set(panel.dots, { d: now.points.map(dot).join(""), visibility: hidden });
    set(panel.ellipse, { ...this.ellipseOf(now, place), visibility: hidden });
    const [[a, b], [, c]] = now.matrix;
    set(panel.title, { x: x - half + 10, y: y - half + 22 });
    const digits = narrow ? 1 : 2;
    const text = narrow
      ? this.kit.say("picture.correlation", { value: fixed(now.correlation, 2) })
      : this.kit.say("picture.covariance", { a: fixed(a, digits), b: fixed(b, digits), c: fixed(c, digits) });
    // The words stand in the corner that a tilted cloud leaves free.
    if (Math.abs(now.correlation) > 0.1) panel.atEnd = now.correlation > 0;
    const corner = { x: x + (panel.atEnd ? half - 10 : 10 - half), "text-anchor": panel.atEnd ? "end" : "start" };
    set(panel.numbers, { ...corner, y: y + half - (narrow ? 8 : 30), text, visibility: hidden });
    set(panel.correlation, {
      ...corner,
      y: y + half - 11,
      text: this.kit.say("picture.correlation", { value: fixed(now.correlation, 2) }),
      visibility: narrow ? "hidden" : hidden,
    });
  }

  /** Two deviations of a cloud as an ellipse. @param {Measured} now @param {number} place of its panel */
  ellipseOf({ ellipse: { major, minor, angle } }, place) {
    const { x, y, half } = this.frames[place];
    return {
      rx: (OUT * major * half) / HALF,
      ry: Math.max(0.5, (OUT * minor * half) / HALF),
      transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${((-angle * 180) / Math.PI).toFixed(2)})`,
    };
  }

  /** @param {{few: boolean, narrow: boolean}} mode */
  drawSource({ few, narrow }) {
    const { x, y, half } = this.frames[0];
    const visibility = few ? "visible" : "hidden";
    if (few) set(this.source, this.ellipseOf(compared(this.state.map)[0], 0));
    set(this.source, { visibility });
    set(this.sourceLabel, { x: x - half + 10, y: y - half + 42, visibility: narrow ? "hidden" : visibility });
  }

  drawArrows() {
    const [raw, ...others] = this.frames;
    others.forEach(({ x, y, half }, place) => {
      const [fromX, toX] = [raw.x + raw.half + 4, x - half - 6];
      const fromY = y * 0.7 + raw.y * 0.3;
      const middle = (fromX + toX) / 2;
      set(this.arrows[place], {
        d: `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${y} ${toX} ${y}m-6 -5l6 5l-6 5`,
      });
    });
  }

  /** @param {{asking: boolean, ghost: boolean}} mode */
  drawGuess({ asking, ghost }) {
    const { angle, major, minor } = this.state.guess;
    const { x, y, half } = this.frames[1];
    const px = (OUT * half) / HALF;
    set(this.guessEllipse, {
      rx: major * px,
      ry: minor * px,
      transform: `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${-angle})`,
      visibility: ghost || asking ? "visible" : "hidden",
    });
    const radians = (angle * Math.PI) / 180;
    const ends = [
      [Math.cos(radians) * major, Math.sin(radians) * major],
      [-Math.sin(radians) * minor, Math.cos(radians) * minor],
    ];
    this.guessGrips.forEach((grip, place) => {
      const [gx, gy] = this.px(1, [ends[place][0] * OUT, ends[place][1] * OUT]);
      set(grip, {
        transform: `translate(${gx.toFixed(2)} ${gy.toFixed(2)})`,
        style: asking ? "color:var(--batch)" : "display:none",
      });
    });
  }
}
