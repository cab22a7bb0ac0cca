/**
 * The forward pass of a trained multilayer perceptron with given weights, in training or evaluation mode.
 *
 * Weights may come as Float32Array; everything is computed in float64. The order in a layer is that of bnviz's nets:
 * linear, norm, nonlinearity (Ioffe & Szegedy 2015, sec. 3.2).
 */
/** @import { Activation } from "./activation.js" */

import { ACTIVATIONS } from "./activation.js";
import { forwardWith, forward as normalize } from "./batch_norm.js";

/**
 * BN of one layer, one number per unit (D,); eps is 1e-5 if it is not given.
 * @typedef {{
 *   gamma: ArrayLike<number>, beta: ArrayLike<number>,
 *   runningMean: ArrayLike<number>, runningVariance: ArrayLike<number>, eps?: number,
 * }} Norm
 */

/**
 * One layer: weights (D, inputs) row by row in one list, as PyTorch stores them; bias (D,) or null; BN or null.
 * @typedef {{
 *   weights: ArrayLike<number>, bias: ArrayLike<number> | null, norm: Norm | null, activation: Activation,
 * }} Layer
 */

/**
 * What one layer computes, each as rows of D numbers, one row per sample: the linear layer's outputs; x_hat (null
 * without BN); gamma x_hat + beta (without BN the linear layer's outputs); the nonlinearity's outputs. The statistics
 * (D,) are those that BN used.
 * @typedef {{
 *   preActivations: Float64Array[], normalized: Float64Array[] | null, scaled: Float64Array[],
 *   activations: Float64Array[], mean: Float64Array | null, variance: Float64Array | null,
 * }} LayerOutput
 */

/**
 * The layers' outputs, the last one's activations as logits, and softmax(logits), one row per sample.
 * @typedef {{layers: LayerOutput[], logits: Float64Array[], probabilities: Float64Array[]}} NetOutput
 */

/**
 * Send rows through the net.
 * @param {Layer[]} layers first to last; the last one gives the logits (activation "identity")
 * @param {ArrayLike<number>[]} rows inputs, one row per sample
 * @param {boolean} training true: each BN uses the statistics of these rows; false: its running statistics
 * @returns {NetOutput}
 */
export function forward(layers, rows, training) {
  /** @type {LayerOutput[]} */
  const done = [];
  let inputs = rows;
  for (const layer of layers) {
    const output = layerOutput(layer, inputs, training);
    done.push(output);
    inputs = output.activations;
  }
  const logits = done[done.length - 1].activations;
  return { layers: done, logits, probabilities: logits.map(softmax) };
}

/**
 * exp(z_k) / sum of exp(z_j); the largest z is subtracted first, so that no exponential overflows.
 * @param {ArrayLike<number>} logits (K,)
 * @returns {Float64Array} (K,), sum 1
 */
export function softmax(logits) {
  const largest = Math.max(...Array.from(logits));
  const found = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = found.reduce((total, value) => total + value, 0);
  return found.map((value) => value / sum);
}

/**
 * @param {Layer} layer
 * @param {ArrayLike<number>[]} inputs
 * @param {boolean} training
 * @returns {LayerOutput}
 */
function layerOutput(layer, inputs, training) {
  const preActivations = inputs.map((row) => linear(layer, row));
  const none = { normalized: null, scaled: preActivations, mean: null, variance: null };
  const normed = layer.norm ? normOutput(layer.norm, preActivations, training) : none;
  return { preActivations, ...normed, activations: normed.scaled.map((row) => activated(row, layer.activation)) };
}

/**
 * A loop, because the map of a typed array takes several times as long.
 * @param {Float64Array} row
 * @param {Activation} activation
 * @returns {Float64Array}
 */
function activated(row, activation) {
  const f = ACTIVATIONS[activation];
  const found = new Float64Array(row.length);
  for (let unit = 0; unit < row.length; unit++) found[unit] = f(row[unit]);
  return found;
}

/**
 * W u + b for one row u. Inputs that are 0 are skipped: four fifths of a digit's pixels are, and many ReLU outputs.
 * @param {Layer} layer
 * @param {ArrayLike<number>} row
 * @returns {Float64Array}
 */
function linear({ weights, bias }, row) {
  const size = row.length;
  const places = new Uint32Array(size);
  const values = new Float64Array(size);
  let filled = 0;
  for (let i = 0; i < size; i++) {
    if (row[i] === 0) continue;
    places[filled] = i;
    values[filled++] = row[i];
  }
  const found = new Float64Array(weights.length / size);
  for (let unit = 0; unit < found.length; unit++) {
    let sum = bias ? bias[unit] : 0;
    for (let k = 0; k < filled; k++) sum += weights[unit * size + places[k]] * values[k];
    found[unit] = sum;
  }
  return found;
}

/**
 * @param {Norm} norm
 * @param {Float64Array[]} rows
 * @param {boolean} training
 */
function normOutput(norm, rows, training) {
  const units = norm.gamma.length;
  const normalized = rows.map(() => new Float64Array(units));
  const scaled = rows.map(() => new Float64Array(units));
  const [mean, variance] = [new Float64Array(units), new Float64Array(units)];
  for (let unit = 0; unit < units; unit++) {
    const x = rows.map((row) => row[unit]);
    const [gamma, beta, eps] = [norm.gamma[unit], norm.beta[unit], norm.eps ?? 1e-5];
    const found = training
      ? normalize(x, gamma, beta, eps)
      : forwardWith(x, norm.runningMean[unit], norm.runningVariance[unit], gamma, beta, eps);
    mean[unit] = found.mean;
    variance[unit] = found.variance;
    for (let row = 0; row < rows.length; row++) {
      normalized[row][unit] = found.normalized[row];
      scaled[row][unit] = found.output[row];
    }
  }
  return { normalized, scaled, mean, variance };
}
