/**
 * What the Parameters panel plots: quantiles over units of gamma, beta and the statistics, over time or over layers.
 *
 * @typedef {{low: Float64Array, middle: Float64Array, high: Float64Array}} Spread 5th, 50th and 95th percentile over
 *   units
 */
/** @import { ArmFrame, Frame } from "./types" */

import { PARAMETERS, parameter, QUANTILES } from "./frame.js";
import { HistoryRange } from "./history_range.js";
import { roundRange, wholeDecades } from "./plot.js";

const [LOW, MIDDLE, HIGH] = [0, 2, 4];

/** Index of one of PARAMETERS. @param {string} name */
export const parameterIndex = (name) => PARAMETERS.indexOf(name);

/**
 * Percentiles of one parameter in several layers or frames.
 * @param {Array<{frame: ArmFrame | undefined, layer: number}>} sources
 * @param {string} name
 * @returns {Spread}
 */
export function percentilesOf(sources, name) {
  const index = parameterIndex(name);
  const add = (/** @type {number} */ q) =>
    Float64Array.from(sources, ({ frame, layer }) =>
      frame && layer < frame.layers ? parameter(frame, layer, index, q) : Number.NaN,
    );
  return { low: add(LOW), middle: add(MIDDLE), high: add(HIGH) };
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
  const [running, batch] = [parameterIndex(`running_${kind}`), parameterIndex(`batch_${kind}`)];
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
export function hasParameter(frame, name) {
  for (let layer = 0; frame && layer < frame.layers; layer++)
    if (Number.isFinite(parameter(frame, layer, parameterIndex(name), MIDDLE))) return true;
  return false;
}

/** Ranges of everything the panel plots, of one layer or of all (null). */
export class ParameterRanges {
  constructor() {
    /** @type {number | null} */
    this.layer = null;
    const outer = (/** @type {string[]} */ ...names) =>
      new HistoryRange((frame, add) => this.extremes(frame, add, names), 1e-9);
    const gap = (/** @type {"mean" | "var"} */ kind) =>
      new HistoryRange((frame, add) => {
        for (let layer = 0; layer < frame.layers; layer++) add(statisticsGap(frame, layer, kind));
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
   * @param {(value: number) => void} add
   * @param {string[]} names
   */
  extremes(frame, add, names) {
    const [from, to] = this.layer === null ? [0, frame.layers] : [this.layer, Math.min(this.layer + 1, frame.layers)];
    for (const name of names) {
      const index = parameterIndex(name);
      for (let layer = from; layer < to; layer++) for (const q of [LOW, HIGH]) add(parameter(frame, layer, index, q));
    }
  }

  /**
   * Axis ranges by plot, shared by the arms.
   * @param {Frame[]} frames
   * @param {number | null} layer
   * @returns {Record<string, [number, number]>}
   */
  update(frames, layer) {
    this.layer = layer;
    const { gamma, beta, mean, variance, gap_mean, gap_var } = this.parts;
    for (const part of [gamma, beta, mean, variance]) part.update(frames, String(layer));
    return {
      gamma: roundRange(gamma.extent, [0, 2]),
      beta: roundRange(beta.extent, [-1, 1]),
      mean: roundRange(mean.extent, [-1, 1]),
      variance: wholeDecades(variance.positiveExtent, 2, 1e-9),
      gap_mean: wholeDecades(gap_mean.update(frames).positiveExtent, 2, 1e-6),
      gap_var: wholeDecades(gap_var.update(frames).positiveExtent, 2, 1e-6),
    };
  }
}
