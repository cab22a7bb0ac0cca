/** DOM that several panels share: what goes into an arm's card, a canvas, a layer switch, a sentence. */
/** @import { Arm, PanelContext, PanelMemory, View } from "./types" */

import { ArmCards, GAP, PADDING } from "./arm_cards.js";
import { card, dropdown, el, segmented, setText } from "./dom.js";
import { shownLayers } from "./layer_choice.js";
import { layerMark, namesOf } from "./layer_names.js";
import { mix } from "./theme.js";

/**
 * A canvas that fills its block; the label is what a screen reader says.
 * @param {string} label
 * @returns {HTMLCanvasElement}
 */
export function canvas(label) {
  const node = el("canvas", { role: "img", "aria-label": label });
  node.style.display = "block";
  return node;
}

/**
 * A quiet sentence.
 * @param {string} [words]
 * @returns {HTMLElement}
 */
export function sentence(words = "") {
  return el("p", { class: "caption" }, words);
}

/**
 * A row of controls that wraps.
 * @param {...Node} children
 * @returns {HTMLElement}
 */
export function controls(...children) {
  return el("div", { class: "panel-tools" }, ...children);
}

/**
 * A control with a label before it.
 * @param {string} label
 * @param {Node} control
 * @returns {HTMLElement}
 */
export function labeled(label, control) {
  return el("span", { class: "field" }, el("span", { class: "field-label" }, label), control);
}

/**
 * A switch whose choice the panel remembers; at first it is the first value.
 * @template {"axis" | "mode" | "plane" | "bnStats" | "stage"} K
 * @param {PanelContext} context
 * @param {K} key of the memory
 * @param {{label: string, values: NonNullable<PanelMemory[K]>[], nameOf: (value: string) => string,
 *   titleOf?: (value: string) => string, onChange?: () => void}} options
 * @returns {HTMLElement}
 */
export function memorySwitch({ memory, invalidate }, key, { label, values, nameOf, titleOf, onChange }) {
  memory[key] ??= values[0];
  return segmented({
    label,
    options: values.map((value) => ({ value, label: nameOf(value), title: titleOf?.(value) })),
    value: String(memory[key]),
    onChange: (value) => {
      memory[key] = /** @type {PanelMemory[K]} */ (value);
      onChange?.();
      invalidate();
    },
  }).root;
}

/** @typedef {(view: View, arm: number) => string} ArmSummary one measured sentence about an arm */

/**
 * Cards per arm that keep what `build` made for their bodies.
 * @template T
 * @param {HTMLElement} root
 * @param {PanelContext} context
 * @param {(body: HTMLElement) => T} build
 * @returns {(view: View, summaryOf?: ArmSummary) => {arm: Arm, width: number, parts: T}[]}
 */
export function perArm(root, context, build) {
  const cards = new ArmCards(root, context);
  /** @type {WeakMap<HTMLElement, T>} */
  const made = new WeakMap();
  return (view, summaryOf) => {
    const width = Math.max(110, cards.innerWidth(view));
    return cards.update(view, summaryOf).map(({ body }, index) => {
      const parts = made.get(body) ?? build(body);
      made.set(body, parts);
      return { arm: view.arms[index], width, parts };
    });
  };
}

/** Whether training is under way or paused: then what is missing will come. @param {View} view */
export const isUnderway = ({ status }) => ["running", "queued", "paused"].includes(status?.status ?? "");

/** Most layers of any arm. @param {View} view */
export const depth = (view) => Math.max(1, ...view.arms.map(({ layers }) => layers.length));

/**
 * A switch among the layers to draw, of any arm; it follows what is picked above the panels. -1 in memory means the
 * last.
 * @param {PanelContext} context
 * @param {string} words key of its label
 * @returns {{root: HTMLElement, sync: (view: View) => number}} sync returns the chosen layer, 0-based
 */
export function layerSwitch({ t, memory, invalidate }, words) {
  const onChange = (/** @type {string} */ value) => {
    memory.layer = Number(value);
    invalidate();
  };
  const { root, select } = dropdown({ label: t(words), options: [], value: "", onChange });
  let signature = "";
  const sync = (/** @type {View} */ view) => {
    const names = namesOf(view);
    const layers = shownLayers(view, { layers: names });
    const now = JSON.stringify([names, layers]);
    if (now !== signature) {
      signature = now;
      select.replaceChildren(...layers.map((k) => el("option", { value: k }, layerMark(names[k]))));
    }
    if (view.picked && view.picked.n !== memory.pick) memory.layer = view.picked.layer;
    memory.pick = view.picked?.n;
    const wanted = Number(memory.layer ?? -1);
    const layer = layers.includes(wanted) ? wanted : (layers.at(-1) ?? 0);
    if (select.value !== String(layer)) select.value = String(layer);
    return layer;
  };
  return { root, sync };
}

/**
 * Color of a layer among an arm's: the first is palest, the head is the arm's own.
 * @param {string} color of the arm
 * @param {string} paper
 * @param {number} k
 * @param {number} count
 */
export const layerColor = (color, paper, k, count) => mix(color, paper, count > 1 ? 0.5 * (1 - k / (count - 1)) : 0);

/**
 * A card that spans the panel, with a canvas in it.
 * @param {string} label of the canvas
 * @returns {{root: HTMLElement, canvas: HTMLCanvasElement, width: (view: View) => number}}
 */
export function wideCard(label) {
  const { root, head, body } = card("wide-card");
  head.remove();
  const drawing = canvas(label);
  body.append(drawing);
  root.style.marginTop = `${GAP}px`;
  return { root, canvas: drawing, width: (view) => Math.max(110, Math.floor(view.width) - 2 * PADDING - 2) };
}

/**
 * A sentence shown instead of the plots.
 * @param {HTMLElement} root hidden while the sentence is shown
 * @returns {{root: HTMLElement, show: (words: string | null) => boolean}}
 */
export function emptyState(root) {
  const node = el("p", { class: "empty" });
  const show = (/** @type {string | null} */ words) => {
    node.hidden = words === null;
    root.hidden = words !== null;
    if (words !== null) setText(node, words);
    return words !== null;
  };
  return { root: node, show };
}
