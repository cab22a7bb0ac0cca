/**
 * Why it works: walk along the gradient of a recorded step, without and with BN, and watch the range of losses open.
 *
 * One hand walks both nets; a second one moves through training; then the two definitions of covariate shift.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { ArmName, Walks } from "./state.js" */

import { math, row, symbol } from "../../mathml.js";
import { between, clamp } from "../../svg.js";
import { WhyPicture } from "./picture.js";
import { ASKED, FAR, GRIPS, NETS, readOff, State, VIEWS, verdict } from "./state.js";
import { ratioText } from "./training_panel.js";
import { lossText, rangeText } from "./walk_panel.js";

/** Steps of the text by what they show. */
const [PLATEAU, SHIFT] = [3, 4];
const [BAND, SHIFTS] = VIEWS;
/** The highest loss that can be drawn. */
const HIGHEST = 8;

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
  const walkTo = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ ms) => {
    kit.halt();
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
    text: () => kit.say("picture.hand_value", { s: state.place.toFixed(2), ...handValues(state) }),
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
  const indexOf = (/** @type {number} */ step) => state.data.steps.indexOf(step);
  return {
    draw: (size) => picture.draw(size, asking()),
    enter: (step, first) => {
      if (step < SHIFT) state.view = BAND;
      if (step === SHIFT) state.view = SHIFTS;
      if (step === PLATEAU && !state.byHand && !first) Object.assign(state, { net: NETS[1], at: indexOf(ASKED) });
    },
    values: () => (asking() ? withoutAnswer(valuesOf(state)) : valuesOf(state)),
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
      kit.say(
        "picture.summary",
        valuesOf(state, (net) => kit.say(`picture.net.${net}`)),
      ),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** Each grip of the guess, and drawing anywhere in the plain net's panel. @param {Kit} kit @param {State} state @param {WhyPicture} picture */
function guessGrips(kit, state, picture) {
  const { none } = picture.panels;
  const put = (/** @type {number} */ grip, /** @type {number} */ loss) => {
    state.guess[grip] = clamp(loss, 0, HIGHEST);
    state.drawn = true;
  };
  picture.grips.forEach((grip, number) => {
    kit.handle(grip, {
      label: kit.say("picture.grip", { s: GRIPS[number] }),
      min: 0,
      max: HIGHEST,
      step: 0.1,
      vertical: true,
      get: () => state.guess[number],
      set: (value) => put(number, value),
      text: () => lossText(state.guess[number]),
      at: (_, y) => none.lossAt(y),
    });
  });
  const draw = (/** @type {PointerEvent} */ event) => {
    const s = none.placeAt(event.clientX);
    const number = GRIPS.findIndex((one) => Math.abs(one - s) <= 0.5);
    if (number >= 0) put(number, none.lossAt(event.clientY));
    kit.redraw();
  };
  picture.canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    picture.canvas.setPointerCapture(event.pointerId);
    draw(event);
  });
  picture.canvas.addEventListener("pointermove", (event) => {
    if (picture.canvas.hasPointerCapture(event.pointerId)) draw(event);
  });
}

/** @param {State} state @param {(from: number, to: number, ms: number) => void} walkTo @returns {Guess} */
function guessOf(state, walkTo) {
  return {
    step: 0,
    made: () => state.drawn,
    reveal: (how) => {
      if (how !== "deed" && state.showsAsked) walkTo(0, FAR, 2600);
      if (how !== "guessed") return { key: "steps.1.guess.shown" };
      const drawn = lossText(state.guess[GRIPS.length - 1]);
      return { key: `steps.1.guess.${verdict(state.guess, state.asked())}`, values: { drawn } };
    },
    again: () => {
      Object.assign(state, { net: NETS[0], at: state.data.steps.indexOf(ASKED), seed: 0, place: FAR, view: BAND });
      state.start();
    },
  };
}

/** What stands at the two hands. @param {State} state */
function handValues(state) {
  const at = (/** @type {ArmName} */ arm) => {
    const { s, loss } = state.walk(arm);
    return lossText(readOff(s, loss, state.place));
  };
  return { loss_plain: at("none"), loss_bn: at("batch") };
}

/** @param {State} state @param {(net: string) => string} [nameOf] @returns {Record<string, string>} */
function valuesOf(state, nameOf = (net) => net) {
  const { data, net, seed } = state;
  const arms = data.nets[net];
  const each = (/** @type {ArmName} */ arm, /** @type {string} */ name) => {
    const { s, loss, change } = state.walk(arm);
    return {
      [`start_${name}`]: lossText(loss[0]),
      [`band_${name}`]: rangeText(state.band(arm)),
      [`change_${name}`]: lossText(readOff(s, change, state.place)),
      [`moved_${name}`]: lossText(state.place * arms.lr * arms[arm].norm[seed][state.at]),
      [`accuracy_${name}`]: (100 * arms[arm].accuracy[seed][state.at]).toFixed(0),
    };
  };
  const [length, relative, means] = [state.shift("length"), state.shift("relative"), state.shift("means")];
  return {
    net: nameOf(net),
    s: state.place.toFixed(2),
    at: String(data.steps[state.at]),
    seed: String(data.seeds[seed]),
    narrower: String(state.narrower()),
    ...handValues(state),
    ...each("none", "plain"),
    ...each("batch", "bn"),
    shift_length: ratioText(length.mean),
    shift_relative: ratioText(relative.mean),
    shift_means: ratioText(means.mean),
    shift_more: String(length.more),
  };
}

/** The numbers as long as the question is open: what the net without BN meets on the walk is not known yet. @param {Record<string, string>} values */
function withoutAnswer(values) {
  const open = ["loss_plain", "band_plain", "change_plain", "moved_plain", "narrower"];
  return { ...values, ...Object.fromEntries(open.map((name) => [name, "?"])) };
}

/** The walk, its range, how far the gradient turns, and how far the hand is from the start. @param {Kit} kit */
function formulaOf(kit) {
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
    { math: () => math(symbol("loss", "s"), "‖", "g", "‖"), numbers: kit.say("formula.moved") },
  ];
}
