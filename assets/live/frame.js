/**
 * A FRAME message as numbers with names. Twin of bnviz/telemetry/records.py; a test reads both.
 *
 * @typedef {import("./wire.js").Message} Message
 * @typedef {import("./wire.js").Numbers} Numbers
 *
 * @typedef {object} ArmFrame One arm at one step; L hidden layers, U recorded units. Missing numbers are NaN.
 * @property {number} layers L
 * @property {number} units U
 * @property {Uint32Array} histogram (L, 3, BINS + 2), counts per stage; first and last are out of range
 * @property {Float32Array} quantiles (L, 3, 5), levels QUANTILES per stage
 * @property {Float32Array} moments (L, 3, 2), mean and standard deviation per stage
 * @property {Float32Array} saturated_fraction (L), share of nonlinearity outputs in the saturated region, 0..1
 * @property {Float32Array} derivative (L), mean derivative of the nonlinearity
 * @property {Float32Array} dead_fraction (L), share of units whose output is 0 on every sample
 * @property {Float32Array} grad_norm (L + 1), head last
 * @property {Float32Array} update_to_data_ratio (L + 1), head last
 * @property {Uint16Array} unit_percentiles (L, U, 3), float16 bits: read with unitPercentile()
 * @property {Float32Array} parameters (L, 6, 5), levels QUANTILES over units of each of PARAMETERS
 * @property {Float32Array} scalars (4), in the order of SCALARS
 *
 * @typedef {{step: number, bytes: number, arms: ArmFrame[]}} Frame
 */
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

/**
 * Name the blocks of a FRAME.
 * @param {Message} message
 * @returns {Frame}
 */
export function toFrame(message) {
  const arms = [];
  let bytes = 0;
  for (let arm = 0; message.blocks.has(arm * ARM_STRIDE); arm++) {
    /** @type {any} */
    const record = {};
    ARM_FIELDS.forEach((name, index) => {
      const block = message.blocks.get(arm * ARM_STRIDE + index);
      if (!block) throw new RangeError(`frame without ${name} of arm ${arm}`);
      record[name] = block.raw;
      bytes += block.raw.byteLength;
      if (name === "unit_percentiles") [record.layers, record.units] = block.shape;
    });
    arms.push(record);
  }
  return { step: message.step, bytes, arms };
}

const WIDTH = BINS + 2;

/**
 * Counts of one layer and stage, out of range first and last; a view.
 * @param {ArmFrame} arm
 * @param {number} layer
 * @param {number} stage
 * @returns {Uint32Array}
 */
export function histogramOf(arm, layer, stage) {
  const start = (layer * STAGES.length + stage) * WIDTH;
  return arm.histogram.subarray(start, start + WIDTH);
}

/**
 * Sum of all counts, out of range included.
 * @param {Uint32Array} counts
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
