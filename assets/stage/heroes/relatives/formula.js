/** The four lines of the formula: the set, its mean, its deviation, and the normalized value. */
/** @import { Piece } from "../../mathml.js" */
/** @import { FormulaCell } from "../../types" */
/** @import { State } from "./state.js" */

import { fraction, hat, math, power, root, row, sub, symbol } from "../../mathml.js";

const equal = (/** @type {string} */ index) => row(sub("k", index), "=", sub("i", index));

/** Which k belong to the set of i. Source: Wu & He 2018, eqs. 3-5 and 7. @type {Record<string, () => Piece>} */
const CONDITIONS = {
  batch: () => equal("C"),
  layer: () => equal("N"),
  instance: () => row(equal("N"), ",", equal("C")),
  group: () => {
    const group = (/** @type {string} */ letter) => row("⌊", fraction(row(sub(letter, "C"), "G"), "C"), "⌋");
    return row(equal("N"), ",", group("k"), "=", group("i"));
  },
};

const set = () => symbol("set", sub("S", "i"));

/** @param {State} state @param {() => boolean} asking while the question is open, the set is not told @returns {FormulaCell[]} */
export function formulaOf(state, asking) {
  return [
    {
      key: () => (asking() ? "?" : state.way),
      math: () => math(set(), "=", "{", "k", "|", asking() ? "?" : CONDITIONS[state.way](), "}"),
      numbers: "m = **{m}**",
    },
    {
      math: () => math(symbol("mean", sub("μ", "i")), "=", fraction("1", "m"), sumOver(), symbol("x", sub("x", "k"))),
      numbers: "**{mu}**",
    },
    {
      math: () =>
        math(
          symbol("sigma", sub("σ", "i")),
          "=",
          root(
            fraction("1", "m"),
            sumOver(),
            power(row("(", sub("x", "k"), "−", symbol("mean", sub("μ", "i")), ")"), "2"),
            "+",
            "ε",
          ),
        ),
      numbers: "**{s}**",
    },
    {
      math: () =>
        math(
          symbol("hat", sub(hat("x"), "i")),
          "=",
          fraction(row(symbol("x", sub("x", "i")), "−", symbol("mean", sub("μ", "i"))), symbol("sigma", sub("σ", "i"))),
        ),
      numbers: "x = {x}, x̂ = **{xhat}**",
    },
  ];
}

/** The sum over the set. */
const sumOver = () => sub("∑", sub("S", "i"));
