/** The numbers that sentences quote, and the formula, of the picture of inference. */
/** @import { FormulaCell, Say } from "../../types" */
/** @import { Recorded } from "./net.js" */
/** @import { State } from "./state.js" */

import { decimalsFor } from "../../decimals.js";
import { fraction, hat, math, power, root, row, sub, symbol } from "../../mathml.js";
import { bracketed, fixed } from "../../svg.js";
import { EPS } from "./state.js";

const percent = (/** @type {number} */ share) => `${fixed(100 * share, share < 0.1 && share >= 0.0005 ? 1 : 0)}\u00a0%`;

/** Where the net comes from. @param {Recorded} data @returns {Record<string, string>} */
export const originOf = ({ steps, seed, accuracy }) => ({
  steps: String(steps),
  seed: String(seed),
  accuracy: percent(accuracy),
});

/** @param {State} state @returns {Record<string, string>} */
export function valuesOf(state) {
  const { net, yours, label, batches, momentum } = state;
  const { mean, variance } = state.used();
  const x = net.first[yours][net.unit];
  const deviation = Math.sqrt(variance + EPS);
  const runningOf = (/** @type {number} */ k) => state.now.running[k].means[0][net.unit];
  const absorbed = state.absorbed.means[0][net.unit];
  const early = state.tooEarly();
  const hatDecimals = decimalsFor(
    [x, mean, deviation],
    (from, middle, by) => (from - middle) / by,
    () => 2,
  );
  const before = batches ? runningOf(batches - 1) : 0;
  const follow = (/** @type {number} */ old, /** @type {number} */ made) => (1 - momentum) * old + momentum * made;
  const decimals = batches ? decimalsFor([before, absorbed], follow) : 3;
  return {
    digit: String(label),
    compared: String(net.compared),
    p: fixed(state.p),
    p_train: fixed(state.now.inTraining[label]),
    p_eval: fixed(state.now.inEvaluation[label]),
    low: fixed(Math.min(...state.seen)),
    high: fixed(Math.max(...state.seen)),
    seen_size: String(state.seenSize),
    early_digit: String(early.digit),
    early_says: String(early.says),
    early_p: fixed(early.p),
    early_batches: String(early.batches),
    early_left: percent(early.left),
    size: String(state.size),
    batches: String(batches),
    alpha: fixed(momentum),
    kept: fixed(1 - momentum),
    left: percent((1 - momentum) ** batches),
    x: fixed(x, hatDecimals),
    mean: bracketed(mean, hatDecimals),
    deviation: fixed(deviation, Math.max(hatDecimals, deviation < 0.01 ? 4 : 3)),
    hat: fixed((x - mean) / deviation),
    before: batches ? bracketed(before, decimals) : "…",
    absorbed: batches ? bracketed(absorbed, decimals) : "…",
    running: fixed(runningOf(batches), decimals),
  };
}

/** @param {State} state @param {Say} say @returns {FormulaCell[]} */
export function formulaOf(state, say) {
  const mean = () => symbol("mean", state.training ? sub("μ", "B") : hat("μ"));
  const sigma = () => symbol("sigma", state.training ? sub("σ", "B") : hat("σ"));
  return [
    {
      key: () => String(state.training),
      math: () =>
        math(hat("x"), "=", fraction(row(symbol("x", "x"), "−", mean()), root(power(row(sigma()), "2"), "+", "ε"))),
      numbers: say("formula.normalized"),
    },
    {
      key: () => String(state.batches),
      math: () =>
        math(
          symbol("running", hat("μ")),
          "←",
          "(",
          "1",
          "−",
          symbol("alpha", "α"),
          ")",
          symbol("running", hat("μ")),
          "+",
          symbol("alpha", "α"),
          symbol("batch", sub("μ", String(state.batches))),
        ),
      numbers: say("formula.follows"),
    },
  ];
}
