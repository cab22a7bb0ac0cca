/** What the picture of the transform shows: the batch, the sample in focus, the guess. */

import { forward } from "../../math/batch_norm.js";
import { clamp } from "../../svg.js";

export const EPS = 1e-5;
/** A batch with mean 5: whole numbers would hide that the mean moves by an eighth. */
export const START = [2, 3, 4, 4.6, 5.2, 5.8, 6.9, 8.5];
export const LOW = -5;
export const HIGH = 10;
/** Where the picture starts: with gamma = 1 the outputs would hide each other. */
export const GAMMA = 2;
export const BETA = 2;
/** A change of an output that counts: more than rounding. */
export const MOVED = 1e-9;
/** The sample that the question is about. */
export const ASKED = 5;

/** @typedef {{x: number[], gamma: number, beta: number}} Batch */

/** @param {Batch} batch */
export const normalize = ({ x, gamma, beta }) => forward(x, gamma, beta, EPS);

/** What the picture shows; the picture reads it, hands change it. */
export class State {
  constructor() {
    /** @type {Batch} */
    this.batch = { x: [...START], gamma: GAMMA, beta: BETA };
    /** The sample in focus. */
    this.chosen = ASKED;
    /** Outputs that the visitor believes will move. @type {Set<number>} */
    this.guessed = new Set();
    /** Where everything was before the last move: drawn as rings. @type {Batch | null} */
    this.before = null;
    /** gamma or beta have been set by hand, which a step must not undo. */
    this.affineByHand = false;
    this.moved = false;
  }

  remember() {
    this.before = { ...this.batch, x: [...this.batch.x] };
  }
}

/**
 * The factor with which arrows are drawn, one for all, so that their lengths compare and add up: the largest up to `most`
 * at which every arrow ends within the frame.
 * @param {number[]} from where they start, pixels
 * @param {number[]} lengths signed, pixels at factor 1
 * @param {{left: number, right: number, most: number}} frame
 */
export function arrowFactor(from, lengths, { left, right, most }) {
  const room = lengths.map((length, place) => (length < 0 ? from[place] - left : right - from[place]));
  const fits = lengths.map((length, place) => Math.max(0, room[place]) / Math.max(Math.abs(length), 1e-9));
  return Math.min(most, ...fits);
}

/** Digits of a difference that is divided by a deviation, so that the quotient shown is that of the numbers shown. */
export const digitsFor = (/** @type {number} */ deviation) => clamp(2 - Math.floor(Math.log10(deviation)), 2, 5);

/** The place of the value nearest to another. @param {ArrayLike<number>} values @param {number} value */
export function nearest(values, value) {
  const distances = Array.from(values, (one) => Math.abs(one - value));
  return distances.indexOf(Math.min(...distances));
}
