/** The formula under the picture: of the batches, or of the recorded study. */
/** @import { FormulaCell, Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { fraction, hat, math, root, row, sub, symbol } from "../../mathml.js";

/** @param {Kit} kit @param {State} state @param {() => boolean} study whether the recorded study is on show @returns {FormulaCell[]} */
export function formulaOf(kit, state, study) {
  const key = () => (study() ? `study ${state.metric}` : "batches");
  const mean = () => symbol("mean", sub("μ", "B"));
  const letter = () => (state.metric === "loss" ? "L" : "a");
  const arm = (/** @type {string} */ name) => row(letter(), "(", kit.say(`picture.arm.${name}`), ")");
  return [
    {
      key,
      answers: true,
      math: () =>
        study()
          ? math(arm("bn"), "=", fraction("1", String(state.study.seeds.length)), "∑", sub(letter(), "s"))
          : math(
              symbol("expected", row("sd", "(", mean(), ")")),
              "=",
              fraction("σ", root(symbol("size", "m"))),
              "·",
              root(fraction(row("N", "−", symbol("size", "m")), row("N", "−", "1"))),
            ),
      numbers: "{cell_1} **{end_1}**",
    },
    {
      key,
      math: () =>
        study()
          ? math(arm("bn"), "−", arm("none"))
          : math(
              hat("x"),
              "=",
              fraction(
                row(symbol("sample", "x"), "−", mean()),
                root(symbol("batch_sigma", row(sub("σ", "B"), "²")), "+", "ε"),
              ),
            ),
      numbers: "{cell_2} **{end_2}**",
    },
  ];
}
