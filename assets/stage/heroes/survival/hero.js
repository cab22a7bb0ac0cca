/**
 * The survival map: paint where a net without BN still learns, watch the recorded map fill in, and brush to compare.
 *
 * One brush lies on both maps; it is drawn with the pointer, moved as a whole, or changed at two corners.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Maps } from "./state.js" */

import { brushHandles, cellHandle, touch } from "./hands.js";
import { formulaOf, valuesOf } from "./numbers.js";
import { SurvivalPicture } from "./picture.js";
import { FAST, LOST, NETS, State } from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** The step of the text that shows where BN does not help; the one after it has another net. */
const LIMITS = 2;
const FILL_MS = 3600;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State(/** @type {Maps} */ (kit.data));
  const all = state.filled;
  // An address may open another map than the one that the question is about.
  const asking = () => kit.asking() && state.net === NETS[0];
  // Before the first drawing an address is opened: it shows what it shows, at once.
  let drawn = false;
  const fill = (/** @type {boolean} */ onlyPlain) => {
    kit.halt();
    if (!drawn) return;
    state.onlyPlain = onlyPlain;
    kit.animate(onlyPlain ? FILL_MS : 2 * FILL_MS, (share) => {
      state.filled = Math.round(share * (onlyPlain ? all / 2 : all));
    });
  };
  const put = (/** @type {string} */ net, /** @type {number[] | null} */ brush) => {
    state.net = net;
    state.complete();
    const [column, row, column2, row2] = brush ?? [0, 0, state.columns - 1, state.rows - 1];
    state.setBrush(column, row, column2, row2);
  };
  const show = (/** @type {string} */ net, /** @type {number[] | null} */ brush) => {
    kit.answered();
    kit.halt();
    put(net, brush);
    kit.redraw();
    kit.saved();
  };
  const picture = new SurvivalPicture(kit, state, (net) => {
    state.byHand = true;
    const { left, low, right, high } = state.brush;
    show(net, [left, low, right, high]);
  });
  cellHandle(kit, state, picture, asking);
  brushHandles(kit, state, picture, asking);
  touch(kit, state, picture, asking);
  return {
    draw: (size) => {
      drawn = true;
      picture.draw(size, asking());
    },
    enter: (step) => {
      if (state.byHand) return;
      kit.halt();
      put(NETS[step > LIMITS ? 1 : 0], step === LIMITS ? LOST : null);
    },
    values: () => valuesOf(state, asking()),
    actions: {
      whole: () => show(state.net, null),
      fast: () => show(state.net, FAST),
      lost: () => show(NETS[0], LOST),
      sigmoid: () => {
        state.byHand = true;
        show(NETS[1], null);
      },
      points: () => {
        state.byHand = true;
        show(NETS[2], null);
      },
      replay: () => {
        kit.answered();
        fill(false);
      },
    },
    guess: guessOf(state, fill),
    formula: formulaOf(kit),
    summary: () => kit.say("picture.summary", valuesOf(state, asking(), kit.say(`picture.net.${state.net}`))),
    save: () => state.save(),
    load: (saved) => state.load(saved),
  };
}

/** @param {State} state @param {(onlyPlain: boolean) => void} fill @returns {Guess} */
function guessOf(state, fill) {
  return {
    step: 0,
    made: () => state.painted.size > 0,
    reveal: (how) => {
      if (how !== "deed") fill(true);
      const score = state.score();
      if (how !== "guessed") return { key: "steps.1.guess.shown", values: score };
      return { key: `steps.1.guess.${score.wrong + score.missed <= 6 ? "right" : "wrong"}`, values: score };
    },
    again: () => {
      Object.assign(state, { net: NETS[0], brush: state.whole(), byHand: false });
      state.complete();
      state.painted.clear();
    },
  };
}
