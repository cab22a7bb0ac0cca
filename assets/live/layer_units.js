/**
 * The units that a layer has records of: layers may differ in width, and what is beyond a layer's own is padding.
 */
/** @import { Arm } from "./types" */

/**
 * Numbers of the units kept of a layer, in the order of the records: all, or evenly spaced ones of a wide layer.
 * The twin of bnviz/telemetry/measure.py, kept_units.
 * @param {number} width of the layer
 * @param {number} most units kept
 * @returns {number[]}
 */
export function keptUnits(width, most) {
  const count = Math.min(width, most);
  const even = (/** @type {number} */ value) =>
    Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value); // as numpy rounds
  return Array.from({ length: count }, (_, k) => (count > 1 ? even((k * (width - 1)) / (count - 1)) : 0));
}

/**
 * Units of a layer of an arm.
 * @param {Pick<Arm, "units" | "widths">} arm
 * @param {number} layer
 * @returns {number[]}
 */
export function unitsOf(arm, layer) {
  const width = arm.widths?.[layer];
  if (width === undefined || width === Math.max(...(arm.widths ?? []))) return arm.units;
  return keptUnits(width, arm.units.length);
}
