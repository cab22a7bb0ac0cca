/** The numbers that the sentences and the formula quote; a heap that is still growing says so. */
/** @import { Say } from "../../types" */
/** @import { Said } from "./noise.js" */
/** @import { State } from "./state.js" */

import { forward } from "../../math/batch_norm.js";
import { bracketed, fixed } from "../../svg.js";
import { spreadOf, TOTAL } from "./noise.js";
import { ENOUGH } from "./state.js";

/** What stands for a number that too few batches would give. */
const OPEN = "…";

/** The spread of the heap, once there are batches enough. @param {State} state */
export const spreadText = ({ spread }) => (Number.isFinite(spread) ? fixed(spread) : OPEN);

/**
 * One sample of the batch on show, the marked one: its way through the formula, in deviations of the population, as the
 * axis of the picture measures them.
 * @param {State} state
 */
export function sampleOf({ population, size, current, own }) {
  const members = population.members(size, current, own).map((place) => population.values[place]);
  const { mean, deviation, normalized } = forward(members, 1, 0);
  return {
    x: population.scaled(members[0]),
    mean: population.scaled(mean),
    deviation: deviation / population.sigma,
    hat: normalized[0],
  };
}

/** How many batches are in the heap, and whether that is all. @param {number} count @param {Say} say */
function batchesText(count, say) {
  if (count >= TOTAL) return say("picture.batches", { count: count.toLocaleString("en") });
  return say(count === 1 ? "picture.batches_one" : "picture.batches_so_far", { count });
}

/** @param {State} state @param {Say} say @param {boolean} study whether the recorded study is on show @returns {Record<string, string>} */
export function valuesOf(state, say, study) {
  const { population, size } = state;
  const sample = sampleOf(state);
  const { means } = population.batches(size, false);
  const own = population.batches(size, true).own.subarray(0, state.shown);
  const known = state.shown >= ENOUGH;
  // The sentence about means stays that of all batches while x_hat is heaped up.
  const count = state.own ? TOTAL : state.shown;
  const values = {
    size: String(size),
    batches: batchesText(state.shown, say),
    measured: count >= ENOUGH ? fixed(spreadOf(means.subarray(0, count)), 3) : OPEN,
    expected: fixed(population.expected(size), 3),
    root: fixed(1 / Math.sqrt(size), 3),
    correction: fixed(population.correction(size), 3),
    z: fixed(population.z),
    x: fixed(sample.x, 3),
    mean: bracketed(sample.mean, 3),
    deviation: fixed(sample.deviation, 3),
    hat: fixed(sample.hat),
    low: known ? fixed(Math.min(...own)) : OPEN,
    high: known ? fixed(Math.max(...own)) : OPEN,
    ...studyValues(state, say),
  };
  return { ...values, ...cells(values, study) };
}

/** @param {number} value */
const signed = (value) => `${value > 0 ? "+" : ""}${fixed(value, 1)}`;

/** What the seeds say of a difference, with its interval. @param {Said} said @param {Say} say */
export const saidOf = ({ mean, low, high, answer }, say) =>
  say(`picture.said_${answer}`, { mean: signed(mean), low: signed(low), high: signed(high) });

/** @param {State} state @param {Say} say */
function studyValues(state, say) {
  const { study } = state;
  const results = (/** @type {string} */ arm) => state.results(study.arms.indexOf(arm));
  const digits = state.metric === "loss" ? 2 : 1;
  const meanOfArm = (/** @type {string} */ arm) =>
    fixed(results(arm).reduce((sum, value) => sum + value, 0) / study.seeds.length, digits);
  const [none, bn] = ["none", "bn"].map(meanOfArm);
  const matched = Object.entries(study.matched).map(([arm, said]) => [`said_${arm}`, saidOf(said, say)]);
  return {
    ...Object.fromEntries(matched),
    said_shift: study.said.shift ? saidOf(study.said.shift, say) : "",
    step: study.steps[state.evaluation].toLocaleString("en"),
    last: study.steps[study.steps.length - 1].toLocaleString("en"),
    seeds: String(study.seeds.length),
    samples: String(study.samples),
    none,
    bn,
    shift: meanOfArm("shift"),
    gap: fixed(Number(bn) - Number(none), digits),
    unit: state.metric === "loss" ? "" : " %",
  };
}

/** The numbers under the formula, of the batches or of the study. @param {Record<string, string>} values @param {boolean} study */
export function cells(values, study) {
  const { size, root, correction, expected, x, mean, deviation, hat, bn, none, gap, unit } = values;
  return study
    ? { cell_1: `${bn}${unit}`, end_1: "", cell_2: `${bn} − ${none} =`, end_2: `${gap}${unit}` }
    : {
        cell_1: `m = ${size}: ${root} · ${correction} =`,
        end_1: `${expected} σ`,
        cell_2: `(${x} − ${mean}) σ / ${deviation} σ =`,
        end_2: hat,
      };
}
