/** The recorded sweep: final loss over the initial scale or the rate, a dot for each seed, and a cursor to drag. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */
/** @import { Recorded } from "./sweep.js" */

import { clamp, layers, polyline, scale, set, svg } from "../../svg.js";
import { ARMS, divergedOf, lossText, median, shown, valueText } from "./sweep.js";

const LOW = 0.04;
const HIGH = 6;
const LOSSES = [0.05, 0.1, 0.2, 0.5, 1, 2, 5];
/** The longest sweep has this many values. */
const MOST = 15;

export class Measured {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.recorded = /** @type {Recorded} */ (kit.data);
    this.across = scale(0, 1, 0, 1);
    const on = layers(parent, "grid", "lines", "runs", "cursor", "words");
    for (const name of /** @type {const} */ (["grid", "lines", "runs", "words"])) on[name].classList.add("still");
    this.grid = LOSSES.map((loss) => ({
      loss,
      line: svg("line", { class: "grid" }, on.grid),
      label: svg("text", { class: "tick end", text: valueText(loss) }, on.grid),
    }));
    this.chance = svg("line", { class: "chance" }, on.grid);
    this.chanceLabel = svg("text", { class: "tick haloed", text: kit.say("measured.chance") }, on.words);
    this.ticks = Array.from({ length: MOST }, () => svg("text", { class: "tick middle" }, on.grid));
    this.lines = ARMS.map((arm) => svg("path", { class: `median ${arm}` }, on.lines));
    this.runs = ARMS.map((arm) =>
      Array.from({ length: MOST * this.recorded.seeds }, () => svg("path", { class: `run ${arm}` }, on.runs)),
    );
    this.title = svg("text", { class: "title", x: 20 }, on.words);
    this.subtitle = svg("text", { class: "muted", x: 20 }, on.words);
    this.axisTitle = svg("text", { class: "muted middle" }, on.words);
    this.cursor = svg("g", { style: "color:var(--bn-fg)" }, on.cursor);
    this.cursorLine = svg("line", { class: "cursor-line" }, this.cursor);
    svg("rect", { class: "ring", x: -36, y: -21, width: 72, height: 42, rx: 21 }, this.cursor);
    svg("rect", { class: "pill", x: -33, y: -14, width: 66, height: 28, rx: 14 }, this.cursor);
    svg("path", { class: "knob-arrows", d: "M-24 -4l-4 4 4 4M24 -4l4 4-4 4" }, this.cursor);
    this.cursorText = svg("text", { class: "on-color", y: 5 }, this.cursor);
    this.readouts = ARMS.map((arm) => svg("text", { class: `readout ${arm} haloed` }, on.words));
  }

  /** The nearest place among the values to a point of the screen. @param {number} clientX */
  placeAt(clientX) {
    return this.across.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Size} size */
  draw({ width, height, narrow }) {
    const { sweep, place } = shown(this.recorded, this.state);
    const box = {
      left: narrow ? 40 : 62,
      right: width - (narrow ? 20 : 150),
      top: narrow ? 58 : 96,
      bottom: height - (narrow ? 66 : 92),
    };
    const last = sweep.values.length - 1;
    // Values are a 1-3-10 or a 1-2-5 row, so equal steps are very nearly a logarithmic axis.
    this.across = scale(0, last, box.left + 24, box.right - 24);
    const logs = scale(Math.log(LOW), Math.log(HIGH), box.bottom, box.top);
    const y = (/** @type {number} */ loss) => logs.px(Math.log(clamp(loss, LOW, HIGH)));
    this.drawGrid(box, y, narrow);
    this.drawRuns(y, narrow);
    this.drawCursor(box, place, y, narrow);
    set(this.title, { y: narrow ? 20 : 34, text: this.kit.say(`measured.title_${this.state.kind}`) });
    const about = { steps: sweep.steps, seeds: this.recorded.seeds, last: this.recorded.last };
    const net = this.kit.say(`measured.net_${this.state.net}`);
    set(this.subtitle, {
      y: narrow ? 37 : 56,
      text: narrow ? this.kit.say("measured.about_short", about) : `${net} ${this.kit.say("measured.about", about)}`,
    });
    set(this.axisTitle, {
      x: (box.left + box.right) / 2,
      y: height - 16,
      text: this.kit.say(`measured.axis_${this.state.kind}`),
      visibility: narrow ? "hidden" : "visible",
    });
  }

  /**
   * @param {{left: number, right: number, top: number, bottom: number}} box
   * @param {(loss: number) => number} y
   * @param {boolean} narrow
   */
  drawGrid({ left, right, bottom }, y, narrow) {
    const { sweep, place: at } = shown(this.recorded, this.state);
    for (const { loss, line, label } of this.grid) {
      set(line, { x1: left, x2: right, y1: y(loss), y2: y(loss) });
      set(label, { x: left - 8, y: y(loss) + 4 });
    }
    set(this.chance, { x1: left, x2: right, y1: y(sweep.chance), y2: y(sweep.chance) });
    set(this.chanceLabel, { x: left + 4, y: y(sweep.chance) - 6 });
    this.ticks.forEach((tick, place) => {
      const value = sweep.values[place];
      const every = narrow && sweep.values.length > 9 ? 3 : 1;
      // The cursor's grip stands on the ticks and shows its own value.
      const covered = Math.abs(this.across.px(place) - this.across.px(at)) < 46;
      const text = value === undefined || place % every || covered ? "" : valueText(value);
      set(tick, { x: this.across.px(place), y: bottom + (narrow ? 14 : 20), text });
    });
  }

  /** @param {(loss: number) => number} y @param {boolean} narrow */
  drawRuns(y, narrow) {
    const { sweep } = shown(this.recorded, this.state);
    const { seeds } = this.recorded;
    ARMS.forEach((arm, slot) => {
      const medians = sweep[arm].map(median);
      const points = medians.map((loss, place) => /** @type {[number, number]} */ ([this.across.px(place), y(loss)]));
      set(this.lines[slot], { d: polyline(points) });
      this.runs[slot].forEach((mark, index) => {
        const [place, seed] = [Math.floor(index / seeds), index % seeds];
        const loss = sweep[arm][place]?.[seed];
        const x =
          this.across.px(place) +
          (slot * 2 - 1) * (narrow ? 3.5 : 7.5) +
          (seed - (seeds - 1) / 2) * (narrow ? 0.9 : 2.6);
        set(mark, { d: loss === undefined ? "" : shape(loss, x, y), "data-diverged": loss === null ? "" : null });
      });
    });
  }

  /**
   * @param {{left: number, top: number, bottom: number, right: number}} box
   * @param {number} place
   * @param {(loss: number) => number} y
   * @param {boolean} narrow
   */
  drawCursor({ left, top, bottom, right }, place, y, narrow) {
    const { sweep } = shown(this.recorded, this.state);
    const x = this.across.px(place);
    const grip = bottom + (narrow ? 12 : 16);
    set(this.cursor, { transform: `translate(${x.toFixed(2)} ${grip})` });
    set(this.cursorLine, { y1: top - grip, y2: -14 });
    set(this.cursorText, { text: valueText(sweep.values[place]) });
    const losses = ARMS.map((arm) => median(sweep[arm][place]));
    // The larger loss is named above its dots, the smaller one below, so neither lies on a line or on the other.
    const up = losses[0] >= losses[1] ? 0 : 1;
    const ys = losses.map((loss, slot) => y(loss) + (slot === up ? -14 : 24));
    ARMS.forEach((arm, slot) => {
      const words = this.kit.say(`measured.${arm}`, {
        loss: lossText(losses[slot], this.kit.say("measured.diverged")),
      });
      set(this.readouts[slot], {
        x: narrow ? left + slot * (right - left) * 0.5 : x + 22,
        y: narrow ? bottom + 52 : ys[slot],
        text: words,
      });
    });
  }

  /** What the sentences quote of the sweep on show. @returns {Record<string, string>} */
  values() {
    const { sweep, place } = shown(this.recorded, this.state);
    const diverged = this.kit.say("measured.diverged");
    return {
      at: valueText(sweep.values[place]),
      loss_plain: lossText(median(sweep.plain[place]), diverged),
      loss_batch: lossText(median(sweep.batch[place]), diverged),
      diverged_plain: String(divergedOf(sweep.plain[place])),
      diverged_batch: String(divergedOf(sweep.batch[place])),
      seeds: String(this.recorded.seeds),
      what: this.kit.say(`measured.what_${this.state.kind}`),
    };
  }
}

/**
 * A disk; a triangle at the upper edge for a loss beyond it, a cross for a run that diverged.
 * @param {number | null} loss
 * @param {number} x
 * @param {(loss: number) => number} y
 */
function shape(loss, x, y) {
  const top = y(HIGH);
  const p = (/** @type {number} */ px, /** @type {number} */ py) => `${px.toFixed(1)} ${py.toFixed(1)}`;
  if (loss === null) return `M${p(x - 4, top - 4)}L${p(x + 4, top + 4)}M${p(x + 4, top - 4)}L${p(x - 4, top + 4)}`;
  if (loss > HIGH) return `M${p(x - 4, top + 3)}L${p(x + 4, top + 3)}L${p(x, top - 4)}Z`;
  return `M${p(x - 3.2, y(loss))}a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0Z`;
}
