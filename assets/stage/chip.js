/** Something to press in the picture: a pill with a word on it, and room for a finger around it. */

import { set, svg } from "./svg.js";

/** @typedef {{root: SVGGElement, box: SVGRectElement, text: SVGTextElement}} Chip */

/**
 * Something to press in the picture.
 * @param {Element} parent
 * @param {() => void} press
 * @returns {Chip}
 */
export function chip(parent, press) {
  const root = svg("g", { role: "button", tabindex: 0, class: "chip" }, parent);
  svg("rect", { class: "hit", height: 44, fill: "transparent" }, root);
  const box = svg("rect", { class: "face", rx: 15, y: 5, height: 30 }, root);
  const text = svg("text", { class: "middle still", y: 25 }, root);
  root.addEventListener("click", press);
  root.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== " " && key !== "Enter") return;
    event.preventDefault();
    press();
  });
  return { root, box, text };
}

/** Put it at the top of the picture. @param {Chip} one @param {number} x @param {number} width @param {string} words */
export function placeChip({ root, box, text }, x, width, words) {
  set(root, { transform: `translate(${x} 0)`, "aria-label": words });
  for (const rect of root.querySelectorAll("rect")) set(rect, { width });
  set(box, { width });
  set(text, { x: width / 2, text: words });
}
