/** One map: learning rate across, initial scale upward; each cell shows its seeds as bars of what they have learned. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, State } from "./state.js" */

import { APART, fit } from "../../fit.js";
import { clamp, layers, set, svg } from "../../svg.js";
import { learned } from "./state.js";

/** @typedef {{x: number, y: number, width: number, height: number, narrow: boolean}} Place */

/** Marks that tell the outcomes apart without any color; nets that learn show their bars instead. */
export const SYMBOLS = ["", "", "○", "▣", "✕"];

/** Width of a column, in pixels, from which on each has its number below. */
const ROOM_OF_A_TICK = 46;

/** The color of an outcome. @param {string} outcome */
export const colorOf = (outcome) => `var(--survival-${outcome})`;

/** A learning rate or a scale as text. @param {number} value */
export const tick = (value) => String(Number(value.toPrecision(2)));

export class MapPanel {
  /** @param {Kit} kit @param {State} state @param {ArmName} arm */
  constructor(kit, state, arm) {
    this.kit = kit;
    this.state = state;
    this.arm = arm;
    /** @type {Place} */
    this.place = { x: 0, y: 0, width: 1, height: 1, narrow: false };
    const root = svg("g", {}, kit.svg);
    const on = layers(root, "axis", "cell", "touch");
    for (const group of [on.axis, on.cell]) group.setAttribute("class", "still");
    const color = arm === "none" ? "var(--plain)" : "var(--batch)";
    this.title = svg("text", { class: "title", style: `fill:${color}`, text: kit.say(`picture.${arm}`) }, on.axis);
    this.note = svg("text", { class: "muted end" }, on.axis);
    this.xTicks = state.map.x.map(() => svg("text", { class: "tick middle" }, on.axis));
    this.yTicks = state.map.y.map(() => svg("text", { class: "tick end" }, on.axis));
    this.xName = svg("text", { class: "tick middle", text: kit.say("picture.rate") }, on.axis);
    this.yName = svg("text", { class: "tick", text: kit.say("picture.scale") }, on.axis);
    this.cells = state.map.y.map((_, row) =>
      state.map.x.map((__, column) => ({
        row,
        column,
        box: svg("rect", { rx: 4 }, on.cell),
        bars: Array.from({ length: state.map.seeds }, () => svg("rect", { rx: 1 }, on.cell)),
        mark: svg("text", { class: "middle survival-mark" }, on.cell),
      })),
    );
    this.touch = svg("rect", { fill: "transparent", class: "survival-touch" }, on.touch);
  }

  get step() {
    const { width, height } = this.place;
    return { x: width / this.state.columns, y: height / this.state.rows };
  }

  /** The corner of a cell on the screen: its left and upper edge. @param {number} column @param {number} row */
  corner(column, row) {
    const { x, y, height } = this.place;
    return { x: x + column * this.step.x, y: y + height - (row + 1) * this.step.y };
  }

  /** Column and row under a point of the screen; not rounded, the middle of a cell is whole. @param {number} clientX @param {number} clientY @returns {[number, number]} */
  under(clientX, clientY) {
    const box = this.kit.svg.getBoundingClientRect();
    const { x, y, height } = this.place;
    return [(clientX - box.left - x) / this.step.x - 0.5, (y + height - (clientY - box.top)) / this.step.y - 0.5];
  }

  /** The same as whole numbers on the map. @param {number} clientX @param {number} clientY */
  cellUnder(clientX, clientY) {
    const [column, row] = this.under(clientX, clientY).map(Math.round);
    return { column: clamp(column, 0, this.state.columns - 1), row: clamp(row, 0, this.state.rows - 1) };
  }

  /** @param {Place} place @param {{hidden: boolean, note: string}} mode hidden: the cells keep their secret; note: beside the title */
  draw(place, { hidden, note }) {
    this.place = place;
    const { x, y, width, height, narrow } = place;
    set(this.touch, { x, y, width, height });
    set(this.title, { x, y: y - (narrow ? 8 : 11) });
    set(this.note, { x: x + width - 14, y: y - (narrow ? 8 : 11) });
    fit(this.note, width - 14 - this.title.getComputedTextLength() - APART, [note, ""]);
    const every = narrow ? 3 : this.step.x < ROOM_OF_A_TICK ? 2 : 1;
    this.xTicks.forEach((text, column) => {
      const shown = column % every === every >> 1;
      set(text, {
        x: x + (column + 0.5) * this.step.x,
        y: y + height + 16,
        text: shown ? tick(this.state.map.x[column]) : "",
      });
    });
    const left = this.arm === "none";
    this.yTicks.forEach((text, row) => {
      const at = y + height - (row + 0.5) * this.step.y + 4;
      set(text, { x: x - 7, y: at, text: left && !(narrow && row % 2) ? tick(this.state.map.y[row]) : "" });
    });
    set(this.xName, { x: x + width / 2, y: y + height + (narrow ? 31 : 33) });
    set(this.yName, { x: 0, y: 0, visibility: left && !narrow ? "visible" : "hidden" });
    set(this.yName, { transform: `translate(${x - 44} ${y + height}) rotate(-90)` });
    for (const row of this.cells) for (const cell of row) this.drawCell(cell, hidden);
  }

  /** @param {typeof this.cells[number][number]} cell @param {boolean} hidden */
  drawCell({ row, column, box, bars, mark }, hidden) {
    const { state, step } = this;
    const map = state.map[this.arm];
    const known = !hidden && state.isFilled(this.arm, row, column);
    const { x, y } = this.corner(column, row);
    const outcome = map.outcome[row][column];
    const learns = outcome < 2;
    set(box, {
      x: x + 1.5,
      y: y + 1.5,
      width: Math.max(1, step.x - 3),
      height: Math.max(1, step.y - 3),
      style: `fill:${known ? colorOf(state.data.outcomes[outcome]) : "var(--bn-soft)"}`,
      "fill-opacity": known && learns ? 0.28 : 1,
      stroke: known ? "none" : "var(--bn-border)",
    });
    const inner = step.x - 9;
    const room = step.y - 8;
    bars.forEach((bar, seed) => {
      const accuracy = map.accuracy[row][column][seed];
      const share = accuracy === null ? 0 : clamp(learned(accuracy, state.map.chance), 0, 1);
      const height = share * room;
      const wide = inner / bars.length;
      const own = map.seeds[row][column][seed];
      set(bar, {
        x: x + 4.5 + seed * wide,
        y: y + step.y - 4 - height,
        width: Math.max(1, wide - 1.5),
        height: Math.max(0, height),
        style: `fill:${own < 2 ? colorOf(state.data.outcomes[own]) : "var(--bn-muted)"}`,
        visibility: known && (learns || own < 2) ? "visible" : "hidden",
      });
    });
    const crowded = map.seeds[row][column].some((one) => one < 2);
    set(mark, {
      x: x + step.x / 2,
      y: y + (crowded ? Math.min(17, step.y / 2 + 5) : step.y / 2 + 5),
      text: known ? SYMBOLS[outcome] : "",
      style: `fill:var(--survival-on-${state.data.outcomes[outcome]})`,
    });
  }
}
