/**
 * Saturation: a bell of inputs under the sigmoid, its outputs at the side, and the gradient that the slope lets back.
 *
 * Mean and spread of the bell are dragged; a switch puts BN before the sigmoid, whose beta and gamma are grips as well.
 * The last three steps show every layer of recorded nets: one is saturated, in the next the gradient vanishes, and the
 * last is that one with a start made for sigmoids.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Recorded } from "./distribution.js" */
/** @import { Bell } from "./state.js" */

import { between, layers } from "../../svg.js";
import { Bells } from "./bells.js";
import { steepest } from "./distribution.js";
import { formulaOf } from "./formula.js";
import { Frame } from "./frame.js";
import { Gauge } from "./gauge.js";
import { Grips } from "./grips.js";
import { addHands } from "./hands.js";
import { LayerRow } from "./layer_row.js";
import { layOut } from "./layout.js";
import {
  atRest,
  GOES_TO,
  LIMITS,
  layerIn,
  load,
  percent,
  SATURATED_NET,
  STARTED_NET,
  State,
  saved,
  shapes,
  truth,
  VANISHING,
  valuesOf,
  verdict,
} from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

const [ASK, PUSH, SWITCH] = [0, 1, 2];
/** The recorded net of each step that shows one. @type {Record<number, number>} */
const SCENE_OF = { 3: SATURATED_NET, 4: VANISHING, 5: STARTED_NET };

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const recorded = /** @type {Recorded} */ (kit.data);
  const on = layers(
    kit.svg,
    "wash",
    "axis",
    "projection",
    "outputs",
    "before",
    "after",
    "green",
    "curve",
    "hot",
    "gauge",
    "row",
    "grip",
    "label",
    "top",
  );
  for (const name of /** @type {const} */ (["wash", "axis", "projection", "outputs", "green", "curve", "hot", "label"]))
    on[name].classList.add("still");
  const frame = new Frame(kit, on);
  const bells = new Bells(on, on);
  const gauge = new Gauge(kit, on);
  let now = shapes(state, recorded);
  let at = layOut(kit.size(), { curve: "sigmoid", recorded: false, row: 0, top: 0.4 });

  /** @param {Partial<Bell>} bell @param {number} [ms] */
  const moveTo = (bell, ms = 900) => {
    const from = { ...state.bell };
    const [fromSnap, fromRow] = [state.snap, state.row];
    const { snap, row: out } = atRest(state);
    const to = { ...from, ...bell };
    kit.animate(
      ms,
      (share) => {
        for (const name of /** @type {const} */ (["mean", "deviation", "gamma", "beta"]))
          state.bell[name] = between(from[name], to[name], share);
        state.snap = between(fromSnap, snap, share);
        state.row = between(fromRow, out, share);
      },
      kit.saved,
    );
  };
  const flip = (/** @type {boolean} */ bn) => {
    state.bn = bn;
    moveTo({}, 700);
  };
  const flipByHand = () => {
    state.byHand.switch = true;
    flip(!state.bn);
  };
  const grips = new Grips(kit, state, { layers: on, flip: flipByHand, recorded });
  const choose = (/** @type {number} */ layer) => {
    state.layer = layer;
    kit.saved();
    kit.redraw();
  };
  const rowOfLayers = new LayerRow(kit, state, on.row, choose);

  // A hand that takes over ends a motion of the switch or the row: they are then where they were going.
  const settle = () => Object.assign(state, atRest(state));
  const left = () => now.shown.left;
  const scrubs = addHands(kit, state, { recorded, grips, gauge, rowOfLayers, layout: () => at, left, settle });
  const moments = recorded.scenes[0].steps.length - 1;

  return {
    draw: (size) => {
      now = shapes(state, recorded);
      const curve = state.scene === null ? "sigmoid" : recorded.scenes[state.scene].activation;
      const isRecorded = state.scene !== null;
      const top = Math.max(now.shown.top, now.behind.top);
      at = layOut(size, { curve, recorded: isRecorded, row: state.row, top });
      frame.draw(at, curve, (now.shown.middle[0] + now.shown.middle[1]) / 2);
      bells.draw(at, now, { curve, withBn: isRecorded ? state.bn : state.snap > 0, recorded: isRecorded });
      const asking = kit.asking();
      gauge.draw(at, now.shown, { most: steepest(curve), guess: isRecorded ? null : state.guess, asking });
      grips.draw(at, now, asking);
      rowOfLayers.draw(at, recorded);
    },
    enter: (step, first) => {
      if (!state.byHand.switch) state.bn = step === SWITCH;
      const scene = SCENE_OF[step] ?? null;
      if (scene !== null) state.layer = layerIn(state, recorded.scenes[scene]);
      state.scene = scene;
      const out = (step === PUSH || step === SWITCH) && !state.byHand.bell ? { mean: 6, deviation: 1 } : {};
      const unit = step === SWITCH && !state.byHand.affine ? { gamma: 1, beta: 0 } : {};
      if (first) {
        Object.assign(state.bell, out);
        settle();
      } else moveTo({ ...out, ...unit }, 800);
    },
    values: () => valuesOf(state, recorded, now.shown, kit.say),
    scrubs,
    actions: {
      far: () => {
        kit.answered();
        state.byHand.bell = true;
        moveTo({ mean: 6, deviation: 1 });
      },
      wide: () => {
        state.byHand.bell = true;
        moveTo({ deviation: Math.min(LIMITS.deviation[1], 2 * state.bell.deviation) });
      },
      flip: flipByHand,
      push: () => {
        Object.assign(state.byHand, { switch: true, affine: true });
        state.bn = true;
        moveTo({ beta: -6 });
      },
      unit: () => {
        Object.assign(state.byHand, { switch: true, affine: true });
        state.bn = true;
        moveTo({ beta: 0, gamma: 1 });
      },
      train: () => {
        settle();
        const from = state.moment === moments ? 0 : state.moment;
        kit.animate(
          3000,
          (share) => {
            state.moment = Math.round(between(from, moments, share));
          },
          kit.saved,
        );
      },
    },
    guess: guessOf(kit, state, moveTo),
    formula: formulaOf(state, recorded),
    summary: () => {
      const values = valuesOf(state, recorded, now.shown, kit.say);
      return kit.say(state.scene === null ? "picture.summary" : "picture.summary_recorded", {
        ...values,
        bn: kit.say(state.bn ? "picture.with_bn" : "picture.without_bn"),
      });
    },
    save: () => saved(state),
    load: (address) => load(state, address, recorded),
  };
}

/** @param {Kit} kit @param {State} state @param {(bell: Partial<Bell>, ms?: number) => void} moveTo @returns {Guess} */
function guessOf(kit, state, moveTo) {
  return {
    step: ASK,
    made: () => state.guess !== null,
    reveal: (how) => {
      // A link to a later step opens on the answer, but its picture is that of its step.
      if (how !== "deed" && kit.step() === ASK) {
        state.bn = false;
        state.byHand.bell = false;
        moveTo({ mean: GOES_TO, deviation: 1 }, 1400);
      }
      const guess = state.guess === null ? "" : percent(state.guess);
      return { key: `steps.1.guess.${verdict(state.guess)}`, values: { guess, truth: percent(truth()) } };
    },
    again: () => {
      kit.halt();
      Object.assign(state, { guess: null, bn: false, snap: 0 });
      Object.assign(state.byHand, { bell: false, switch: false });
      state.bell = { mean: 0, deviation: 1, gamma: 1, beta: 0 };
    },
  };
}
