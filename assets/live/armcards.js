/** A card per arm: who it is, how well it does, and a body for the panel to draw in. */
import { card, el, put, say } from "./dom.js";
import { fixed, percent } from "./format.js";
import { scalar } from "./frame.js";

/**
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./panel.js").Arm} Arm
 * @typedef
 *   {{root: HTMLElement, body: HTMLElement, swatch: SVGElement, label: HTMLElement, number: HTMLElement, line: HTMLElement}}
 *   ArmCard
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * A short piece of the arm's line, in its color and dash.
 * @param {Arm} arm
 * @param {SVGElement} [old]
 * @returns {SVGElement}
 */
export function swatch(arm, old) {
  const node = old ?? document.createElementNS(SVG, "svg");
  if (!old) {
    put(node, "class", "swatch");
    put(node, "viewBox", "0 0 20 10");
    put(node, "aria-hidden", "true");
    node.append(document.createElementNS(SVG, "line"));
  }
  const line = /** @type {SVGLineElement} */ (node.firstChild);
  for (const [name, value] of Object.entries({ x1: "1", x2: "19", y1: "5", y2: "5", "stroke-width": "3.5" }))
    put(line, name, value);
  put(line, "stroke", arm.color);
  put(line, "stroke-dasharray", arm.dash.length ? arm.dash.join(" ") : "none");
  return node;
}

/**
 * @param {(key: string) => string} t
 * @returns {ArmCard}
 */
function build(t) {
  const { root, head, body } = card("arm-card");
  const mark = swatch(/** @type {any} */ ({ color: "none", dash: [] }));
  const label = el("span", { class: "arm-label" });
  const number = el("span", { class: "arm-number" });
  const line = el("div", { class: "arm-line" });
  const caption = el("span", { class: "arm-caption" }, t("card.test_accuracy"));
  head.append(el("div", { class: "arm-top" }, mark, label, caption, number), line);
  return { root, body, swatch: mark, label, number, line };
}

/**
 * Loss, and the accuracy measured last; falls back to the training accuracy's absence as a dash.
 * @param {View} view
 * @param {number} index
 */
function numbers(view, index) {
  const arm = view.frame?.arms[index];
  return { loss: arm ? scalar(arm, "train_loss") : NaN, accuracy: arm ? scalar(arm, "test_accuracy") : NaN };
}

/** The cards of all arms, side by side or stacked. */
export class ArmCards {
  /**
   * @param {HTMLElement} root
   * @param {import("./panel.js").Context} context
   */
  constructor(root, context) {
    this.t = context.t;
    this.root = el("div", { class: "arm-cards" });
    /** @type {ArmCard[]} */
    this.cards = [];
    root.append(this.root);
  }

  /**
   * Bring the cards up to date; `reading` adds a measured sentence per arm.
   * @param {View} view
   * @param {(view: View, index: number) => string} [reading]
   * @returns {ArmCard[]} one per arm
   */
  update(view, reading) {
    while (this.cards.length > view.arms.length) this.cards.pop()?.root.remove();
    while (this.cards.length < view.arms.length) {
      const made = build(this.t);
      this.cards.push(made);
      this.root.append(made.root);
    }
    put(this.root, "data-columns", view.narrow ? "1" : String(view.arms.length));
    view.arms.forEach((arm, index) => {
      const at = this.cards[index];
      const { loss, accuracy } = numbers(view, index);
      const words = reading && view.frame ? reading(view, index) : "";
      swatch(arm, at.swatch);
      say(at.label, arm.label);
      say(at.number, percent(accuracy));
      at.number.style.color = arm.color;
      say(at.line, this.t("card.loss", { loss: fixed(loss) }) + (words ? ` · ${words}` : ""));
      put(at.line, "title", words || null);
    });
    return this.cards;
  }

  /**
   * Width inside a card's body, CSS pixels.
   * @param {View} view
   * @returns {number}
   */
  inner(view) {
    const columns = view.narrow ? 1 : Math.max(1, view.arms.length);
    return Math.floor((view.width - GAP * (columns - 1)) / columns) - 2 * PADDING - 2;
  }
}

/** Between cards, and within them; live.css says the same. */
export const GAP = 16;
export const PADDING = 14;
