/** The numbers that the sentences and the formula quote. */
/** @import { State } from "./state.js" */

import { meanOf } from "../../math/moments.js";
import { bracketed, fixed } from "../../svg.js";

/** @param {number} value @returns {string} 0 where it is only rounding */
const orZero = (value) => (Math.abs(value) < 1e-9 ? "0" : fixed(value, 4));

/** @param {State} state @returns {Record<string, string>} */
export function valuesOf(state) {
  const { shown, size, data } = state;
  const now = state.statistics(shown.filter);
  const place = state.placeOf(shown);
  const y = state.map(shown.filter, 0)[place];
  const whole = (/** @type {number} */ value) => value.toLocaleString("en-US");
  return {
    y: fixed(y, 3),
    mu: fixed(now.mean, 4),
    mu_bracketed: bracketed(now.mean, 4),
    variance: fixed(now.variance, 4),
    deviation: fixed(now.deviation, 3),
    hat: fixed(now.normalized[place], 2),
    mu_change: orZero(state.change(shown.filter)),
    mismatch: orZero(100 * state.mismatch()).replace(/(\.\d)\d+$/, "$1"),
    m: String(state.m),
    count: whole(state.count),
    product: state.way === "map" ? `${state.m} · ${size} · ${size} =` : "",
    filter: String(data.numbers[shown.filter]),
    painted: whole(state.painted.size * size ** 2),
    sheets: String(state.painted.size),
    dx: fixed(state.dx, 0),
    dy: fixed(state.dy, 0),
    trained: String(data.step),
    seed: String(data.seed),
    per_map: String(2 * data.channels),
    per_pixel: whole(2 * data.channels * size ** 2),
    ...curveValues(state),
  };
}

/** Mean accuracy of both networks at the cursor and their ends, in %. @param {State} state @returns {Record<string, string>} */
export function curveValues({ data: { curves }, rate, cursor }) {
  if (!curves) return {};
  /** @type {Record<string, string>} */
  const values = {
    rate: String(curves.rates[rate]),
    step: curves.steps[cursor].toLocaleString("en-US"),
    seeds: String(curves.seeds),
  };
  values.end = (curves.steps.at(-1) ?? 0).toLocaleString("en-US");
  for (const [name, byRate] of Object.entries(curves.accuracy)) {
    values[`acc_${name}`] = fixed(100 * meanAt(byRate[rate], cursor), 1);
    values[`best_${name}`] = fixed(100 * Math.max(...curves.finals[name].map(meanOf)), 1);
  }
  return values;
}

/** The mean over the seeds that have a value at a place; NaN without one. @param {Array<Array<number | null>>} seeds @param {number} place */
export const meanAt = (seeds, place) => meanOf(seeds.map((curve) => curve[place]).filter((value) => value != null));
