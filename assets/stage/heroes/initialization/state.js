/** What the picture of initialization shows: one weight vector, the batch it sees, its steps; and the measured sweeps. */

import { stepOfUnit, unitLoss } from "../../math/scale_invariance.js";
import { clamp } from "../../svg.js";

/** The inputs u of a batch, two numbers each; no measurement: any cloud would do. */
export const POINTS = [
  [0.9, 0.2],
  [0.3, 0.85],
  [1.1, 0.8],
  [-0.2, 0.5],
  [0.5, -0.35],
  [-0.8, -0.1],
  [-0.3, -0.8],
  [-1.1, -0.7],
  [-0.45, 0.45],
  [0.2, -0.9],
];
/** What the loss wants of the normalized outputs. */
export const TARGETS = [1, 1, 1, 1, 1, -1, -1, -1, -1, -1];
export const SHORTEST = 0.3;
export const LONGEST = 6;
/** How far steps of gradient descent may carry w beyond what a hand can; the plane zooms out. */
export const FARTHEST = 20;
/** Where the grip goes without a zoom of the plane. */
export const REACH = 2.5;
export const RATE = 0.5;
export const RATES = { min: 0.1, max: 4 };
/** Direction of the start, degrees. */
export const ANGLE = 150;
/** Where the ghost of the guess waits, and how near 1 a guess has to be. */
export const WAITING = 0.5;
export const NEAR = 0.15;
export const GHOST = { min: 0.2, max: 2.5 };
/** Steps that are remembered for the trail. */
export const TRAIL = 40;
export const KINDS = /** @type {const} */ (["scale", "rate"]);
export const NETS = /** @type {const} */ (["relu", "tanh"]);

/** @typedef {{length: number, angle: number}} Weight angle in degrees */

const RADIANS = Math.PI / 180;

/** @param {number} degrees @returns {number} the same direction, above -180 and up to 180 */
export const wrapped = (degrees) => {
  const rest = (((degrees + 180) % 360) + 360) % 360;
  return rest === 0 ? 180 : rest - 180;
};

/** @param {Weight} weight @returns {[number, number]} */
export const vector = ({ length, angle }) => [length * Math.cos(angle * RADIANS), length * Math.sin(angle * RADIANS)];

/** @param {ArrayLike<number>} w @returns {Weight} */
export const polar = (w) => ({ length: Math.hypot(w[0], w[1]), angle: Math.atan2(w[1], w[0]) / RADIANS });

/** What the unit computes and what a step would do to it. @param {Weight} weight @param {number} rate */
export function unit(weight, rate) {
  const w = vector(weight);
  const now = unitLoss(POINTS, w, TARGETS);
  const gradient = Math.hypot(now.gradient[0], now.gradient[1]);
  const next = stepOfUnit(POINTS, w, TARGETS, rate);
  const after = polar(next);
  return {
    ...now,
    w,
    next,
    after,
    /** Length of the gradient. */
    slope: gradient,
    /** Length of the step over the length of w. */
    relative: (rate * gradient) / weight.length,
    /** How far the step turns w, degrees. */
    turn: Math.abs(wrapped(after.angle - weight.angle)),
  };
}

/** @param {number} factor what the visitor believes the outputs are multiplied by when w is doubled */
export function verdict(factor) {
  if (Math.abs(factor - 1) <= NEAR) return "right";
  return factor > 1 ? "larger" : "smaller";
}

export class State {
  constructor() {
    /** @type {Weight} */
    this.weight = { length: 1, angle: ANGLE };
    this.rate = RATE;
    /** Where w was before each step, oldest first. @type {Weight[]} */
    this.trail = [];
    /** The outputs before the last change by hand, drawn as rings. @type {number[] | null} */
    this.before = null;
    /** The factor of the guess, and whether it was set by hand. */
    this.ghost = WAITING;
    this.guessed = false;
    /** @type {(typeof KINDS)[number]} */
    this.kind = "scale";
    /** @type {(typeof NETS)[number]} */
    this.net = "relu";
    /** Place of the cursor among the values of each sweep; null: where the picture first puts it. */
    this.cursor = /** @type {Record<string, number | null>} */ ({ scale: null, rate: null });
  }

  unit() {
    return unit(this.weight, this.rate);
  }

  remember() {
    this.before = this.unit().output;
  }

  /** How many outputs differ from those before the hand's last change. */
  moved() {
    const { before } = this;
    if (!before) return 0;
    return this.unit().output.filter((value, place) => Math.abs(value - before[place]) > 5e-4).length;
  }

  /** The steps end only where w would be longer than any picture of it. */
  canStep() {
    return this.unit().after.length <= FARTHEST;
  }

  /** Take one step of gradient descent. */
  step() {
    if (!this.canStep()) return;
    this.trail = [...this.trail.slice(-(TRAIL - 1)), { ...this.weight }];
    this.weight = this.unit().after;
  }

  startOver() {
    this.weight = { length: 1, angle: ANGLE };
    this.trail = [];
    this.before = null;
  }

  /** @returns {Record<string, string>} */
  save() {
    const { weight, rate, kind, net, cursor } = this;
    const place = cursor[kind];
    return {
      a: weight.length === 1 ? "" : String(Number(weight.length.toFixed(3))),
      direction: weight.angle === ANGLE ? "" : String(Number(weight.angle.toFixed(1))),
      eta: rate === RATE ? "" : String(Number(rate.toFixed(2))),
      sweep: kind === "scale" ? "" : kind,
      net: net === "relu" ? "" : net,
      at: place === null ? "" : String(place),
    };
  }

  /** @param {URLSearchParams} saved */
  load(saved) {
    const number = (/** @type {string} */ name) => {
      const text = saved.get(name);
      const value = text ? Number(text) : Number.NaN;
      return Number.isFinite(value) ? value : null;
    };
    const [length, angle, rate] = [number("a"), number("direction"), number("eta")];
    if (length !== null) this.weight.length = clamp(length, SHORTEST, FARTHEST);
    if (angle !== null) this.weight.angle = wrapped(angle);
    if (rate !== null) this.rate = clamp(rate, RATES.min, RATES.max);
    this.kind = KINDS.find((one) => one === saved.get("sweep")) ?? this.kind;
    this.net = NETS.find((one) => one === saved.get("net")) ?? this.net;
    const at = number("at");
    if (at !== null && at >= 0 && Number.isInteger(at)) this.cursor[this.kind] = Math.min(at, 99);
  }
}
