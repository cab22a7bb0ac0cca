/** The whole picture: two linked maps under one brush, and below them what the brush holds. */
/** @import { Kit, Size } from "../../types" */
/** @import { ArmName, State } from "./state.js" */

import { chip, placeChip } from "../../chip.js";
import { layers, set, svg } from "../../svg.js";
import { Below } from "./below.js";
import { MapPanel } from "./map_panel.js";
import { NETS } from "./state.js";

/** @param {Element} parent @param {string} color */
function grip(parent, color) {
  const root = svg("g", { style: `color:${color}` }, parent);
  svg("circle", { r: 22, fill: "transparent" }, root);
  svg("circle", { class: "ring", r: 15 }, root);
  svg("circle", { r: 9, fill: "var(--bn-card)", stroke: "var(--bn-fg)", "stroke-width": 2.5 }, root);
  return root;
}

/** Below this height, pixels, the bars of the counts are left out. */
const LOW = 560;
/** Width of the picture, pixels, from which on the numbers of a cell fit in one line. */
const SENTENCE = 760;

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
    this.cursorBox = svg("rect", { rx: 5, fill: "transparent", "stroke-width": 3 }, this.cursor);
    // A finger needs room; it may lie beside the cell while it moves it.
    this.cursorRoom = svg("circle", { r: 22, fill: "transparent" }, this.cursor);
    this.cursorTwin = svg("rect", { rx: 5, fill: "none", "stroke-width": 2, class: "still" }, on.hand);
    this.below = new Below(kit, state, on.bar);
  }

  /** @param {Size} size @param {boolean} asking */
  draw({ width, height, narrow }, asking) {
    const top = narrow ? 40 : 48;
    const [left, gap, right] = narrow ? [30, 12, 10] : [62, 30, 24];
    const panel = (width - left - gap - right) / 2;
    const [head, feet] = narrow ? [22, 38] : [28, 44];
    // Where the picture is low, the counts stand beside the titles, and the cells get the room of their bars.
    const low = height < LOW;
    // Where it is narrower than a sentence, what is written below takes two lines.
    const tight = !narrow && width < SENTENCE;
    const lower = narrow ? 82 : (low ? 62 : 150) + (tight ? 18 : 0);
    const high = height - top - head - feet - lower;
    const place = { y: top + head, width: panel, height: high, narrow };
    this.maps.none.draw({ x: left, ...place }, { hidden: asking, note: this.noteOf("none", asking, { narrow, low }) });
    this.maps.batch.draw(
      { x: left + panel + gap, ...place },
      { hidden: false, note: this.noteOf("batch", asking, { narrow, low }) },
    );
    this.drawChips(left, width - right, narrow);
    this.drawGuess(asking, narrow);
    this.drawBrush(asking);
    this.below.draw(
      { x: left, y: top + head + high + feet, width: width - left - right, height: lower, narrow },
      { asking, low, tight },
    );
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
    this.drawCursor(asking, narrow);
  }

  /** The chosen cell. A mouse chooses by pointing, so there only the keyboard has hold of it. @param {boolean} asking @param {boolean} narrow */
  drawCursor(asking, narrow) {
    const { column, row } = this.state.cell;
    const { none, batch } = this.maps;
    const { x: wide, y: high } = none.step;
    const corner = none.corner(column, row);
    const stroke = asking ? "var(--plain)" : "var(--bn-fg)";
    set(this.cursor, {
      style: `color:${stroke}`,
      class: asking || narrow ? null : "still",
      transform: `translate(${corner.x.toFixed(2)} ${corner.y.toFixed(2)})`,
    });
    const box = { width: Math.max(1, wide - 3), height: Math.max(1, high - 3), stroke };
    set(this.cursorBox, { x: 1.5, y: 1.5, ...box, "stroke-width": asking ? 3 : 2 });
    set(this.cursorRing, { x: -4, y: -4, width: wide + 8, height: high + 8 });
    set(this.cursorRoom, { cx: wide / 2, cy: high / 2, visibility: narrow ? "visible" : "hidden" });
    const twin = batch.corner(column, row);
    set(this.cursorTwin, { x: twin.x + 1.5, y: twin.y + 1.5, ...box, visibility: asking ? "hidden" : "visible" });
  }

  /** Beside the title of a map: its count where there is no bar for it, else what to do where the brush covers everything. @param {ArmName} arm @param {boolean} asking @param {{narrow: boolean, low: boolean}} room */
  noteOf(arm, asking, { narrow, low }) {
    const { state, kit } = this;
    if (narrow || low) {
      const { learn, cells } = state.share(arm);
      const words = narrow ? "share_tiny" : state.isFilling(arm) ? "share_so_far" : "share_short";
      return asking && arm === "none" ? "?" : kit.say(`picture.${words}`, { learn, cells });
    }
    return !asking && state.isWhole && arm === "none" ? kit.say("picture.draw") : "";
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
    // Where it covers everything it cannot be moved: there a drag draws a new one on the map below.
    set(this.brush, { visibility, class: this.state.isWhole ? "still" : null });
    const over = batch.corner(left, high);
    set(this.twin, { ...size, x: over.x, y: over.y, visibility });
    const ends = [none.corner(left, low - 1), none.corner(right + 1, high)];
    this.grips.forEach((one, place) => {
      set(one, { visibility, transform: `translate(${ends[place].x.toFixed(2)} ${ends[place].y.toFixed(2)})` });
    });
  }
}
