/** Words that fit into the room they have. */

import { set } from "./svg.js";

/** Between two texts on one line, pixels. */
export const APART = 14;

/** @type {WeakMap<SVGTextElement, string>} what was chosen from, so that nothing is measured twice */
const asked = new WeakMap();

/**
 * Write the first of some words that is no wider than its room, or the last of them.
 * @param {SVGTextElement} node
 * @param {number} room in pixels
 * @param {string[]} words from long to short; the last may be empty
 */
export function fit(node, room, words) {
  // Letters have other widths once their font has come.
  const question = [Math.floor(room), document.fonts.status, ...words].join("\n");
  if (asked.get(node) === question) return;
  asked.set(node, question);
  for (const text of words) {
    set(node, { text });
    if (node.getComputedTextLength() <= room) return;
  }
}
