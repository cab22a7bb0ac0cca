/** The grips of the clouds: two that map the raw cloud, two that shape the guess. */
/** @import { Kit } from "../../types" */
/** @import { Clouds } from "./clouds.js" */
/** @import { Point, State } from "./state.js" */

import { clamp, fixed } from "../../svg.js";
import { valuesOf } from "./formula.js";
import { apart, OUT, REACH } from "./state.js";

/** @param {Kit} kit @param {State} state @param {Clouds} clouds */
export function gripsOf(kit, state, clouds) {
  clouds.grips.forEach((grip, place) => {
    const part = (/** @type {0 | 1} */ k) => ({
      min: -REACH,
      max: REACH,
      step: 0.05,
      get: () => state.map[place][k],
      set: (/** @type {number} */ value) => {
        /** @type {[Point, Point]} */
        const next = [[...state.map[0]], [...state.map[1]]];
        next[place][k] = value;
        // Between x and y the cloud may be a line for a moment; it must not stay one.
        state.map = k === 1 ? apart(next) : next;
      },
    });
    kit.handle2D(grip, {
      label: kit.say("picture.grip", { number: place + 1 }),
      x: part(0),
      y: part(1),
      text: () => kit.say("picture.summary", valuesOf(state, kit.say)),
      at: (x, y) => {
        const [px, py] = clouds.at(0, x, y);
        return [px / OUT, py / OUT];
      },
      start: () => kit.answered(),
    });
  });
  const touched = () => {
    state.guessed = true;
  };
  const polar = (/** @type {Point} */ [x, y]) => ({
    angle: (Math.atan2(y, x) * 180) / Math.PI,
    size: Math.hypot(x, y),
  });
  const tip = () => {
    const { angle, major } = state.guess;
    return [major * Math.cos((angle * Math.PI) / 180), major * Math.sin((angle * Math.PI) / 180)];
  };
  const put = (/** @type {Point} */ point) => {
    const { angle, size } = polar(point);
    Object.assign(state.guess, { angle, major: clamp(size, 0.1, 1.8) });
    touched();
  };
  const limits = { min: -1.8, max: 1.8, step: 0.05 };
  kit.handle2D(clouds.guessGrips[0], {
    label: kit.say("picture.guess_tip"),
    x: { ...limits, get: () => tip()[0], set: (value) => put([value, tip()[1]]) },
    y: { ...limits, get: () => tip()[1], set: (value) => put([tip()[0], value]) },
    text: () => kit.say("picture.guess_value", guessWords(state)),
    at: (x, y) => {
      const [px, py] = clouds.at(1, x, y);
      return [px / OUT, py / OUT];
    },
  });
  kit.handle(clouds.guessGrips[1], {
    label: kit.say("picture.guess_side"),
    min: 0.1,
    max: 1.8,
    step: 0.05,
    get: () => state.guess.minor,
    set: (value) => {
      state.guess.minor = value;
      touched();
    },
    text: () => kit.say("picture.guess_value", guessWords(state)),
    at: (x, y) => {
      const [px, py] = clouds.at(1, x, y);
      const angle = (state.guess.angle * Math.PI) / 180;
      return (-Math.sin(angle) * px + Math.cos(angle) * py) / OUT;
    },
  });
}

/** @param {State} state */
const guessWords = ({ guess }) => ({
  angle: fixed(guess.angle, 0),
  major: fixed(guess.major),
  minor: fixed(guess.minor),
});
