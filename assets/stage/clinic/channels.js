/** One layer, channel by channel: the statistic of the batch beside the running one. */
/** @import { Say } from "../types" */
/** @import { Layer, Measure } from "./types" */

import { setAttr } from "../../live/dom.js";
import { decimals, tickLabel } from "../../live/format.js";
import { clamp, fixed, scale, set, svg } from "../svg.js";
import { gap } from "./state.js";

const HEIGHT = 206;
const EDGE = { left: 46, right: 10, top: 12, bottom: 24 };
/** Variances below this are drawn at the bottom. */
const LEAST = 1e-7;

/** @typedef {{channel: number, running: number, m: number | null, r: number | null}} Pair channel and running: numbers of the channels whose values stand at this place */

/**
 * The pairs to draw; sorted: each kind by value, so that a place holds the values of two channels.
 * @param {Layer} layer
 * @param {Measure} measure
 * @param {boolean} sorted
 * @returns {Pair[]}
 */
export function pairs(layer, measure, sorted) {
  const [batch, running] = measure === "mean" ? [layer.m, layer.rm] : [layer.v, layer.rv];
  const order = (/** @type {Array<number | null>} */ values) => {
    const channels = values.map((_, channel) => channel);
    const worth = (/** @type {number} */ channel) => values[channel] ?? Number.POSITIVE_INFINITY;
    return sorted ? channels.sort((a, b) => worth(a) - worth(b) || a - b) : channels;
  };
  const ofRunning = running ? order(running) : [];
  return order(batch).map((channel, place) => ({
    channel,
    running: ofRunning[place] ?? channel,
    m: batch[channel],
    r: running ? running[ofRunning[place]] : null,
  }));
}

/** @param {number} low @param {number} high */
function steps(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power;
  const ticks = [];
  for (let at = Math.ceil(low / step); at <= Math.floor(high / step); at++) ticks.push(at * step);
  return { ticks, step };
}

export class Channels {
  /** @param {Say} say */
  constructor(say) {
    this.say = say;
    this.root = svg("svg", { class: "channels", tabindex: 0, height: HEIGHT, role: "img" });
    /** @type {number | null} */
    this.at = null;
    /** @type {Pair[]} */
    this.pairs = [];
    this.redraw = () => {};
    this.root.addEventListener("pointermove", (event) => this.point(event));
    this.root.addEventListener("pointerdown", (event) => this.point(event));
    this.root.addEventListener("pointerleave", () => this.look(null));
    this.root.addEventListener("blur", () => this.look(null));
    this.root.addEventListener("keydown", (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!move) return;
      event.preventDefault();
      this.look(this.at === null ? 0 : clamp(this.at + move, 0, this.pairs.length - 1));
    });
  }

  /** @param {PointerEvent} event */
  point({ clientX }) {
    const { left, width } = this.root.getBoundingClientRect();
    const share = (clientX - left - EDGE.left) / (width - EDGE.left - EDGE.right);
    this.look(clamp(Math.floor(share * this.pairs.length), 0, this.pairs.length - 1));
  }

  /** @param {number | null} at */
  look(at) {
    if (this.at === at) return;
    this.at = at;
    this.redraw();
  }

  /** @param {{layer: Layer, measure: Measure, sorted: boolean}} what @param {number} width */
  draw({ layer, measure, sorted }, width) {
    this.redraw = () => this.draw({ layer, measure, sorted }, width);
    this.pairs = pairs(layer, measure, sorted);
    const value = (/** @type {number | null} */ one) =>
      one === null ? null : measure === "mean" ? one : Math.log10(Math.max(LEAST, one));
    const all = this.pairs.flatMap(({ m, r }) => [value(m), value(r)]).filter((one) => one !== null);
    const reach = measure === "mean" ? [0, ...all] : all;
    const [low, high] = [Math.min(...reach), Math.max(...reach)];
    const pad = 0.08 * (high - low || 1);
    const y = scale(low - pad, high + pad, HEIGHT - EDGE.bottom, EDGE.top);
    const x = scale(0, this.pairs.length, EDGE.left, width - EDGE.right);
    this.root.replaceChildren();
    set(this.root, { viewBox: `0 0 ${width} ${HEIGHT}`, width });
    this.axes(low - pad, high + pad, { x, y }, { measure, sorted, width });
    for (const [place, { m, r }] of this.pairs.entries()) {
      const middle = x.px(place + 0.5);
      const [batch, running] = [value(m), value(r)];
      if (place === this.at) {
        svg(
          "rect",
          {
            class: "column",
            x: x.px(place),
            y: EDGE.top - 4,
            width: x.slope,
            height: HEIGHT - EDGE.top - EDGE.bottom + 8,
            rx: 4,
          },
          this.root,
        );
      }
      if (batch !== null && running !== null) {
        svg("line", { class: "apart", x1: middle, x2: middle, y1: y.px(batch), y2: y.px(running) }, this.root);
      }
      if (batch !== null)
        svg(
          "circle",
          { class: `batch ${place === this.at ? "on" : ""}`, cx: middle, cy: y.px(batch), r: 4.4 },
          this.root,
        );
      if (running !== null)
        svg(
          "circle",
          { class: `running ${place === this.at ? "on" : ""}`, cx: middle, cy: y.px(running), r: 5 },
          this.root,
        );
      else if (layer.rm) {
        svg("path", { class: "broken", d: `M${middle - 5} ${EDGE.top}l10 10m0 -10l-10 10` }, this.root);
      }
    }
    this.told(layer, measure, sorted, width);
  }

  /**
   * @param {number} low
   * @param {number} high
   * @param {{x: ReturnType<typeof scale>, y: ReturnType<typeof scale>}} scales
   * @param {{measure: Measure, sorted: boolean, width: number}} what
   */
  axes(low, high, { x, y }, { measure, sorted, width }) {
    const { ticks, step } = steps(low, high);
    for (const tick of ticks) {
      if (measure === "variance" && !Number.isInteger(tick) && step < 0.3) continue;
      const text = measure === "mean" ? tickLabel(tick, step) : decimals(10 ** tick, tick < -2 ? 5 : 2);
      const zero = measure === "mean" && tick === 0;
      svg(
        "line",
        { class: zero ? "zero" : "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y.px(tick), y2: y.px(tick) },
        this.root,
      );
      svg("text", { class: "tick end", x: EDGE.left - 6, y: y.px(tick) + 4, text }, this.root);
    }
    const every = this.pairs.length > 12 ? 4 : 1;
    for (let place = 0; place < this.pairs.length - 2; place += every) {
      svg("text", { class: "tick middle", x: x.px(place + 0.5), y: HEIGHT - 6, text: place }, this.root);
    }
    svg(
      "text",
      {
        class: "tick end",
        x: width - EDGE.right,
        y: HEIGHT - 6,
        text: this.say(sorted ? "channels.rank" : "channels.channel"),
      },
      this.root,
    );
  }

  /** @param {Layer} layer @param {Measure} measure @param {boolean} sorted @param {number} width */
  told(layer, measure, sorted, width) {
    const { at, say } = this;
    const pair = at === null ? null : this.pairs[at];
    if (!pair) {
      setAttr(this.root, "aria-label", say("channels.alt", { layer: layer.name, count: layer.m.length }));
      return;
    }
    const write = (/** @type {number | null} */ one) => (one === null ? say("channels.not_finite") : decimals(one, 3));
    const values = { batch: write(pair.m), running: layer.rm ? write(pair.r) : say("channels.none") };
    const apart = gap(layer, pair.channel, measure);
    const known = !sorted && apart !== null && !Number.isNaN(apart);
    const size = measure === "mean" ? fixed(Math.abs(apart ?? 0), 1) : fixed(2 ** (apart ?? 0), 2);
    const both = say("channels.both", values);
    const told = known ? say(`channels.apart.${measure}`, { both, size }) : both;
    const head = sorted
      ? say("channels.at_rank", { rank: at ?? 0 })
      : say("channels.at_channel", { channel: pair.channel });
    const text = say("channels.told", { place: head, values: told });
    setAttr(this.root, "aria-label", text);
    // At the end where the values are not.
    const marks = [...this.root.querySelectorAll("circle.batch, circle.running")];
    const high = marks.some((mark) => mark.classList.contains("on") && Number(mark.getAttribute("cy")) < HEIGHT / 2);
    const top = high ? HEIGHT - EDGE.bottom - 22 : EDGE.top - 5;
    const label = svg("text", { class: "told middle", y: top + 17, x: width / 2, text }, this.root);
    const half = label.getComputedTextLength() / 2 + 10;
    const x = clamp(
      EDGE.left + ((at ?? 0) + 0.5) * ((width - EDGE.left - EDGE.right) / this.pairs.length),
      half + 2,
      width - half - 2,
    );
    set(label, { x });
    label.before(svg("rect", { class: "told-box", x: x - half, y: top, width: 2 * half, height: 24, rx: 7 }));
  }
}
