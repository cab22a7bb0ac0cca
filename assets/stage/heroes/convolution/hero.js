/**
 * Convolution: one digit, four trained filters, their feature maps, and which values of the batch share a mean.
 *
 * The digit can be moved: its maps move along, and their statistics keep their values. The last step shows recorded curves.
 */
/** @import { FormulaCell, Guess, Hero, Kit } from "../../types" */
/** @import { ConvolutionData, Way } from "./state.js" */

import { fraction, hat, math, power, root, row, sub, symbol } from "../../mathml.js";
import { between } from "../../svg.js";
import { handsOf } from "./hands.js";
import { ConvolutionPicture } from "./picture.js";
import { ASKED, State } from "./state.js";
import { gapWords, UNKNOWN, valuesOf } from "./values.js";

/** Steps by what they show. */
const [POINT, MOVE, MEASURED] = [1, 2, 4];

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State(/** @type {ConvolutionData} */ (kit.data));
  const light = (ms = 700) => kit.animate(ms, (share) => Object.assign(state, { spread: share }), kit.saved);
  /** @param {Way} way */
  const choose = (way) => {
    kit.answered();
    Object.assign(state, { way, wayByHand: true, hover: null });
    light();
  };
  const travel = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    kit.answered();
    const from = [state.dx, state.dy];
    kit.animate(900, (share) => state.move(between(from[0], dx, share), between(from[1], dy, share)), kit.saved);
  };
  const told = () => ({ ...valuesOf(state), ...(kit.asking() ? UNKNOWN : {}) });
  const picture = new ConvolutionPicture(kit, state);
  const scrubs = handsOf(kit, state, picture, () => choose(state.way === "map" ? "pixel" : "map"));
  return {
    draw: (size) =>
      picture.draw(size, { asking: kit.asking(), measured: kit.step() === MEASURED, moving: kit.step() >= MOVE }),
    enter: (step, first) => {
      state.arrive(step, first);
      if (step === POINT && !first) light();
    },
    values: () => {
      const now = kit.say(`picture.now_${state.way}`);
      return {
        ...told(),
        ...gapWords(state, kit.say),
        now,
        edge: kit.say(state.whole ? "picture.inside" : "picture.cut_off"),
      };
    },
    scrubs,
    actions: {
      move: () => travel(6, -3),
      back: () => travel(0, 0),
      map: () => choose("map"),
      pixel: () => choose("pixel"),
      width: () => {
        state.recording = (state.recording + 1) % Math.max(1, state.recordings.length);
        kit.redraw();
      },
    },
    guess: guessOf(kit, state, light),
    formula: formulaOf(state, kit.asking),
    summary: () => kit.say(`picture.summary_${state.way}`, told()),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** @param {Kit} kit @param {State} state @param {(ms?: number) => void} light @returns {Guess} */
function guessOf(kit, state, light) {
  return {
    step: 0,
    made: () => state.painted.size > 0,
    reveal: (how) => {
      if (how !== "deed" && state.reveal(kit.step())) {
        if (how === "guessed") state.pinned = { ...ASKED };
        light(1400);
      }
      const key = how !== "guessed" || state.painted.size === 0 ? "shown" : state.verdict();
      return {
        key: `steps.1.guess.${key}`,
        values: { number: state.painted.size, ...state.sharing(how === "guessed") },
      };
    },
    again: () => {
      kit.halt();
      state.move(0, 0);
      state.keep(state.images.length);
      Object.assign(state, { painted: new Set(), pinned: { ...ASKED }, way: "map", wayByHand: false, spread: 1 });
    },
  };
}

/** @param {State} state @param {() => boolean} asking @returns {FormulaCell[]} */
function formulaOf(state, asking) {
  const key = () => (asking() ? "?" : state.way);
  const pixel = () => sub("y", state.way === "map" || asking() ? "k" : row("n", ",", "i", "j"));
  const share = () => (asking() ? "?" : state.way === "map" ? row("m", "p", "q") : "m");
  return [
    {
      math: () =>
        math(
          symbol("y", sub("y", row("i", "j"))),
          "=",
          sub("∑", row("a", "b")),
          symbol("w", sub("w", row("a", "b"))),
          symbol("x", sub("x", row("i", "+", "a", ",", "j", "+", "b"))),
        ),
      numbers: "**{y}**",
    },
    {
      key,
      math: () => math(symbol("mean", "μ"), "=", fraction("1", share()), "∑", pixel()),
      numbers: "{product} **{count}**  μ = **{mu}**",
    },
    {
      key,
      math: () =>
        math(
          power(symbol("sigma", "σ"), "2"),
          "=",
          fraction("1", share()),
          "∑",
          power(row("(", pixel(), "−", symbol("mean", "μ"), ")"), "2"),
        ),
      numbers: "**{variance}**",
    },
    {
      math: () =>
        math(
          symbol("hat", sub(hat("y"), row("i", "j"))),
          "=",
          fraction(
            row(symbol("y", sub("y", row("i", "j"))), "−", symbol("mean", "μ")),
            root(power(symbol("sigma", "σ"), "2"), "+", "ε"),
          ),
        ),
      numbers: "**{hat}**",
    },
  ];
}
