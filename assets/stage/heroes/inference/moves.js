/** How the picture of inference moves: at once under the hand, else over some time; and what happens by itself. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { BATCHES, MATES, MOST_BATCHES, mixed } from "./state.js";

const SETTLE_MS = 420;
/** Seconds between two batches that pass by themselves. */
export const PACE = 0.28;
/** The state of the running statistics when the picture opens. */
export const AS_TRAINED = { fresh: false, batches: BATCHES };

/** @typedef {Partial<Pick<State, "training" | "size" | "fresh" | "batches" | "yours" | "guess">>} Change */

export class Moves {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.kit = kit;
    this.state = state;
    /** Ends what goes on by itself. */
    this.stop = () => {};
  }

  halt() {
    this.stop();
    this.kit.halt();
  }

  /** Follow at once. */
  now() {
    this.state.compute();
    this.state.shown = this.state.snapshot();
  }

  /** Follow over some time. @param {number} [ms] @param {number} [slide] how far the rows of batches are above their places */
  settle(ms = SETTLE_MS, slide = 0) {
    const { state, kit } = this;
    state.compute();
    const from = { ...state.shown, slide: [slide] };
    const to = state.snapshot();
    const move = (/** @type {number} */ share) => {
      state.shown = mixed(from, to, share);
    };
    kit.animate(ms, move, kit.saved);
  }

  /** Do something some times, at a pace; at once where motion is not wanted. @param {number} times @param {number} pace seconds @param {() => void} act */
  repeat(times, pace, act) {
    this.halt();
    let left = times;
    if (this.kit.still()) {
      for (; left > 0; left--) act();
      return;
    }
    let waited = pace;
    const end = this.kit.play((seconds) => {
      waited += seconds;
      if (waited < pace) return;
      waited = 0;
      left -= 1;
      act();
      if (left <= 0) end();
    });
    this.stop = end;
  }

  /** One more batch passes in training mode. */
  pass() {
    const { state } = this;
    if (state.batches >= MOST_BATCHES) return;
    state.batches += 1;
    state.size = MATES + 1;
    state.mates = state.batch(state.batches);
    this.settle(PACE * 900, 1);
  }

  /** Change some of the state, and let the picture follow. @param {Change} change */
  turn(change) {
    const { state } = this;
    this.halt();
    const former = { ...state };
    Object.assign(state, change);
    if (state.batches !== former.batches) state.mates = state.batch(state.batches);
    const other = state.batches !== former.batches || state.size !== former.size || state.fresh !== former.fresh;
    if (other) {
      state.now = state.computed();
      state.forget();
    }
    this.settle();
  }

  /** The batch of the question, before its swap. */
  ask() {
    const { state } = this;
    this.halt();
    Object.assign(state, { yours: state.asked, training: true, size: MATES + 1, ...AS_TRAINED });
    state.mates = state.batch(state.batches);
    state.now = state.computed();
    state.forget();
    state.shown = state.snapshot();
  }
}
