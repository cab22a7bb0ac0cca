/** Bars at the edge of the table: the mean of each image and of each channel, of inputs or of outputs. */
/** @import { Kit } from "../../types" */
/** @import { Result, State } from "./state.js" */
/** @import { Grid } from "./table.js" */

import { between, clamp, fixed, set, svg } from "../../svg.js";

/** The longest bar at the edge stands for this mean, for inputs and outputs. */
const LONGEST = [0.35, 0.6];

/** Below this, a mean of the outputs is erased. */
const ERASED = 1e-9;

/** Blue is a mean that the normalization has taken away; a mean of the inputs is there, however small. @param {number} mean @param {boolean} outputs */
export const barColor = (mean, outputs) => (outputs && Math.abs(mean) < ERASED ? "--batch" : "--bn-muted");

export class Edges {
  /** @param {Kit} kit @param {State} state @param {Element} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    const { samples, channels } = state.data;
    const edge = (/** @type {number} */ count) =>
      Array.from({ length: count }, () => ({
        line: svg("line", { stroke: "var(--bn-faint)" }, parent),
        bar: svg("rect", { rx: 2 }, parent),
        label: svg("text", { class: "tick middle" }, parent),
      }));
    this.bars = { images: edge(samples), channels: edge(channels) };
    this.edgeTitles = [0, 1].map(() => svg("text", { class: "tick" }, parent));
  }

  /** @param {Grid} grid @param {Result} now */
  draw(grid, { values, normalized }) {
    const { state } = this;
    const { left, top, field, gap, narrow, short } = grid;
    const [before, after] = [state.margins(values), state.margins(normalized)];
    const { samples, channels } = state.data;
    const width = samples * (field[0] + gap) - gap;
    const height = channels * (field[1] + gap) - gap;
    const long = narrow || short ? 11 : 26;
    const level = (/** @type {number} */ x, /** @type {number} */ hat) =>
      clamp(between(x / LONGEST[0], hat / LONGEST[1], state.morph), -1, 1) * long;
    const text = (/** @type {number} */ x, /** @type {number} */ hat) => fixed(state.outputs ? hat : x);
    const style = (/** @type {number} */ hat) => `fill:var(${barColor(hat, state.outputs)})`;
    this.bars.images.forEach(({ line, bar, label }, n) => {
      const shown = n < state.images;
      const x = left + n * (field[0] + gap) + field[0] / 2;
      const y = top + height + (short ? 15 : 34);
      const size = shown ? level(before.images[n], after.images[n]) : 0;
      set(line, {
        x1: x - field[0] * 0.3,
        x2: x + field[0] * 0.3,
        y1: y,
        y2: y,
        visibility: shown ? "inherit" : "hidden",
      });
      set(bar, {
        x: x - field[0] * 0.18,
        width: field[0] * 0.36,
        y: y - Math.max(size, 0),
        height: Math.max(Math.abs(size), shown ? 2 : 0),
        style: style(after.images[n] ?? 1),
      });
      set(label, { x, y: y + long + 15, text: shown && !short ? text(before.images[n], after.images[n]) : "" });
    });
    this.bars.channels.forEach(({ line, bar, label }, c) => {
      const y = top + c * (field[1] + gap) + field[1] / 2;
      const x = left + width + (narrow ? 16 : 40);
      const size = level(before.channels[c], after.channels[c]);
      set(line, {
        x1: x,
        x2: x,
        y1: y - field[1] * 0.3,
        y2: y + field[1] * 0.3,
      });
      set(bar, {
        y: y - field[1] * 0.18,
        height: field[1] * 0.36,
        x: x + Math.min(size, 0),
        width: Math.max(Math.abs(size), 2),
        style: style(after.channels[c]),
      });
      set(label, { x: x + (narrow ? 33 : 54), y: y + 4, text: text(before.channels[c], after.channels[c]) });
    });
    const words = narrow ? ["", ""] : [this.kit.say("picture.channel_means"), this.kit.say("picture.image_means")];
    set(this.edgeTitles[0], { x: left + width + 8, y: top - 12, text: words[0] });
    set(this.edgeTitles[1], { x: 12, y: top + height + 38, text: short ? "" : words[1] });
  }
}
