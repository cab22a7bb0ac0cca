/** The numbers that the sentences of whitening quote, and the formula under its picture. */
/** @import { Say } from "../../types" */
/** @import { State } from "./state.js" */

import { fraction, math, power, row, sub, symbol } from "../../mathml.js";
import { bracketed, fixed } from "../../svg.js";
import { compared } from "./state.js";

/** @param {State} state @param {Say} say @param {number} [count] @returns {Record<string, string>} */
export function valuesOf(state, say, count) {
  const [raw, bn, white] = compared(state.map);
  const shown = count === undefined ? [raw, bn, white] : compared(state.map, count);
  const whole = (/** @type {number} */ value) => value.toLocaleString("en-US");
  const drift = { b: fixed(state.bias), steps: fixed(state.steps, 0) };
  return {
    raw: fixed(raw.correlation),
    bn: fixed(bn.correlation),
    zca: fixed(white.correlation),
    xx: fixed(raw.matrix[0][0]),
    yy: fixed(raw.matrix[1][1]),
    raw_shown: fixed(shown[0].correlation),
    bn_shown: fixed(shown[1].correlation),
    zca_shown: fixed(shown[2].correlation),
    m: String(state.batch),
    d: String(state.width),
    pairs: whole(state.width ** 2),
    cube: whole(state.width ** 3),
    b: fixed(state.bias),
    t: fixed(state.mean),
    steps: drift.steps,
    belief: say(`track.belief.${state.belief()}`, drift),
    slope: bracketed(state.through ? 0 : -state.mean),
    loss: fixed(state.loss(), 3),
  };
}

/** @param {State} state @param {() => boolean} rolls whether the marble is on show */
export function formulaOf(state, rolls) {
  const cov = () => symbol("raw", "Σ");
  const squeezes = () => !rolls();
  return [
    {
      shown: squeezes,
      math: () => math(symbol("raw", "ρ"), "=", fraction(sub("Σ", "12"), row("√", sub("Σ", "11"), sub("Σ", "22")))),
      numbers: "**{raw_shown}**",
    },
    {
      shown: squeezes,
      answers: true,
      math: () => math("BN:", fraction(row(sub("x", "k"), "−", sub("μ", "k")), sub("σ", "k"))),
      numbers: "ρ = **{bn_shown}**",
    },
    {
      shown: squeezes,
      answers: true,
      math: () => math("ZCA:", power(cov(), "−1/2"), "(", "x", "−", "μ", ")"),
      numbers: "ρ = **{zca_shown}**",
    },
    {
      shown: rolls,
      key: () => String(state.through),
      math: () =>
        state.through
          ? math("b", "←", "b", "−", "η", "·", "0")
          : math("b", "←", "b", "−", "η", "·", "(", "−", symbol("believed", "t̄"), ")"),
      numbers: "− 0.1 · {slope}:  b = **{b}**",
    },
  ];
}
