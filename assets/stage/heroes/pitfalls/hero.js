/** Pitfalls: a number in ordinary code, dragged where it stands, and what it does to batch normalization. */
/** @import { Hero, Kit } from "../../types" */

import { halvedMomentum } from "../../math/pitfalls.js";
import { clamp } from "../../svg.js";
import { PitfallPicture } from "./picture.js";
import { askedValues, numberAt, PLAIN_MOMENTUM, SCENES, shareOf } from "./scenes.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** Pixels that take the number through its whole range. */
const WAY = 320;
/** Where the cursor of each scene waits. */
const CURSORS = [120, 0.02, 4, 5, 1000];

export class State {
  constructor() {
    this.scene = 0;
    this.numbers = SCENES.map(({ number }) => number.start);
    this.at = CURSORS[0];
    /** What the visitor holds true of the first line of code. @type {"" | "true" | "false"} */
    this.answer = "";
  }

  /** @param {number} scene */
  show(scene) {
    if (scene === this.scene) return;
    this.scene = scene;
    this.at = CURSORS[scene];
  }
}

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const picture = new PitfallPicture(kit, state);
  const scene = () => SCENES[state.scene];
  const setNumber = (/** @type {number} */ value) => {
    state.numbers[state.scene] = value;
    if (scene().name === "variance") state.at = Math.round(value);
  };
  kit.handle(picture.number, {
    label: kit.say("picture.number"),
    min: 0,
    max: 1,
    step: 0.02,
    get: () => shareOf(scene().number, state.numbers[state.scene]),
    set: (share) => setNumber(numberAt(scene().number, share)),
    text: () => scene().number.format(state.numbers[state.scene]),
    at: (x) => x / WAY,
    // A hand on the number sees what it does: the curves are the answer to the question.
    start: () => kit.answered(),
  });
  kit.handle(picture.grip, {
    label: kit.say("picture.cursor"),
    min: 0,
    max: 1,
    step: 0.02,
    get: () => cursorShare(state),
    set: (share) => {
      const [low, high] = scene().x;
      state.at = numberAt({ min: low, max: high, log: scene().logX, start: low, format: String }, share);
    },
    text: () => String(Number(state.at.toPrecision(3))),
    at: (x) => cursorShare({ ...state, at: picture.xAt(x) }),
  });
  for (const chip of picture.chips) {
    chip.addEventListener("click", () => {
      state.answer = chip.dataset.answer === "true" ? "true" : "false";
      kit.redraw();
    });
  }
  const goTo = (/** @type {number} */ number, /** @type {number} */ ms) => {
    if (kit.asking()) kit.answered();
    kit.animate(ms, moveNumber(state, number), kit.saved);
  };
  return {
    draw: (size) => picture.draw(size, kit.asking()),
    enter: (step) => state.show(Math.min(step, SCENES.length - 1)),
    values: () =>
      Object.assign(
        askedValues(),
        ...SCENES.map(({ name, values }, place) => named(name, values(state.numbers[place]))),
      ),
    actions: {
      wrong: () => goTo(scene().number.start, 500),
      right: () => goTo(cureOf(scene().name), 900),
    },
    guess: {
      step: 0,
      made: () => state.answer !== "",
      reveal: (how) => ({ key: `steps.1.guess.${how === "guessed" ? state.answer : "shown"}` }),
      again: () => Object.assign(state, new State()),
    },
    summary: () => {
      // Nothing is given away before the answer.
      if (kit.asking()) return kit.say("picture.question");
      const written = scene().number.format(state.numbers[state.scene]);
      return kit.say(`picture.${scene().name}_summary`, {
        number: written,
        ...scene().values(state.numbers[state.scene]),
      });
    },
    save: () => {
      const number = state.numbers[state.scene];
      return { number: number === scene().number.start ? "" : String(Number(number.toPrecision(4))) };
    },
    load: (saved) => {
      const step = Math.floor(Number(saved.get("step")) || 1) - 1;
      state.show(clamp(step, 0, SCENES.length - 1));
      const number = Number(saved.get("number") ?? "");
      const { min, max } = scene().number;
      if (saved.get("number") && Number.isFinite(number)) setNumber(clamp(number, min, max));
    },
  };
}

/** @param {{scene: number, at: number}} state */
function cursorShare({ scene, at }) {
  const { x, logX } = SCENES[scene];
  return clamp(shareOf({ min: x[0], max: x[1], log: logX, start: x[0], format: String }, clamp(at, x[0], x[1])), 0, 1);
}

/** Values of a scene under names of their own. @param {string} name @param {Record<string, string>} values */
const named = (name, values) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}_${key}`, value]));

/** The number that cures the program, where another number does. @param {string} name */
const cureOf = (name) =>
  ({ momentum: 0.01, epsilon: 1e-3, variance: 64, checkpoint: halvedMomentum(PLAIN_MOMENTUM), decay: 1e-5 })[name] ?? 0;

/** @param {State} state @param {number} target @returns {(share: number) => void} */
function moveNumber(state, target) {
  const { number, name } = SCENES[state.scene];
  const from = shareOf(number, state.numbers[state.scene]);
  const to = shareOf(number, target);
  const scene = state.scene;
  return (share) => {
    state.numbers[scene] = numberAt(number, from + (to - from) * share);
    if (name === "variance" && state.scene === scene) state.at = Math.round(state.numbers[scene]);
  };
}
