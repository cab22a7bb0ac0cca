/**
 * What the picture shows in each step of the text, kept apart: a step sets the state that it talks about, and what the
 * hand did in another step is there again on the way back.
 *
 * Steps share a place where they talk about the same thing: all have the batches and the digit of the first one, but the
 * step about early evaluation has statistics of its own, and the one about a batch of one its own digit and size.
 */
/** @import { State } from "./state.js" */

import { BATCHES, TOO_EARLY } from "./state.js";

/** The steps with a place of their own, from 0. */
export const [EARLY, ALONE] = [3, 4];
/** Whether a step begins in training mode. */
const TRAINING = [true, false, true, false, true];

/** @typedef {Pick<State, "size" | "fresh" | "batches" | "mates" | "yours" | "seen" | "seenSize">} Kept */

/** Where a step keeps something. @type {Record<keyof Kept, (step: number) => "all" | "early" | "alone">} */
const PLACE = {
  size: (step) => (step === ALONE ? "alone" : "all"),
  yours: (step) => (step === ALONE ? "alone" : "all"),
  fresh: (step) => (step === EARLY ? "early" : "all"),
  batches: (step) => (step === EARLY ? "early" : "all"),
  mates: (step) => (step === EARLY ? "early" : step === ALONE ? "alone" : "all"),
  seen: (step) => (step === EARLY ? "early" : step === ALONE ? "alone" : "all"),
  seenSize: (step) => (step === EARLY ? "early" : step === ALONE ? "alone" : "all"),
};
const NAMES = /** @type {(keyof Kept)[]} */ (Object.keys(PLACE));

export class Shelf {
  /** @param {State} state as the picture opens */
  constructor(state) {
    this.state = state;
    this.step = 0;
    this.training = [...TRAINING];
    const { size, fresh, batches, mates, yours, seen, seenSize } = state;
    /** @type {Record<"all" | "early" | "alone", Partial<Kept>>} */
    this.kept = {
      all: { size, fresh, batches, mates: [...mates], yours, seen, seenSize },
      early: { fresh: true, batches: TOO_EARLY, mates: state.batch(TOO_EARLY), seen, seenSize },
      alone: { size: 1, yours: state.asked, mates: state.batch(BATCHES), seen, seenSize },
    };
  }

  /** Put away what the present step shows, and take out what another one does. @param {number} step */
  turn(step) {
    const { state } = this;
    this.training[this.step] = state.training;
    for (const name of NAMES) Object.assign(this.kept[PLACE[name](this.step)], { [name]: state[name] });
    if (this.step === EARLY) state.earlyBatches = state.batches;
    this.adopt(step);
    state.training = this.training[step];
    for (const name of NAMES) Object.assign(state, { [name]: this.kept[PLACE[name](step)][name] });
    state.mates = [...state.mates];
    state.seen = [...state.seen];
  }

  /** The state already is what a step shows, for instance from an address. @param {number} step */
  adopt(step) {
    this.step = step;
    this.state.early = step === EARLY;
  }
}
