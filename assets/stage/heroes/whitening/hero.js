/**
 * Whitening: a cloud that can be sheared, what BN and ZCA make of it, what small batches do to whitening, and a bias
 * that rolls away when the normalization is left out of the gradient.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Point } from "./state.js" */

import { between, clamp, fixed, layers, set } from "../../svg.js";
import { Clouds } from "./clouds.js";
import { formulaOf, valuesOf } from "./formula.js";
import { gripsOf } from "./hands.js";
import {
  apart,
  compared,
  correlationOfGuess,
  GUESS,
  LARGEST,
  REACH,
  SMALLEST,
  START,
  State,
  TRACK,
  verdict,
} from "./state.js";
import { Track } from "./track.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** Steps of the text by what they show. */
const [FEW, MARBLE] = [2, 3];
/** Updates of the marble in a second. */
const PACE = 24;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const on = layers(kit.svg, "clouds", "track");
  const clouds = new Clouds(kit, state, on.clouds);
  const track = new Track(kit, state, on.track);
  const count = () => (kit.step() === FEW ? state.batch : undefined);
  let stop = () => {};
  /** Steps that are due, of which the whole ones are taken. */
  let due = 0;

  /** @param {[Point, Point]} map */
  const morph = (map) => {
    kit.halt();
    kit.answered();
    const from = state.map;
    kit.animate(
      900,
      (share) => {
        const mixed = from.map((point, place) => point.map((value, k) => between(value, map[place][k], share)));
        state.map = apart(/** @type {[Point, Point]} */ (mixed));
      },
      kit.saved,
    );
  };
  /** @param {number} degrees */
  const turned = (degrees) => {
    const [x, y] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const fit = (/** @type {number} */ value) => clamp(value, -REACH, REACH);
    return /** @type {[Point, Point]} */ (state.map.map(([a, b]) => [fit(x * a - y * b), fit(y * a + x * b)]));
  };
  const run = (/** @type {boolean} */ through) => {
    stop();
    state.through = through;
    state.backToStart();
    state.rolling = true;
    if (kit.still()) {
      state.roll(100);
      state.rolling = false;
    }
    kit.redraw();
    stop = kit.play((seconds) => {
      if (!state.rolling || kit.step() !== MARBLE) return;
      // Whole steps only: the number of steps and the bias belong together.
      due += seconds * PACE;
      const steps = Math.floor(due);
      due -= steps;
      if (steps > 0) state.roll(steps);
      if (state.steps >= 200) state.rolling = false;
      if (!state.rolling) kit.saved();
    });
  };
  gripsOf(kit, state, clouds);
  const bias = {
    label: kit.say("track.bias"),
    min: -TRACK,
    max: TRACK,
    step: 0.1,
    get: () => state.bias,
    set: (/** @type {number} */ value) => {
      Object.assign(state, { bias: value, steps: 0 });
    },
    text: () => kit.say("track.bias_value", { b: fixed(state.bias), loss: fixed(state.loss(), 3) }),
    start: () => {
      state.rolling = false;
    },
  };
  kit.handle(track.marble, { ...bias, at: (x) => track.biasAt(x) });

  return {
    draw: (size) => {
      const marble = kit.step() === MARBLE;
      set(on.clouds, { display: marble ? "none" : null });
      set(on.track, { display: marble ? null : "none" });
      if (marble) track.draw(size);
      else {
        const { width, height, narrow } = size;
        const small = Math.min((height - (narrow ? 22 : 46)) / 4, width * 0.175);
        const large = Math.min(width * 0.275, (height - (narrow ? 12 : 32)) / 2);
        const gap = narrow ? 7 : 15;
        const right = width - small - (narrow ? 8 : 22);
        const frames = [
          { x: large + (narrow ? 8 : 22), y: height / 2, half: large },
          { x: right, y: height / 2 - small - gap / 2, half: small },
          { x: right, y: height / 2 + small + gap / 2, half: small },
        ];
        const ghost = state.guessed && kit.step() === 0;
        clouds.draw(compared(state.map, count()), frames, {
          asking: kit.asking(),
          ghost,
          narrow,
          few: kit.step() === FEW,
        });
      }
    },
    enter: (step) => {
      if (step !== MARBLE) state.rolling = false;
    },
    values: () => valuesOf(state, kit.say, count()),
    scrubs: {
      m: {
        label: kit.say("picture.batch"),
        min: SMALLEST,
        max: LARGEST,
        step: 1,
        get: () => state.batch,
        set: (value) => {
          state.batch = Math.round(value);
        },
        text: () => `m = ${state.batch}`,
      },
      d: {
        label: kit.say("picture.width"),
        min: 2,
        max: 1024,
        step: 1,
        get: () => state.width,
        set: (value) => {
          state.width = Math.round(value);
        },
        text: () => `d = ${state.width}`,
      },
      t: {
        label: kit.say("track.mean"),
        min: -1,
        max: 1,
        step: 0.05,
        get: () => state.mean,
        set: (value) => state.setMean(value),
        text: () => fixed(state.mean),
      },
      b: bias,
    },
    actions: {
      shear: () =>
        morph([
          [1, 0.1],
          [1.2, 0.8],
        ]),
      turn: () => morph(turned(40)),
      stretch: () =>
        morph([
          [1.6, 0],
          [0, 0.5],
        ]),
      back: () => morph(START),
      two: () => {
        state.batch = 2;
        kit.redraw();
        kit.saved();
      },
      three: () => {
        state.batch = 3;
        kit.redraw();
        kit.saved();
      },
      many: () => {
        state.batch = LARGEST;
        kit.redraw();
        kit.saved();
      },
      outside: () => run(false),
      through: () => run(true),
    },
    guess: guessOf(kit, state),
    formula: formulaOf(state, () => kit.step() === MARBLE),
    summary: () =>
      kit.say(kit.step() === MARBLE ? "track.summary" : "picture.summary", valuesOf(state, kit.say, count())),
    save: () => state.save(),
    load: (saved) => state.load(saved),
    end: () => stop(),
  };
}

/** @param {Kit} kit @param {State} state @returns {Guess} */
function guessOf(kit, state) {
  return {
    step: 0,
    made: () => state.guessed,
    reveal: (how) => {
      kit.redraw();
      // The correlations of the answer are those of the picture, {raw_shown} and {bn_shown}: the cloud may be dragged on.
      if (how !== "guessed") {
        state.guessed = false;
        return { key: "steps.1.guess.shown" };
      }
      const asked = compared(state.map)[0].correlation;
      const values = { said: fixed(correlationOfGuess(state.guess)), asked: fixed(asked) };
      return { key: `steps.1.guess.${verdict(state.guess, asked)}`, values };
    },
    again: () => {
      kit.halt();
      state.map = [[...START[0]], [...START[1]]];
      Object.assign(state, { guess: { ...GUESS }, guessed: false });
    },
  };
}
