/**
 * Inference: one digit in a batch, the net's answer in both modes, and the running statistics that follow the batches.
 *
 * Mates roll like reels under the hand; the bracket takes some out; a switch flips training and evaluation. The net was
 * trained by bnviz; its passes are computed here.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Scene } from "./hands.js" */
/** @import { Recorded } from "./net.js" */

import { drawIndices, random } from "../../math/random.js";
import { fixed } from "../../svg.js";
import { bracket, guessMark, mates, momentum, onEnter } from "./hands.js";
import { Moves, PACE } from "./moves.js";
import { netOf } from "./net.js";
import { formulaOf, valuesOf } from "./numbers.js";
import { InferencePicture } from "./picture.js";
import { load, save } from "./saved.js";
import { ALONE, Shelf } from "./shelf.js";
import { MATES, QUESTION, State, TOO_EARLY, verdict } from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** Seconds between two swaps in a row. */
const SWAP_PACE = 0.5;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const data = /** @type {Recorded} */ (kit.data);
  const state = new State(netOf(data), data.yours);
  const moves = new Moves(kit, state);
  const picture = new InferencePicture(kit, state, data);
  const scene = { kit, state, moves, picture };
  const shelf = new Shelf(state);
  /** Whether an address has set the state, so that the step that comes need not. */
  let loaded = false;
  mates(scene);
  guessMark(scene);
  bracket(scene);
  const alpha = momentum(scene);
  const actions = actionsOf(scene);
  picture.batch.mode.addEventListener("click", actions.flip);
  onEnter(picture.batch.mode, actions.flip);
  return {
    draw: (size) => picture.draw(size),
    enter: (step, first) => {
      const adopts = loaded || (first && step === 0);
      loaded = false;
      moves.halt();
      if (adopts) {
        shelf.adopt(step);
        return;
      }
      shelf.turn(step);
      moves.settle();
    },
    values: () => ({
      ...valuesOf(state),
      ...prefixes(kit, state),
      early_state: kit.say(`picture.${state.tooEarly().word}`),
    }),
    scrubs: { alpha },
    actions,
    guess: guessOf(scene),
    formula: formulaOf(state, kit.say),
    summary: () =>
      kit.say(state.size === 1 ? "picture.summary_alone" : "picture.summary", {
        mode: kit.say(state.training ? "picture.in_training" : "picture.in_evaluation"),
        mates: state
          .members()
          .slice(1)
          .map((digit) => state.net.labels[digit])
          .join(", "),
        size: state.size,
        digit: state.label,
        p: fixed(state.p),
      }),
    save: () => save(state, kit.step()),
    load: (saved) => {
      const step = Math.min(Math.max(1, Math.floor(Number(saved.get("step")) || 1)), ALONE + 1) - 1;
      loaded = load(state, saved) && step !== kit.step();
    },
    end: () => moves.stop(),
  };
}

/** Whose mean each part of the formula has, where there is room for it. @param {Kit} kit @param {State} state */
function prefixes(kit, state) {
  if (kit.size().width < 820) return { which: "", passed: "" };
  return {
    which: kit.say(`formula.${state.training ? "of_batch" : "remembered"}`),
    passed: kit.say("formula.passed", { batches: state.batches }),
  };
}

/** @param {Scene} scene */
function actionsOf({ kit, state, moves }) {
  const uniform = random(9);
  return {
    all: () => {
      moves.halt();
      kit.answered();
      const others = state.net.labels.map((_, digit) => digit).filter((digit) => digit !== state.yours);
      state.mates = drawIndices(others.length, MATES, uniform).map((place) => others[place]);
      moves.settle();
    },
    worst: () => {
      kit.answered();
      moves.turn({ training: true });
      moves.repeat(state.size - 1, SWAP_PACE, () => {
        state.worsen();
        moves.settle(SWAP_PACE * 800);
      });
    },
    flip: () => {
      kit.answered();
      moves.turn({ training: !state.training });
    },
    next: () => {
      moves.halt();
      state.training = true;
      moves.pass();
    },
    zero: () => {
      moves.turn({ training: true, fresh: true, batches: 0 });
      moves.repeat(24, PACE, () => moves.pass());
    },
    early: () => moves.turn({ training: false, fresh: true, batches: TOO_EARLY }),
    more: () => moves.repeat(10, PACE, () => moves.pass()),
    another: () => {
      moves.halt();
      state.choose((state.yours + 7) % state.net.labels.length);
      moves.settle();
    },
    eight: () => moves.turn({ size: MATES + 1 }),
  };
}

/** @param {Scene} scene @returns {Guess} */
function guessOf({ kit, state, moves }) {
  return {
    step: 0,
    made: () => true,
    reveal: (how) => {
      if (how === "deed") return { key: "steps.1.guess.deed" };
      const { before, after } = state.question();
      const values = { from: fixed(before), to: fixed(after) };
      // An address that carries the answer may show another moment than that of the question.
      if (how === "guessed" || (kit.step() === 0 && !state.restored)) {
        moves.ask();
        state.swap(QUESTION.mate, QUESTION.digit);
        moves.settle(1300);
      }
      if (how === "shown") return { key: "steps.1.guess.shown", values };
      state.guess ??= before;
      return { key: `steps.1.guess.${verdict(state.guess, before, after)}`, values };
    },
    again: () => {
      state.guess = null;
      state.restored = false;
      moves.ask();
    },
  };
}
