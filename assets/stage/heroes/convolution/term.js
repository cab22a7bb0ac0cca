/** One sum of the convolution, under the digit: nine pixels times nine weights. */
/** @import { Layout } from "./layout.js" */
/** @import { Pixel, State } from "./state.js" */

import { clamp, fixed, set, svg } from "../../svg.js";

/** Width of a cell, in pixels, from which on its number, with its minus sign, has so many digits after the point. */
const ROOM = [
  { from: 44, digits: 3 },
  { from: 37, digits: 2 },
];

/** Digits after the point that fit into a cell, whatever its letters' size; 0: no number. @param {number} unit @param {number} letters pixels */
const digitsIn = (unit, letters) => ROOM.find(({ from }) => unit >= (from * letters) / LETTERS)?.digits ?? 0;
/** For which ROOM is. */
const LETTERS = 13.6;

/**
 * The sum, with as many digits as the numbers that are printed beside it give; of rounded ones it may be only near.
 * @param {ArrayLike<number>} pixels @param {ArrayLike<number>} weights @param {number} y the exact sum
 * @param {number} digits of the printed numbers; 0: none are printed
 */
export function sumText(pixels, weights, y, digits) {
  if (!digits) return `= ${fixed(y, 3)}`;
  const printed = (/** @type {number} */ value) => Number(value.toFixed(digits));
  const sum = Array.from(pixels, (pixel, at) => printed(pixel) * printed(weights[at])).reduce(
    (all, one) => all + one,
    0,
  );
  const agreed = [3, 2].find((after) => fixed(sum, after) === fixed(y, after));
  return agreed ? `= ${fixed(y, agreed)}` : `≈ ${fixed(y, 2)}`;
}

export class Term {
  /** @param {Element} parent @param {string} caption */
  constructor(parent, caption) {
    this.root = svg("g", { class: "still" }, parent);
    this.grids = ["x", "w"].map((mark) => {
      const box = svg("svg", { viewBox: "0 0 3 3", "data-s": mark }, this.root);
      const cells = Array.from({ length: 9 }, (_, place) =>
        svg("rect", { x: place % 3, y: Math.floor(place / 3), width: 0.97, height: 0.97 }, box),
      );
      const outline = svg("rect", { fill: "none", rx: 3, stroke: "var(--plain)", "stroke-width": 2 }, this.root);
      return { box, cells, outline };
    });
    this.numbers = [0, 1].map(() => Array.from({ length: 9 }, () => svg("text", { class: "tick middle" }, this.root)));
    this.caption = svg("text", { class: "tick", text: caption }, this.root);
    this.times = svg("text", { class: "middle title", text: "·" }, this.root);
    this.equals = svg("text", { class: "title", "data-s": "y" }, this.root);
  }

  /** @param {Layout} layout @param {State} state @param {Pixel} pixel */
  draw({ terms }, state, { filter, row, column }) {
    const { size, data } = state;
    const shown = terms[0].width > 0;
    set(this.root, { visibility: shown ? "inherit" : "hidden" });
    if (!shown) return;
    const digit = state.digit;
    const under = data.filters[filter].map((_, place) => {
      const [i, j] = [row + Math.floor(place / 3) - 1, column + (place % 3) - 1];
      return i >= 0 && j >= 0 && i < size && j < size ? digit[i * size + j] : 0;
    });
    const digits = digitsIn(terms[0].width / 3, parseFloat(getComputedStyle(this.numbers[0][0]).fontSize));
    [under, data.filters[filter]].forEach((values, term) => {
      const { box, cells, outline } = this.grids[term];
      const place = terms[term];
      set(box, { ...place });
      set(outline, { ...place, "stroke-opacity": term ? 0 : 1 });
      cells.forEach((cell, at) => {
        const share = Math.round(term ? 50 + 45 * clamp(values[at], -1, 1) : 6 + 66 * values[at]);
        set(cell, { style: `fill:color-mix(in srgb, var(--bn-fg) ${share}%, var(--bn-card))` });
        const unit = place.width / 3;
        const text = this.numbers[term][at];
        set(text, {
          x: place.x + ((at % 3) + 0.5) * unit,
          y: place.y + (Math.floor(at / 3) + 0.5) * unit + 4,
          text: digits ? fixed(values[at], digits) : "",
          style: share > 45 ? "fill:var(--bn-card)" : "fill:var(--bn-fg)",
        });
      });
    });
    const [first, second] = terms;
    const y = first.y + first.height / 2 + 6;
    set(this.caption, { x: first.x, y: first.y - 8 });
    set(this.times, { x: (first.x + first.width + second.x) / 2, y });
    set(this.equals, {
      x: second.x + second.width + 14,
      y,
      text: sumText(under, data.filters[filter], state.map(filter, 0)[row * size + column], digits),
    });
  }
}
