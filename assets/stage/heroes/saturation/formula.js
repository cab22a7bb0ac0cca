/** The formula under the picture of saturation: mean slope, saturated share, and BN. */
/** @import { FormulaCell } from "../../types" */
/** @import { Recorded } from "./distribution.js" */
/** @import { State } from "./state.js" */

import { fraction, math, power, root, row, sub, symbol } from "../../mathml.js";

/** @param {State} state @param {Recorded} recorded @returns {FormulaCell[]} */
export function formulaOf(state, recorded) {
  const curve = () => (state.scene === null ? "sigmoid" : recorded.scenes[state.scene].activation);
  // What enters the sigmoid after BN is y, a bell with mean beta and spread gamma (but for epsilon).
  const afterBn = () => state.scene === null && state.bn;
  const key = () => `${state.scene === null}${curve()}${afterBn()}`;
  const input = () => (afterBn() ? "y" : "x");
  const slope = () => symbol("slope", curve() === "sigmoid" ? "σ′" : "tanh′");
  const flat = () => (curve() === "sigmoid" ? "2.94" : "2.09");
  return [
    {
      key,
      math: () =>
        state.scene === null
          ? math(
              symbol("left", row("E", "[", slope(), "]")),
              afterBn() ? "≈" : "=",
              "∫",
              slope(),
              "(",
              input(),
              ")",
              " ",
              "N",
              "(",
              input(),
              ";",
              afterBn() ? symbol("beta", "β") : symbol("mu", "μ"),
              ",",
              power(afterBn() ? symbol("gamma", "γ") : symbol("spread", "s"), "2"),
              ")",
              "d",
              input(),
            )
          : math(fraction("1", "n"), "∑", slope(), "(", sub("x", "i"), ")"),
      numbers: "**{left}**  {inputs}",
    },
    {
      key,
      math: () => math(symbol("flat", row("P", "(", "|", input(), "|", ">", flat(), ")"))),
      numbers: "**{saturated}**",
    },
    {
      math: () =>
        math(
          "y",
          "=",
          symbol("gamma", "γ"),
          fraction(row("x", "−", symbol("mu", "μ")), root(power(symbol("spread", "s"), "2"), "+", "ε")),
          "+",
          symbol("beta", "β"),
        ),
      numbers: "{after}",
    },
    {
      math: () => math("x", "=", symbol("spread", "W"), "u", "+", symbol("mu", "b")),
      numbers: "{origin}",
    },
  ];
}
