/** Inputs of a nonlinearity as a shape to draw: a bell by formula, or a recorded layer. */

import { ACTIVATIONS, DERIVATIVES, meanDerivative, SATURATED, saturatedShare } from "../../math/activation.js";
import { normalDensity, normalShareBelow } from "../../math/gaussian.js";
import { clamp } from "../../svg.js";

/** @typedef {"sigmoid" | "tanh"} Curve */
/**
 * @typedef {object} Shape
 * @property {[number, number][]} outline input and density
 * @property {[number, number][]} passed the same, the density times the slope there
 * @property {number} top the largest density
 * @property {number[]} outputs shares of equal bins from the lowest to the highest output
 * @property {number[]} marks inputs at equal shares, to be followed up to the curve
 * @property {[number, number]} middle 5 % and 95 % quantile of the inputs
 * @property {number} left mean slope: the share of the gradient that is left
 * @property {number} saturated share of the inputs on the flat ends
 */
/**
 * One arm of a recorded scene; per step, then per layer. Shares are whole numbers of `whole` parts.
 * @typedef {object} Arm
 * @property {number[]} accuracy on the test images
 * @property {number[][][]} inputs shares of the bins; the first and the last hold what lies beyond the edges
 * @property {number[][][]} outputs shares of the bins
 * @property {number[][][]} range 5 % and 95 % quantile of the inputs
 * @property {number[][]} saturated
 * @property {number[][]} derivative
 * @property {number[][]} gradient norms of the weight gradients, the head's last
 */
/** @typedef {{seed: number, activation: Curve, edges: {inputs: [number, number], outputs: [number, number]}, steps: number[], arms: Arm[]}} Scene */
/** @typedef {{whole: number, scenes: Scene[]}} Recorded */

/** The widest view of inputs, both ways. */
export const REACH = 10;
/** Shares below the marks of a bell, and their distances from the mean in deviations. */
const QUANTILES = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95];
const SCORES = [-1.6449, -1.0364, -0.6745, -0.3853, -0.1257, 0.1257, 0.3853, 0.6745, 1.0364, 1.6449];
const POINTS = 160;
const OUTPUT_BINS = 40;
/** Half of what is drawn of a bell, in deviations. */
const DRAWN = 4.2;

/** The input of a sigmoid for an output. @param {number} output */
const logit = (output) => (output <= 0 ? -1e9 : output >= 1 ? 1e9 : Math.log(output / (1 - output)));

/** Lowest and highest output. @param {Curve} curve @returns {[number, number]} */
export const outputRange = (curve) => [curve === "sigmoid" ? 0 : -1, 1];

/** The steepest slope, which is that at 0. @param {Curve} curve */
export const steepest = (curve) => DERIVATIVES[curve](0);

/**
 * A normal distribution in front of a sigmoid.
 * @param {number} mean
 * @param {number} deviation above 0
 * @returns {Shape}
 */
export function bell(mean, deviation) {
  const low = Math.max(-REACH, mean - DRAWN * deviation);
  const high = Math.min(REACH, mean + DRAWN * deviation);
  const outline = /** @type {[number, number][]} */ ([]);
  for (let point = 0; point <= POINTS; point++) {
    const x = low + ((high - low) * point) / POINTS;
    outline.push([x, normalDensity(x, mean, deviation)]);
  }
  const below = Array.from({ length: OUTPUT_BINS + 1 }, (_, bin) =>
    normalShareBelow(logit(bin / OUTPUT_BINS), mean, deviation),
  );
  const edges = SATURATED.sigmoid;
  return {
    outline,
    passed: outline.map(([x, density]) => [x, density * DERIVATIVES.sigmoid(x)]),
    top: normalDensity(0, 0, deviation),
    outputs: below.slice(1).map((share, bin) => share - below[bin]),
    marks: SCORES.map((score) => mean + score * deviation),
    middle: [mean + SCORES[0] * deviation, mean - SCORES[0] * deviation],
    left: meanDerivative("sigmoid", mean, deviation),
    saturated: saturatedShare(edges.low, edges.high, mean, deviation),
  };
}

/**
 * A recorded layer: its histogram as it was measured. What lies beyond the edges stands in a bar of width 1 outside them,
 * so that every bar's area is its share.
 * @param {Scene} scene
 * @param {number} whole
 * @param {{arm: number, moment: number, layer: number}} place
 * @returns {Shape}
 */
export function recordedLayer(scene, whole, { arm, moment, layer }) {
  const recorded = scene.arms[arm];
  const shares = recorded.inputs[moment][layer].map((parts) => parts / whole);
  const [low, high] = scene.edges.inputs;
  const width = (high - low) / (shares.length - 2);
  const borders = [low - 1, ...shares.slice(1).map((_, bin) => low + bin * width), high + 1];
  const slope = DERIVATIVES[scene.activation];
  const outline = /** @type {[number, number][]} */ ([]);
  const passed = /** @type {[number, number][]} */ ([]);
  shares.forEach((share, bin) => {
    const [from, to] = [borders[bin], borders[bin + 1]];
    const density = share / (to - from);
    const through = density * slope((from + to) / 2);
    outline.push([from, density], [to, density]);
    passed.push([from, through], [to, through]);
  });
  const [first, last] = recorded.range[moment][layer];
  return {
    outline,
    passed,
    top: Math.max(...outline.map(([, density]) => density)),
    outputs: recorded.outputs[moment][layer].map((parts) => parts / whole),
    marks: QUANTILES.map((share) => quantile(shares, borders, share)),
    middle: [first, last],
    left: recorded.derivative[moment][layer],
    saturated: recorded.saturated[moment][layer],
  };
}

/**
 * The value below which a share of a histogram lies, evenly spread within a bin.
 * @param {number[]} shares (n,)
 * @param {number[]} borders (n + 1,)
 * @param {number} share
 */
function quantile(shares, borders, share) {
  let below = 0;
  for (const [bin, one] of shares.entries()) {
    if (one > 0 && below + one >= share) {
      return borders[bin] + ((borders[bin + 1] - borders[bin]) * clamp(share - below, 0, one)) / one;
    }
    below += one;
  }
  return borders[borders.length - 1];
}

/** The nonlinearity's line. @param {Curve} curve @param {number} reach @returns {[number, number][]} */
export const curveLine = (curve, reach) => line(ACTIVATIONS[curve], -reach, reach);

/** The line of its slope. @param {Curve} curve @param {number} reach */
export const slopeLine = (curve, reach) => line(DERIVATIVES[curve], -reach, reach);

/** A part of the nonlinearity's line. @param {Curve} curve @param {[number, number]} part @param {number} reach */
export const curvePart = (curve, [low, high], reach) =>
  line(ACTIVATIONS[curve], clamp(low, -reach, reach), clamp(high, -reach, reach));

/** @param {(x: number) => number} f @param {number} low @param {number} high @returns {[number, number][]} */
const line = (f, low, high) =>
  Array.from({ length: 121 }, (_, point) => {
    const x = low + ((high - low) * point) / 120;
    return [x, f(x)];
  });
