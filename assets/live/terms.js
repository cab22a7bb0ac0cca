/** What the labels mean, one sentence each: beside the label under the pointer, and in a row below every panel. */
/** @import { Translate, View } from "./types" */

import { wordsAt } from "./canvas_words.js";
import { el, setText } from "./dom.js";
import { placeOn } from "./panel_crosshair.js";
import { measuredOn } from "./sampling.js";
import { termWords } from "./term_words.js";

/** How each term is written on labels, in both languages; the first that fits explains the label. */
const WRITTEN = /** @type {[string, RegExp][]} */ ([
  ["ratio", /update\s?:\s?data|更新量与权重之比/i],
  ["derivative", /σ′|tanh′|f′|mean derivative|平均导数/],
  ["gradient", /‖∇W‖|gradient norm|梯度范数/i],
  ["pca", /\bPCA\b|component|主成分|分量/],
  ["rank", /\brank\b|drift|漂移|排第/],
  ["twins", /^twins|对照/],
  ["saturated", /^sat(\.|urated)|饱和/i],
  ["dead", /\bdead\b|死亡/],
  ["head", /^head$|^输出层?$/],
  ["running", /\brunning\b|滑动/],
  ["gamma", /\b(gamma|beta)\b/],
  ["chance", /^chance|随机猜测/],
  ["accuracy", /^±|test accuracy|测试准确率/],
  ["sample", /\(sample\)|（样本）/],
]);

/** A label is short; a sentence explains itself. */
const LONGEST = 44;

/** The terms of every panel. */
const OF_PANEL = /** @type {Record<string, string[]>} */ ({
  glance: ["accuracy", "gradient", "head", "twins"],
  distributions: ["derivative", "gradient", "saturated", "dead", "sample"],
  figure1: ["rank", "twins"],
  saturation: ["derivative", "saturated", "dead", "sample"],
  contours: ["pca", "running"],
  gradients: ["gradient", "ratio", "head"],
  parameters: ["gamma", "running"],
  curves: ["accuracy", "chance", "twins"],
  boundary: ["twins"],
});

/**
 * The term that a label is about.
 * @param {string | null | undefined} label
 * @returns {string | null}
 */
export function termOf(label) {
  if (!label || label.length > LONGEST) return null;
  return WRITTEN.find(([, pattern]) => pattern.test(label))?.[0] ?? null;
}

/** The row below a panel: each word explains itself when it is pointed at or has the focus. */
export class TermRow {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.shown = "";
    this.list = el("span", {});
    this.root = el("div", { class: "terms", "data-testid": "live-terms" }, el("span", {}, t("terms.label")), this.list);
  }

  /**
   * @param {string} panel
   * @param {View} view
   */
  update(panel, view) {
    const isSample = Boolean(view.hello && measuredOn(view.arms, "values")?.isSample);
    const terms = (OF_PANEL[panel] ?? []).filter((id) => id !== "sample" || isSample);
    const words = terms.map((id) => [id, termWords(id, view, this.t)]);
    const shown = JSON.stringify(words);
    if (shown === this.shown) return;
    this.shown = shown;
    this.list.replaceChildren(...words.map(([id, sentence]) => this.word(id, sentence)));
  }

  /**
   * @param {string} id
   * @param {string} sentence
   */
  word(id, sentence) {
    const tip = el("span", { class: "tip", role: "tooltip" }, sentence);
    const label = `${this.t(`terms.${id}_name`)}: ${sentence}`;
    const attributes = { class: "term", tabindex: "0", role: "note", "aria-label": label, "data-term": id };
    return el("span", attributes, el("span", { "aria-hidden": "true" }, this.t(`terms.${id}_name`)), tip);
  }
}

/** The sentence beside the label under the pointer. */
export class TermTip {
  /**
   * @param {HTMLElement} root of the view
   * @param {(term: string) => string} wordsOf
   */
  constructor(root, wordsOf) {
    this.root = root;
    this.wordsOf = wordsOf;
    this.node = el("div", { class: "term-tip", role: "tooltip", hidden: true, "data-testid": "live-term-tip" });
    /** Where the pointer rests; its target apart, as an event forgets it. @type {[HTMLElement, PointerEvent] | null} */
    this.resting = null;
    root.addEventListener("pointermove", (event) => {
      this.resting = [/** @type {HTMLElement} */ (event.target), event];
      this.point(...this.resting);
    });
    root.addEventListener("pointerleave", () => {
      this.resting = null;
      this.show(null, null);
    });
  }

  /** The picture was drawn again: what lies under the pointer may have come, gone or moved. */
  again() {
    if (this.resting?.[0] instanceof HTMLCanvasElement && this.resting[0].isConnected) this.point(...this.resting);
  }

  /**
   * @param {HTMLElement} target
   * @param {PointerEvent} event
   */
  point(target, event) {
    const isCanvas = target instanceof HTMLCanvasElement;
    const isLabel = !isCanvas && target.childElementCount === 0 && !target.closest(".terms, .story, .badges, .tab");
    const label = isCanvas ? wordsAt(target, placeOn(target, event)) : isLabel ? target.textContent : null;
    this.show(termOf(label), event);
  }

  /**
   * @param {string | null} term
   * @param {PointerEvent | null} event
   */
  show(term, event) {
    if (!term || !event) {
      this.node.hidden = true;
      return;
    }
    const { left, top, width } = this.root.getBoundingClientRect();
    const zoom = width / (this.root.offsetWidth || width || 1) || 1;
    setText(this.node, this.wordsOf(term));
    this.node.hidden = false;
    const most = this.root.offsetWidth - this.node.offsetWidth;
    this.node.style.left = `${Math.max(0, Math.min(most, (event.clientX - left) / zoom + 12))}px`;
    this.node.style.top = `${(event.clientY - top) / zoom + 16}px`;
  }
}
