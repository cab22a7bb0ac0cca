/** The numbers that the sentences and the formula of the survival map quote. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, State } from "./state.js" */

import { fraction, math, row as mathRow, sub, symbol } from "../../mathml.js";
import { factsOf, toldFirst } from "./facts.js";
import { learned, mean } from "./state.js";

/** What stands for a number that the visitor is asked for. */
const ASKED = "?";
/** What stands for a number that is not final, because cells are still being filled in. */
const WAITING = "…";
/** What the question is about, and all that would give it away. */
const ANSWERS = ["plain", "nets_plain", "a_plain", "p_plain", "both", "neither", "saved", "lost"];
const OF_PLAIN = ["plain", "nets_plain"];
const OF_BN = ["bn", "nets_bn"];
const OF_BOTH = ["both", "neither", "saved", "lost"];

/** Counts in the brush. @param {State} state */
export function sharesOf(state) {
  const [plain, bn] = [state.share("none"), state.share("batch")];
  return {
    plain: plain.learn,
    bn: bn.learn,
    cells: state.brushCells,
    nets_plain: plain.nets,
    nets_bn: bn.nets,
    nets: state.brushCells * state.map.seeds,
  };
}

/** @param {State} state @param {boolean} asking @param {string} [net] its name in words @returns {Record<string, string>} */
export function valuesOf(state, asking, net = state.net) {
  const { column, row } = state.cell;
  const counts = Object.entries({ ...sharesOf(state), ...state.compared() });
  const [without, withBn] = [state.isFilling("none"), state.isFilling("batch")];
  const facts = factsOf(state.data);
  const waiting = [...(without ? OF_PLAIN : []), ...(withBn ? OF_BN : []), ...(without || withBn ? OF_BOTH : [])];
  const hide = (/** @type {string[]} */ names, /** @type {string} */ mark) =>
    Object.fromEntries(names.map((name) => [name, mark]));
  return {
    ...Object.fromEntries(counts.map(([name, value]) => [name, String(value)])),
    ...cellNumbers(state, "none", "plain"),
    ...cellNumbers(state, "batch", "bn"),
    ...facts,
    net,
    chance: String(state.map.chance),
    rest: (1 - state.map.chance).toFixed(1),
    x: String(state.map.x[column]),
    y: String(state.map.y[row]),
    ...hide(waiting, WAITING),
    ...(asking ? hide([...ANSWERS, ...Object.keys(facts)], ASKED) : {}),
    ...toldFirst(state.data),
  };
}

/** Accuracy and share learned in the chosen cell. @param {State} state @param {ArmName} arm @param {string} name */
function cellNumbers(state, arm, name) {
  const { column, row } = state.cell;
  if (!state.isFilled(arm, row, column)) return { [`a_${name}`]: WAITING, [`p_${name}`]: WAITING };
  const accuracy = mean(state.map[arm].accuracy[row][column]);
  if (!Number.isFinite(accuracy)) return { [`a_${name}`]: "–", [`p_${name}`]: "–" };
  const share = learned(accuracy, state.map.chance).toFixed(2).replace("-", "−");
  return { [`a_${name}`]: accuracy.toFixed(2), [`p_${name}`]: share };
}

/** What the outcome is read off: the share learned of what there is to learn, in the chosen cell. @param {Kit} kit */
export function formulaOf(kit) {
  const share = () => fraction(mathRow("a", "−", "c"), mathRow("1", "−", "c"));
  return [
    { math: () => math(symbol("p", "p"), "=", share()), numbers: kit.say("formula.where") },
    { math: () => math(sub("p", kit.say("formula.without")), "=", share()), numbers: kit.say("formula.plain") },
    { math: () => math(sub("p", kit.say("formula.with")), "=", share()), numbers: kit.say("formula.bn") },
  ];
}
