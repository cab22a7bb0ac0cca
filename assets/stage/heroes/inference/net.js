/**
 * The small trained net of the chapter, unpacked from what bnviz recorded, and what it answers in a batch.
 *
 * The first layer's products W u come with the data, one row per digit, instead of pixels and weights: the net below
 * begins with a layer that passes them on.
 */
/** @import { Layer, NetOutput } from "../../math/dense_net.js" */

import { halfToFloat } from "../../../live/wire.js";
import { forward } from "../../math/dense_net.js";
import { average } from "../../math/running_average.js";

/** @typedef {{weight: string, bias: string, running_mean: string, running_var: string}} PackedNorm */

/**
 * What bnviz/chapters/inference/stage_data.py sends; strings are base64.
 * @typedef {{
 *   steps: number, seed: number, accuracy: number, tested: number, batch: number, width: number, unit: number,
 *   yours: number, middle: {images: number, draws: number, low: number, high: number}, labels: number[],
 *   images: string, first: string, norms: PackedNorm[], linear2: string, head: {weight: string, bias: string},
 * }} Recorded
 */

/**
 * Mean and unbiased variance of each unit, layer by layer: of one batch, or running.
 * @typedef {{means: Float64Array[], variances: Float64Array[]}} Statistics
 */

/**
 * The net and the digits that can be in its batch.
 * `compared`: among how many test images of its class yours is the middle one.
 * @typedef {{
 *   layers: Layer[], first: Float64Array[], labels: number[], trained: Statistics, unit: number, compared: number,
 * }} Net
 */

/** @param {string} text base64 */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** Half-precision numbers, little-endian. @param {string} text base64 */
export function halves(text) {
  const bytes = bytesOf(text);
  return Float64Array.from({ length: bytes.length / 2 }, (_, k) => halfToFloat(bytes[2 * k] + 256 * bytes[2 * k + 1]));
}

/** The pixels of each digit, 28 x 28 numbers from 0 to 15. @param {string} text base64 @returns {Uint8Array[]} */
export function picturesOf(text) {
  const bytes = bytesOf(text);
  const size = 28 * 28;
  return Array.from({ length: (2 * bytes.length) / size }, (_, image) =>
    Uint8Array.from({ length: size }, (_, pixel) => {
      const byte = bytes[(image * size + pixel) >> 1];
      return pixel % 2 ? byte & 15 : byte >> 4;
    }),
  );
}

/** @param {number} size */
const identity = (size) => Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 1 : 0));

/** @param {Recorded} data @returns {Net} */
export function netOf(data) {
  const { width } = data;
  const norms = data.norms.map((norm) => ({
    gamma: halves(norm.weight),
    beta: halves(norm.bias),
    runningMean: halves(norm.running_mean),
    runningVariance: halves(norm.running_var),
  }));
  const first = halves(data.first);
  return {
    layers: [
      { weights: identity(width), bias: null, norm: norms[0], activation: "relu" },
      { weights: halves(data.linear2), bias: null, norm: norms[1], activation: "relu" },
      { weights: halves(data.head.weight), bias: halves(data.head.bias), norm: null, activation: "identity" },
    ],
    first: data.labels.map((_, digit) => first.slice(digit * width, (digit + 1) * width)),
    labels: data.labels,
    trained: {
      means: norms.map(({ runningMean }) => runningMean),
      variances: norms.map(({ runningVariance }) => runningVariance),
    },
    unit: data.unit,
    compared: data.middle.images,
  };
}

/** What running statistics are before the first batch: mean 0, variance 1. @param {Net} net @returns {Statistics} */
export const untouched = ({ trained }) => ({
  means: trained.means.map((one) => new Float64Array(one.length)),
  variances: trained.means.map((one) => new Float64Array(one.length).fill(1)),
});

/**
 * Training mode: each BN uses the statistics of this batch.
 * @param {Net} net
 * @param {number[]} members digits of the batch
 * @returns {NetOutput}
 */
export const inTraining = (net, members) => forward(net.layers, rowsOf(net, members), true);

/**
 * Evaluation mode: each BN uses running statistics, so one digit can be asked alone.
 * @param {Net} net
 * @param {number} digit
 * @param {Statistics} running
 * @returns {Float64Array} probabilities
 */
export function inEvaluation(net, digit, { means, variances }) {
  const layers = net.layers.map((layer, place) =>
    layer.norm
      ? { ...layer, norm: { ...layer.norm, runningMean: means[place], runningVariance: variances[place] } }
      : layer,
  );
  return forward(layers, rowsOf(net, [digit]), false).probabilities[0];
}

/** @param {Net} net @param {number[]} members */
const rowsOf = ({ first }, members) => members.map((digit) => first[digit]);

/**
 * What a batch adds to the running statistics; a batch of one has no unbiased variance.
 * @param {NetOutput} output in training mode
 * @param {number} size of the batch
 * @returns {{means: Float64Array[], variances: Float64Array[] | null}}
 */
export function statisticsOf({ layers }, size) {
  const normed = layers.flatMap(({ mean, variance }) => (mean && variance ? [{ mean, variance }] : []));
  return {
    means: normed.map(({ mean }) => mean),
    variances: size < 2 ? null : normed.map(({ variance }) => variance.map((value) => (value * size) / (size - 1))),
  };
}

/**
 * The running statistics after a batch.
 * @param {Statistics} running
 * @param {{means: Float64Array[], variances: Float64Array[] | null}} batch
 * @param {number} momentum weight of the batch
 * @returns {Statistics}
 */
export function followed(running, batch, momentum) {
  const step = (/** @type {Float64Array[]} */ old, /** @type {Float64Array[]} */ now) =>
    old.map((values, layer) => values.map((value, unit) => average(value, now[layer][unit], momentum, 0)));
  return {
    means: step(running.means, batch.means),
    variances: batch.variances ? step(running.variances, batch.variances) : running.variances,
  };
}
