/** What the picture of inference shows: a batch, a mode, running statistics, and the answers of the net. */
/** @import { Net, Statistics } from "./net.js" */

import { drawIndices, random } from "../../math/random.js";
import { between } from "../../svg.js";
import { followed, inEvaluation, inTraining, statisticsOf, untouched } from "./net.js";

export const MATES = 7;
export const MOMENTUM = 0.1;
/** Batches that have passed when the picture opens. */
export const BATCHES = 12;
export const MOST_BATCHES = 60;
/** Batches after which the statistics are used too early. */
export const TOO_EARLY = 2;
/** Of the draws: batch k comes from SEED + k. */
const SEED = 700;
/** When no more than this is left of their start, the running statistics have settled. */
const SETTLED = 0.05;
/** A guess this near is right. */
const NEAR = 0.12;
/** A change smaller than this is none to the eye. */
const STILL = 0.04;
/** The question's swap: of all swaps of one mate in the first batch the one that changes the answer most. */
export const QUESTION = { mate: 3, digit: 46 };
/** Answers of the present image that are kept for the strip beside its bar. */
const SEEN = 60;

/** What BN adds to a variance. */
export const EPS = 1e-5;

/** @typedef {{mate: number, digit: number, p: number}} Swap */
/** @typedef {Record<"answer" | "evaluation" | "x" | "used" | "means" | "slide", number[]>} Snapshot */

/**
 * Numbers between two pictures.
 * @param {Snapshot} from @param {Snapshot} to @param {number} share @returns {Snapshot}
 */
export function mixed(from, to, share) {
  const mix = (/** @type {keyof Snapshot} */ name) =>
    to[name].map((value, place) => between(from[name][place], value, share));
  return {
    answer: mix("answer"),
    evaluation: mix("evaluation"),
    x: mix("x"),
    used: mix("used"),
    means: mix("means"),
    slide: mix("slide"),
  };
}

/**
 * The mates of batch k: different digits, without yours.
 * @param {number} count of digits
 * @param {number} yours
 * @param {number} k
 */
export function matesOf(count, yours, k) {
  const others = Array.from({ length: count }, (_, digit) => digit).filter((digit) => digit !== yours);
  return drawIndices(others.length, MATES, random(SEED + k)).map((place) => others[place]);
}

/**
 * The swap of one mate that changes the probability of your class most.
 * @param {Net} net
 * @param {number[]} members your digit first
 * @param {(now: number, found: number) => number} gain what makes a swap better
 * @returns {Swap}
 */
export function strongestSwap(net, members, gain) {
  const label = net.labels[members[0]];
  const now = inTraining(net, members).probabilities[0][label];
  let best = { mate: 0, digit: members[1], p: now };
  for (let mate = 0; mate < members.length - 1; mate++) {
    for (let digit = 0; digit < net.labels.length; digit++) {
      if (members.includes(digit)) continue;
      const tried = members.with(mate + 1, digit);
      const p = inTraining(net, tried).probabilities[0][label];
      if (gain(now, p) > gain(now, best.p)) best = { mate, digit, p };
    }
  }
  return best;
}

/** The weight of a batch as it is printed, so that the formula adds up. @param {number} value */
export const inHundredths = (value) => Math.round(100 * value) / 100;

/** What a guess was worth. @param {number} guess @param {number} before @param {number} after */
export function verdict(guess, before, after) {
  if (Math.abs(guess - after) <= NEAR) return "right";
  if (Math.abs(guess - before) <= STILL) return "stays";
  return "wrong";
}

export class State {
  /** @param {Net} net @param {number} yours */
  constructor(net, yours) {
    this.net = net;
    this.asked = yours;
    this.yours = yours;
    /** Samples in the batch, your digit included. */
    this.size = MATES + 1;
    this.training = true;
    this.momentum = MOMENTUM;
    /** Whether the running statistics began at mean 0 and variance 1, and not as trained. */
    this.fresh = false;
    this.batches = BATCHES;
    this.mates = this.batch(BATCHES);
    /** @type {Map<number, ReturnType<typeof statisticsOf>>} what each batch gave */
    this.given = new Map();
    /** @type {number[]} answers in training mode so far, oldest first */
    this.seen = [];
    /** How many samples the batches of these answers have. */
    this.seenSize = MATES + 1;
    /** The level that the visitor expects after the swap; null: where it is now. @type {number | null} */
    this.guess = null;
    /** Whether the step about evaluating too early is in view, and how many batches had passed when it was left. */
    this.early = false;
    this.earlyBatches = TOO_EARLY;
    /** Whether an address said which batch is on show. */
    this.restored = false;
    this.now = this.computed();
    this.forget();
    /** What the picture draws: numbers on their way to those of now. */
    this.shown = this.snapshot();
  }

  get label() {
    return this.net.labels[this.yours];
  }

  /** The mates of batch k, all different from your digit. @param {number} k */
  batch(k) {
    const mates = matesOf(this.net.labels.length, this.asked, k);
    return mates.map((digit) => (digit === this.yours ? this.asked : digit));
  }

  members() {
    return [this.yours, ...this.mates.slice(0, this.size - 1)];
  }

  /** What batch k, whole and with the digit of the question, adds to the running statistics. @param {number} k */
  passed(k) {
    const known = this.given.get(k);
    if (known) return known;
    const members = [this.asked, ...matesOf(this.net.labels.length, this.asked, k)];
    const made = statisticsOf(inTraining(this.net, members), members.length);
    this.given.set(k, made);
    return made;
  }

  /** What your digit is answered in batch k, cut to the present size; in the whole batch if that has no mates. @param {number} k */
  answerIn(k) {
    const mates = this.size > 1 ? this.size - 1 : MATES;
    const members = [this.yours, ...this.batch(k).slice(0, mates)];
    return inTraining(this.net, members).probabilities[0][this.label];
  }

  /** The running statistics before the first batch and after each. @returns {Statistics[]} */
  history(fresh = this.fresh, batches = this.batches) {
    const found = [fresh ? untouched(this.net) : this.net.trained];
    for (let k = 1; k <= batches; k++) found.push(followed(found[k - 1], this.passed(k), this.momentum));
    return found;
  }

  computed() {
    const output = inTraining(this.net, this.members());
    const running = this.history();
    return {
      output,
      /** Running statistics before the first batch and after each. */
      running,
      inTraining: output.probabilities[0],
      inEvaluation: inEvaluation(this.net, this.yours, running[this.batches]),
    };
  }

  /** Bring all numbers up to date; hands call it after each change. */
  compute() {
    this.now = this.computed();
    this.seeNow();
  }

  /** The answers before and after the swap of the question. */
  question() {
    const members = [this.asked, ...matesOf(this.net.labels.length, this.asked, BATCHES)];
    const [before, after] = [members, members.with(QUESTION.mate + 1, QUESTION.digit)].map(
      (all) => inTraining(this.net, all).probabilities[0][this.net.labels[this.asked]],
    );
    return { before, after };
  }

  /** What evaluation mode answers to the digit of the question under statistics that began at 0 and 1, in the step about them. */
  tooEarly() {
    const batches = this.early ? this.batches : this.earlyBatches;
    const answer = inEvaluation(this.net, this.asked, this.history(true, batches)[batches]);
    const digit = this.net.labels[this.asked];
    const says = answer.indexOf(Math.max(...answer));
    const left = (1 - this.momentum) ** batches;
    const word = left <= SETTLED ? "caught_up" : says === digit ? "catching_up" : "stale";
    return { batches, digit, left, p: answer[digit], says, word };
  }

  /** What the running statistics took in last: the newest batch as it passed, whatever the hand made of it since. */
  get absorbed() {
    return this.batches ? this.passed(this.batches) : this.now.running[0];
  }

  /** The probability of your class in the present mode. */
  get p() {
    return (this.training ? this.now.inTraining : this.now.inEvaluation)[this.label];
  }

  /** Remember the present answer if mates had a say in it. */
  seeNow() {
    if (this.training && this.size > 1) this.see(this.now.inTraining[this.label]);
  }

  /** @param {number} p */
  see(p) {
    if (this.seen.at(-1) === p) return;
    this.seen.push(p);
    if (this.seen.length > SEEN) this.seen.shift();
  }

  /** Begin the strip of answers again: those of the batches that passed, and the present one. */
  forget() {
    this.seen = [];
    this.seenSize = this.size > 1 ? this.size : MATES + 1;
    for (let k = Math.max(1, this.batches - BATCHES + 1); k <= this.batches; k++) this.see(this.answerIn(k));
    this.seeNow();
  }

  /** @param {number} place @param {number} digit the nearest that is free, upward, takes the place */
  swap(place, digit) {
    const count = this.net.labels.length;
    const taken = new Set([this.yours, ...this.mates.filter((_, other) => other !== place)]);
    let free = digit;
    while (taken.has(free)) free = (free + 1) % count;
    this.mates[place] = free;
  }

  /** Another digit as yours; a mate that is the same makes way. @param {number} digit */
  choose(digit) {
    const former = this.yours;
    this.yours = digit;
    const twin = this.mates.indexOf(digit);
    if (twin >= 0) this.mates[twin] = former;
    this.compute();
    this.forget();
  }

  /** Make the one swap that lowers the chance of your class most. */
  worsen() {
    const { mate, digit } = strongestSwap(this.net, this.members(), (now, found) => now - found);
    this.mates[mate] = digit;
  }

  /** Mean and variance that the present mode uses in the unit on show. */
  used() {
    const { unit } = this.net;
    const { mean, variance } = this.now.output.layers[0];
    if (this.training && mean && variance) return { mean: mean[unit], variance: variance[unit] };
    const { means, variances } = this.now.running[this.batches];
    return { mean: means[0][unit], variance: variances[0][unit] };
  }

  /** All that moves in the picture, as lists of numbers. @returns {Snapshot} */
  snapshot() {
    const { unit, first } = this.net;
    const { mean, variance } = this.used();
    return {
      answer: [...(this.training ? this.now.inTraining : this.now.inEvaluation)],
      evaluation: [...this.now.inEvaluation],
      x: [this.yours, ...this.mates].map((digit) => first[digit][unit]),
      used: [mean, Math.sqrt(variance + EPS)],
      means: [this.absorbed.means[0][unit], this.now.running[this.batches].means[0][unit]],
      slide: [0],
    };
  }
}
