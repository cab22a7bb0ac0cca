/**
 * Regularization: batches fall out of a population onto a line, their means heap up, and the batch size calms them.
 *
 * The population is what one unit makes of 4,000 digits. Then: what one digit becomes in each batch, and a recorded
 * study of whether such noise helps.
 */
/** @import { Guess, HandleOptions, Hero, Kit } from "../../types" */
/** @import { Recorded } from "./noise.js" */

import { fixed } from "../../svg.js";
import { formulaOf } from "./formula.js";
import { Population, SIZES, spreadOf, TOTAL } from "./noise.js";
import { RegularizationPicture } from "./picture.js";
import { ASKED, FIRST, KNOWN, OWN, STUDY, State, verdict } from "./state.js";
import { spreadText, valuesOf } from "./values.js";

/** Batches that are seen to fall one by one, their first and last time, ms. */
const [FALLING, SLOW, QUICK] = [6, 850, 380];
/** Time in which all others heap up, ms. */
const HEAP_MS = 2600;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const data = /** @type {Recorded} */ (kit.data);
  const population = new Population(data);
  const state = new State(population, data.study);
  const picture = new RegularizationPicture(kit, state, data);
  let loaded = false;

  /** Let some batches fall one after the other, each a little faster. @param {number} left @param {() => void} then @param {boolean} heap */
  const fall = (left, then, heap) => {
    if (left <= 0) return then();
    state.current = heap ? state.shown : (state.current + 1) % TOTAL;
    state.phase = 0;
    const ms = QUICK + ((SLOW - QUICK) * left) / FALLING;
    kit.animate(
      ms,
      (share) => {
        state.phase = share;
      },
      () => {
        if (heap) state.shown += 1;
        fall(left - 1, then, heap);
      },
    );
  };
  const rest = () => {
    state.all();
    kit.saved();
  };
  /** Empty the heap, let some batches fall, and then all. */
  const pour = () => {
    kit.halt();
    Object.assign(state, { shown: 0, current: 0, phase: 0 });
    const all = () => {
      const from = state.shown;
      kit.animate(
        HEAP_MS,
        (share) => {
          state.shown = Math.round(from + (TOTAL - from) * share);
          state.current = Math.max(0, state.shown - 1);
          state.phase = 1;
        },
        rest,
      );
    };
    fall(FALLING, all, true);
  };
  const resize = (/** @type {number} */ size) => {
    kit.answered();
    state.resize(SIZES.indexOf(size));
    pour();
  };
  /** @type {HandleOptions} */
  const size = {
    label: kit.say("picture.size"),
    min: 0,
    max: SIZES.length - 1,
    step: 1,
    get: () => state.place,
    set: (value) => state.resize(value),
    text: () => kit.say("picture.size_value", { size: state.size, spread: spreadText(state) }),
    start: () => {
      state.all();
      kit.answered();
    },
  };
  kit.handle(picture.sizeGrip, { ...size, at: (x) => picture.placeAt(x) });
  kit.handle(picture.guessGrip, {
    label: kit.say("picture.guess_label"),
    min: 0.03,
    max: 3,
    step: 0.05,
    get: () => state.guess ?? population.expected(state.size),
    set: (value) => {
      state.guess = value;
    },
    text: () => kit.say("picture.guess_value", { spread: fixed(state.guess ?? population.expected(state.size)) }),
    at: (x) => picture.reachAt(x),
  });
  kit.handle(picture.study.grip, {
    label: kit.say("picture.step_label"),
    min: FIRST,
    max: data.study.steps.length - 1,
    step: 1,
    get: () => state.evaluation,
    set: (value) => {
      state.evaluation = Math.round(value);
    },
    text: () => kit.say("picture.step", { step: data.study.steps[state.evaluation] }),
    at: (x) => picture.study.evaluationAt(x),
  });

  return {
    draw: (box) => picture.draw(box),
    enter: (step, first) => {
      const own = step === OWN;
      if (step === STUDY) kit.halt();
      if (own !== state.own || first) {
        kit.halt();
        state.own = own;
        if (step === 0 && first && !loaded) fall(2, rest, false);
        else state.all();
      }
    },
    values: () => valuesOf(state, kit.say, kit.step() === STUDY),
    scrubs: { size },
    actions: {
      four: () => resize(SIZES[Math.max(0, state.place - 4)]),
      times: () => resize(SIZES[Math.min(SIZES.length - 1, state.place + 4)]),
      two: () => resize(2),
      large: () => resize(256),
      loss: () => {
        state.metric = state.metric === "loss" ? "accuracy" : "loss";
        kit.redraw();
        kit.saved();
      },
    },
    guess: guessOf(kit, state, pour, () => loaded),
    formula: formulaOf(kit, state, () => kit.step() === STUDY),
    summary: () =>
      kit.say(
        kit.step() === STUDY ? "picture.summary_study" : state.own ? "picture.summary_own" : "picture.summary",
        valuesOf(state, kit.say, kit.step() === STUDY),
      ),
    save: () => state.save(kit.step()),
    load: (saved) => {
      loaded = state.load(saved);
    },
  };
}

/** @param {Kit} kit @param {State} state @param {() => void} pour @param {() => boolean} loaded @returns {Guess} */
function guessOf(kit, state, pour, loaded) {
  const spreadAt = (/** @type {number} */ size) => spreadOf(state.population.batches(size, false).means);
  return {
    step: 0,
    made: () => state.guess !== null,
    reveal: (how) => {
      const values = {
        known: fixed(spreadAt(KNOWN)),
        truth: fixed(spreadAt(ASKED)),
        guess: fixed(state.guess ?? spreadAt(KNOWN)),
        times: fixed(spreadAt(ASKED) / spreadAt(KNOWN), 1),
      };
      if (how === "deed") return { key: "steps.1.guess.shown", values };
      if (kit.step() === 0 && !loaded()) {
        state.resize(SIZES.indexOf(ASKED));
        pour();
      }
      if (how === "shown" || state.guess === null) return { key: "steps.1.guess.shown", values };
      return { key: `steps.1.guess.${verdict(state.guess, spreadAt(ASKED))}`, values };
    },
    again: () => {
      kit.halt();
      state.guess = null;
      state.resize(SIZES.indexOf(KNOWN));
    },
  };
}
