/**
 * Initialization: a weight vector whose length no output knows, and whose gradient knows it well.
 *
 * The grip at the tip stretches the vector, the knob on the dial turns it. Steps of gradient descent leave a trail of
 * right triangles. The last step of the text shows the chapter's recorded sweeps.
 */
/** @import { Guess, Hero, Kit } from "../../types" */

import { between, fixed } from "../../svg.js";
import { formulaOf, valuesOf } from "./formula.js";
import { InitializationPicture } from "./picture.js";
import { FARTHEST, GHOST, LONGEST, RATE, RATES, SHORTEST, State, verdict, WAITING, wrapped } from "./state.js";
import { shown } from "./sweep.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** Steps of the text by what they show. */
const [GRADIENT, STEPS, MEASURED] = [2, 3, 4];
/** Updates of the button that takes several, and the time between two, ms. */
const MANY = 5;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const picture = new InitializationPicture(kit, state);

  const take = () => {
    state.remember();
    state.trail = [];
  };
  /** @param {number} length @param {number} [ms] */
  const stretch = (length, ms = 900) => {
    kit.halt();
    state.trail = [];
    state.remember();
    const from = state.weight.length;
    kit.animate(
      ms,
      (share) => {
        state.weight.length = between(from, length, share);
      },
      kit.saved,
    );
  };
  /** @param {number} angle */
  const turnTo = (angle) => {
    kit.halt();
    kit.answered();
    state.trail = [];
    state.remember();
    const from = state.weight.angle;
    const by = wrapped(angle - from);
    kit.animate(
      1000,
      (share) => {
        state.weight.angle = wrapped(from + by * share);
      },
      kit.saved,
    );
  };
  /** Steps one after another; each moves the tip along its line. @param {number} count */
  const descend = (count) => {
    kit.answered();
    if (count === 0 || !state.canStep()) {
      kit.saved();
      return;
    }
    kit.halt();
    state.before = null;
    const { w, next } = state.unit();
    const from = { ...state.weight };
    kit.animate(
      420,
      (share) => {
        const at = [between(w[0], next[0], share), between(w[1], next[1], share)];
        state.weight = { length: Math.hypot(at[0], at[1]), angle: (Math.atan2(at[1], at[0]) * 180) / Math.PI };
      },
      () => {
        state.weight = from;
        state.step();
        descend(count - 1);
      },
    );
  };

  const length = {
    label: kit.say("picture.length"),
    min: SHORTEST,
    max: FARTHEST,
    step: 0.05,
    get: () => state.weight.length,
    set: (/** @type {number} */ value) => {
      // The grip stays in the frame while a hand holds it; let go, the plane zooms to fit.
      const within = Math.min(value, LONGEST, picture.plane.held ? picture.plane.edge() : LONGEST);
      // Snaps to 1 and 2, where the numbers are easiest to check.
      const whole = [1, 2].find((one) => Math.abs(within - one) < 0.03);
      state.weight.length = whole ?? within;
    },
    text: () => kit.say("picture.length_value", { a: fixed(state.weight.length), loss: fixed(state.unit().loss, 3) }),
    start: (/** @type {boolean} */ byKeyboard) => {
      if (!byKeyboard || !state.before) take();
      kit.answered();
    },
  };
  kit.handle(picture.plane.grip, {
    ...length,
    at: (x, y) => picture.lengthAt(x, y),
    start: (byKeyboard) => {
      length.start(byKeyboard);
      picture.plane.held = !byKeyboard;
    },
    end: () => {
      picture.plane.held = false;
      kit.redraw();
    },
  });
  kit.handle(picture.plane.knob, {
    label: kit.say("picture.direction"),
    min: -190,
    max: 190,
    step: 2,
    get: () => state.weight.angle,
    set: (value) => {
      state.weight.angle = wrapped(value);
    },
    text: () =>
      kit.say("picture.direction_value", {
        angle: fixed(state.weight.angle, 0),
        loss: fixed(state.unit().loss, 3),
      }),
    at: (x, y) => state.weight.angle + wrapped(picture.angleAt(x, y) - state.weight.angle),
    // The question is about the length of w: a turn does not answer it.
    start: (byKeyboard) => {
      if (!byKeyboard || !state.before) take();
    },
  });
  kit.handle(picture.columns.ghostGrip, {
    label: kit.say("picture.ghost_grip"),
    ...GHOST,
    step: 0.05,
    vertical: true,
    get: () => state.ghost,
    set: (value) => {
      state.ghost = value;
      state.guessed = true;
    },
    text: () => kit.say("picture.ghost_value", { factor: fixed(state.ghost) }),
    at: (_, y) => picture.columns.factorAt(y),
  });
  const rate = {
    label: kit.say("picture.rate"),
    ...RATES,
    step: 0.1,
    get: () => state.rate,
    set: (/** @type {number} */ value) => {
      state.rate = value;
    },
    text: () => `η = ${fixed(state.rate)}`,
  };
  kit.handle(picture.measured.cursor, {
    label: kit.say("measured.cursor"),
    min: 0,
    max: 14,
    step: 1,
    get: () => shown(picture.measured.recorded, state).place,
    set: (value) => {
      const { sweep } = shown(picture.measured.recorded, state);
      state.cursor[state.kind] = Math.min(Math.round(value), sweep.values.length - 1);
    },
    text: () => kit.say("measured.cursor_value", picture.measured.values()),
    at: (x) => picture.measured.placeAt(x),
  });
  /** @param {() => void} change */
  const switched = (change) => () => {
    change();
    kit.redraw();
    kit.saved();
  };

  return {
    draw: (size) =>
      picture.draw(size, {
        asking: kit.asking(),
        gradient: kit.step() >= GRADIENT,
        history: kit.step() === STEPS,
        measured: kit.step() === MEASURED,
      }),
    enter: () => undefined,
    values: () => ({ ...valuesOf(state), ...picture.measured.values() }),
    scrubs: { a: { ...length, max: LONGEST }, eta: rate },
    actions: {
      half: () => {
        kit.answered();
        stretch(0.5);
      },
      one: () => {
        kit.answered();
        stretch(1);
      },
      double: () => {
        kit.answered();
        stretch(2);
      },
      turn: () => turnTo(state.weight.angle + (state.weight.angle > 90 ? -60 : 60)),
      step: () => descend(1),
      many: () => descend(MANY),
      over: switched(() => {
        kit.halt();
        kit.answered();
        state.startOver();
        state.rate = RATE;
      }),
      scale: switched(() => {
        state.kind = "scale";
      }),
      rate: switched(() => {
        state.kind = "rate";
      }),
      net: switched(() => {
        state.net = state.net === "relu" ? "tanh" : "relu";
      }),
    },
    guess: guessOf(kit, state, stretch),
    formula: formulaOf(),
    summary: () => kit.say(kit.step() === MEASURED ? "measured.summary" : "picture.summary", allOf(state, picture)),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** @param {State} state @param {InitializationPicture} picture */
const allOf = (state, picture) => ({ ...valuesOf(state), ...picture.measured.values() });

/** @param {Kit} kit @param {State} state @param {(length: number, ms?: number) => void} stretch @returns {Guess} */
function guessOf(kit, state, stretch) {
  return {
    step: 0,
    made: () => state.guessed,
    reveal: (how) => {
      if (how !== "deed") stretch(2, 1300);
      if (how !== "guessed") {
        state.guessed = false;
        return { key: "steps.1.guess.shown" };
      }
      return { key: `steps.1.guess.${verdict(state.ghost)}`, values: { factor: fixed(state.ghost) } };
    },
    again: () => {
      kit.halt();
      state.startOver();
      Object.assign(state, { ghost: WAITING, guessed: false });
    },
  };
}
