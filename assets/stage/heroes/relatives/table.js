/**
 * The block as a table of feature maps: a column per image, a row per channel; in each field the map's few values.
 *
 * Filled by value; blue where the mean is shared. Triangles say which outputs the last move has moved. At the edges the
 * means of each image and each channel.
 */
/** @import { Kit } from "../../types" */
/** @import { Result, State } from "./state.js" */

import { between, clamp, set, svg } from "../../svg.js";
import { Edges } from "./edges.js";

/** What is drawn in full color, for inputs and for outputs; its negative is nearly white, and 0 between them. */
export const FULL = [0.9, 3.2];

/** @typedef {{left: number, top: number, field: [number, number], cell: [number, number], gap: number, narrow: boolean, short: boolean}} Grid */

/** How dark a value is drawn, 0..1: the root of its size, since most are near 0. @param {number} x @param {number} hat @param {number} morph */
export function tone(x, hat, morph) {
  const [a, b] = [x, hat].map((value, view) => {
    const size = Math.sqrt(Math.min(1, Math.abs(value) / FULL[view]));
    return value < 0 ? 0.4 - 0.4 * size : 0.4 + 0.6 * size;
  });
  return between(a, b, morph);
}

/** Size of the mark of a change, in shares of a cell: logarithmic, since most changes are small. @param {number} change */
export const markSize = (change) => clamp(0.12 + 0.09 * Math.log10(Math.abs(change) / 5e-4), 0.1, 0.42);

export class Table {
  /** @param {Kit} kit @param {State} state @param {Element} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    const { samples, channels, side, digits, filters } = state.data;
    this.grid = /** @type {Grid} */ ({
      left: 0,
      top: 0,
      field: [1, 1],
      cell: [1, 1],
      gap: 0,
      narrow: false,
      short: false,
    });
    const group = (/** @type {string} */ css = "") => svg("g", { class: `still ${css}` }, parent);
    const on = { head: group(), cell: group(), edge: group(), field: group(), mark: group() };
    set(on.field, { "data-s": "set mean sigma" });
    this.on = on;
    this.digits = digits.map((values) => picture(on.head, values, Math.sqrt(values.length)));
    this.filters = filters.map((values) => picture(on.head, values, side, true));
    this.cells = state.data.block.map(() => svg("rect", {}, on.cell));
    this.marks = state.data.block.map(() => svg("path", { visibility: "hidden" }, on.mark));
    this.fields = Array.from({ length: samples * channels }, () =>
      svg("rect", { fill: "none", rx: 4, "stroke-width": 2 }, on.field),
    );
    this.painted = Array.from({ length: samples * channels }, () =>
      svg(
        "rect",
        { fill: "none", rx: 4, stroke: "var(--bn-fg)", "stroke-dasharray": "4 3", "stroke-width": 1.6 },
        on.edge,
      ),
    );
    this.edges = new Edges(kit, state, on.edge);
  }

  /** Left and top of a cell. @param {number} column @param {number} row @returns {[number, number]} */
  corner(column, row) {
    const { side } = this.state.data;
    const { left, top, field, cell, gap } = this.grid;
    return [
      left + Math.floor(column / side) * (field[0] + gap) + (column % side) * cell[0],
      top + Math.floor(row / side) * (field[1] + gap) + (row % side) * cell[1],
    ];
  }

  /** Column and row under a point of the picture. @param {number} x @param {number} y @returns {[number, number]} */
  under(x, y) {
    const { side } = this.state.data;
    const { left, top, field, cell, gap } = this.grid;
    const axis = (/** @type {number} */ at, /** @type {0 | 1} */ way) => {
      const map = Math.floor(at / (field[way] + gap));
      const inside = Math.min(at - map * (field[way] + gap), field[way] - 0.01);
      return map * side + inside / cell[way];
    };
    return [axis(x - left, 0), axis(y - top, 1)];
  }

  /** Left, top, width, height of all maps. @returns {[number, number, number, number]} */
  box() {
    const { samples, channels } = this.state.data;
    const { left, top, field, gap } = this.grid;
    return [left, top, samples * (field[0] + gap) - gap, channels * (field[1] + gap) - gap];
  }

  /** @param {{left: number, top: number, right: number, bottom: number, narrow: boolean, short: boolean}} frame @param {Result} now @param {boolean} asking */
  draw({ left, top, right, bottom, narrow, short }, now, asking) {
    const { samples, channels, side } = this.state.data;
    const gap = narrow ? 3 : short ? 5 : 9;
    const width = (right - left - gap * (samples - 1)) / samples;
    const height = (bottom - top - gap * (channels - 1)) / channels;
    /** @type {[number, number]} */
    const field = [width, height];
    /** @type {[number, number]} */
    const cell = [width / side, height / side];
    this.grid = { left, top, field, cell, gap, narrow, short };
    this.drawHeads();
    this.drawCells(now, asking);
    this.drawFields(asking);
    this.edges.draw(this.grid, now);
  }

  drawHeads() {
    const { left, top, field, gap, narrow, short } = this.grid;
    const size = narrow ? 24 : short ? 34 : 44;
    this.digits.forEach((digit, n) => {
      const x = left + n * (field[0] + gap) + (field[0] - size) / 2;
      set(digit, {
        x,
        y: top - size - (short ? 4 : 8),
        width: size,
        height: size,
        opacity: n < this.state.images ? 1 : 0.2,
      });
    });
    const edge = narrow ? 16 : Math.min(34, field[1] * 0.9);
    this.filters.forEach((filter, c) => {
      set(filter, {
        x: left - edge - (narrow ? 4 : 14),
        y: top + c * (field[1] + gap) + (field[1] - edge) / 2,
        width: edge,
        height: edge,
      });
    });
  }

  /** Whether an entry is lit: the light runs from the entry that is shown through its set. @param {number} image @param {number} channel @param {boolean} asking */
  lit(image, channel, asking) {
    const { state } = this;
    if (asking) return state.painted.has(image * state.data.channels + channel);
    if (!state.shares(image, channel)) return false;
    const far = Math.max(Math.abs(image - state.shown.image), Math.abs(channel - state.shown.channel));
    return far <= state.spread * Math.max(state.data.samples, state.data.channels);
  }

  /** @param {Result} now @param {boolean} asking */
  drawCells({ values, normalized }, asking) {
    const { state } = this;
    const { cell } = this.grid;
    const moves = state.moves(normalized);
    const unit = Math.min(...cell);
    this.cells.forEach((rect, place) => {
      const map = Math.floor(place / state.locations);
      const [image, channel] = [Math.floor(map / state.data.channels), map % state.data.channels];
      const [x, y] = this.corner(...state.cellOf({ image, channel, position: place % state.locations }));
      const inside = image < state.images;
      const dark = inside ? tone(values[place], normalized[place], state.morph) : 0;
      const lit = inside && this.lit(image, channel, asking);
      const share = Math.round(lit ? 14 + 78 * dark : 3 + 42 * dark);
      set(rect, {
        x: x + 0.5,
        y: y + 0.5,
        width: cell[0] - 1,
        height: cell[1] - 1,
        style: `fill:color-mix(in srgb, var(${lit ? "--batch" : "--bn-fg"}) ${share}%, var(--bn-card))`,
        opacity: inside ? null : 0.35,
      });
      const change = moves[place] ?? 0;
      const size = markSize(change || 1) * unit;
      const [cx, cy, tip] = [x + cell[0] / 2, y + cell[1] / 2, change > 0 ? -size : size];
      set(this.marks[place], {
        visibility: change && !asking ? "inherit" : "hidden",
        d: change ? `M${cx - size} ${cy - tip * 0.7}H${cx + size}L${cx} ${cy + tip}Z` : "M0 0",
        style: `fill:${lit && dark > 0.45 ? "var(--bn-card)" : "var(--bn-fg)"}`,
      });
    });
  }

  /** @param {boolean} asking */
  drawFields(asking) {
    const { left, top, field, gap } = this.grid;
    const { channels } = this.state.data;
    this.fields.forEach((rect, map) => {
      const [image, channel] = [Math.floor(map / channels), map % channels];
      const at = {
        x: left + image * (field[0] + gap) - 1.5,
        y: top + channel * (field[1] + gap) - 1.5,
        width: field[0] + 3,
        height: field[1] + 3,
      };
      const lit = image < this.state.images && this.lit(image, channel, asking);
      set(rect, { ...at, stroke: lit ? "var(--batch)" : "none" });
      set(this.painted[map], {
        x: at.x - 2.5,
        y: at.y - 2.5,
        width: at.width + 5,
        height: at.height + 5,
        visibility: !asking && this.kit.step() === 0 && this.state.painted.has(map) ? "inherit" : "hidden",
      });
    });
  }
}

/**
 * Values as a small gray picture in an svg element of its own, so that it can be placed and sized.
 * @param {Element} parent @param {number[]} values @param {number} side @param {boolean} [signed]
 */
function picture(parent, values, side, signed = false) {
  const box = svg("svg", { viewBox: `0 0 ${side} ${side}`, preserveAspectRatio: "none" }, parent);
  const most = Math.max(...values.map(Math.abs), 1e-9);
  values.forEach((value, place) => {
    const share = Math.round(signed ? 50 + (45 * value) / most : 6 + (86 * value) / most);
    svg(
      "rect",
      {
        x: place % side,
        y: Math.floor(place / side),
        width: 1.02,
        height: 1.02,
        style: `fill:color-mix(in srgb, var(--bn-fg) ${share}%, var(--bn-card))`,
      },
      box,
    );
  });
  return box;
}
