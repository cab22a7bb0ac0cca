/** What the picture of whitening shows: a cloud under a linear map, the guess, the size of a batch, and the marble. */

import { believedLoss, biasAfter, lossAt } from "../../math/bias_drift.js";
import { gaussian, random } from "../../math/random.js";
import { covariance, ellipse, standardize, zca } from "../../math/whitening.js";
import { clamp } from "../../svg.js";

/** @typedef {[number, number]} Point */

/** Points of the cloud; drawn from a seed, then whitened: round before the map of the visitor. */
export const COUNT = 140;
const SEED = 7;
const EPS = 1e-9;
/** The grips stand this many standard deviations out. */
export const OUT = 2;
export const REACH = 1.7;
/** Where the images of the two unit vectors start: a tilted, stretched cloud. */
export const START = /** @type {[Point, Point]} */ ([
  [1.4, 0.75],
  [0.15, 0.55],
]);
/** The guess before it was touched: half axes in standard deviations, degrees. */
export const GUESS = { angle: 15, major: 0.6, minor: 0.5 };
export const SMALLEST = 2;
export const LARGEST = 60;
export const BATCH = 3;
/** Features of a layer, of which the price is told. */
export const WIDTH = 64;
/** The marble: targets, rate, and where its track ends. */
export const MEAN = 0.5;
export const RATE = 0.1;
export const TRACK = 6;

const spread = (() => {
  const uniform = random(SEED);
  return zca(
    Array.from({ length: COUNT }, () => /** @type {Point} */ ([gaussian(uniform), gaussian(uniform)])),
    EPS,
  );
})();
/** Inputs and targets (before their mean is set) of the bias: fixed draws with mean 0. */
const INPUTS = spread.slice(0, 64).map(([value]) => value);
const WISHES = (() => {
  const values = spread.slice(64, 128).map(([value]) => value);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
})();

/** The cloud under a map. @param {[Point, Point]} map images of the unit vectors @param {number} [count] */
export const cloudOf = ([p, q], count = COUNT) =>
  spread.slice(0, count).map(([x, y]) => /** @type {Point} */ ([p[0] * x + q[0] * y, p[1] * x + q[1] * y]));

/** The correlation of a guessed ellipse. @param {{angle: number, major: number, minor: number}} guess */
export function correlationOfGuess(guess) {
  const [[a, b], [, c]] = covarianceOfGuess(guess);
  return b / Math.sqrt(a * c);
}

/** @param {Point[]} points */
export function measured(points) {
  const matrix = covariance(points);
  const [[a, b], [, c]] = matrix;
  const product = Math.sqrt(a * c);
  return { points, matrix, ellipse: ellipse(matrix), correlation: product > 1e-9 ? b / product : 0 };
}

/** Raw, after BN, after ZCA. @param {[Point, Point]} map @param {number} [count] */
export function compared(map, count = COUNT) {
  const raw = cloudOf(map, count);
  return [raw, standardize(raw, EPS), zca(raw, 1e-7)].map(measured);
}

/** The covariance of a guessed ellipse. @param {{angle: number, major: number, minor: number}} guess */
export function covarianceOfGuess({ angle, major, minor }) {
  const [x, y] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const [a, b] = [major ** 2, minor ** 2];
  return [
    [a * x * x + b * y * y, (a - b) * x * y],
    [(a - b) * x * y, a * y * y + b * x * x],
  ];
}

/**
 * @param {{angle: number, major: number, minor: number}} guess
 * @param {number} correlation of the cloud
 */
export function verdict(guess, correlation) {
  const [[a], [, c]] = covarianceOfGuess(guess);
  const guessed = correlationOfGuess(guess);
  const sized = [a, c].every((variance) => Math.abs(Math.sqrt(variance) - 1) < 0.3);
  if (Math.abs(guessed - correlation) < 0.2 && sized) return "right";
  if (Math.abs(guessed) < 0.25) return "round";
  return Math.abs(guessed - correlation) < 0.2 ? "size" : "other";
}

export class State {
  constructor() {
    /** @type {[Point, Point]} */
    this.map = [[...START[0]], [...START[1]]];
    this.guess = { ...GUESS };
    this.guessed = false;
    this.batch = BATCH;
    this.width = WIDTH;
    this.bias = 0;
    this.steps = 0;
    this.mean = MEAN;
    this.through = false;
    /** Whether the marble rolls. */
    this.rolling = false;
  }

  target() {
    return WISHES.map((wish) => wish + this.mean);
  }

  loss() {
    return lossAt(INPUTS, this.target(), this.bias);
  }

  /** What the gradient believes of another bias. @param {number} other */
  believed(other) {
    return this.through ? lossAt(INPUTS, this.target(), other) : believedLoss(INPUTS, this.target(), this.bias, other);
  }

  /** The bias after one more step. */
  next() {
    return biasAfter(this.bias, this.mean, RATE, 1, this.through);
  }

  /** Whether the next step would leave the track. */
  atWall() {
    return Math.abs(this.next()) > TRACK + 1e-9;
  }

  /** Take steps of gradient descent; a step that would leave the track is not taken. @param {number} count whole steps */
  roll(count) {
    for (let step = 0; step < count && !this.atWall(); step++) {
      this.bias = this.next();
      this.steps += 1;
    }
    if (this.atWall()) this.rolling = false;
  }

  /** Which sentence tells what the gradient does: its mode, and whether the axis ends here. */
  belief() {
    if (this.through) return "through";
    return this.atWall() && this.steps > 0 ? "wall" : "outside";
  }

  /** Another mean of the targets; steps that were taken with the former one do not count. @param {number} value */
  setMean(value) {
    if (this.steps > 0) this.backToStart();
    this.mean = value;
  }

  backToStart() {
    Object.assign(this, { bias: 0, steps: 0 });
  }

  /** @returns {Record<string, string>} */
  save() {
    const numbers = this.map.flat();
    const moved = numbers.some((value, place) => Math.abs(value - START.flat()[place]) > 5e-4);
    return {
      map: moved ? numbers.map((value) => Number(value.toFixed(3))).join("_") : "",
      m: this.batch === BATCH ? "" : String(this.batch),
      d: this.width === WIDTH ? "" : String(this.width),
      mean: this.mean === MEAN ? "" : String(Number(this.mean.toFixed(2))),
      b: this.bias === 0 ? "" : String(Number(this.bias.toFixed(2))),
      through: this.through ? "1" : "",
    };
  }

  /** @param {URLSearchParams} saved */
  load(saved) {
    const map = (saved.get("map") ?? "").split("_").map(Number);
    if (map.length === 4 && map.every((value) => Number.isFinite(value))) {
      const [a, b, c, d] = map.map((value) => clamp(value, -REACH, REACH));
      this.map = apart([
        [a, b],
        [c, d],
      ]);
    }
    const number = (/** @type {string} */ name, /** @type {number} */ low, /** @type {number} */ high) => {
      const text = saved.get(name);
      const value = text ? Number(text) : Number.NaN;
      return Number.isFinite(value) ? clamp(value, low, high) : null;
    };
    this.batch = Math.round(number("m", SMALLEST, LARGEST) ?? this.batch);
    this.width = Math.round(number("d", 2, 1024) ?? this.width);
    this.mean = number("mean", -1, 1) ?? this.mean;
    this.bias = number("b", -TRACK, TRACK) ?? this.bias;
    this.through = saved.get("through") === "1";
  }
}

/** A map must not press the cloud into a line or a point. @param {[Point, Point]} map @returns {[Point, Point]} */
export function apart(map) {
  const [[a, b], [c, d]] = map;
  const area = a * d - b * c;
  if (Math.abs(area) >= 0.08) return map;
  const side = area < 0 ? -1 : 1;
  const long = Math.max(Math.hypot(a, b), 0.3);
  const [x, y] = Math.hypot(a, b) > 0.05 ? [a, b] : [0.3, 0];
  const size = Math.hypot(x, y);
  // The second vector gets the least distance from the line of the first.
  const along = (c * x + d * y) / size;
  const off = (side * 0.08) / long;
  return [
    [(x / size) * long, (y / size) * long],
    [(along * x) / size - (off * y) / size, (along * y) / size + (off * x) / size],
  ];
}
