/**
 * Why it works: walk along the gradient of a recorded step, without and with BN, and watch the range of losses open.
 *
 * One hand walks both nets; a second one moves through training; then the two definitions of covariate shift.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Walks } from "./state.js" */

import { between } from "../../svg.js";
import { guessGrips } from "./guess_grips.js";
import { formulaOf, handValues, shiftWords, valuesOf, withoutAnswer } from "./numbers.js";
import { WhyPicture } from "./picture.js";
import { ASKED, FAR, GRIPS, NETS, State, VIEWS, verdict } from "./state.js";
import { lossText } from "./walk_panel.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** Steps of the text by what they show. */
const [PLATEAU, SHIFT] = [3, 4];
const [BAND, SHIFTS] = VIEWS;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State(/** @type {Walks} */ (kit.data));
  const lastStep = state.data.steps.length - 1;
  // An address may open another walk than the one that the question is about.
  const asking = () => kit.asking() && state.showsAsked;
  const picture = new WhyPicture(kit, state, {
    net: (net) => {
      kit.halt();
      kit.answered();
      Object.assign(state, { net, byHand: true });
      kit.redraw();
      kit.saved();
    },
    seed: () => {
      kit.halt();
      kit.answered();
      state.seed = (state.seed + 1) % state.data.seeds.length;
      kit.redraw();
      kit.saved();
    },
  });
  // Before the first drawing an address is opened: it shows the place that it names, at once.
  let drawn = false;
  const walkTo = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ ms) => {
    kit.halt();
    if (!drawn) return;
    kit.animate(
      ms,
      (share) => {
        state.place = between(from, to, share);
      },
      kit.saved,
    );
  };
  const place = {
    label: kit.say("picture.hand"),
    min: 0,
    max: FAR,
    step: 0.1,
    get: () => state.place,
    set: (/** @type {number} */ value) => {
      state.place = value;
    },
    text: () =>
      asking()
        ? kit.say("picture.draw")
        : kit.say("picture.hand_value", { s: state.place.toFixed(2), ...handValues(state) }),
    start: () => kit.answered(),
  };
  const { panels, training } = picture;
  kit.handle(panels.none.hand, {
    ...place,
    start: () => {
      // The question leaves the hand at the start of the walk.
      if (asking()) state.place = 0;
      kit.answered();
    },
    get: () => (asking() ? 0 : state.place),
    at: (x) => panels.none.placeAt(x),
  });
  kit.handle(panels.batch.hand, { ...place, at: (x) => panels.batch.placeAt(x) });
  const at = {
    label: kit.say("picture.scrub"),
    min: 0,
    max: lastStep,
    step: 1,
    get: () => state.at,
    set: (/** @type {number} */ value) => {
      state.at = Math.round(value);
    },
    text: () => kit.say("picture.scrub_value", { at: state.data.steps[state.at] }),
    start: () => {
      kit.answered();
      state.byHand = true;
    },
  };
  kit.handle(training.grip, { ...at, at: (x) => training.stepAt(x) });
  guessGrips(kit, state, picture);

  const show = (/** @type {Partial<State>} */ what) => {
    kit.halt();
    kit.answered();
    Object.assign(state, what);
    kit.redraw();
    kit.saved();
  };
  const nameOf = (/** @type {string} */ net) => kit.say(`picture.net.${net}`);
  const indexOf = (/** @type {number} */ step) => state.data.steps.indexOf(step);
  return {
    draw: (size) => {
      drawn = true;
      picture.draw(size, asking());
    },
    enter: (step) => {
      if (step < SHIFT) state.view = BAND;
      if (step === SHIFT) state.view = SHIFTS;
      if (step < PLATEAU && !state.byHand && !asking()) state.net = NETS[0];
      if (step === PLATEAU && !state.byHand) Object.assign(state, { net: NETS[1], at: indexOf(ASKED) });
    },
    values: () => ({
      ...(asking() ? withoutAnswer(state, nameOf) : valuesOf(state, nameOf)),
      ...shiftWords(state, kit.say),
    }),
    scrubs: { s: place, at },
    actions: {
      walk: () => {
        kit.answered();
        walkTo(0, FAR, 2600);
      },
      one: () => {
        kit.answered();
        walkTo(state.place, 1, 700);
      },
      train: () => {
        kit.answered();
        kit.halt();
        state.byHand = true;
        kit.animate(
          7000,
          (share) => {
            state.at = Math.round(share * lastStep);
          },
          kit.saved,
        );
      },
      plateau: () => show({ net: NETS[1], at: indexOf(ASKED), place: FAR }),
      later: () => show({ net: NETS[1], at: indexOf(300), place: FAR }),
      sigmoid: () => show({ net: NETS[1] }),
      relu: () => show({ net: NETS[0] }),
    },
    guess: guessOf(state, walkTo),
    formula: formulaOf(kit),
    summary: () =>
      // Nothing is given away before the answer.
      asking() ? kit.say("picture.draw") : kit.say("picture.summary", valuesOf(state, nameOf)),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** @param {State} state @param {(from: number, to: number, ms: number) => void} walkTo @returns {Guess} */
function guessOf(state, walkTo) {
  return {
    step: 0,
    made: () => state.drawn,
    reveal: (how) => {
      if (how !== "deed" && state.showsAsked) walkTo(0, FAR, 2600);
      // What was drawn is judged, also where the hand walks before it is asked to.
      if (how === "shown" || !state.drawn) return { key: "steps.1.guess.shown" };
      const drawn = lossText(state.guess[GRIPS.length - 1]);
      return { key: `steps.1.guess.${verdict(state.guess, state.asked())}`, values: { drawn } };
    },
    again: () => {
      Object.assign(state, { net: NETS[0], at: state.data.steps.indexOf(ASKED), seed: 0, place: FAR, view: BAND });
      state.start();
    },
  };
}
