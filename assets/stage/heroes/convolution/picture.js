/** The drawing of the convolution: a digit, four filters, their maps, the normalized maps, and the batch below. */
/** @import { Kit, Size } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { Box } from "./raster.js" */
/** @import { Pixel, State } from "./state.js" */

import { clamp, set, svg } from "../../svg.js";
import { layOut } from "./layout.js";
import { Measured } from "./measured.js";
import { Raster } from "./raster.js";
import { ASKED } from "./state.js";
import { Term } from "./term.js";
import { Words } from "./words.js";

/** What is drawn in full color: of a map, of a normalized map. */
const FULL = { map: 2, normalized: 5 };

/** @param {Element} parent @param {string} color */
const frame = (parent, color) =>
  svg("rect", { class: "still", fill: "none", rx: 4, stroke: color, "stroke-width": 2.5 }, parent);

/** What remains of a guess. @param {Element} parent */
const dashed = (parent) =>
  svg(
    "rect",
    { class: "still", fill: "none", rx: 6, stroke: "var(--bn-fg)", "stroke-dasharray": "4 3", "stroke-width": 1.6 },
    parent,
  );

export class ConvolutionPicture {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.kit = kit;
    this.state = state;
    this.raster = new Raster(kit);
    const { filters, digits } = state.data;
    /** @type {Layout} */
    this.layout = layOut({ width: 800, height: 600, narrow: false }, filters.length, digits.length);
    this.block = svg("g", {}, kit.svg);
    const group = () => svg("g", { class: "still" }, this.block);
    this.threads = filters.map(() => svg("path", { class: "still", fill: "none", "stroke-width": 1.5 }, this.block));
    this.filters = filters.map((values) => this.filter(values));
    this.sheets = digits.map((_, image) => this.sheet(image));
    this.digit = this.area("cursor:move");
    this.brush = this.area("cursor:crosshair");
    this.frames = {
      maps: filters.map(() => frame(this.block, "var(--batch)")),
      normalized: filters.map(() => frame(this.block, "var(--batch)")),
    };
    this.ghosts = filters.map(() => dashed(this.block));
    this.asked = frame(this.block, "var(--plain)");
    this.window = frame(this.block, "var(--plain)");
    set(this.window, { "data-s": "x", rx: 2 });
    this.dots = [0, 1, ...digits.slice(1)].map(() => frame(this.block, "var(--plain)"));
    this.knob = this.moveKnob(group());
    this.batchEnd = svg("g", { style: "color:var(--bn-fg)" }, this.block);
    this.batchRing = svg("rect", { class: "ring", y: -34, height: 68, rx: 16 }, this.batchEnd);
    this.batchPill = svg("rect", { rx: 10, fill: "var(--bn-fg)" }, this.batchEnd);
    this.batchLabel = ["m", ""].map((letter, row) =>
      svg(
        "text",
        { class: "middle still", y: row ? 15 : -4, text: letter, style: "fill:var(--bn-card);font-weight:700" },
        this.batchEnd,
      ),
    );
    this.words = new Words(kit, state, this.block);
    this.choice = this.words.choice;
    this.term = new Term(this.block, kit.say("picture.term"));
    this.measured = state.recordings.map((_, place) => new Measured(kit, state, kit.svg, place));
    this.missing = svg("text", { class: "muted middle" }, kit.svg);
  }

  /** A square that is a handle. @param {string} style */
  area(style) {
    const root = svg("g", { style: `color:var(--plain);${style}` }, this.block);
    const area = svg("rect", { fill: "transparent" }, root);
    const ring = svg("rect", { class: "ring", rx: 6 }, root);
    return { root, area, ring };
  }

  /** @param {number[]} values */
  filter(values) {
    const box = svg("svg", { viewBox: "0 0 3 3", class: "still", "data-s": "w" }, this.block);
    values.forEach((value, place) => {
      const share = Math.round(50 + 45 * clamp(value, -1, 1));
      const style = `fill:color-mix(in srgb, var(--bn-fg) ${share}%, var(--bn-card))`;
      svg("rect", { x: place % 3, y: Math.floor(place / 3), width: 1.01, height: 1.01, style }, box);
    });
    return box;
  }

  /** @param {number} image */
  sheet(image) {
    const root = svg("g", { role: "checkbox", tabindex: 0, style: "cursor:pointer;color:var(--batch)" }, this.block);
    const ring = svg("rect", { class: "ring", rx: 7 }, root);
    const area = svg("rect", { fill: "transparent", rx: 4, "stroke-width": 2.5 }, root);
    const ghost = dashed(this.block);
    return { root, ring, area, ghost, image };
  }

  /** @param {Element} parent */
  moveKnob(parent) {
    svg("circle", { r: 17, fill: "var(--plain)" }, parent);
    const d = "M0 -9V9M-9 0H9M-3 -6 0 -9 3 -6M-3 6 0 9 3 6M-6 -3 -9 0 -6 3M6 -3 9 0 6 3";
    svg(
      "path",
      { d, fill: "none", style: "stroke:light-dark(#fff, #10151c);stroke-width:1.8;stroke-linejoin:round" },
      parent,
    );
    return parent;
  }

  /** The pixel of a map under a point of the screen. @param {number} clientX @param {number} clientY @returns {Pixel} */
  pixelAt(clientX, clientY) {
    const { left, top } = this.kit.svg.getBoundingClientRect();
    const { maps } = this.layout;
    const { size } = this.state;
    const y = clientY - top;
    const below = maps.findIndex((box) => y < box.y + box.height);
    const filter = below < 0 ? maps.length - 1 : below;
    const { x, y: start, width } = maps[filter];
    const cell = (/** @type {number} */ at) => clamp(Math.floor((at / width) * size), 0, size - 1);
    return { filter, row: cell(y - start), column: cell(clientX - left - x) };
  }

  /** Pixels of the digit per pixel of the screen. */
  get scale() {
    return this.state.size / this.layout.digit.width;
  }

  /** @param {Size} size @param {{asking: boolean, measured: boolean, moving: boolean}} mode */
  draw(size, { asking, measured, moving }) {
    set(this.block, { visibility: measured ? "hidden" : "visible" });
    this.raster.start(size);
    const unrecorded = measured && !this.measured.length;
    set(this.missing, {
      x: size.width / 2,
      y: size.height / 2,
      text: unrecorded ? this.kit.say("picture.not_recorded") : "",
    });
    this.measured.forEach((drawing, place) => {
      drawing.draw(size, measured && place === this.state.recording);
    });
    if (measured) return;
    const { state } = this;
    this.layout = layOut(size, state.data.filters.length, state.data.digits.length);
    this.drawMaps(asking);
    this.drawBatch(asking);
    this.drawPixel(asking);
    this.term.draw(this.layout, state, asking ? ASKED : state.shown);
    this.words.draw(this.layout, size, asking, moving);
  }

  /** @param {SVGRectElement} ghost @param {Box} box @param {number} filter @param {number} image @param {boolean} asking */
  ghostAround(ghost, box, filter, image, asking) {
    const guessed = this.state.painted.has(filter * this.state.images.length + image);
    const visibility = !asking && guessed && this.kit.step() === 0 ? "inherit" : "hidden";
    set(ghost, { ...grown(box, this.layout.narrow ? 4 : 6), visibility });
  }

  /** Whether a map is lit. @param {number} filter @param {number} image @param {boolean} asking */
  lit(filter, image, asking) {
    const { state } = this;
    if (asking) return state.painted.has(filter * state.images.length + image);
    if (state.way === "pixel" || filter !== state.shown.filter || image >= state.m) return false;
    return image <= state.spread * state.images.length;
  }

  /** @param {boolean} asking */
  drawMaps(asking) {
    const { state, layout, raster } = this;
    raster.draw(state.digit, layout.digit, { lit: false, full: 1, plain: true });
    layout.maps.forEach((box, filter) => {
      const lit = this.lit(filter, 0, asking);
      raster.draw(state.map(filter, 0), box, { lit, full: FULL.map });
      const normalized = layout.normalized[filter];
      raster.draw(state.statistics(filter).normalized, normalized, { lit, full: FULL.normalized });
      set(this.frames.maps[filter], { ...grown(box, 2), visibility: lit ? "inherit" : "hidden" });
      set(this.frames.normalized[filter], {
        ...grown(normalized, 2),
        visibility: lit && !asking ? "inherit" : "hidden",
      });
      this.ghostAround(this.ghosts[filter], box, filter, 0, asking);
      set(this.filters[filter], { ...layout.filters[filter] });
    });
  }

  /** @param {boolean} asking */
  drawBatch(asking) {
    const { state, layout, raster, kit } = this;
    const filter = asking ? ASKED.filter : state.shown.filter;
    for (const { root, ring, area, ghost, image } of this.sheets) {
      const box = layout.batch[image];
      const lit = this.lit(filter, image, asking);
      raster.draw(state.map(filter, image), box, { lit, full: FULL.map, faint: image >= state.m });
      set(area, { ...grown(box, 2), stroke: lit ? "var(--batch)" : "none" });
      set(ring, grown(box, 6));
      this.ghostAround(ghost, box, ASKED.filter, image, asking);
      set(root, {
        "aria-checked": lit,
        "aria-label": kit.say("picture.sheet", { number: image + 1, label: state.data.labels[image] }),
        tabindex: asking ? 0 : -1,
      });
    }
    const last = layout.batch[state.m - 1];
    const [wide, high] = layout.narrow ? [26, 42] : [38, 52];
    const x = last.x + last.width + (layout.narrow ? 16 : 27);
    set(this.batchEnd, {
      transform: `translate(${x} ${last.y + last.height / 2})`,
      visibility: asking ? "hidden" : "inherit",
    });
    set(this.batchPill, { x: -wide / 2, y: -high / 2, width: wide, height: high });
    set(this.batchRing, { x: -Math.max(wide + 12, 42) / 2, width: Math.max(wide + 12, 42) });
    set(this.batchLabel[1], { text: state.m });
  }

  /** The pixel that is shown: its window on the digit, its relatives. @param {boolean} asking */
  drawPixel(asking) {
    const { state, layout } = this;
    const { filter, row, column } = asking ? ASKED : state.shown;
    const cell = (/** @type {Box} */ box, spread = 0) => {
      const unit = box.width / state.size;
      return {
        x: box.x + (column - spread) * unit,
        y: box.y + (row - spread) * unit,
        width: unit * (1 + 2 * spread),
        height: unit * (1 + 2 * spread),
      };
    };
    const target = layout.maps[filter];
    set(this.window, cell(layout.digit, 1));
    set(this.asked, { ...grown(cell(target), 2), "stroke-width": 2 });
    const boxes = [layout.normalized[filter], ...layout.batch];
    this.dots.forEach((dot, place) => {
      const box = boxes[place];
      const shown = box && !asking && (place === 0 || (state.way === "pixel" && place <= state.m));
      set(dot, { ...(shown ? grown(cell(box), 2) : {}), "stroke-width": 2, visibility: shown ? "inherit" : "hidden" });
    });
    const from = cell(layout.digit, 1);
    layout.filters.forEach((box, place) => {
      const [x0, y0] = [from.x + from.width, from.y + from.height / 2];
      const on = place === filter;
      const to = on ? cell(target) : null;
      const end = to ? `M${box.x + box.width} ${box.y + box.height / 2}L${to.x} ${to.y + to.height / 2}` : "";
      set(this.threads[place], {
        d: `M${x0} ${y0}C${(x0 + box.x) / 2} ${y0} ${(x0 + box.x) / 2} ${box.y + box.height / 2} ${box.x} ${box.y + box.height / 2}${end}`,
        stroke: on ? "var(--plain)" : "var(--bn-faint)",
        "stroke-opacity": on ? 1 : 0.5,
      });
    });
    const { digit } = layout;
    set(this.digit.area, { ...digit });
    set(this.digit.ring, grown(digit, 4));
    set(this.knob, {
      // At the left, where no thread to a filter passes.
      transform: `translate(${digit.x + 14} ${digit.y + digit.height - 8})${layout.narrow ? " scale(.8)" : ""}`,
    });
    const [first, last] = [layout.maps[0], layout.maps[layout.maps.length - 1]];
    set(this.brush.area, { x: first.x, y: first.y, width: first.width, height: last.y + last.height - first.y });
    set(this.brush.ring, grown(target, 5));
  }
}

/** A box that is larger on all sides. @param {Box} box @param {number} by */
export const grown = ({ x, y, width, height }, by) => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});
