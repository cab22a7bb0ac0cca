/** The numbers that the sentences of initialization quote, and the formula under its picture. */
/** @import { State } from "./state.js" */

import { fraction, math, power, row, sub, symbol } from "../../mathml.js";
import { fixed } from "../../svg.js";

/** @param {State} state @returns {Record<string, string>} */
export function valuesOf(state) {
  const now = state.unit();
  const a = state.weight.length;
  return {
    a: fixed(a),
    eta: fixed(state.rate),
    loss: fixed(now.loss, 3),
    first: fixed(now.output[0]),
    slope: fixed(now.slope, 3),
    slope_one: fixed(now.slope * a, 3),
    relative: fixed(now.relative, 3),
    turn: fixed(now.turn, 1),
    squared: fixed(a * a),
    added: fixed((state.rate * now.slope) ** 2, 3),
    after: fixed(now.after.length ** 2),
    norm: fixed(a),
    count: String(state.trail.length),
    moved: String(state.moved()),
    angle: fixed(state.weight.angle, 0),
  };
}

export function formulaOf() {
  const w = () => symbol("w", "w");
  const a = () => symbol("a", "a");
  const g = () => symbol("gradient", "g");
  const norm = (/** @type {MathMLElement} */ what) => row("‖", what, "‖");
  return [
    {
      answers: true,
      math: () =>
        math(
          symbol("y", "BN"),
          "(",
          a(),
          w(),
          "·",
          symbol("u", "u"),
          ")",
          "=",
          symbol("y", "BN"),
          "(",
          w(),
          "·",
          symbol("u", "u"),
          ")",
        ),
      numbers: "a = {a},  L = **{loss}**",
    },
    {
      answers: true,
      math: () =>
        math(norm(symbol("gradient", sub("g", "a"))), "=", fraction("1", a()), norm(symbol("gradient", sub("g", "1")))),
      numbers: "{slope_one} / {a} = **{slope}**",
    },
    {
      answers: true,
      math: () =>
        math(
          fraction(row("η", norm(g())), norm(w())),
          "=",
          symbol("turn", fraction("η", power(norm(w()), "2"))),
          norm(symbol("gradient", sub("g", "1"))),
        ),
      numbers: "η = {eta}:  **{relative}**",
    },
    {
      math: () =>
        math(power(norm(row(w(), "′")), "2"), "=", power(norm(w()), "2"), "+", power("η", "2"), power(norm(g()), "2")),
      numbers: "{squared} + {added} = **{after}**",
    },
  ];
}
