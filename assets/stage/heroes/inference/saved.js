/** What the address carries of the picture of inference; what it says is checked, for anyone may have written it. */
/** @import { State } from "./state.js" */

import { clamp } from "../../svg.js";
import { ALONE } from "./shelf.js";
import { BATCHES, inHundredths, MATES, MOMENTUM, MOST_BATCHES } from "./state.js";

/** @param {State} state @param {number} step @returns {Record<string, string>} */
export function save(state, step) {
  const drawn = state.batch(state.batches);
  return {
    mode: step > 0 || !state.training ? (state.training ? "train" : "eval") : "",
    mates: state.mates.some((digit, place) => digit !== drawn[place]) ? state.mates.join("_") : "",
    size: state.size === MATES + 1 ? "" : String(state.size),
    alpha: state.momentum === MOMENTUM ? "" : state.momentum.toFixed(2),
    fresh: state.fresh ? "1" : "",
    batches: state.batches === BATCHES ? "" : String(state.batches),
    digit: state.yours === state.asked ? "" : String(state.yours),
  };
}

/** A whole number of a range, or null. @param {string | null} text @param {number} low @param {number} high */
function whole(text, low, high) {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= low && value <= high ? value : null;
}

/**
 * Take over what an address says.
 * @param {State} state
 * @param {URLSearchParams} saved
 * @returns {boolean} whether it says in which state the picture is, so that the step need not set it
 */
export function load(state, saved) {
  const last = state.net.labels.length - 1;
  // Only the step about a batch of one changes the digit; the words of the others are about the first one.
  const digit = Number(saved.get("step")) === ALONE + 1 ? whole(saved.get("digit"), 0, last) : null;
  state.yours = digit ?? state.asked;
  state.batches = whole(saved.get("batches"), 0, MOST_BATCHES) ?? state.batches;
  state.size = whole(saved.get("size"), 1, MATES + 1) ?? state.size;
  state.fresh = saved.get("fresh") === "1";
  const momentum = Number(saved.get("alpha") ?? Number.NaN);
  if (Number.isFinite(momentum)) state.momentum = inHundredths(clamp(momentum, 0, 1));
  const mates = (saved.get("mates") ?? "").split("_").map((text) => whole(text, 0, last));
  const known = mates.filter((digit) => digit !== null && digit !== state.yours);
  state.restored = known.length === MATES && new Set(known).size === MATES;
  state.mates = state.restored ? /** @type {number[]} */ (known) : state.batch(state.batches);
  const mode = saved.get("mode");
  if (mode === "eval" || mode === "train") state.training = mode === "train";
  state.compute();
  state.forget();
  state.shown = state.snapshot();
  return mode === "eval" || mode === "train";
}
