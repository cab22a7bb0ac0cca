/** Below the plane: what is left of gradient and step at this length; once steps were taken, the length and turn of each. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { gradientScale, stepScale } from "../../math/scale_invariance.js";
import { layers, set, svg } from "../../svg.js";
import { unit } from "./state.js";

/** Bars end here, in multiples of the value at a = 1. */
const LONGEST = 2;
/** Steps in the history. */
const SHOWN = 14;

/** @param {number} ratio three digits */
export const ratioText = (ratio) => `× ${Number(ratio.toPrecision(3))}`;

export class Bars {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    const on = layers(parent, "ratios", "history");
    for (const layer of Object.values(on)) layer.classList.add("still");
    this.on = on;
    this.ratios = ["output", "gradient", "turn"].map((name) => ({
      name,
      label: svg("text", { class: "end", text: kit.say(`picture.bar_${name}`), "data-s": name }, on.ratios),
      track: svg("rect", { class: "track", rx: 4 }, on.ratios),
      bar: svg("rect", { class: `bar-${name}`, rx: 4, "data-s": name }, on.ratios),
      mark: svg("line", { class: "one" }, on.ratios),
      value: svg("text", { class: "bar-value haloed", "data-s": name }, on.ratios),
    }));
    this.history = ["length", "turn"].map((name) => ({
      name,
      label: svg("text", { class: "end", text: kit.say(`picture.history_${name}`) }, on.history),
      bars: Array.from({ length: SHOWN }, () => svg("rect", { class: `history-${name}`, rx: 2 }, on.history)),
      value: svg("text", { class: "bar-value haloed" }, on.history),
    }));
  }

  /** @param {{left: number, right: number, top: number, bottom: number, narrow: boolean}} box @param {boolean} history */
  draw(box, history) {
    set(this.on.ratios, { display: history ? "none" : null });
    set(this.on.history, { display: history ? null : "none" });
    if (history) this.drawHistory(box);
    else this.drawRatios(box);
  }

  /** @param {{left: number, right: number, top: number, bottom: number, narrow: boolean}} box */
  drawRatios({ left, right, top, bottom, narrow }) {
    const a = this.state.weight.length;
    const values = [1, gradientScale(a), stepScale(a)];
    const [start, height] = [left + (narrow ? 92 : 150), (bottom - top) / 3];
    const full = right - start - (narrow ? 44 : 62);
    this.ratios.forEach(({ label, track, bar, mark, value }, place) => {
      const y = top + place * height;
      const thick = Math.min(16, height - (narrow ? 4 : 10));
      const ratio = Math.min(values[place], LONGEST);
      set(label, { x: start - (narrow ? 7 : 12), y: y + thick - 2 });
      set(track, { x: start, y, width: full, height: thick });
      set(bar, { x: start, y, width: Math.max(1.5, (ratio / LONGEST) * full), height: thick });
      set(mark, { x1: start + full / LONGEST, x2: start + full / LONGEST, y1: y - 3, y2: y + thick + 3 });
      set(value, { x: start + full + 10, y: y + thick - 2, text: ratioText(values[place]) });
    });
  }

  /** @param {{left: number, right: number, top: number, bottom: number, narrow: boolean}} box */
  drawHistory({ left, right, top, bottom, narrow }) {
    const { trail, weight, rate } = this.state;
    const path = [...trail, weight].slice(-SHOWN);
    const rows = [path.map(({ length }) => length), path.map((one) => unit(one, rate).turn)];
    const [start, height] = [left + (narrow ? 92 : 150), (bottom - top) / 2];
    const wide = (right - start - (narrow ? 44 : 62)) / SHOWN;
    this.history.forEach(({ label, bars, value }, row) => {
      const base = top + (row + 1) * height - 8;
      const most = Math.max(...rows[row], 1e-9);
      bars.forEach((bar, place) => {
        const one = rows[row][place];
        const tall = one === undefined ? 0 : (one / most) * (height - 18);
        set(bar, {
          x: start + place * wide,
          y: base - tall,
          width: wide - 3,
          height: tall,
          opacity: place === path.length - 1 ? 1 : 0.5,
        });
      });
      const last = rows[row][path.length - 1];
      set(label, { x: start - (narrow ? 7 : 12), y: base });
      set(value, {
        x: start + path.length * wide + 5,
        y: base,
        text: row === 0 ? last.toFixed(2) : `${last.toFixed(1)}°`,
      });
    });
  }
}
