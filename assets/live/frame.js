/** A FRAME message as numbers with names. Twin of bnviz/telemetry/records.py; a test reads both. */
/** @import { ArmFrame, Block, Counts, Frame, Message, Numbers } from "./types" */

import { ARM_STRIDE, FLOAT16, halfTable } from "./wire.js";

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
/** Those of which a viewer may ask for one layer alone: "histogram@2" is the histogram of the third. */
export const LAYERED = ["histogram", "quantiles", "unit_percentiles"];
/** Block of an arm with the field and the layer of each row of the fields that were cut. */
export const CUTS_FIELD = 15;
const NONE = new Uint16Array();
const HALF_NAN = 0x7e00;

/**
 * Some of DETAILS as bits of one number.
 * @param {readonly string[]} names others are let pass
 */
export const bitsOf = (names) => names.reduce((bits, name) => bits | ((1 << (DETAILS.indexOf(name) + 1)) & ~1), 0);

/**
 * Whether a frame came without some of these details, or without the layer of one that a name asks for.
 * @param {Frame} frame
 * @param {readonly string[]} names such as "histogram" or "histogram@2"
 */
export const isWithout = ({ lacks, cuts }, names) =>
  lacks !== 0 &&
  names.some((name) => {
    const [detail, layer] = name.split("@");
    if (!(lacks & bitsOf([detail]))) return false;
    return layer === undefined || !cuts[detail]?.includes(Number(layer));
  });

/**
 * Name the blocks of a FRAME.
 * @param {Message} message
 * @returns {Frame}
 */
export function frameFrom(message) {
  const arms = [];
  let lacks = 0;
  /** @type {Frame["cuts"]} */
  const cuts = {};
  const last = ARM_STRIDE - 1;
  const count = Math.max(-1, ...[...message.blocks.keys()].map((id) => (id - (id & last)) / ARM_STRIDE)) + 1;
  for (let arm = 0; arm < count; arm++) {
    const at = (/** @type {number} */ field) => message.blocks.get(arm * ARM_STRIDE + field);
    const layers = at(ARM_FIELDS.indexOf("moments"))?.shape[0] ?? 0;
    const own = cutsFrom(at(CUTS_FIELD));
    /** @type {Record<string, Numbers | number>} */
    const fields = { layers };
    ARM_FIELDS.forEach((name, index) => {
      const block = at(index);
      if (!block && !DETAILS.includes(name)) throw new RangeError(`frame without ${name} of arm ${arm}`);
      if (!block || own[name]) lacks |= bitsOf([name]);
      if (block && own[name]) cuts[name] = own[name];
      fields[name] = block && own[name] ? wholeOf(block, own[name], layers) : (block?.raw ?? NONE);
      if (name === "unit_percentiles") fields.units = block?.shape[1] ?? 0;
    });
    arms.push(/** @type {ArmFrame} */ (fields));
  }
  return { step: message.step, bytes: sizeOf(arms), lacks, cuts, arms };
}

/**
 * Layers that are there, by the name of the detail.
 * @param {Block | undefined} block
 * @returns {Frame["cuts"]}
 */
function cutsFrom(block) {
  /** @type {Frame["cuts"]} */
  const found = {};
  const pairs = block?.raw ?? NONE;
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const name = ARM_FIELDS[pairs[at]];
    if (!LAYERED.includes(name)) continue;
    found[name] ??= [];
    found[name].push(pairs[at + 1]);
  }
  return found;
}

/**
 * The rows of some layers in their places among all layers; the others hold no number, or no count.
 * @param {Block} block its rows: of the layers, as far as the arm has them
 * @param {readonly number[]} layers
 * @param {number} count of all layers
 * @returns {Numbers}
 */
function wholeOf({ shape, dtype, raw }, layers, count) {
  const row = shape.slice(1).reduce((product, length) => product * length, 1);
  const Type = /** @type {new (size: number) => Numbers} */ (raw.constructor);
  const whole = new Type(count * row);
  if (dtype === FLOAT16) whole.fill(HALF_NAN);
  else if (whole instanceof Float32Array) whole.fill(Number.NaN);
  layers
    .filter((layer) => layer < count)
    .forEach((layer, at) => {
      whole.set(raw.subarray(at * row, (at + 1) * row), layer * row);
    });
  return whole;
}

/**
 * Add to a frame what it lacks and another one of the same step has.
 * @param {Frame} frame
 * @param {Frame} other
 */
export function complete(frame, other) {
  const names = ARM_FIELDS.filter((name) => !(other.lacks & bitsOf([name])));
  const first = Object.keys(other.cuts).filter((name) => frame.lacks & bitsOf([name]) && !frame.cuts[name]);
  const more = Object.keys(other.cuts).filter((name) => frame.lacks & bitsOf([name]) && frame.cuts[name]);
  other.arms.forEach((arm, index) => {
    const taken = [...names, ...first];
    const fields = Object.fromEntries(taken.map((name) => [name, arm[/** @type {keyof ArmFrame} */ (name)]]));
    Object.assign(frame.arms[index], fields, taken.includes("unit_percentiles") ? { units: arm.units } : {});
    for (const name of more) addRows(frame.arms[index], arm, name, other.cuts[name]);
  });
  for (const name of names) delete frame.cuts[name];
  for (const name of first) frame.cuts[name] = [...other.cuts[name]];
  for (const name of more) frame.cuts[name] = [...new Set([...frame.cuts[name], ...other.cuts[name]])];
  frame.lacks &= other.lacks;
  frame.bytes = sizeOf(frame.arms);
}

/**
 * @param {ArmFrame} arm
 * @param {ArmFrame} other of the same step
 * @param {string} name of a detail that both have some layers of
 * @param {readonly number[]} layers those of the other one
 */
function addRows(arm, other, name, layers) {
  const [into, from] = [arm, other].map((one) => /** @type {Numbers} */ (one[/** @type {keyof ArmFrame} */ (name)]));
  const row = into.length / arm.layers;
  for (const layer of layers)
    if (layer < arm.layers) into.set(from.subarray(layer * row, (layer + 1) * row), layer * row);
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
