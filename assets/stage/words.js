/**
 * Sentences as the text files hold them, with a little markup, as elements.
 *
 *     **bold**   `code`   [μ](mu) a symbol that lights what is named "mu" in the picture   {name} a number of the picture
 *
 * Nothing a visitor typed passes through here; all text becomes text nodes.
 */
/** @import { HandleOptions, Say, Words } from "./types" */

import { el } from "../live/dom.js";
import { translator } from "../live/format.js";

/** @param {Words} words @returns {Say} */
export const sayer = (words) => /** @type {Say} */ (translator(words));

const PIECES = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((\w+)\)|\{(\w+)\}/g;

/** The numbers that sentences quote, and how they are brought up to date. */
export class LiveNumbers {
  constructor() {
    /** @type {Array<{name: string, node: HTMLElement}>} */
    this.spots = [];
  }

  /** @param {string} name @returns {HTMLElement} */
  spot(name) {
    const node = el("span", { class: "number", "data-value": name });
    this.spots.push({ name, node });
    return node;
  }

  /** @param {Record<string, string>} values */
  write(values) {
    for (const { name, node } of this.spots) {
      const text = values[name] ?? "";
      if (node.textContent !== text) node.textContent = text;
    }
  }

  clear() {
    this.spots = [];
  }
}

/**
 * A sentence as nodes.
 * @param {string} text
 * @param {LiveNumbers} numbers
 * @returns {Node[]}
 */
export function sentence(text, numbers) {
  /** @type {Node[]} */
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(PIECES)) {
    if (match.index > done) nodes.push(document.createTextNode(text.slice(done, match.index)));
    const [all, bold, code, symbol, mark, number] = match;
    if (bold !== undefined) nodes.push(el("strong", {}, ...sentence(bold, numbers)));
    else if (code !== undefined) nodes.push(el("code", {}, code));
    else if (symbol !== undefined) nodes.push(el("span", { class: "symbol", "data-s": mark, tabindex: 0 }, symbol));
    else nodes.push(numbers.spot(number));
    done = match.index + all.length;
  }
  if (done < text.length) nodes.push(document.createTextNode(text.slice(done)));
  return nodes;
}

/**
 * Paragraphs: an empty line parts them.
 * @param {string} text
 * @param {LiveNumbers} numbers
 */
export const paragraphs = (text, numbers) =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((one) => el("p", {}, ...sentence(one.replace(/\s*\n\s*/g, " "), numbers)));

/**
 * Let a quoted number be changed where it stands: 320 pixels go through its whole range.
 * @param {HTMLElement} node
 * @param {HandleOptions} options
 * @param {(element: Element, options: HandleOptions) => void} handle
 */
export function scrubbable(node, options, handle) {
  node.classList.add("scrubbable");
  const perPixel = (options.max - options.min) / 320;
  handle(node, { ...options, at: (x) => x * perPixel });
}
