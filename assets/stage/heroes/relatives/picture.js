/** The drawing of the relatives: four small blocks to choose from, the table of maps, and the grips. */
/** @import { Kit, Size } from "../../types" */
/** @import { Result, State } from "./state.js" */

import { APART, fit } from "../../fit.js";
import { clamp, fixed, set, svg } from "../../svg.js";
import { Cubes } from "./cubes.js";
import { Legend } from "./legend.js";
import { Measured } from "./measured.js";
import { ASKED, CUTS, PULL } from "./state.js";
import { Table } from "./table.js";

/** Below this height, in pixels, there is room for the table alone. */
const SHORT = 480;

/** @param {Element} parent @param {number} width @param {string} color */
function pill(parent, width, color) {
  const root = svg("g", { style: `color:${color}` }, parent);
  svg("rect", { class: "ring", x: -width / 2 - 4, y: -22, width: width + 8, height: 44, rx: 22 }, root);
  svg("rect", { x: -width / 2, y: -14, width, height: 28, rx: 14, fill: color }, root);
  const label = svg("text", { class: "on-color", y: 5 }, root);
  return { root, label };
}

export class RelativesPicture {
  /** @param {Kit} kit @param {State} state @param {(way: import("../../math/normalizers.js").Normalizer) => void} choose */
  constructor(kit, state, choose) {
    this.kit = kit;
    this.state = state;
    this.block = svg("g", {}, kit.svg);
    this.table = new Table(kit, state, this.block);
    // All maps are one handle: a cursor that goes from cell to cell.
    this.brush = svg("g", { style: "color:var(--bn-fg);cursor:crosshair" }, this.block);
    this.area = svg("rect", { fill: "transparent" }, this.brush);
    this.focus = svg("rect", { class: "ring", rx: 3 }, this.brush);
    this.cursor = svg("rect", { class: "still", fill: "none", rx: 2, "data-s": "x hat" }, this.brush);
    this.asked = svg(
      "rect",
      { class: "still", fill: "none", rx: 3, stroke: "var(--plain)", "stroke-width": 3.5 },
      this.block,
    );
    this.bounds = Array.from({ length: state.data.channels }, () =>
      svg("line", { class: "still", stroke: "var(--batch)", "stroke-width": 2, "stroke-dasharray": "5 4" }, this.block),
    );
    this.end = svg("line", { class: "still", stroke: "var(--bn-fg)", "stroke-width": 2 }, this.block);
    this.cubes = new Cubes(kit, state, this.block, choose);
    this.images = pill(this.block, 64, "var(--bn-fg)");
    this.groups = pill(this.block, 54, "var(--batch)");
    this.value = pill(this.block, 84, "var(--plain)");
    const arrows = "M-35 -2.5l3.5 -4 3.5 4M-35 2.5l3.5 4 3.5 -4";
    svg(
      "path",
      { class: "still", d: arrows, fill: "none", style: "stroke:light-dark(#fff, #10151c);stroke-width:1.7" },
      this.value.root,
    );
    set(this.value.label, { x: 7 });
    this.title = svg("text", { class: "muted still" }, this.block);
    this.message = svg("text", { class: "end still", style: "font-weight:650" }, this.block);
    this.toggle = this.viewSwitch();
    this.legend = new Legend(kit, state, this.block);
    this.measured = new Measured(kit, state, kit.svg);
  }

  /** The switch between inputs and outputs. */
  viewSwitch() {
    const root = svg("g", { role: "switch", tabindex: 0, style: "cursor:pointer;color:var(--batch)" }, this.block);
    const ring = svg("rect", { class: "ring", x: -4, y: -8, width: 96, height: 44, rx: 16 }, root);
    svg("rect", { width: 88, height: 28, rx: 14, style: "fill:var(--bn-soft);stroke:var(--bn-border)" }, root);
    const knob = svg("rect", { y: 2, width: 43, height: 24, rx: 12, fill: "var(--batch)" }, root);
    const letters = ["x", "x̂"].map((letter, place) =>
      svg("text", { class: "letter middle still", x: 22 + 44 * place, y: 19, text: letter }, root),
    );
    return { root, ring, knob, letters };
  }

  /** @param {number} clientX @param {number} clientY @returns {[number, number]} column and row */
  cellAt(clientX, clientY) {
    const { left, top } = this.kit.svg.getBoundingClientRect();
    return this.table.under(clientX - left, clientY - top);
  }

  /** @param {number} clientX the number of images of which the right edge is nearest */
  imagesAt(clientX) {
    const { left, field, gap } = this.table.grid;
    return (clientX - this.kit.svg.getBoundingClientRect().left - left) / (field[0] + gap);
  }

  /** @param {number} clientY the number of channels above a point */
  channelsAt(clientY) {
    const { top, field, gap } = this.table.grid;
    return (clientY - this.kit.svg.getBoundingClientRect().top - top) / (field[1] + gap);
  }

  /** @param {Size} size @param {{asking: boolean, measured: boolean}} mode */
  draw(size, { asking, measured }) {
    set(this.block, { visibility: measured ? "hidden" : "visible" });
    this.measured.draw(size, measured);
    if (measured) return;
    const { width, height, narrow } = size;
    const short = height < SHORT;
    const chips = {
      left: narrow ? 8 : 18,
      top: short ? 8 : 16,
      width: width - (narrow ? 16 : 36),
      height: narrow ? 58 : short ? 52 : 74,
      narrow,
      asking,
    };
    this.cubes.draw(chips);
    const under = chips.top + chips.height;
    const frame = {
      left: narrow ? 26 : 84,
      top: under + (narrow ? 36 : short ? 46 : 98),
      right: width - (narrow ? 70 : 116),
      bottom: height - (short ? 52 : 84),
      narrow,
      short,
    };
    const now = this.state.result();
    this.table.draw(frame, now, asking);
    this.drawCursor(asking);
    this.drawGrips(asking);
    this.drawWords(under, size, asking, now);
  }

  /** @param {boolean} asking */
  drawCursor(asking) {
    const { state, table } = this;
    const [left, top, width, height] = table.box();
    const { cell } = table.grid;
    set(this.area, { x: left - 3, y: top - 3, width: width + 6, height: height + 6 });
    const [x, y] = table.corner(...state.cellOf(state.shown));
    const at = { x: x - 1, y: y - 1, width: cell[0] + 2, height: cell[1] + 2 };
    set(this.cursor, { ...at, stroke: "var(--bn-fg)", "stroke-width": asking ? 1.5 : 3 });
    set(this.focus, { x: at.x - 5, y: at.y - 5, width: at.width + 10, height: at.height + 10 });
    const [askedX, askedY] = table.corner(...state.cellOf(ASKED));
    set(this.asked, {
      x: askedX - 2,
      y: askedY - 2,
      width: cell[0] + 4,
      height: cell[1] + 4,
      visibility: this.kit.step() === 0 && ASKED.image < state.images ? "inherit" : "hidden",
    });
  }

  /** @param {boolean} asking */
  drawGrips(asking) {
    const { state, table } = this;
    const [left, top, width, height] = table.box();
    const { field, gap, cell, narrow, short } = table.grid;
    const hidden = asking ? "hidden" : "inherit";
    const small = narrow ? " scale(.86)" : "";
    const edge = left + state.images * (field[0] + gap) - gap / 2;
    set(this.end, { x1: edge, x2: edge, y1: top - 8, y2: top + height + 24, visibility: hidden });
    const imagesX = Math.min(edge + 8, left + width + (narrow ? 4 : 40));
    set(this.images.root, {
      transform: `translate(${imagesX} ${top + height + (short ? 36 : 40)})${small}`,
      visibility: hidden,
    });
    set(this.images.label, { text: `N = ${state.images}` });
    const per = state.data.channels / state.groups;
    const grouped = state.way === "group" && !asking;
    this.bounds.forEach((line, c) => {
      const y = top + (c + 1) * (field[1] + gap) - gap / 2;
      const shown = grouped && (c + 1) % per === 0 && c + 1 < state.data.channels;
      set(line, { x1: left - 4, x2: left + width + 4, y1: y, y2: y, visibility: shown ? "inherit" : "hidden" });
    });
    const groupY = top + per * (field[1] + gap) - gap / 2;
    set(this.groups.root, {
      transform: `translate(${narrow ? 24 : 36} ${groupY})${small}`,
      visibility: grouped ? "inherit" : "hidden",
    });
    set(this.groups.label, { text: `G = ${state.groups}` });
    const [x, y] = table.corner(...state.cellOf(state.pinned));
    const pulling = !asking && (this.kit.step() === CUTS || this.kit.step() === PULL);
    const above = y - 21;
    set(this.value.root, {
      transform: `translate(${clamp(x + cell[0] / 2, 46, left + width - 30)} ${above})${small}`,
      visibility: pulling ? "inherit" : "hidden",
    });
    set(this.value.label, { text: `x ${fixed(state.block[state.placeOf(state.pinned)])}` });
    set(this.toggle.root, { visibility: short ? "hidden" : hidden });
  }

  /** @param {number} under bottom of the chips @param {Size} size @param {boolean} asking @param {Result} now */
  drawWords(under, { width, height }, asking, now) {
    const { kit, state } = this;
    const short = height < SHORT;
    const moved = state.moves(now.normalized).filter((change) => change !== 0).length;
    const say = (/** @type {string} */ key) =>
      kit.say(`picture.${key}`, { number: state.painted.size, moved, all: now.normalized.length });
    const text = asking ? say(state.refused ? "refused" : "painted") : state.before ? say("moved") : "";
    // On a phone the grip of N and the message share the last line.
    const atLeft = short && state.images >= state.data.samples / 2;
    set(this.message, {
      x: atLeft ? 10 : width - (short ? 10 : 124),
      y: short ? height - 10 : under + 30,
      class: atLeft ? "still" : "end still",
      text,
    });
    set(this.title, { x: 18, y: under + 30 });
    const words = asking ? ["asked", "asked_short"].map(say) : [say(state.outputs ? "outputs" : "inputs"), ""];
    const room = width - 124 - 18 - this.message.getComputedTextLength() - APART;
    fit(this.title, room, short ? [""] : words);
    this.legend.draw(width - 106, under + 52, !short);
    const { root, knob, letters } = this.toggle;
    set(root, {
      transform: `translate(${width - 106} ${under + 12})`,
      "aria-checked": state.out,
      "aria-label": kit.say("picture.view"),
    });
    set(knob, { x: 2 + 41 * state.morph });
    letters.forEach((letter, place) => {
      set(letter, { style: (place === 1) === state.outputs ? "fill:light-dark(#fff, #10151c)" : "" });
    });
  }
}
