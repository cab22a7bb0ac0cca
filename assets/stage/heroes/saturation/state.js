/** What the picture of saturation shows, and the numbers that its sentences quote. */
/** @import { Say } from "../../types" */
/** @import { Recorded, Scene, Shape } from "./distribution.js" */

import { meanDerivative } from "../../math/activation.js";
import { between, clamp, fixed } from "../../svg.js";
import { bell, recordedLayer, steepest } from "./distribution.js";

const EPS = 1e-5;
export const LIMITS = { mean: [-8, 8], deviation: [0.3, 4], beta: [-8, 8], gamma: [0.2, 4] };
/** Where the bell of the question goes. */
export const GOES_TO = 4;
export const MOST = 0.25;
/** From here on the bell of the question has arrived, and its spread is near enough to 1. */
const [ARRIVES_AT, SPREAD_OFF] = [GOES_TO - 0.3, 0.3];
/** A guess counts as right within this distance. */
export const CLOSE = 0.01;
/** The recorded moment that is shown first: by then the nets differ. */
export const STARTS_AT = 2;
/** Places of the scenes in the recording. */
export const [VANISHING, SATURATED_NET, STARTED_NET] = [0, 1, 2];

/** @typedef {{mean: number, deviation: number, gamma: number, beta: number}} Bell */

export class State {
  constructor() {
    /** @type {Bell} */
    this.bell = { mean: 0, deviation: 1, gamma: 1, beta: 0 };
    this.bn = false;
    /** 0 without BN, 1 with it; between while the bell moves. */
    this.snap = 0;
    /** The share that the visitor believes will be left; null before a guess. @type {number | null} */
    this.guess = null;
    /** The recorded scene that is shown; null: the bell. @type {number | null} */
    this.scene = null;
    /** How far the row of layers is out, 0..1. */
    this.row = 0;
    this.layer = 0;
    this.moment = STARTS_AT;
    /** What the visitor has set: a step must not undo it. */
    this.byHand = { bell: false, switch: false, affine: false };
  }
}

/** Where switch and row are once nothing moves. @param {State} state */
export const atRest = ({ bn, scene }) => ({ snap: bn ? 1 : 0, row: scene === null ? 0 : 1 });

/** Mean and deviation after BN, see bnviz/chapters/saturation/normal_input.py. @param {Bell} bell */
export const afterBn = ({ deviation, gamma, beta }) => ({
  mean: beta,
  deviation: (gamma * deviation) / Math.sqrt(deviation ** 2 + EPS),
});

/** The bell that enters the sigmoid now. @param {State} state */
export function entering({ bell: before, snap }) {
  const after = afterBn(before);
  return { mean: between(before.mean, after.mean, snap), deviation: between(before.deviation, after.deviation, snap) };
}

/**
 * Whether the hand has brought the bell where the question asks about, so that the picture shows the answer.
 * @param {State} state
 */
export function arrived(state) {
  const { mean, deviation } = entering(state);
  return mean >= ARRIVES_AT && Math.abs(deviation - 1) <= SPREAD_OFF;
}

/** Its share of the gradient after BN. @param {Bell} bell */
const leftAfter = (bell) => meanDerivative("sigmoid", afterBn(bell).mean, afterBn(bell).deviation);

/** The share that is left where the bell of the question goes. */
export const truth = () => meanDerivative("sigmoid", GOES_TO, 1);

/** @param {number | null} guess @returns {"right" | "high" | "low" | "shown"} */
export function verdict(guess) {
  if (guess === null) return "shown";
  if (Math.abs(guess - truth()) <= CLOSE) return "right";
  return guess > truth() ? "high" : "low";
}

/** The recorded layer in focus: the nets have different numbers of layers. @param {State} state @param {Scene} scene */
export const layerIn = ({ layer }, scene) => Math.min(layer, scene.arms[0].saturated[0].length - 1);

/** The shape that is shown, and behind it that of the other arm. @param {State} state @param {Recorded} recorded */
export function shapes(state, recorded) {
  if (state.scene === null) {
    const now = entering(state);
    return { shown: bell(now.mean, now.deviation), behind: bell(state.bell.mean, state.bell.deviation) };
  }
  const scene = recorded.scenes[state.scene];
  const { moment } = state;
  const layer = layerIn(state, scene);
  const of = (/** @type {number} */ arm) => recordedLayer(scene, recorded.whole, { arm, moment, layer });
  return { shown: of(state.bn ? 1 : 0), behind: of(state.bn ? 0 : 1) };
}

/** A share in percent: one decimal, fewer digits where it is tiny. @param {number} share */
export function percent(share) {
  const value = 100 * share;
  if (value === 0) return "0\u00a0%";
  return `${value >= 0.095 ? fixed(value, 1) : value.toPrecision(1)}\u00a0%`;
}

/** How much the first layer's gradient differs from the last one's, in words. @param {number[]} norms @param {Say} say */
export function compared(norms, say) {
  const ratio = norms[0] / norms[norms.length - 2];
  const factor = ratio >= 1 ? ratio : 1 / ratio;
  const number = factor >= 10 ? String(Math.round(factor)) : fixed(factor, 1);
  return say(ratio >= 1 ? "picture.larger" : "picture.smaller", { number });
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Scene} scene @param {string} name @param {State} state @param {Say} say */
function sceneValues(scene, name, state, say) {
  const { moment } = state;
  const at = layerIn(state, scene);
  const [plain, batch] = scene.arms;
  return {
    [`${name}_layer`]: String(at + 1),
    [`${name}_seed`]: String(scene.seed),
    [`${name}_flat`]: percent(plain.saturated[moment][at]),
    [`${name}_flat_bn`]: percent(batch.saturated[moment][at]),
    [`${name}_flat_mean`]: percent(mean(plain.saturated[moment])),
    [`${name}_ratio`]: compared(plain.gradient[moment], say),
    [`${name}_ratio_bn`]: compared(batch.gradient[moment], say),
    [`${name}_accuracy`]: percent(plain.accuracy[moment]),
    [`${name}_accuracy_bn`]: percent(batch.accuracy[moment]),
  };
}

/**
 * @param {State} state
 * @param {Recorded} recorded
 * @param {Shape} shown
 * @param {Say} say
 * @returns {Record<string, string>}
 */
export function valuesOf(state, recorded, shown, say) {
  const { bell: now } = state;
  const after = afterBn(now);
  const scene = state.scene === null ? null : recorded.scenes[state.scene];
  const step = grouped(recorded.scenes[state.scene ?? 0].steps[state.moment]);
  const curve = scene?.activation ?? "sigmoid";
  return {
    left: percent(shown.left),
    saturated: percent(shown.saturated),
    mean: fixed(now.mean, 1),
    deviation: fixed(now.deviation, 2),
    flat: percent(bell(now.mean, now.deviation).saturated),
    left_before: percent(meanDerivative("sigmoid", now.mean, now.deviation)),
    left_after: percent(leftAfter(now)),
    gamma: fixed(now.gamma, 2),
    beta: fixed(now.beta, 1),
    step,
    inputs: scene ? say("picture.of_layer", { layer: layerIn(state, scene) + 1, step }) : enteringText(state, say),
    origin: scene
      ? say("formula.origin_recorded", { layer: layerIn(state, scene) + 1 })
      : say("formula.origin", { mean: fixed(now.mean, 1), deviation: fixed(now.deviation, 2) }),
    most: percent(steepest(curve)),
    after: scene
      ? say("picture.each_unit")
      : say("picture.after", { mean: fixed(after.mean, 1), deviation: fixed(after.deviation, 2) }),
    ...sceneValues(recorded.scenes[VANISHING], "deep", state, say),
    ...sceneValues(recorded.scenes[SATURATED_NET], "wide", state, say),
    ...sceneValues(recorded.scenes[STARTED_NET], "start", state, say),
  };
}

/** The bell that enters the sigmoid, by its own name: mu and s are those of the bell before BN. @param {State} state @param {Say} say */
function enteringText(state, say) {
  const { mean: middle, deviation } = entering(state);
  const values = { mean: fixed(middle, 1), deviation: fixed(deviation, 2) };
  return state.bn ? say("picture.entering", values) : `μ = ${values.mean}, s = ${values.deviation}`;
}

/** @param {number} value */
export const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** @param {State} state @returns {Record<string, string>} what differs from the start */
export function saved({ bell: now, bn, guess, layer, moment }) {
  const unlessStart = (/** @type {number} */ value, /** @type {number} */ start) =>
    value === start ? "" : String(Number(value.toFixed(3)));
  return {
    mean: unlessStart(now.mean, 0),
    spread: unlessStart(now.deviation, 1),
    gamma: unlessStart(now.gamma, 1),
    beta: unlessStart(now.beta, 0),
    bn: bn ? "1" : "",
    guess: guess === null ? "" : guess.toFixed(3),
    layer: unlessStart(layer + 1, 1),
    at: unlessStart(moment, STARTS_AT),
  };
}

/**
 * Take over what an address carries; what is wrong in it is ignored, what is too large is cut.
 * @param {State} state
 * @param {URLSearchParams} address
 * @param {Recorded} recorded
 */
export function load(state, address, recorded) {
  const number = (/** @type {string} */ name) => {
    const text = address.get(name);
    return text?.trim() && Number.isFinite(Number(text)) ? Number(text) : null;
  };
  const names = /** @type {const} */ ({ mean: "mean", spread: "deviation", gamma: "gamma", beta: "beta" });
  for (const [name, field] of Object.entries(names)) {
    const value = number(name);
    if (value === null) continue;
    const [low, high] = LIMITS[field];
    state.bell[field] = clamp(value, low, high);
    state.byHand[field === "gamma" || field === "beta" ? "affine" : "bell"] = true;
  }
  if (address.get("bn") === "1") {
    Object.assign(state, { bn: true, snap: 1 });
    state.byHand.switch = true;
  }
  const guess = number("guess");
  if (guess !== null) state.guess = clamp(guess, 0, MOST);
  const most = Math.max(...recorded.scenes.map(({ arms }) => arms[0].saturated[0].length)) - 1;
  state.layer = clamp(Math.round(number("layer") ?? 1) - 1, 0, most);
  state.moment = clamp(Math.round(number("at") ?? STARTS_AT), 0, recorded.scenes[0].steps.length - 1);
}
