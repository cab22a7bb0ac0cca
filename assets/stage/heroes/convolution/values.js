/** The numbers that the sentences and the formula quote. */
/** @import { Say } from "../../types" */
/** @import { Gap, State } from "./state.js" */

import { meanOf } from "../../math/moments.js";
import { bracketed, fixed } from "../../svg.js";

/** What is not told while the question is open: it would give the answer away. */
export const UNKNOWN = { product: "", count: "?", total_product: "", total: "?", mu: "?", variance: "?", hat: "?" };

/** Four digits; where they would all be zeros, the first two that are not; 0 where it is only rounding. @param {number} value */
export function small(value) {
  const size = Math.abs(value);
  if (size < 1e-9) return "0";
  return fixed(value, size < 5e-4 ? 1 - Math.floor(Math.log10(size)) : 4);
}

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
    variance: small(now.variance),
    hat: fixed(now.normalized[place], 2),
    mu_change: small(state.change(shown.filter)),
    mismatch: fixed(100 * state.mismatch(), 1),
    m: String(state.m),
    count: whole(state.count),
    product: state.way === "map" ? `${state.m} · ${size} · ${size} =` : "",
    total_product: `${state.m} · ${size} · ${size} =`,
    total: whole(state.m * size ** 2),
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
export function curveValues({ curves, rate, cursor }) {
  if (!curves) return {};
  /** @type {Record<string, string>} */
  const values = {
    rate: String(curves.rates[rate]),
    step: curves.steps[cursor].toLocaleString("en-US"),
    seeds: String(curves.seeds),
    channels: String(curves.channels),
    date: curves.date,
    device: curves.device,
    images: curves.images.toLocaleString("en-US"),
    best_none: fixed(curves.best.none, 1),
    best_batch: fixed(curves.best.batch, 1),
  };
  values.end = (curves.steps.at(-1) ?? 0).toLocaleString("en-US");
  for (const [name, byRate] of Object.entries(curves.accuracy)) {
    values[`acc_${name}`] = fixed(100 * meanAt(byRate[rate], cursor), 1);
  }
  return values;
}

/** What the rule says of the differences at the end. @param {State} state @param {Say} say @returns {Record<string, string>} */
export function gapWords({ curves, rate }, say) {
  if (!curves) return {};
  /** @param {Gap} gap */
  const words = ({ mean, low, high, answer }) =>
    say(`picture.gap.${answer}`, {
      mean: signed(mean),
      size: fixed(Math.abs(mean), 1),
      low: signed(low),
      high: signed(high),
    });
  const shown = curves.gaps[rate];
  const lost = shown?.lost ? say("picture.lost", { lost: shown.lost, seeds: curves.seeds }) : "";
  return { gap: shown ? words(shown) : "–", best_gap: words(curves.best), lost };
}

/** @param {number} value */
const signed = (value) => `${value > 0 ? "+" : ""}${fixed(value, 1)}`;

/** The mean over the seeds that have a value at a place; NaN without one. @param {Array<Array<number | null>>} seeds @param {number} place */
export const meanAt = (seeds, place) => meanOf(seeds.map((curve) => curve[place]).filter((value) => value != null));
