/** What was measured: accuracies of the same network with each normalizer, and over batch sizes. */
/** @import { HandleOptions, Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { meanOf } from "../../math/moments.js";
import { fixed, polyline, scale, set, svg } from "../../svg.js";

/** Colors by normalizer: blue is batch, orange is none, as everywhere. @type {Record<string, string>} */
export const COLORS = {
  batch: "var(--batch)",
  group: "var(--gradient)",
  layer: "var(--bn-fg)",
  instance: "var(--bn-muted)",
  none: "var(--plain)",
};

/** Means of the accuracies of each normalizer at one batch size, in %. @param {State} state @returns {Record<string, string>} */
export function sizeValues({ data: { sizes, published }, size }) {
  if (!sizes) return {};
  const batch = sizes.sizes[size];
  /** @type {Record<string, string>} */
  const values = { size: String(batch), size_step: sizes.steps[size].toLocaleString("en-US") };
  for (const [name, found] of Object.entries(sizes.accuracy)) values[`at_${name}`] = percent(meanOf(found[size]));
  const place = published.sizes.indexOf(batch);
  for (const [name, errors] of Object.entries(published.errors)) {
    values[`error_${name}`] = place < 0 ? "–" : fixed(errors[place], 1);
  }
  return values;
}

/** Means of the accuracies of each normalizer, in %, and what they were measured at. @param {State} state @returns {Record<string, string>} */
export function percentages({ data: { relatives } }) {
  if (!relatives) return {};
  const { accuracy, steps, batch, seeds } = relatives;
  const means = Object.entries(accuracy).map(([name, found]) => [`acc_${name}`, percent(meanOf(found))]);
  return { ...Object.fromEntries(means), steps: String(steps), batch: String(batch), seeds: String(seeds) };
}

/** @param {number} share */
const percent = (share) => fixed(100 * share, 1);

export class Measured {
  /** @param {Kit} kit @param {State} state @param {Element} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.root = svg("g", {}, parent);
    const { relatives, sizes } = state.data;
    const text = (/** @type {string} */ css) => svg("text", { class: css }, this.root);
    this.titles = [text("title"), text("muted"), text("title"), text("muted")];
    this.missing = text("muted middle");
    this.ticks = [0, 1].map(() =>
      [20, 30, 40].map((value) => ({
        value,
        line: svg("line", { stroke: "var(--bn-border)" }, this.root),
        label: svg("text", { class: "tick end" }, this.root),
      })),
    );
    this.rows = Object.entries(relatives?.accuracy ?? {}).map(([name, found]) => this.column(name, found));
    this.cursor = svg(
      "line",
      { stroke: "var(--bn-fg)", "stroke-opacity": 0.1, "stroke-width": 30, "stroke-linecap": "round" },
      this.root,
    );
    this.series = Object.entries(sizes?.accuracy ?? {}).map(([name, found]) => ({
      name,
      found,
      line: svg("path", { fill: "none", stroke: COLORS[name], "stroke-width": 2.5 }, this.root),
      dots: found.map((seeds) => seeds.map(() => this.dot(name))),
      label: svg("text", { class: "haloed", style: `fill:${COLORS[name]};font-weight:650` }, this.root),
    }));
    this.sizeLabels = (sizes?.sizes ?? []).map((size) => svg("text", { class: "tick middle", text: size }, this.root));
    this.grip = svg("g", { style: "color:var(--bn-fg)" }, this.root);
    svg("rect", { class: "ring", x: -34, y: -22, width: 68, height: 44, rx: 22 }, this.grip);
    svg("rect", { x: -28, y: -15, width: 56, height: 30, rx: 15, fill: "var(--bn-fg)" }, this.grip);
    this.gripLabel = svg(
      "text",
      { class: "middle still", y: 5, style: "fill:var(--bn-card);font-weight:700" },
      this.grip,
    );
    this.x = scale(0, 1, 0, 1);
    if (sizes) kit.handle(this.grip, this.sizeOptions(sizes.sizes.length));
    else this.grip.remove();
  }

  /** @param {number} count @returns {HandleOptions} */
  sizeOptions(count) {
    const { kit, state } = this;
    return {
      label: kit.say("picture.size"),
      min: 0,
      max: count - 1,
      step: 1,
      get: () => state.size,
      set: (value) => {
        state.size = Math.round(value);
        state.sizeByHand = true;
      },
      text: () => kit.say("picture.size_value", sizeValues(state)),
      at: (x) => this.x.value(x - kit.svg.getBoundingClientRect().left),
    };
  }

  /** @param {string} name @param {number[]} found */
  column(name, found) {
    return {
      found,
      mean: svg("line", { stroke: COLORS[name], "stroke-width": 3, "stroke-linecap": "round" }, this.root),
      dots: found.map(() => this.dot(name)),
      value: svg("text", { class: "haloed", style: "font-weight:650", text: `${percent(meanOf(found))}` }, this.root),
      label: svg(
        "text",
        { class: "middle", text: this.kit.say(`picture.way.${name}`), style: `fill:${COLORS[name]};font-weight:650` },
        this.root,
      ),
    };
  }

  /** @param {string} name */
  dot(name) {
    return svg(
      "circle",
      { r: 5.5, fill: COLORS[name], "fill-opacity": 0.75, stroke: "var(--bn-card)", "stroke-width": 1.2 },
      this.root,
    );
  }

  /** @param {Size} size @param {boolean} shown */
  draw({ width, height, narrow }, shown) {
    set(this.root, { visibility: shown ? "visible" : "hidden" });
    if (!shown) return;
    const { relatives, sizes } = this.state.data;
    const left = { from: narrow ? 34 : 60, to: width * (narrow ? 0.49 : 0.47) };
    const right = { from: width * (narrow ? 0.59 : 0.59), to: width - (narrow ? 54 : 88) };
    const y = scale(18, 48.5, height - (narrow ? 62 : 84), narrow ? 52 : 84);
    const words = [
      this.kit.say("picture.each"),
      relatives
        ? this.kit.say(narrow ? "picture.each_short" : "picture.each_at", {
            batch: relatives.batch,
            steps: relatives.steps,
            seeds: relatives.seeds,
          })
        : "",
      sizes ? this.kit.say("picture.sizes") : "",
      sizes
        ? this.kit.say(narrow ? "picture.sizes_short" : "picture.sizes_at", {
            seeds: sizes.seeds,
            seen: (sizes.sizes[0] * sizes.steps[0]).toLocaleString("en-US"),
          })
        : "",
    ];
    this.titles.forEach((title, place) => {
      const at = (place < 2 ? left : right).from - (narrow ? 26 : 44);
      set(title, { x: at, y: (narrow ? 18 : 32) + (place % 2) * (narrow ? 16 : 22), text: words[place] });
    });
    this.ticks.forEach((ticks, place) => {
      const { from, to } = place ? right : left;
      for (const { value, line, label } of ticks) {
        set(line, { x1: from, x2: to, y1: y.px(value), y2: y.px(value) });
        set(label, { x: from - 6, y: y.px(value) + 4, text: narrow ? value : `${value} %` });
      }
    });
    set(this.missing, {
      x: width / 2,
      y: height / 2,
      text: relatives || sizes ? "" : this.kit.say("picture.not_recorded"),
    });
    this.drawColumns(left, y, narrow);
    this.drawSizes(right, y, narrow);
  }

  /** @param {{from: number, to: number}} range @param {ReturnType<typeof scale>} y @param {boolean} narrow */
  drawColumns({ from, to }, y, narrow) {
    const each = (to - from) / Math.max(1, this.rows.length);
    this.rows.forEach(({ found, mean, dots, value, label }, place) => {
      const x = from + (place + 0.5) * each;
      const level = y.px(100 * meanOf(found));
      const half = narrow ? 9 : 14;
      set(mean, { x1: x - half, x2: x + half, y1: level, y2: level });
      dots.forEach((dot, seed) => {
        set(dot, { cx: x + (seed - 1) * (narrow ? 5 : 9), cy: y.px(100 * found[seed]), r: narrow ? 4 : 5.5 });
      });
      set(value, {
        // Beside the mark of the mean: above the dots it would be read as the highest one.
        x: x + half + 4,
        y: level + 5,
        visibility: narrow ? "hidden" : "inherit",
      });
      set(label, { x, y: y.px(18) + (narrow ? 14 + (place % 2) * 15 : 22) });
    });
  }

  /** @param {{from: number, to: number}} range @param {ReturnType<typeof scale>} y @param {boolean} narrow */
  drawSizes({ from, to }, y, narrow) {
    const last = Math.max(1, this.sizeLabels.length - 1);
    this.x = scale(0, last, from + 18, to - (narrow ? 10 : 18));
    let below = Number.NEGATIVE_INFINITY;
    const ends = this.series.map(({ found }) => y.px(100 * meanOf(found[found.length - 1])));
    const order = ends.map((_, place) => place).sort((a, b) => ends[a] - ends[b]);
    for (const place of order) {
      const { name, found, line, dots, label } = this.series[place];
      const points = found.map(
        (seeds, at) => /** @type {[number, number]} */ ([this.x.px(at), y.px(100 * meanOf(seeds))]),
      );
      set(line, { d: polyline(points) });
      const shift = (Object.keys(COLORS).indexOf(name) - 1) * (narrow ? 3 : 5);
      dots.forEach((seeds, at) => {
        seeds.forEach((dot, seed) => {
          const near = at === this.state.size;
          set(dot, {
            cx: this.x.px(at) + shift,
            cy: y.px(100 * found[at][seed]),
            r: near ? (narrow ? 4.5 : 6) : 3.5,
            "fill-opacity": near ? 1 : 0.5,
          });
        });
      });
      below = Math.max(ends[place] + 4, below + 16);
      set(label, { x: to + 6, y: below, text: this.kit.say(`picture.way.${name}`) });
    }
    this.sizeLabels.forEach((label, place) => {
      set(label, {
        x: this.x.px(place),
        y: y.px(18) + 18,
      });
    });
    const x = this.x.px(this.state.size);
    set(this.cursor, { x1: x, x2: x, y1: y.px(48.5), y2: y.px(18) });
    set(this.grip, { transform: `translate(${x} ${y.px(18) + (narrow ? 40 : 44)})` });
    set(this.gripLabel, { text: `N = ${this.state.data.sizes?.sizes[this.state.size] ?? ""}` });
    if (!this.series.length) set(this.cursor, { visibility: "hidden" });
  }
}
