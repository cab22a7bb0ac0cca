/** The numbers that the sentences and the formula of "Why it works" quote. */
/** @import { Kit } from "../../types" */
/** @import { ArmName, Measure, Phase, State } from "./state.js" */

import { math, row, symbol } from "../../mathml.js";
import { readOff } from "./state.js";
import { ratioText } from "./training_panel.js";
import { lossText, rangeText } from "./walk_panel.js";

/** What stands at the two hands. @param {State} state @param {number} [place] on the walk */
export function handValues(state, place = state.place) {
  const at = (/** @type {ArmName} */ arm) => {
    const { s, loss } = state.walk(arm);
    return lossText(readOff(s, loss, place));
  };
  return { loss_plain: at("none"), loss_bn: at("batch") };
}

/** @param {State} state @param {(net: string) => string} [nameOf] @param {number} [place] on the walk @returns {Record<string, string>} */
export function valuesOf(state, nameOf = (net) => net, place = state.place) {
  const { data, net, seed } = state;
  const arms = data.nets[net];
  const each = (/** @type {ArmName} */ arm, /** @type {string} */ name) => {
    const { s, loss, change } = state.walk(arm);
    return {
      [`start_${name}`]: lossText(loss[0]),
      [`band_${name}`]: rangeText(state.band(arm)),
      [`change_${name}`]: lossText(readOff(s, change, place)),
      [`accuracy_${name}`]: (100 * arms[arm].accuracy[seed][state.at]).toFixed(0),
    };
  };
  return {
    net: nameOf(net),
    s: place.toFixed(2),
    at: String(data.steps[state.at]),
    seed: String(data.seeds[seed]),
    narrower: String(state.narrower()),
    ...handValues(state, place),
    ...each("none", "plain"),
    ...each("batch", "bn"),
    seeds: String(data.seeds.length),
    shift_length: ratioText(state.shift("length").mean),
    shift_update: ratioText(state.shift("update").mean),
    shift_next: ratioText(state.shift("next").mean),
  };
}

/** What the rule says of covariate shift before and after both nets have begun to learn. @param {State} state @param {Kit["say"]} say @returns {Record<string, string>} */
export function shiftWords(state, say) {
  const of = (/** @type {Measure} */ measure) => {
    const words = (/** @type {Phase} */ phase) => {
      const { direction, ends } = state.answer(measure, phase);
      const ratio = ends[0] === null ? "–" : ratioText(ends[0]);
      return direction === "open" ? say("picture.open", { ratio }) : ratio;
    };
    return say("picture.phases", { before: words("before"), after: words("after") });
  };
  const { said, ends } = state.phases("length");
  return {
    length_words: of("length"),
    update_words: of("update"),
    next_words: of("next"),
    phase_words: say(`picture.phases_${said}`, { ratio: ends[0] === null ? "–" : ratioText(ends[0]) }),
  };
}

/** The numbers as long as the question is open: the hand waits at the start, and what the net without BN meets is not known yet. @param {State} state @param {(net: string) => string} [nameOf] */
export function withoutAnswer(state, nameOf) {
  const open = ["band_plain", "narrower"];
  return { ...valuesOf(state, nameOf, 0), ...Object.fromEntries(open.map((name) => [name, "?"])) };
}

/** The walk, its range, and how far the gradient turns. @param {Kit} kit */
export function formulaOf(kit) {
  const there = () => row("(", "θ", "−", symbol("loss", "s"), "g", ")");
  return [
    {
      math: () => math(symbol("loss", "L"), there()),
      numbers: kit.say("formula.loss"),
    },
    {
      math: () => math(symbol("band", row("max L", "−", "min L"))),
      numbers: kit.say("formula.band"),
    },
    { math: () => math("‖", "∇", "L", there(), "−", "g", "‖"), numbers: kit.say("formula.change") },
  ];
}
