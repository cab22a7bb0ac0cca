/** The whole picture: two linked maps under one brush, and below them what the brush holds. */
/** @import { Kit, Size } from "../../types" */
/** @import { ArmName, State } from "./state.js" */

import { chip, placeChip } from "../../chip.js";
import { layers, set, svg } from "../../svg.js";
import { colorOf, MapPanel, SYMBOLS } from "./map_panel.js";
import { NETS } from "./state.js";

/** @typedef {import("./map_panel.js").Place} Place */

const ARMS = /** @type {ArmName[]} */ (["none", "batch"]);

/** @param {Element} parent @param {string} color */
function grip(parent, color) {
  const root = svg("g", { style: `color:${color}` }, parent);
  svg("circle", { r: 22, fill: "transparent" }, root);
  svg("circle", { class: "ring", r: 15 }, root);
  svg("circle", { r: 9, fill: "var(--bn-card)", stroke: "var(--bn-fg)", "stroke-width": 2.5 }, root);
  return root;
}

export class SurvivalPicture {
  /** @param {Kit} kit @param {State} state @param {(net: string) => void} press */
  constructor(kit, state, press) {
    this.kit = kit;
    this.state = state;
    this.chips = NETS.map((net) => chip(kit.svg, () => press(net)));
    this.maps = { none: new MapPanel(kit, state, "none"), batch: new MapPanel(kit, state, "batch") };
    const on = layers(kit.svg, "ghost", "bar", "brush", "hand");
    set(on.ghost, { class: "still" });
    set(on.bar, { class: "still" });
    this.painted = svg("path", { fill: "var(--plain)", "fill-opacity": 0.5 }, on.ghost);
    this.ghost = svg(
      "path",
      { fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2.5, "stroke-dasharray": "6 4" },
      on.ghost,
    );
    this.hint = svg("text", { class: "middle haloed", style: "font-weight:650" }, on.ghost);
    this.hintMore = svg("text", { class: "middle haloed muted" }, on.ghost);
    this.twin = svg(
      "rect",
      { rx: 6, fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2.5, class: "still" },
      on.brush,
    );
    this.brush = svg("g", { style: "color:var(--bn-fg)" }, on.brush);
    this.brushRing = svg("rect", { class: "ring", rx: 8 }, this.brush);
    this.brushBox = svg(
      "rect",
      { rx: 6, fill: "transparent", stroke: "var(--bn-fg)", "stroke-width": 2.5 },
      this.brush,
    );
    this.grips = [grip(on.hand, "var(--bn-fg)"), grip(on.hand, "var(--bn-fg)")];
    this.cursor = svg("g", { style: "color:var(--plain)" }, on.hand);
    this.cursorRing = svg("rect", { class: "ring", rx: 8 }, this.cursor);
    this.cursorBox = svg(
      "rect",
      { rx: 5, fill: "transparent", stroke: "var(--plain)", "stroke-width": 3 },
      this.cursor,
    );
    this.bars = ARMS.map((arm) => ({
      arm,
      name: svg("text", { style: `fill:var(--${arm === "none" ? "plain" : "batch"});font-weight:650` }, on.bar),
      parts: state.data.outcomes.map((outcome) => svg("rect", { style: `fill:${colorOf(outcome)}` }, on.bar)),
      count: svg("text", { class: "end" }, on.bar),
    }));
    this.legend = state.data.outcomes.map((outcome, place) => ({
      box: svg("rect", { rx: 3, width: 16, height: 16, style: `fill:${colorOf(outcome)}` }, on.bar),
      mark: svg(
        "text",
        { class: "middle survival-mark", text: SYMBOLS[place], style: `fill:var(--survival-on-${outcome})` },
        on.bar,
      ),
      text: svg("text", { class: "muted", text: kit.say(`picture.outcome.${outcome}`) }, on.bar),
    }));
    this.info = svg("text", { class: "muted" }, on.bar);
    this.infoMore = svg("text", { class: "muted" }, on.bar);
  }

  /** @param {Size} size @param {boolean} asking */
  draw({ width, height, narrow }, asking) {
    const top = narrow ? 40 : 48;
    const [left, gap, right] = narrow ? [30, 12, 10] : [62, 30, 24];
    const panel = (width - left - gap - right) / 2;
    const [head, feet] = narrow ? [24, 40] : [28, 44];
    const lower = narrow ? 112 : 150;
    const high = height - top - head - feet - lower;
    const place = { y: top + head, width: panel, height: high, narrow };
    this.maps.none.draw({ x: left, ...place }, asking);
    this.maps.batch.draw({ x: left + panel + gap, ...place }, false);
    this.drawChips(left, width - right, narrow);
    this.drawGuess(asking, narrow);
    this.drawBrush(asking);
    this.drawBars({ x: left, y: top + head + high + feet, width: width - left - right, height: lower, narrow }, asking);
  }

  /** @param {number} left @param {number} right @param {boolean} narrow */
  drawChips(left, right, narrow) {
    const { kit, state } = this;
    const start = narrow ? 8 : left;
    const each = narrow ? (right - start - 8) / 3 : 172;
    this.chips.forEach((one, place) => {
      const words = kit.say(`picture.net${narrow ? "_short" : ""}.${NETS[place]}`);
      placeChip(one, start + place * (each + (narrow ? 4 : 6)), each, words);
      set(one.root, { "aria-pressed": NETS[place] === state.net });
    });
  }

  /** The painted cells, while the question is open; later their border as a ghost. @param {boolean} asking @param {boolean} narrow */
  drawGuess(asking, narrow) {
    const { state, kit } = this;
    const map = this.maps.none;
    const kept = !asking && state.net === NETS[0];
    let area = "";
    let edge = "";
    const { x: wide, y: high } = map.step;
    for (const key of state.painted) {
      const [column, row] = key.split(".").map(Number);
      const { x, y } = map.corner(column, row);
      area += `M${x + 1.5} ${y + 1.5}h${wide - 3}v${high - 3}h${3 - wide}Z`;
      if (!state.isPainted(column, row + 1)) edge += `M${x} ${y}h${wide}`;
      if (!state.isPainted(column, row - 1)) edge += `M${x} ${y + high}h${wide}`;
      if (!state.isPainted(column - 1, row)) edge += `M${x} ${y}v${high}`;
      if (!state.isPainted(column + 1, row)) edge += `M${x + wide} ${y}v${high}`;
    }
    set(this.painted, { d: asking ? area : "" });
    set(this.ghost, { d: asking || kept ? edge : "" });
    const { x, y, width, height } = map.place;
    const waits = asking && state.painted.size === 0;
    set(this.hint, {
      x: x + width / 2,
      y: y + height * 0.75 - 8,
      text: waits ? kit.say(`picture.paint${narrow ? "_short" : ""}`) : "",
    });
    set(this.hintMore, {
      x: x + width / 2,
      y: y + height * 0.75 + 14,
      text: waits && !narrow ? kit.say("picture.keys") : "",
    });
    const visibility = asking ? "visible" : "hidden";
    const corner = map.corner(state.cell.column, state.cell.row);
    set(this.cursor, { visibility, transform: `translate(${corner.x.toFixed(2)} ${corner.y.toFixed(2)})` });
    set(this.cursorBox, { x: 1.5, y: 1.5, width: wide - 3, height: high - 3 });
    set(this.cursorRing, { x: -4, y: -4, width: wide + 8, height: high + 8 });
  }

  /** @param {boolean} asking */
  drawBrush(asking) {
    const { left, right, low, high } = this.state.brush;
    const visibility = asking ? "hidden" : "visible";
    const { none, batch } = this.maps;
    const [from, to] = [none.corner(left, high), none.corner(right + 1, low - 1)];
    const size = { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
    set(this.brushBox, size);
    set(this.brushRing, { x: size.x - 4, y: size.y - 4, width: size.width + 8, height: size.height + 8 });
    set(this.brush, { visibility });
    const over = batch.corner(left, high);
    set(this.twin, { ...size, x: over.x, y: over.y, visibility });
    const ends = [none.corner(left, low - 1), none.corner(right + 1, high)];
    this.grips.forEach((one, place) => {
      set(one, { visibility, transform: `translate(${ends[place].x.toFixed(2)} ${ends[place].y.toFixed(2)})` });
    });
  }

  /** @param {Place} place @param {boolean} asking */
  drawBars({ x, y, width, narrow }, asking) {
    const { state, kit } = this;
    const name = narrow ? 0 : 96;
    const number = narrow ? 0 : 250;
    const room = width - name - number;
    this.bars.forEach(({ arm, name: label, parts, count }, place) => {
      const found = state.share(arm);
      const hidden = asking && arm === "none";
      const at = y + place * (narrow ? 38 : 30) + (narrow ? 16 : 4);
      set(label, { x, y: narrow ? at - 4 : at + 16, text: kit.say(`picture.${arm}`) });
      let from = x + name;
      parts.forEach((part, outcome) => {
        const wide =
          hidden || !found.cells
            ? 0
            : (room * found.outcomes[outcome]) / (state.isWhole ? state.rows * state.columns : this.brushCells());
        set(part, { x: from, y: at, width: Math.max(0, wide), height: narrow ? 15 : 22 });
        from += wide;
      });
      const values = { learn: found.learn, cells: found.cells, nets: found.nets, all: found.allNets };
      const text = hidden ? "?" : kit.say(`picture.share${narrow ? "_short" : ""}`, values);
      set(count, { x: x + width, y: narrow ? at - 4 : at + 16, text });
    });
    this.drawLegend(x, y + (narrow ? 84 : 72), width, narrow);
    this.drawInfo(x, y + (narrow ? 0 : 104), narrow, asking);
  }

  brushCells() {
    const { left, right, low, high } = this.state.brush;
    return (right - left + 1) * (high - low + 1);
  }

  /** @param {number} x @param {number} y @param {number} width @param {boolean} narrow */
  drawLegend(x, y, width, narrow) {
    const shares = narrow ? [0, 0.225, 0.375, 0.56, 0.785] : [0, 0.2, 0.4, 0.6, 0.8];
    this.legend.forEach(({ box, mark, text }, place) => {
      const at = (narrow ? 8 : x) + shares[place] * (narrow ? width + x : width);
      set(box, { x: at, y, width: narrow ? 12 : 16, height: narrow ? 12 : 16 });
      set(mark, { x: at + 8, y: y + 13, visibility: narrow ? "hidden" : "visible" });
      set(text, { x: at + (narrow ? 15 : 23), y: y + (narrow ? 11 : 13) });
    });
  }

  /** The cell under the pointer, in words. @param {number} x @param {number} y @param {boolean} narrow @param {boolean} asking */
  drawInfo(x, y, narrow, asking) {
    const { state, kit } = this;
    const { column, row } = state.cell;
    const shown = narrow ? "hidden" : "visible";
    const [plain, bn] = ARMS.map((arm) => this.cellText(arm, row, column, asking && arm === "none"));
    const values = { x: String(state.map.x[column]), y: String(state.map.y[row]), plain, bn };
    set(this.info, { x, y: y + 14, visibility: shown, text: kit.say("picture.cell", values) });
    set(this.infoMore, {
      x,
      y: y + 34,
      visibility: shown,
      text: kit.say("picture.origin", { steps: state.map.steps, seeds: state.map.seeds }),
    });
  }

  /** @param {ArmName} arm @param {number} row @param {number} column @param {boolean} hidden */
  cellText(arm, row, column, hidden) {
    const { state, kit } = this;
    if (hidden || !state.isFilled(arm, row, column)) return "?";
    const accuracy = state.map[arm].accuracy[row][column];
    const names = accuracy.map((one) => (one === null ? "–" : `${(100 * one).toFixed(0)}`)).join(", ");
    const outcome = kit.say(`picture.outcome.${state.data.outcomes[state.map[arm].outcome[row][column]]}`);
    return kit.say("picture.cell_arm", { names, outcome });
  }
}
