/** What the picture of the three valleys shows: inputs in three forms, the valley of each, and descent in it. */
/** @import { Say } from "../../types" */
/** @import { Matrix, Point } from "../../math/symmetric.js" */

import { conditionNumber, descend, eigen, hessianOfInputs, largestStableRate } from "../../math/quadratic.js";
import { gaussian, random } from "../../math/random.js";
import { standardize, zca } from "../../math/whitening.js";
import { clamp, fixed } from "../../svg.js";
import { BATCH_START, fanOf, INPUTS, put } from "./batch.js";

export const FORMS = /** @type {const} */ (["raw", "standardized", "whitened"]);
export const [RAW, STANDARDIZED, WHITENED] = [0, 1, 2];
export const LIMITS = { rate: [0.01, 2.2], ratio: [0.3, 3], rho: [-0.95, 0.95], x: [-1.9, 1.9], y: [-1.9, 1.9] };
export const START = { rate: 0.5, ratio: 2.5, rho: 0.6, x: -1.6, y: 1.2 };
/** Steps that are drawn, and steps after which a ball counts as not arriving. */
export const SHOWN = 30;
const PATIENCE = 1000;
/** A start so near to the cross, in weights, lies on it: the ball hides the difference. */
const ON_CROSS = 0.1;
/** A ball has arrived at this share of its first distance. */
const ARRIVED = 0.01;
const SEED = 3;

/** What the address calls the numbers of the batches. */
const BATCH_NAMES = /** @type {const} */ ({ size: "m", draw: "draw", shown: "batch" });

/** @typedef {typeof START} Numbers */
/**
 * @typedef {object} Valley
 * @property {Point[]} points the inputs in this form
 * @property {Matrix} hessian
 * @property {[number, number]} eigenvalues the larger first
 * @property {number} angle of the steepest direction
 * @property {number} condition
 * @property {number} limit the largest stable rate
 * @property {number} rate the one that is used
 * @property {Point[]} path as many steps as are shown, the start first
 * @property {number | null} arrives steps until it has arrived; null: never
 * @property {boolean} diverges
 */

export class State {
  constructor() {
    /** @type {Numbers} */
    this.now = { ...START };
    /** Each valley at its own best rate, and not all at the same. */
    this.own = false;
    /** The valley that the visitor believes is first. @type {number | null} */
    this.guess = null;
    /** Steps that the balls have rolled. */
    this.time = 0;
    this.byHand = { rate: false, cloud: false };
    /** The batches of the last step. */
    this.batches = { ...BATCH_START };
  }
}

/** Uncorrelated points with mean 0 and deviation 1, the same ones every time. */
const ROUND = (() => {
  const uniform = random(SEED);
  const drawn = Array.from({ length: INPUTS }, () => [gaussian(uniform), gaussian(uniform)]);
  return zca(drawn, 0);
})();

/** The inputs: the second feature has deviation `ratio` and correlation `rho` with the first. @param {Numbers} now @returns {Point[]} */
export const inputs = ({ ratio, rho }) => ROUND.map(([a, b]) => [a, ratio * (rho * a + Math.sqrt(1 - rho * rho) * b)]);

/** The rate at which steepest and flattest direction shrink equally, 2 / (lambda_max + lambda_min). @param {[number, number]} values */
const bestRate = ([large, small]) => 2 / (large + small);

/** Where the balls start; near the cross they snap onto it. @param {Numbers} now @returns {Point} */
export const startOf = ({ x, y }) => (Math.hypot(x, y) < ON_CROSS ? [0, 0] : [x, y]);

/** @param {Pick<State, "now" | "own">} state @returns {Valley[]} in the order of FORMS */
export function valleys({ now, own }) {
  const raw = inputs(now);
  return [raw, standardize(raw, 0), zca(raw, 0)].map((points) => {
    const hessian = hessianOfInputs(points);
    const { values: eigenvalues, angle } = eigen(hessian);
    const rate = own ? bestRate(eigenvalues) : now.rate;
    const limit = largestStableRate(hessian);
    const path = descend(hessian, startOf(now), rate, SHOWN);
    return {
      points,
      hessian,
      eigenvalues,
      angle,
      condition: conditionNumber(hessian),
      limit,
      rate,
      path,
      arrives: arrival(hessian, startOf(now), rate),
      diverges: rate >= limit,
    };
  });
}

/** @param {Matrix} hessian @param {Point} start @param {number} rate */
function arrival(hessian, start, rate) {
  const near = ARRIVED * Math.hypot(...start);
  const path = descend(hessian, start, rate, PATIENCE);
  const steps = path.findIndex(([x, y]) => Math.hypot(x, y) <= near);
  return steps < 0 ? null : steps;
}

/** The valley whose ball arrives first; null if none does or two are equally fast. @param {Valley[]} all */
export function winner(all) {
  const steps = all.map(({ arrives }) => arrives ?? Number.POSITIVE_INFINITY);
  const least = Math.min(...steps);
  const first = steps.indexOf(least);
  return Number.isFinite(least) && steps.lastIndexOf(least) === first ? first : null;
}

/** What becomes of a ball, in words. @param {Valley} valley @param {Say} say @param {string} [length] "picture" or "picture.short" */
export function fate({ arrives, diverges }, say, length = "picture") {
  if (arrives === 0) return say(`${length}.there`);
  if (arrives !== null) return say(`${length}.${arrives === 1 ? "arrives_once" : "arrives"}`, { steps: arrives });
  return say(`${length}.${diverges ? "diverges" : "slow"}`, { steps: PATIENCE });
}

/** A number with two digits after the point, or fewer where it is large. @param {number} value */
export const short = (value) => (value >= 100 ? fixed(value, 0) : fixed(value, value >= 10 ? 1 : 2));

/** Numbers of the sentences: `fate` at the same rate, `best` at each valley's own. @param {State} state @param {Say} say @returns {Record<string, string>} */
export function valuesOf(state, say) {
  const { now, own } = state;
  const all = valleys({ ...state, own: false });
  const best = valleys({ ...state, own: true });
  const each = all.map((valley, place) => ({
    [`condition_${FORMS[place]}`]: short(valley.condition),
    [`limit_${FORMS[place]}`]: short(valley.limit),
    [`fate_${FORMS[place]}`]: fate(valley, say),
    [`best_${FORMS[place]}`]: fate(best[place], say),
  }));
  return Object.assign(
    {
      rate: fixed(now.rate),
      rate_now: own ? say("picture.own_rates") : `η = ${fixed(now.rate)}`,
      ratio: fixed(now.ratio, 1),
      rho: fixed(now.rho),
      conditions: all.map(({ condition }) => short(condition)).join(" · "),
      limits: all.map(({ limit }) => short(limit)).join(" · "),
    },
    ...each,
  );
}

/**
 * The answer to the question. What becomes of the balls is not in it: the sentence quotes the live numbers, because a hand
 * may have changed the rate, or change it later.
 * @param {"guessed" | "shown" | "deed"} how @param {State} state @param {Say} say
 */
export function answerOf(how, state, say) {
  const right = state.guess !== null && state.guess === winner(valleys({ ...state, own: false }));
  const key = how !== "guessed" ? "shown" : right ? "right" : "wrong";
  const guess = say(`picture.${FORMS[state.guess ?? WHITENED]}`);
  return { key: `steps.1.guess.${key}`, values: { answer_rate: fixed(state.now.rate), guess } };
}

/** What the batches say at the start. @param {State} state */
export const fan = ({ now, batches }) => fanOf(inputs(now), [now.x, now.y], batches);

/** A gradient in words. @param {Point} gradient */
const pair = ([x, y]) => `(${fixed(x)}, ${fixed(y)})`;

/** Numbers of the sentences about the batches. @param {State} state @returns {Record<string, string>} */
export function valuesOfBatches(state) {
  const { gradients, whole, mean, deviation, measured, predicted } = fan(state);
  const { size, shown } = state.batches;
  return {
    size: String(size),
    shown: String(shown),
    whole: pair(whole),
    mean: pair(mean),
    one: pair(gradients[shown - 1]),
    deviation: fixed(deviation),
    measured: fixed(measured[size - 1]),
    predicted: fixed(predicted[size - 1]),
  };
}

/** The numbers under the formula, of the valleys or of the batches. @param {Record<string, string>} values @param {boolean} batches */
export function cells(values, batches) {
  const root = fixed(Math.sqrt(Number(values.size)));
  const correction = fixed(Math.sqrt((INPUTS - Number(values.size)) / (INPUTS - 1)));
  return batches
    ? {
        cell_1: values.whole,
        cell_2: values.one,
        cell_3: `${values.deviation} / ${root} · ${correction} = ${values.predicted}`,
      }
    : { cell_1: values.rate_now, cell_2: values.conditions, cell_3: values.limits };
}

/** @param {State} state @returns {Record<string, string>} */
export function saved({ now, own, guess, batches }) {
  const numbers = Object.entries(START).map(([name, start]) => {
    const value = now[/** @type {keyof Numbers} */ (name)];
    return [name, value === start ? "" : String(Number(value.toFixed(3)))];
  });
  const drawn = /** @type {(keyof typeof BATCH_NAMES)[]} */ (Object.keys(BATCH_NAMES)).map((name) => [
    BATCH_NAMES[name],
    batches[name] === BATCH_START[name] ? "" : String(batches[name]),
  ]);
  return {
    ...Object.fromEntries([...numbers, ...drawn]),
    own: own ? "1" : "",
    guess: guess === null ? "" : FORMS[guess],
  };
}

/** Take over what an address carries; wrong values are ignored, too large ones cut. @param {State} state @param {URLSearchParams} address */
export function load(state, address) {
  for (const name of /** @type {(keyof Numbers)[]} */ (Object.keys(START))) {
    const text = address.get(name);
    if (!text?.trim() || !Number.isFinite(Number(text))) continue;
    state.now[name] = clamp(Number(text), LIMITS[name][0], LIMITS[name][1]);
    if (name === "rate") state.byHand.rate = true;
    if (name === "ratio" || name === "rho") state.byHand.cloud = true;
  }
  for (const name of /** @type {(keyof typeof BATCH_NAMES)[]} */ (Object.keys(BATCH_NAMES))) {
    const text = address.get(BATCH_NAMES[name]);
    if (text?.trim() && Number.isFinite(Number(text))) put(state.batches, name, Number(text));
  }
  state.own = address.get("own") === "1";
  const guess = FORMS.indexOf(/** @type {"raw"} */ (address.get("guess")));
  if (guess >= 0) state.guess = guess;
}
