/** What the picture of "Why it works" shows: the net, the step of training, the place on the walk; and what is read off there. */

import { clamp } from "../../svg.js";

/** @typedef {{loss: number[][], norm: number[][], accuracy: number[][], walk: number[][][], change: number[][][]}} Arm by seed and step */
/** @typedef {"length" | "relative" | "update" | "next"} Measure */
/** @typedef {"before" | "after"} Phase */
/** @typedef {{direction: "higher" | "lower" | "open", ends: (number | null)[]}} Answer mean and interval, by the rule */
/** @typedef {{said: "same" | "depends" | "open", ends: (number | null)[]}} PhaseAnswer whether the phases differ; after / before */
/** @typedef {{seeds: (number | null)[][], mean: (number | null)[], low: (number | null)[], high: (number | null)[], before: Answer, after: Answer, phases: PhaseAnswer}} Shift with BN / without */
/** @typedef {{lr: number, none: Arm, batch: Arm, shift: Record<Measure, Shift>, half: number[]}} Net */
/** @typedef {{lengths: number[], seeds: number[], steps: number[], date: string, nets: Record<string, Net>}} Walks */
/** @typedef {"none" | "batch"} ArmName */
/** @typedef {{s: number[], loss: number[], change: number[]}} Walk measured points, the start of the walk is the first */
/** @typedef {{low: number, high: number}} Range */

/** The nets by their name in the address; the first is shown first. */
export const NETS = ["relu", "sigmoid"];
export const VIEWS = ["band", "shift"];
/** Updates made before the walk that the question is about. */
export const ASKED = 100;
/** The farthest point of a walk, in units of the learning rate. */
export const FAR = 4;
/** Where the guess has its grips, in the same units. */
export const GRIPS = [1, 2, 3, 4];
/** The axis of the loss ends at one of these, so that it rarely moves. */
const CEILINGS = [0.001, 0.002, 0.004, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 40];

/** @param {number} highest @returns {number} the end of an axis that holds a value */
export const ceiling = (highest) => CEILINGS.find((end) => highest <= end) ?? CEILINGS[CEILINGS.length - 1];

/** The value at a place between measured points, on the straight line between its neighbors. @param {number[]} s @param {number[]} values @param {number} place */
export function readOff(s, values, place) {
  const next = s.findIndex((one) => one >= place);
  if (next <= 0) return values[next < 0 ? values.length - 1 : 0];
  const share = (place - s[next - 1]) / (s[next] - s[next - 1]);
  return values[next - 1] + share * (values[next] - values[next - 1]);
}

/**
 * The range of the losses met on the way to a place: "variation of the loss" (Santurkar et al. 2018) when it is the end.
 * Their range is over the step lengths, so the start of the walk does not count; before the first length there is none.
 * @param {Walk} walk @param {number} place @returns {Range | null}
 */
export function rangeTo({ s, loss }, place) {
  if (place < s[1]) return null;
  const met = [...loss.filter((_, point) => point > 0 && s[point] <= place), readOff(s, loss, place)];
  return { low: Math.min(...met), high: Math.max(...met) };
}

/** How the range opens on the way to a place. @param {Walk} walk @param {number} place @returns {(Range & {s: number})[]} */
export function opening(walk, place) {
  const stops = [...walk.s.filter((one, point) => point > 0 && one < place), place];
  return stops.flatMap((s) => {
    const range = rangeTo(walk, s);
    return range ? [{ s, ...range }] : [];
  });
}

/** Which grip of a guess is farthest from the truth, of those before the end of the walk: there its name has room. @param {number[]} guess @param {Walk} truth */
export function farthestGrip(guess, truth) {
  const off = GRIPS.slice(0, -1).map((s, grip) => Math.abs(guess[grip] - readOff(truth.s, truth.loss, s)));
  return off.indexOf(Math.max(...off));
}

/** A drawn curve that falls by more than this from one grip to the next turns there: less is a trembling hand. */
const TREMBLE = 0.3;

/**
 * What a drawn guess says. The walk falls first and then only climbs, so the shape counts as well as the end: "zigzag"
 * falls again after the first grip, "rises" ends right but has no fall.
 * @param {number[]} guess losses at the grips
 * @param {Walk} truth
 * @returns {"down" | "zigzag" | "rises" | "right" | "up"}
 */
export function verdict(guess, truth) {
  const [start, end] = [truth.loss[0], truth.loss[truth.loss.length - 1]];
  const drawn = guess[guess.length - 1];
  if (drawn <= start) return "down";
  if (guess.some((loss, grip) => grip > 0 && loss < guess[grip - 1] - TREMBLE)) return "zigzag";
  if (drawn < end / 1.5 || drawn > end * 1.5) return "up";
  return guess[0] > start + TREMBLE ? "rises" : "right";
}

export class State {
  /** @param {Walks} data */
  constructor(data) {
    this.data = data;
    this.net = NETS[0];
    /** Which of the recorded steps. */
    this.at = Math.max(0, data.steps.indexOf(ASKED));
    this.seed = 0;
    /** The hand, in units of the learning rate. */
    this.place = FAR;
    this.view = VIEWS[0];
    /** The losses that the visitor drew, at the grips. @type {number[]} */
    this.guess = [];
    this.drawn = false;
    this.start();
    /** A net or a step was chosen by hand, which a step of the text must not undo. */
    this.byHand = false;
  }

  /** The guess before it is drawn: flat. */
  start() {
    this.drawn = false;
    this.guess = GRIPS.map(() => this.asked().loss[0]);
  }

  /** The walk that the question is about. */
  asked() {
    return this.walk("none", 0, this.data.steps.indexOf(ASKED), NETS[0]);
  }

  /** Whether the walk that the question is about is on show. */
  get showsAsked() {
    return this.net === NETS[0] && this.seed === 0 && this.data.steps[this.at] === ASKED;
  }

  /** @param {ArmName} arm @param {number} [seed] @param {number} [at] @param {string} [net] @returns {Walk} */
  walk(arm, seed = this.seed, at = this.at, net = this.net) {
    const one = this.data.nets[net][arm];
    return {
      s: [0, ...this.data.lengths],
      loss: [one.loss[seed][at], ...one.walk[seed][at]],
      change: [0, ...one.change[seed][at]],
    };
  }

  /** Variation of the loss over the whole walk. @param {ArmName} arm @param {number} [seed] @param {number} [at] @returns {Range} */
  band(arm, seed = this.seed, at = this.at) {
    const losses = this.data.nets[this.net][arm].walk[seed][at];
    return { low: Math.min(...losses), high: Math.max(...losses) };
  }

  /** How wide the band is. @param {ArmName} arm @param {number} [seed] @param {number} [at] */
  width(arm, seed = this.seed, at = this.at) {
    const { low, high } = this.band(arm, seed, at);
    return high - low;
  }

  /** In how many seeds the band is narrower with BN at this step. */
  narrower() {
    return this.data.seeds.filter((_, seed) => this.width("batch", seed) < this.width("none", seed)).length;
  }

  /** With BN / without BN: the mean over the seeds and its interval; 1 where there is none. @param {Measure} measure @param {number} [at] */
  shift(measure, at = this.at) {
    const { mean, low, high } = this.data.nets[this.net].shift[measure];
    const middle = mean[at] ?? 1;
    return { mean: middle, low: low[at] ?? middle, high: high[at] ?? middle };
  }

  /** What the rule says of a measure in a phase. @param {Measure} measure @param {Phase} phase */
  answer(measure, phase) {
    return this.data.nets[this.net].shift[measure][phase];
  }

  /** Whether a measure depends on the phase, by the ratio after / before of each seed. @param {Measure} measure */
  phases(measure) {
    return this.data.nets[this.net].shift[measure].phases;
  }

  /** Places of the steps by which both nets have passed half of their final accuracy: the first and the last of the seeds. */
  half() {
    const { half } = this.data.nets[this.net];
    return half.length ? { first: Math.min(...half), last: Math.max(...half) } : null;
  }

  /** @returns {Record<string, string>} */
  save() {
    return {
      net: this.net === NETS[0] ? "" : this.net,
      at: this.data.steps[this.at] === ASKED ? "" : String(this.data.steps[this.at]),
      seed: this.seed ? String(this.data.seeds[this.seed]) : "",
      s: this.place === FAR ? "" : this.place.toFixed(2),
      view: this.view === VIEWS[0] ? "" : this.view,
    };
  }

  /** Take over what an address says, as far as it can be. @param {URLSearchParams} saved */
  load(saved) {
    const net = saved.get("net") ?? "";
    if (NETS.includes(net)) this.net = net;
    const view = saved.get("view") ?? "";
    if (VIEWS.includes(view)) this.view = view;
    const number = (/** @type {string} */ name) => (saved.get(name)?.trim() ? Number(saved.get(name)) : Number.NaN);
    const at = this.data.steps.indexOf(number("at"));
    if (at >= 0) this.at = at;
    const seed = this.data.seeds.indexOf(number("seed"));
    if (seed >= 0) this.seed = seed;
    const place = number("s");
    if (Number.isFinite(place)) this.place = clamp(place, 0, FAR);
    if (net || at >= 0) this.byHand = true;
  }
}
