/** A card per arm: its name, how well it does, and a body for the panel to draw in. */
/** @import { PanelContext, View } from "./types" */

import { errorWords } from "./accuracy_error.js";
import { endOf } from "./divergence.js";
import { card, el, setAttr, setText } from "./dom.js";
import { decimals, integer, percent } from "./format.js";
import { scalar } from "./frame.js";
import { measuredAt } from "./measured_at.js";

/**
 * @typedef {object} ArmCard
 * @property {HTMLElement} root
 * @property {HTMLElement} body
 * @property {SVGElement} swatch
 * @property {HTMLElement} label
 * @property {HTMLElement} caption
 * @property {HTMLElement} accuracy
 * @property {HTMLElement} error
 * @property {HTMLElement} line
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * A short piece of the arm's line, in its color and dash.
 * @param {{color: string, dash: number[]}} arm
 * @param {SVGElement} [old]
 * @returns {SVGElement}
 */
export function swatch(arm, old) {
  const node = old ?? document.createElementNS(SVG, "svg");
  if (!old) {
    setAttr(node, "class", "swatch");
    setAttr(node, "viewBox", "0 0 20 10");
    setAttr(node, "aria-hidden", "true");
    node.append(document.createElementNS(SVG, "line"));
  }
  const line = /** @type {SVGLineElement} */ (node.firstChild);
  for (const [name, value] of Object.entries({ x1: "1", x2: "19", y1: "5", y2: "5", "stroke-width": "3.5" }))
    setAttr(line, name, value);
  setAttr(line, "stroke", arm.color);
  setAttr(line, "stroke-dasharray", arm.dash.length ? arm.dash.join(" ") : "none");
  return node;
}

/** @returns {ArmCard} */
function build() {
  const { root, head, body } = card("arm-card");
  const mark = swatch({ color: "none", dash: [] });
  const label = el("span", { class: "arm-label" });
  const accuracy = el("span", { class: "arm-number" });
  const error = el("span", { class: "arm-error" });
  const line = el("div", { class: "arm-line" });
  const caption = el("span", { class: "arm-caption" });
  const score = el("span", { class: "arm-score" }, accuracy, error);
  head.append(el("div", { class: "arm-top" }, mark, label, caption, score), line);
  return { root, body, swatch: mark, label, caption, accuracy, error, line };
}

/** The cards of all arms, side by side or stacked. */
export class ArmCards {
  /**
   * @param {HTMLElement} root
   * @param {PanelContext} context
   */
  constructor(root, context) {
    this.t = context.t;
    this.root = el("div", { class: "arm-cards" });
    /** @type {ArmCard[]} */
    this.cards = [];
    root.append(this.root);
  }

  /**
   * Bring the cards up to date; `summaryOf` adds a measured sentence per arm.
   * @param {View} view
   * @param {(view: View, index: number) => string} [summaryOf]
   * @returns {ArmCard[]} one per arm
   */
  update(view, summaryOf) {
    while (this.cards.length > view.arms.length) this.cards.pop()?.root.remove();
    while (this.cards.length < view.arms.length) {
      const made = build();
      this.cards.push(made);
      this.root.append(made.root);
    }
    setAttr(this.root, "data-columns", view.narrow ? "1" : String(view.arms.length));
    view.arms.forEach((arm, index) => {
      const card = this.cards[index];
      const frame = view.frame?.arms[index];
      const loss = decimals(frame ? scalar(frame, "train_loss") : NaN);
      const accuracy = frame ? scalar(frame, "test_accuracy") : NaN;
      const measured = measuredAt(view.curves[index], accuracy, view.frame?.step ?? 0);
      const words = summaryOf && frame ? summaryOf(view, index) : "";
      swatch(arm, card.swatch);
      setText(card.label, arm.label);
      setText(card.accuracy, percent(accuracy));
      setText(card.error, errorWords(accuracy, view.hello));
      const caption = measured === undefined ? "card.test_accuracy" : "card.test_accuracy_at";
      setText(card.caption, this.t(caption, { step: integer(measured ?? NaN) }));
      setAttr(card.root, "data-ended", endOf(view, index) ? "true" : null);
      card.accuracy.style.color = arm.ink;
      setText(card.line, this.t("card.loss", { loss }) + (words ? ` · ${words}` : ""));
      setAttr(card.line, "title", words || null);
    });
    return this.cards;
  }

  /**
   * Width inside a card's body, CSS pixels.
   * @param {View} view
   * @returns {number}
   */
  innerWidth(view) {
    const columns = view.narrow ? 1 : Math.max(1, view.arms.length);
    return Math.floor((view.width - GAP * (columns - 1)) / columns) - 2 * PADDING - 2;
  }
}

/** Between cards, and within them; live.css says the same. */
export const GAP = 16;
export const PADDING = 14;
