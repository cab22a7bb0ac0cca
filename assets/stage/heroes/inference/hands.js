/** What can be grabbed in the picture of inference: the mates, the bracket, the momentum, the mark of the guess. */
/** @import { HandleOptions, Kit } from "../../types" */
/** @import { Moves } from "./moves.js" */
/** @import { InferencePicture } from "./picture.js" */
/** @import { State } from "./state.js" */

import { random } from "../../math/random.js";
import { fixed } from "../../svg.js";
import { sizeAt } from "./layout.js";
import { inHundredths, MATES } from "./state.js";

/** Pixels of a drag that roll a digit one place on. */
const ROLL = 7;

/** @typedef {{kit: Kit, state: State, moves: Moves, picture: InferencePicture}} Scene */

/** Enter and the space bar do what a tap does. @param {Element} element @param {() => void} act */
export function onEnter(element, act) {
  element.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== " " && key !== "Enter") return;
    event.preventDefault();
    act();
  });
}

/** Mates roll like reels under a drag; a tap draws another digit. @param {Scene} scene */
export function mates({ kit, state, moves, picture }) {
  const { labels } = state.net;
  const uniform = random(5);
  picture.batch.mates.forEach(({ root }, place) => {
    let [pressed, keyed] = [0, false];
    const tap = () => {
      const free = labels.map((_, digit) => digit).filter((digit) => !state.members().includes(digit));
      state.swap(place, free[Math.floor(uniform() * free.length)]);
      moves.settle();
    };
    kit.handle(root, {
      label: kit.say("picture.mate", { number: place + 1 }),
      min: 0,
      max: labels.length - 1,
      step: 1,
      vertical: true,
      get: () => state.mates[place],
      set: (value) => {
        state.swap(place, Math.round(value));
        moves.now();
      },
      text: () =>
        kit.say("picture.mate_value", { label: labels[state.mates[place]], digit: state.label, p: fixed(state.p) }),
      at: (x, y) => (x - y) / ROLL,
      start: (byKeyboard) => {
        moves.stop();
        kit.answered();
        [pressed, keyed] = [state.mates[place], byKeyboard];
      },
      end: () => {
        if (!keyed && state.mates[place] === pressed) tap();
      },
    });
    onEnter(root, () => {
      kit.answered();
      tap();
    });
  });
}

/** @param {Scene} scene */
export function guessMark({ kit, state, picture }) {
  const level = () => state.guess ?? state.now.inTraining[state.label];
  kit.handle(picture.answers.grip, {
    label: kit.say("picture.guess_label", { digit: state.label }),
    min: 0,
    max: 1,
    step: 0.02,
    vertical: true,
    get: level,
    set: (value) => {
      state.guess = value;
    },
    text: () => fixed(level()),
    at: (_, y) => picture.answers.levelAt(y),
  });
}

/** @param {Scene} scene */
export function bracket({ kit, state, moves, picture }) {
  kit.handle(picture.batch.grip, {
    label: kit.say("picture.size"),
    min: 1,
    max: MATES + 1,
    step: 1,
    get: () => state.size,
    set: (value) => {
      const size = Math.round(value);
      if (size === state.size) return;
      state.size = size;
      moves.now();
      state.forget();
    },
    text: () => kit.say("picture.size_value", { size: state.size, digit: state.label, p: fixed(state.p) }),
    at: (x) => sizeAt(picture.layout, x - kit.svg.getBoundingClientRect().left),
    start: () => {
      moves.stop();
      kit.answered();
    },
  });
}

/** @param {Scene} scene @returns {HandleOptions} the same for the formula */
export function momentum({ kit, state, moves, picture }) {
  const alpha = {
    label: kit.say("picture.alpha"),
    min: 0,
    max: 1,
    step: 0.01,
    get: () => state.momentum,
    set: (/** @type {number} */ value) => {
      state.momentum = inHundredths(value);
      moves.now();
    },
    text: () => `α = ${fixed(state.momentum)}`,
    start: () => moves.stop(),
  };
  kit.handle(picture.chase.grip, { ...alpha, at: (x) => picture.chase.momentumAt(x) });
  return alpha;
}
