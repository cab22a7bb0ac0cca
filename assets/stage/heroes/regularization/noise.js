/** Batches of a population that bnviz measured: their means, and what one digit becomes in each. */

import { halfToFloat } from "../../../live/wire.js";
import { finiteCorrection, random, standardErrorOfMean } from "../../math/batch_noise.js";
import { forwardWith } from "../../math/batch_norm.js";
import { meanOf, varianceOf } from "../../math/moments.js";

/** Batch sizes that can be set, about sqrt(2) apart. */
export const SIZES = [2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256];
/** Batches of each size. */
export const TOTAL = 1000;

/**
 * What bnviz/chapters/regularization/stage_data.py sends; accuracy (%) and loss by arm, seed and step.
 * @typedef {{
 *   values: string, seed: number, unit: number, digit: number, label: number, picture: string[],
 *   study: {
 *     arms: string[], seeds: number[], steps: number[], samples: number, accuracy: number[][][], loss: number[][][],
 *     said: Record<string, Said>, matched: Record<string, Said>,
 *   },
 * }} Recorded said: test accuracy minus that of the first arm, in points; matched: of the arms with BN, minus that of the same
 *   batch size without
 */
/** @typedef {{mean: number, low: number, high: number, answer: "higher" | "lower" | "open"}} Said by the rule, over the seeds */

/**
 * Batches of one size: their means, and x_hat of the digit that is in each, both in deviations of the population.
 * @typedef {{means: Float64Array, own: Float64Array}} Batches
 */

/** @param {string} text base64 of half-precision floats, little-endian */
function numbersOf(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from({ length: bytes.length / 2 }, (_, k) => halfToFloat(bytes[2 * k] + 256 * bytes[2 * k + 1]));
}

/** The standard deviation of numbers. @param {ArrayLike<number>} values */
export const spreadOf = (values) => Math.sqrt(varianceOf(values));

export class Population {
  /** @param {Recorded} data */
  constructor(data) {
    this.values = numbersOf(data.values);
    this.mean = meanOf(this.values);
    this.sigma = spreadOf(this.values);
    this.digit = data.digit;
    this.places = Int32Array.from(this.values, (_, place) => place);
    /** @type {Map<string, Batches>} */
    this.known = new Map();
  }

  /** A value in deviations from the population's mean. @param {number} value */
  scaled(value) {
    return (value - this.mean) / this.sigma;
  }

  /** The digit's value under the statistics of all. */
  get z() {
    return this.scaled(this.values[this.digit]);
  }

  /**
   * Batch k of a size: different digits, all choices equally likely; with your digit, it comes first.
   * @param {number} size @param {number} k @param {boolean} withDigit
   * @returns {number[]}
   */
  members(size, k, withDigit) {
    const uniform = random(100_000 * size + k);
    const { places } = this;
    /** @type {Array<[number, number]>} */
    const swaps = [];
    const swap = (/** @type {number} */ one, /** @type {number} */ other) => {
      [places[one], places[other]] = [places[other], places[one]];
      swaps.push([one, other]);
    };
    if (withDigit) swap(0, this.digit);
    for (let place = withDigit ? 1 : 0; place < size; place++) {
      swap(place, place + Math.floor(uniform() * (places.length - place)));
    }
    const found = Array.from(places.subarray(0, size));
    // Put back in order, so that a batch does not depend on those drawn before it.
    for (const [one, other] of swaps.reverse()) [places[one], places[other]] = [places[other], places[one]];
    return found;
  }

  /** All batches of a size. @param {number} size @param {boolean} withDigit @returns {Batches} */
  batches(size, withDigit) {
    const key = `${size} ${withDigit}`;
    const known = this.known.get(key);
    if (known) return known;
    const means = new Float64Array(TOTAL);
    const own = new Float64Array(TOTAL);
    for (let k = 0; k < TOTAL; k++) {
      const values = this.members(size, k, withDigit).map((place) => this.values[place]);
      const mean = meanOf(values);
      means[k] = this.scaled(mean);
      own[k] = forwardWith([this.values[this.digit]], mean, varianceOf(values, mean), 1, 0).normalized[0];
    }
    const made = { means, own };
    this.known.set(key, made);
    return made;
  }

  /** The spread that batch means must have, in deviations of the population. @param {number} size */
  expected(size) {
    return standardErrorOfMean(1, size, this.values.length);
  }

  /** @param {number} size */
  correction(size) {
    return finiteCorrection(size, this.values.length);
  }
}

/**
 * How many values fall into bins of one width around 0.
 * @param {ArrayLike<number>} values @param {number} count of the first values @param {number} width @param {number} reach
 * @returns {Array<{from: number, count: number}>}
 */
export function histogram(values, count, width, reach) {
  const half = Math.ceil(reach / width);
  const counts = new Array(2 * half).fill(0);
  for (let k = 0; k < count; k++) {
    const bin = Math.floor(values[k] / width) + half;
    if (bin >= 0 && bin < counts.length) counts[bin] += 1;
  }
  return counts.map((found, bin) => ({ from: (bin - half) * width, count: found }));
}
