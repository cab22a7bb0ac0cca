/**
 * What the Parameters panel plots: quantiles over units of gamma, beta and the statistics, over time or over layers.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./frame.js").ArmFrame} ArmFrame
 * @typedef {{low: Float64Array, middle: Float64Array, high: Float64Array}} Spread 5th, 50th and 95th percentile over
 *   units
 */
import { PARAMETERS, parameter, QUANTILES } from "./frame.js";
import { HistoryRange } from "./history_range.js";
import { decades, roundRange } from "./plot.js";

const [LOW, MIDDLE, HIGH] = [0, 2, 4];

/** Index of one of PARAMETERS. @param {string} name */
export const which = (name) => PARAMETERS.indexOf(name);

/**
 * Percentiles of one parameter at several places.
 * @param {Array<{frame: ArmFrame | undefined, layer: number}>} places
 * @param {string} name
 * @returns {Spread}
 */
export function spreadOf(places, name) {
  const index = which(name);
  const take = (/** @type {number} */ q) =>
    Float64Array.from(places, ({ frame, layer }) =>
      frame && layer < frame.layers ? parameter(frame, layer, index, q) : Number.NaN,
    );
  return { low: take(LOW), middle: take(MIDDLE), high: take(HIGH) };
}

/**
 * How far the running statistic's distribution over units is from the batch's: mean absolute difference of their five
 * recorded quantiles.
 * @param {ArmFrame} frame
 * @param {number} layer
 * @param {"mean" | "var"} kind
 * @returns {number} NaN when a quantile is missing
 */
export function statisticsGap(frame, layer, kind) {
  if (layer >= frame.layers) return Number.NaN;
  const [running, batch] = [which(`running_${kind}`), which(`batch_${kind}`)];
  let sum = 0;
  for (let q = 0; q < QUANTILES.length; q++)
    sum += Math.abs(parameter(frame, layer, running, q) - parameter(frame, layer, batch, q));
  return sum / QUANTILES.length;
}

/**
 * Whether any layer of an arm has this parameter.
 * @param {ArmFrame | undefined} frame
 * @param {string} name
 */
export function has(frame, name) {
  for (let layer = 0; frame && layer < frame.layers; layer++)
    if (Number.isFinite(parameter(frame, layer, which(name), MIDDLE))) return true;
  return false;
}

/** Ranges of everything the panel plots, of one layer or of all (null). */
export class ParameterRanges {
  constructor() {
    /** @type {number | null} */
    this.layer = null;
    const outer = (/** @type {string[]} */ ...names) =>
      new HistoryRange((frame, take) => this.extremes(frame, take, names), 1e-9);
    const gap = (/** @type {"mean" | "var"} */ kind) =>
      new HistoryRange((frame, take) => {
        for (let layer = 0; layer < frame.layers; layer++) take(statisticsGap(frame, layer, kind));
      }, 1e-6);
    this.parts = {
      gamma: outer("gamma"),
      beta: outer("beta"),
      mean: outer("batch_mean", "running_mean"),
      variance: outer("batch_var", "running_var"),
      gap_mean: gap("mean"),
      gap_var: gap("var"),
    };
  }

  /**
   * @param {ArmFrame} frame
   * @param {(value: number) => void} take
   * @param {string[]} names
   */
  extremes(frame, take, names) {
    const [from, to] = this.layer === null ? [0, frame.layers] : [this.layer, Math.min(this.layer + 1, frame.layers)];
    for (const name of names) {
      const index = which(name);
      for (let layer = from; layer < to; layer++) for (const q of [LOW, HIGH]) take(parameter(frame, layer, index, q));
    }
  }

  /**
   * Axis ranges by plot, shared by the arms.
   * @param {import("./frame.js").Frame[]} frames
   * @param {number | null} layer
   * @returns {Record<string, [number, number]>}
   */
  update(frames, layer) {
    this.layer = layer;
    const { gamma, beta, mean, variance, gap_mean, gap_var } = this.parts;
    for (const part of [gamma, beta, mean, variance]) part.update(frames, String(layer));
    return {
      gamma: roundRange(gamma.ends, [0, 2]),
      beta: roundRange(beta.ends, [-1, 1]),
      mean: roundRange(mean.ends, [-1, 1]),
      variance: decades(variance.positiveEnds, 2, 1e-9),
      gap_mean: decades(gap_mean.update(frames).positiveEnds, 2, 1e-6),
      gap_var: decades(gap_var.update(frames).positiveEnds, 2, 1e-6),
    };
  }
}
