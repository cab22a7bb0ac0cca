/** The numbers that the sentences of initialization quote, and the formula under its picture. */
/** @import { State } from "./state.js" */

import { fraction, math, power, row, sub, symbol } from "../../mathml.js";
import { clamp, fixed } from "../../svg.js";

/** @param {State} state @returns {Record<string, string>} */
export function valuesOf(state) {
  const now = state.unit();
  const a = state.weight.length;
  const sides = sidesOf(a * a, (state.rate * now.slope) ** 2);
  return {
    a: fixed(a),
    eta: fixed(state.rate),
    loss: fixed(now.loss, 3),
    first: fixed(now.output[0]),
    slope: fixed(now.slope, 3),
    slope_one: fixed(now.slope * a, 3),
    relative: fixed(now.relative, 3),
    turn: fixed(now.turn, 1),
    ...sides,
    norm: fixed(a, 3),
    count: String(state.trail.length),
    moved: String(state.moved()),
    angle: fixed(state.weight.angle, 0),
  };
}

/**
 * The squared sides of the right triangle of a step, with as many digits as the smaller one needs; the sum is that of the
 * digits shown.
 * @param {number} squared of w
 * @param {number} added of the step
 */
export function sidesOf(squared, added) {
  const digits = clamp(1 - Math.floor(Math.log10(Math.max(added, 1e-12))), 2, 6);
  const [one, other] = [squared, added].map((value) => Number(value.toFixed(digits)));
  return { squared: fixed(one, digits), added: fixed(other, digits), after: fixed(one + other, digits) };
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
      answers: true,
      math: () =>
        math(power(norm(row(w(), "′")), "2"), "=", power(norm(w()), "2"), "+", power("η", "2"), power(norm(g()), "2")),
      numbers: "{squared} + {added} = **{after}**",
    },
  ];
}
