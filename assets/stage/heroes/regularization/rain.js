/** A population, a batch that falls out of it onto a line, and the heap of what the batches gave. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { forward } from "../../math/batch_norm.js";
import { between, clamp, fixed, polyline, scale, set, svg } from "../../svg.js";
import { Heap } from "./heap.js";
import { histogram, SIZES } from "./noise.js";
import { REACH } from "./state.js";

const MOST = SIZES[SIZES.length - 1];
const POPULATION_BIN = 0.12;

/** @param {number} t @param {number} from @param {number} to */
const part = (t, from, to) => clamp((t - from) / (to - from), 0, 1);

export class Rain {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {Record<"back" | "line" | "drop" | "label", SVGGElement>} on
   */
  constructor(kit, state, on) {
    this.kit = kit;
    this.state = state;
    this.on = [on.back, on.line, on.drop, on.label];
    /** @type {ReturnType<typeof histogram> | null} */
    this.skyBins = null;
    this.axis = scale(-REACH, REACH, 0, 1);
    this.sky = svg("path", { fill: "var(--bn-muted)", opacity: 0.28 }, on.back);
    this.ticks = [-3, -2, -1, 0, 1, 2, 3].map((at) => ({
      at,
      line: svg("line", { stroke: "var(--bn-border)", "stroke-dasharray": at ? "2 5" : null }, on.back),
      label: svg("text", { class: "tick middle" }, on.label),
    }));
    this.ground = svg("line", { stroke: "var(--bn-border)", "stroke-width": 2 }, on.back);
    this.band = svg("rect", { fill: "var(--gradient)", opacity: 0.17, rx: 7, "data-s": "batch_sigma" }, on.line);
    this.drops = Array.from({ length: MOST }, () => svg("circle", { fill: "var(--bn-fg)" }, on.drop));
    this.mean = svg("line", { stroke: "var(--gradient)", "stroke-width": 4, "data-s": "mean" }, on.line);
    this.meanLabel = svg("text", { class: "middle haloed", style: "fill:var(--gradient);font-weight:650" }, on.label);
    this.stem = svg("line", { stroke: "var(--bn-fg)", "stroke-width": 1.5, "stroke-dasharray": "3 4" }, on.line);
    this.own = svg("g", {}, on.drop);
    svg(
      "rect",
      {
        x: -19,
        y: -19,
        width: 38,
        height: 38,
        rx: 8,
        fill: "var(--bn-card)",
        stroke: "var(--bn-fg)",
        "stroke-width": 2,
      },
      this.own,
    );
    this.thumbnail = svg("image", { x: -17, y: -17, width: 34, height: 34 }, this.own);
    this.sample = svg(
      "circle",
      { fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2.5, "data-s": "sample" },
      on.drop,
    );
    this.sampleLabel = svg("text", { class: "middle haloed", style: "font-weight:650", "data-s": "sample" }, on.label);
    this.heap = new Heap(kit, state, on);
    const text = (/** @type {string} */ className) => svg("text", { class: className }, on.label);
    this.titles = {
      sky: text("title haloed"),
      sky2: text("muted haloed"),
      line: text("title haloed"),
      line2: text("muted haloed"),
      heap: text("title haloed"),
      heap2: text("muted haloed"),
      curve: text("muted haloed"),
    };
  }

  /** @param {Size} size */
  layOut({ width, height, narrow: phone }) {
    const narrow = phone || height < 480;
    const left = narrow ? 12 : 176;
    this.axis = scale(-REACH, REACH, left, width - 14);
    const top = narrow ? 46 : 26;
    return {
      width,
      height,
      narrow,
      left,
      sky: { top, bottom: Math.round(top + (height - top) * (narrow ? 0.18 : 0.19)) },
      line: Math.round(height * (narrow ? 0.47 : 0.46)),
      heap: { top: Math.round(height * (narrow ? 0.63 : 0.6)), bottom: height - (narrow ? 24 : 40) },
    };
  }

  /** @param {Size} size @param {boolean} shown */
  draw(size, shown) {
    for (const part of this.on) set(part, { display: shown ? null : "none" });
    const layout = this.layOut(size);
    if (!shown) return layout;
    this.drawSky(layout);
    this.drawBatch(layout);
    this.heap.draw(layout, this.axis);
    this.drawWords(layout);
    return layout;
  }

  /** @param {number} value in deviations */
  x(value) {
    return this.axis.px(clamp(value, -REACH, REACH));
  }

  /** @param {ReturnType<Rain["layOut"]>} layout */
  drawSky({ sky, heap, narrow }) {
    const { population } = this.state;
    this.skyBins ??= histogram(
      population.values.map((value) => population.scaled(value)),
      population.values.length,
      POPULATION_BIN,
      REACH,
    );
    const most = Math.max(...this.skyBins.map(({ count }) => count));
    const points = this.skyBins.flatMap(({ from, count }) => {
      const y = sky.bottom - (count / most) * (sky.bottom - sky.top);
      return /** @type {Array<[number, number]>} */ ([
        [this.x(from), y],
        [this.x(from + POPULATION_BIN), y],
      ]);
    });
    set(this.sky, { d: `${polyline([[this.x(-REACH), sky.bottom], ...points, [this.x(REACH), sky.bottom]])}Z` });
    for (const { at, line, label } of this.ticks) {
      set(line, { x1: this.x(at), x2: this.x(at), y1: sky.bottom, y2: heap.bottom });
      const scaled = at === 0 ? "μ" : `${at < 0 ? "−" : "+"}${Math.abs(at) === 1 ? "" : Math.abs(at)}σ`;
      const name = this.state.own ? fixed(at, 0) : scaled;
      set(label, { x: this.x(at), y: heap.bottom + (narrow ? 16 : 20), text: name });
    }
  }

  /** The batch: it falls during the first part of its time, then the mean goes where it must. @param {ReturnType<Rain["layOut"]>} layout */
  drawBatch({ sky, line, heap, narrow }) {
    const { state } = this;
    const { population, size, current, phase, own } = state;
    const values = population.members(size, current, own).map((place) => population.values[place]);
    const { mean, deviation } = forward(values, 1, 0);
    const fallen = part(phase, 0, 0.6) ** 2;
    const radius = clamp(15 / Math.sqrt(size), 2, narrow ? 5 : 7.5);
    const spread = narrow ? 12 : 20;
    this.drops.forEach((drop, place) => {
      const inside = place < size && !(own && place === 0);
      set(drop, { visibility: inside ? null : "hidden" });
      if (!inside) return;
      // Dots of one batch start one after the other, and lie a little apart so that each is seen.
      const late = (place * 0.618) % 1;
      const down = part(fallen, 0.25 * late, 0.75 + 0.25 * late);
      const rest = line + (((place * 0.382) % 1) - 0.5) * spread;
      set(drop, {
        cx: this.x(population.scaled(values[place])).toFixed(1),
        cy: between(sky.bottom - 6, rest, down).toFixed(1),
        r: radius.toFixed(1),
        opacity: size > 40 ? 0.45 : 0.75,
      });
    });
    const { means } = population.batches(size, own);
    const before = means[(current + means.length - 1) % means.length];
    const at = between(before, population.scaled(mean), part(phase, 0.6, 0.9));
    const half = narrow ? 17 : 30;
    const wide = deviation / population.sigma;
    set(this.ground, { x1: this.x(-REACH), x2: this.x(REACH), y1: line, y2: line });
    set(this.band, {
      x: this.x(at - wide).toFixed(1),
      width: Math.max(2, this.x(at + wide) - this.x(at - wide)).toFixed(1),
      y: line - half,
      height: 2 * half,
    });
    const x = this.x(at).toFixed(1);
    set(this.mean, { x1: x, x2: x, y1: line - half - 6, y2: line + half + 6 });
    set(this.meanLabel, { x, y: narrow ? line - half - 10 : line + half + 24, text: this.kit.say("picture.mean") });
    const z = this.x(population.z);
    set(this.own, {
      display: own ? null : "none",
      transform: `translate(${z.toFixed(1)} ${line})${narrow ? " scale(.7)" : ""}`,
    });
    this.drawSample(line, half, narrow);
    set(this.stem, { display: own ? null : "none", x1: z, x2: z, y1: line + 22, y2: heap.bottom });
  }

  /** The sample whose numbers the formula has, once it lies on the line. @param {number} line @param {number} half @param {boolean} narrow */
  drawSample(line, half, narrow) {
    const { own, phase } = this.state;
    const [first] = this.drops;
    const display = own || phase >= 0.6 ? null : "none";
    const [x, y] = [
      own ? this.x(this.state.population.z) : first.getAttribute("cx"),
      own ? line : first.getAttribute("cy"),
    ];
    set(this.sample, { display: own ? "none" : display, cx: x, cy: y, r: Number(first.getAttribute("r")) + 2.5 });
    // On a phone, the heap begins right below: there the name stands beside the digit.
    const place = narrow
      ? own
        ? { x: Number(x) + 22, y: line + 5 }
        : { x, y: line + half + 14 }
      : { x, y: line - half - 10 };
    set(this.sampleLabel, { display, ...place, text: "x" });
  }

  /** @param {ReturnType<Rain["layOut"]>} layout */
  drawWords({ sky, line, heap, narrow }) {
    const { state, kit, titles } = this;
    const x = narrow ? 12 : 18;
    const name = state.own ? "own" : "means";
    set(titles.sky, {
      x,
      y: narrow ? sky.top + 18 : sky.bottom - 42,
      text: kit.say("picture.all", { count: state.population.values.length.toLocaleString("en") }),
    });
    set(titles.sky2, { x, y: sky.bottom - 20, text: narrow ? "" : kit.say("picture.all_means") });
    set(titles.line, { x, y: narrow ? line - 30 : line - 8, text: kit.say("picture.batch", { size: state.size }) });
    set(titles.line2, {
      x,
      y: line + 14,
      text: narrow ? "" : kit.say(state.own ? "picture.batch_own" : "picture.batch_means"),
    });
    set(titles.heap, { x, y: heap.top + (narrow ? -6 : 20), text: narrow ? "" : kit.say(`picture.${name}`) });
    set(titles.heap2, {
      x,
      y: heap.top + 42,
      text: narrow ? "" : kit.say("picture.count", { count: state.shown.toLocaleString("en") }),
    });
    set(titles.curve, { x, y: heap.top + 64, text: narrow || state.own ? "" : kit.say("picture.curve") });
  }
}
