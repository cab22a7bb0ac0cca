/** The controls of Figure 1: layer, unit, and three ways to have one chosen. */
/** @import { PanelContext, PanelMemory, View } from "./types" */

import { el, segmented, setAttr } from "./dom.js";
import { unitsOf } from "./layer_units.js";
import { controls, layerSwitch } from "./panel_parts.js";
import { chooseUnit, DriftMeter, ranks } from "./unit_drift.js";

const CHOICES = /** @type {const} */ (["typical", "most", "least"]);

/**
 * @typedef {{layer: number, unit: number, id: number, drift: Float64Array[], ranks: Int32Array[]}} PickedUnit unit is the
 *     position among the recorded ones, id its number in the layer
 */

/**
 * @param {PanelContext} context
 * @returns {{root: HTMLElement, sync: (view: View) => PickedUnit, layerOf: (view: View) => number}}
 */
export function unitPicker(context) {
  const { t, memory, invalidate } = context;
  const layers = layerSwitch(context, "figure1.layer");
  const slider = el("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": t("figure1.unit") });
  const number = el("input", { type: "number", class: "number", min: 0, "aria-label": t("figure1.unit_number") });
  slider.style.cssText = "width:150px;accent-color:var(--bn-primary)";
  number.style.cssText =
    "width:4.6em;font:inherit;color:inherit;background:transparent;border:1px solid var(--bn-border);border-radius:8px;height:30px;box-sizing:border-box;padding:3px 6px";
  const choice = segmented({
    label: t("figure1.choose"),
    options: CHOICES.map((value) => ({ value, label: t(`figure1.${value}`) })),
    value: String(memory.choice ?? "typical"),
    onChange: (value) => {
      Object.assign(memory, { choice: value, unit: null, chosenAt: null });
      invalidate();
    },
  });
  /** @type {number[]} ids of the units that can be picked */
  let ids = [];
  const pick = (/** @type {number} */ position) => {
    Object.assign(memory, { choice: null, unit: position });
    choice.set("");
    invalidate();
  };
  slider.addEventListener("input", () => pick(Number(slider.value)));
  number.addEventListener("change", () => number.value !== "" && pick(nearest(ids, Number(number.value))));
  const meter = new DriftMeter();

  /**
   * @param {View} view
   * @returns {PickedUnit}
   */
  function sync(view) {
    const layer = layers.sync(view);
    const units = view.arms.map((arm) => (layer < arm.layers.length ? unitsOf(arm, layer) : []));
    const drift = meter
      .update(view.frames, layer)
      .map((values, a) => (units[a] ? values.subarray(0, units[a].length) : values));
    const order = drift.map(ranks);
    ids = units.reduce((all, own) => (own.length > all.length ? own : all), []);
    if (memory.wantedUnit !== undefined && ids.length) {
      Object.assign(memory, { choice: null, unit: nearest(ids, memory.wantedUnit), wantedUnit: undefined });
      choice.set("");
    }
    const ranked = order.filter((own) => own.length);
    const byRank = unitByRank(memory, ranked, { layer, frames: view.frames.length });
    const unit = Math.max(0, Math.min(byRank, ids.length - 1));
    setAttr(slider, "max", String(Math.max(0, ids.length - 1)));
    setAttr(number, "max", String(ids.at(-1) ?? 0));
    if (slider.value !== String(unit)) slider.value = String(unit);
    const id = ids[unit] ?? 0;
    memory.shown = { layer, unit: id };
    const root = /** @type {Document | ShadowRoot} */ (number.getRootNode());
    if (root.activeElement !== number && number.value !== String(id)) number.value = String(id);
    return { layer, unit, id, drift, ranks: order };
  }
  const unitField = el("label", { class: "field" }, el("span", { class: "field-label" }, t("figure1.unit")), slider);
  return { root: controls(layers.root, unitField, number, choice.root), sync, layerOf: layers.sync };
}

/**
 * The unit to show. A choice by rank is made again only when the history has grown by a third, and a typical unit
 * is kept while it is typical enough, so that the plot does not jump from unit to unit while it grows.
 * @param {PanelMemory} memory
 * @param {Int32Array[]} order
 * @param {{layer: number, frames: number}} options how many frames there are
 */
export function unitByRank(memory, order, { layer, frames }) {
  const { choice = "typical" } = memory;
  if (!choice) return memory.unit ?? 0;
  const made = `${choice}:${layer}`;
  const at = `${made}:${Math.floor(Math.log(frames + 1) / Math.log(4 / 3))}`;
  if (memory.chosenAt !== at) {
    const kept = choice === "typical" && memory.chosenFor === made && isTypical(order, memory.unit ?? 0);
    Object.assign(memory, { chosenAt: at, chosenFor: made, unit: kept ? memory.unit : chooseUnit(order, choice) });
  }
  return memory.unit ?? 0;
}

/**
 * Whether a unit's rank is in the middle tenth on either side, in every arm.
 * @param {Int32Array[]} order
 * @param {number} unit
 */
const isTypical = (order, unit) =>
  order.every((rank) => Math.abs(rank[unit] - (rank.length + 1) / 2) <= 0.1 * rank.length);

/**
 * Position of the value nearest to one.
 * @param {number[]} values
 * @param {number} wanted
 */
export function nearest(values, wanted) {
  let best = 0;
  values.forEach((value, k) => {
    if (Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = k;
  });
  return best;
}
