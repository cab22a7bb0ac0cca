/** What the clinic knows without drawing: gaps, verdicts, and what is kept in the browser. */
/** @import { Attempt, Found, Layer, Measure, PatientData } from "./types" */

const KEY = "bnviz.clinic";
/** Share of a layer's channels whose gap is its number: the worst quarter. */
const WORST = 0.25;
/** A change of accuracy that is none. */
const NOISE = 0.02;
/** A cure helps when it closes more than this share of the gap to the healthy twin: from guessing to 16 % is guessing still. */
const HELPS = 0.1;

/**
 * How far a channel's running statistic is from its batch. mean: z, in standard deviations; variance: the logarithm (base
 * 2) of batch variance over running variance. null: not finite. NaN: no statistics are kept.
 * @param {Layer} layer
 * @param {number} channel
 * @param {Measure} measure
 * @returns {number | null}
 */
export function gap({ m, v, rm, rv, eps }, channel, measure) {
  if (!rm || !rv) return Number.NaN;
  const [mean, variance, running, spread] = [m[channel], v[channel], rm[channel], rv[channel]];
  if (mean === null || variance === null || running === null || spread === null) return null;
  if (measure === "mean") return (mean - running) / Math.sqrt(spread + eps);
  return Math.log2((variance + eps) / (spread + eps));
}

/** @param {Layer} layer @param {Measure} measure */
export const gaps = (layer, measure) => layer.m.map((_, channel) => gap(layer, channel, measure));

/** @param {Layer} layer how many channels have a statistic that is not finite */
export const notFinite = (layer) => gaps(layer, "mean").filter((one) => one === null).length;

/**
 * A layer's number: the mean size of the gaps of its worst quarter of channels; NaN where there is none.
 * @param {Layer} layer
 * @param {Measure} measure
 */
export function worst(layer, measure) {
  const sizes = gaps(layer, measure)
    .filter((one) => one !== null)
    .map((one) => Math.abs(/** @type {number} */ (one)))
    .sort((a, b) => b - a);
  const top = sizes.slice(0, Math.max(1, Math.ceil(sizes.length * WORST)));
  return top.length ? top.reduce((sum, one) => sum + one, 0) / top.length : Number.NaN;
}

/** The layer to look at first: one that is not finite, else the one with the widest gap. @param {Layer[]} layers */
export function worstLayer(layers) {
  const sick = layers.findIndex((layer) => notFinite(layer) > 0);
  if (sick >= 0) return sick;
  const sizes = layers.map((layer) => worst(layer, "mean") || 0);
  return Math.max(0, sizes.indexOf(Math.max(...sizes)));
}

/** The channels with the widest gaps, by number; those that are not finite come first. @param {Layer} layer @param {Measure} measure @param {number} count */
export function worstChannels(layer, measure, count) {
  const size = (/** @type {number} */ channel) => {
    const one = gap(layer, channel, measure);
    return one === null ? Number.POSITIVE_INFINITY : Math.abs(one);
  };
  return layer.m
    .map((_, channel) => channel)
    .sort((a, b) => size(b) - size(a) || a - b)
    .slice(0, count);
}

/** @returns {Attempt} */
export const newAttempt = () => ({
  fault: "",
  cure: "",
  named: [],
  courses: {},
  shownCure: "",
  at: 0,
  done: "",
});

/** What the examination on screen found. @param {PatientData} patient @param {Attempt} attempt @returns {Found} */
export function foundNow(patient, attempt) {
  const course = attempt.courses[attempt.shownCure];
  return course ? course.moments[Math.min(attempt.at, course.moments.length - 1)] : patient.found;
}

/**
 * What is to be said of an attempt that has been applied.
 * @param {PatientData} patient
 * @param {Attempt} attempt
 * @returns {{fault: "right" | "wrong", cure: "healed" | "better" | "same" | "worse", done: boolean}}
 */
export function verdict(patient, attempt) {
  const course = attempt.courses[attempt.cure];
  const before = course?.moments[0].served ?? patient.found.served;
  const after = course?.moments.at(-1)?.served ?? before;
  const change = after - before;
  const helps = Math.max(NOISE, HELPS * (patient.goal - before));
  const cure = course?.healed ? "healed" : change > helps ? "better" : change < -NOISE ? "worse" : "same";
  const fault = attempt.fault === patient.fault ? "right" : "wrong";
  return { fault, cure, done: fault === "right" && cure === "healed" };
}

/** What pressing the button does: a cure that has run is not run again, only the fault is judged. @param {Attempt} attempt @returns {"choose" | "apply" | "check"} */
export function nextDeed({ fault, cure, courses, named }) {
  if (!fault || !cure) return "choose";
  if (!courses[cure]) return "apply";
  return named.includes(fault) ? "choose" : "check";
}

/** @typedef {Record<string, "healed" | "shown">} Progress */

/**
 * What the browser has kept; anything in it may be wrong.
 * @param {string | null} text
 * @param {readonly string[]} names of the patients
 * @returns {Progress}
 */
export function readProgress(text, names) {
  try {
    const kept = JSON.parse(text ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const entries = Object.entries(kept).filter(
      ([name, how]) => names.includes(name) && (how === "healed" || how === "shown"),
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

/** @param {readonly string[]} names @returns {Progress} */
export function keptProgress(names) {
  try {
    return readProgress(localStorage.getItem(KEY), names);
  } catch {
    return {};
  }
}

/** @param {Progress} progress */
export function keepProgress(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
  } catch {
    // A private window keeps nothing.
  }
}
