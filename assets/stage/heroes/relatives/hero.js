/**
 * Relatives: a block of real values as a table of feature maps, and who shares a mean under each normalizer.
 *
 * The cursor goes through the cells and lights up the set of each. A value can be pulled up and down, images can leave
 * the batch, channels can be grouped. The last step shows what was measured with each normalizer.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Normalizer } from "../../math/normalizers.js" */
/** @import { BlockData } from "./state.js" */

import { between } from "../../svg.js";
import { formulaOf } from "./formula.js";
import { brushOf, gripsOf } from "./hands.js";
import { RelativesPicture } from "./picture.js";
import { ASKED, ASKED_WAY, CUTS, HIGH, MEASURED, State } from "./state.js";
import { saidValues, valuesOf } from "./values.js";

/** What the formula does not tell while the question is open. */
const UNKNOWN = { count: "?", means: "?", m: "?", mu: "?", s: "?", xhat: "?" };

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State(/** @type {BlockData} */ (kit.data));
  // A new motion ends the former one, so each also brings the view to its end.
  const light = (ms = 450) => {
    const from = state.morph;
    const move = (/** @type {number} */ share) => {
      Object.assign(state, { spread: share, morph: between(from, Number(state.out), Math.min(1, 2 * share)) });
    };
    kit.animate(ms, move, kit.saved);
  };
  /** @param {Normalizer} way */
  const choose = (way) => {
    kit.answered();
    state.choose(way, kit.step());
    light();
  };
  const picture = new RelativesPicture(kit, state, (way) => {
    // While the question is open, a normalizer would tell the answer.
    if (!kit.asking()) return choose(way);
    state.refused = true;
    kit.redraw();
  });
  const show = (/** @type {boolean} */ out) => {
    const from = state.morph;
    state.out = out;
    kit.animate(
      500,
      (share) => Object.assign(state, { morph: from + (Number(out) - from) * share, spread: 1 }),
      kit.saved,
    );
  };
  brushOf(kit, state, picture);
  const grips = gripsOf(kit, state, picture);
  press(picture.toggle.root, () => {
    state.outByHand = true;
    show(!state.out);
  });
  const keep = (/** @type {number} */ images) => () => {
    kit.answered();
    state.rememberWhole();
    state.keep(images);
    kit.redraw();
    kit.saved();
  };

  return {
    draw: (size) => picture.draw(size, { asking: kit.asking(), measured: kit.step() === MEASURED }),
    enter: (step, first) => {
      state.arrive(step, first);
      if (step === CUTS && !first && state.out && !state.outputs) show(true);
      else if (!first) state.settle();
    },
    values: () => ({
      ...valuesOf(state),
      ...saidValues(state, kit.say),
      ...(kit.asking() ? UNKNOWN : {}),
      seen: state.outputs ? "x̂" : "x",
      other: state.way === ASKED_WAY ? "" : kit.say("picture.other", { way: kit.say(`picture.way.${state.way}`) }),
    }),
    scrubs: grips,
    actions: {
      batch: () => choose("batch"),
      layer: () => choose("layer"),
      view: () => {
        state.outByHand = true;
        show(!state.out);
      },
      pull: () => pull(kit, state),
      reset: () => {
        state.reset();
        kit.redraw();
        kit.saved();
      },
      alone: keep(1),
      all: keep(state.data.samples),
    },
    guess: guessOf(kit, state, light),
    formula: formulaOf(state, kit.asking),
    summary: () => kit.say("picture.summary", { ...valuesOf(state), way: kit.say(`picture.way.${state.way}`) }),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** @param {Element} element @param {() => void} act */
function press(element, act) {
  element.addEventListener("click", act);
  element.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== " " && key !== "Enter") return;
    event.preventDefault();
    act();
  });
}

/** Pull the pinned value to the top, as a hand would. @param {Kit} kit @param {State} state */
function pull(kit, state) {
  kit.answered();
  state.settle();
  state.remember();
  const from = state.block[state.placeOf(state.pinned)];
  kit.animate(1100, (share) => state.put(from + (HIGH - from) * share), kit.saved);
}

/** @param {Kit} kit @param {State} state @param {(ms?: number) => void} light @returns {Guess} */
function guessOf(kit, state, light) {
  return {
    step: 0,
    made: () => state.painted.size > 0,
    reveal: (how) => {
      if (how !== "deed" && state.reveal(kit.step())) light(1100);
      if (how !== "guessed" || state.painted.size === 0) return { key: "steps.1.guess.shown" };
      return { key: `steps.1.guess.${state.verdict()}`, values: { number: state.painted.size } };
    },
    again: () => {
      kit.halt();
      state.reset();
      Object.assign(state, {
        painted: new Set(),
        refused: false,
        pinned: { ...ASKED },
        way: ASKED_WAY,
        images: state.data.samples,
      });
      Object.assign(state, { spread: 1, out: false, morph: 0, wayByHand: false, outByHand: false, chosen: {} });
    },
  };
}
