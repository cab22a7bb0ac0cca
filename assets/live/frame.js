/** A FRAME message as numbers with names. Twin of bnviz/telemetry/records.py; a test reads both. */
/** @import { ArmFrame, Counts, Frame, Message, Numbers } from "./types" */

import { ARM_STRIDE, halfTable } from "./wire.js";

export const BINS = 60;
export const STAGES = ["linear", "norm", "activation"];
export const QUANTILES = [0.05, 0.15, 0.5, 0.85, 0.95];
export const UNIT_PERCENTILES = [0.15, 0.5, 0.85];
export const PARAMETERS = ["gamma", "beta", "batch_mean", "batch_var", "running_mean", "running_var"];
export const SCALARS = ["train_loss", "train_accuracy", "test_loss", "test_accuracy"];
export const ARM_FIELDS = [
  "histogram",
  "quantiles",
  "moments",
  "saturated_fraction",
  "derivative",
  "dead_fraction",
  "grad_norm",
  "update_to_data_ratio",
  "unit_percentiles",
  "parameters",
  "scalars",
];

/** Fields that a FRAME may lack, because the panel that is open draws none of them (ARCHITECTURE.md, "The wire"). */
export const DETAILS = ["histogram", "quantiles", "unit_percentiles", "parameters"];
const NONE = new Uint16Array();

/**
 * Some of DETAILS as bits of one number.
 * @param {readonly string[]} names others are let pass
 */
export const bitsOf = (names) => names.reduce((bits, name) => bits | ((1 << (DETAILS.indexOf(name) + 1)) & ~1), 0);

/**
 * Name the blocks of a FRAME.
 * @param {Message} message
 * @returns {Frame}
 */
export function frameFrom(message) {
  const arms = [];
  let lacks = 0;
  const last = ARM_STRIDE - 1;
  const count = Math.max(-1, ...[...message.blocks.keys()].map((id) => (id - (id & last)) / ARM_STRIDE)) + 1;
  for (let arm = 0; arm < count; arm++) {
    /** @type {Record<string, Numbers | number>} */
    const fields = {};
    ARM_FIELDS.forEach((name, index) => {
      const block = message.blocks.get(arm * ARM_STRIDE + index);
      if (!block && !DETAILS.includes(name)) throw new RangeError(`frame without ${name} of arm ${arm}`);
      if (!block) lacks |= bitsOf([name]);
      fields[name] = block?.raw ?? NONE;
      if (name === "moments") fields.layers = block?.shape[0] ?? 0;
      if (name === "unit_percentiles") fields.units = block?.shape[1] ?? 0;
    });
    arms.push(/** @type {ArmFrame} */ (fields));
  }
  return { step: message.step, bytes: sizeOf(arms), lacks, arms };
}

/**
 * Add to a frame what it lacks and another one of the same step has.
 * @param {Frame} frame
 * @param {Frame} other
 */
export function complete(frame, other) {
  const names = ARM_FIELDS.filter((name) => !(other.lacks & bitsOf([name])));
  other.arms.forEach((arm, index) => {
    const fields = Object.fromEntries(names.map((name) => [name, arm[/** @type {keyof ArmFrame} */ (name)]]));
    Object.assign(frame.arms[index], fields, names.includes("unit_percentiles") ? { units: arm.units } : {});
  });
  frame.lacks &= other.lacks;
  frame.bytes = sizeOf(frame.arms);
}

/** @param {readonly ArmFrame[]} arms @returns {number} bytes */
const sizeOf = (arms) =>
  arms.reduce((sum, arm) => ARM_FIELDS.reduce((part, name) => part + bytesOf(arm, name), sum), 0);

/** @param {ArmFrame} arm @param {string} name */
const bytesOf = (arm, name) => /** @type {Numbers} */ (arm[/** @type {keyof ArmFrame} */ (name)]).byteLength;

const WIDTH = BINS + 2;

/**
 * Counts of one layer and stage, out of range first and last; a view.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} stage
 * @returns {Counts}
 */
export function histogramOf(arm, layer, stage) {
  const start = (layer * STAGES.length + stage) * WIDTH;
  return arm.histogram.subarray(start, start + WIDTH);
}

/**
 * Sum of all counts, out of range included.
 * @param {Counts} counts
 * @returns {number}
 */
export function total(counts) {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}

/**
 * Quantile of a layer's values; q indexes QUANTILES.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} stage
 * @param {number} q
 */
export const quantile = (arm, layer, stage, q) => arm.quantiles[(layer * STAGES.length + stage) * QUANTILES.length + q];

/**
 * Mean of a layer's values.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} stage
 */
export const mean = (arm, layer, stage) => arm.moments[(layer * STAGES.length + stage) * 2];

/**
 * Standard deviation of a layer's values.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} stage
 */
export const deviation = (arm, layer, stage) => arm.moments[(layer * STAGES.length + stage) * 2 + 1];

/**
 * Percentile of one recorded unit's nonlinearity input; k indexes UNIT_PERCENTILES.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} unit position in hello.arms[].units
 * @param {number} k
 */
export const unitPercentile = (arm, layer, unit, k) =>
  halfTable()[arm.unit_percentiles[(layer * arm.units + unit) * UNIT_PERCENTILES.length + k]];

/**
 * Quantile over units of one of PARAMETERS (by index); q indexes QUANTILES.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} which
 * @param {number} q
 */
export const parameter = (arm, layer, which, q) =>
  arm.parameters[(layer * PARAMETERS.length + which) * QUANTILES.length + q];

/**
 * One of SCALARS by name.
 * @param {ArmFrame} arm
 * @param {string} name
 */
export const scalar = (arm, name) => arm.scalars[SCALARS.indexOf(name)];
