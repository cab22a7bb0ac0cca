/** The formula under the picture: of descent in a valley, or of the gradient of a batch. */
/** @import { FormulaCell } from "../../types" */

import { fraction, math, power, root, row, sub, symbol } from "../../mathml.js";

const sumOf = (/** @type {string} */ count, /** @type {MathMLElement | string} */ over) =>
  row(fraction("1", count), sub("∑", over), "x", power("x", "⊤"), "w");

/** @param {() => boolean} batches whether the picture shows batches @returns {FormulaCell[]} */
export function formulaOf(batches) {
  const key = () => (batches() ? "batches" : "valleys");
  return [
    {
      key,
      math: () =>
        batches()
          ? math(symbol("whole", "g"), "=", sumOf("N", "x"))
          : math(
              "w",
              "←",
              "w",
              "−",
              symbol("rate", "η"),
              symbol("hessian", "H"),
              "w",
              ",",
              " ",
              symbol("hessian", "H"),
              "=",
              row(fraction("1", "N"), "∑", "x", power("x", "⊤")),
            ),
      numbers: "**{cell_1}**",
    },
    {
      key,
      answers: true,
      math: () =>
        batches()
          ? math(symbol("batch", sub("g", "B")), "=", sumOf("m", row("x", "∈", "B")))
          : math(symbol("condition", "κ"), "=", fraction(sub("λ", "max"), sub("λ", "min"))),
      numbers: "{cell_2}",
    },
    {
      key,
      answers: true,
      math: () =>
        batches()
          ? math(
              symbol("spread", fraction("σ", root("m"))),
              "·",
              root(fraction(row("N", "−", "m"), row("N", "−", "1"))),
            )
          : math(symbol("rate", "η"), "<", symbol("limit", fraction("2", sub("λ", "max")))),
      numbers: "{cell_3}",
    },
  ];
}
