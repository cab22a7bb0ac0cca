/** What each grip of the picture of saturation changes. */
/** @import { HandleOptions, Kit } from "../../types" */
/** @import { Recorded } from "./distribution.js" */
/** @import { Gauge } from "./gauge.js" */
/** @import { Grips } from "./grips.js" */
/** @import { LayerRow } from "./layer_row.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Bell, State } from "./state.js" */

import { clamp, fixed } from "../../svg.js";
import { arrived, LIMITS, layerIn, MOST, percent, VANISHING } from "./state.js";

/**
 * Make the grips handles; returns those quantities that sentences may change as well.
 * @param {Kit} kit
 * @param {State} state
 * @param {{recorded: Recorded, grips: Grips, gauge: Gauge, rowOfLayers: LayerRow, layout: () => Layout, left: () => number,
 *   settle: () => void}} picture left: the share of the gradient that is shown; settle: end a motion
 * @returns {Record<string, HandleOptions>}
 */
export function addHands(kit, state, { recorded, grips, gauge, rowOfLayers, layout, left, settle }) {
  /** @param {keyof Bell} name @param {"bell" | "affine"} kind @param {number} step */
  const quantity = (name, kind, step) => ({
    label: kit.say(`picture.handle.${name}`),
    min: LIMITS[name][0],
    max: LIMITS[name][1],
    step,
    get: () => state.bell[name],
    set: (/** @type {number} */ value) => {
      state.bell[name] = value;
      // On the way to its goal the bell tells nothing of the answer yet.
      if (!kit.asking() || arrived(state)) kit.answered();
    },
    text: () =>
      kit.say("picture.handle_value", {
        value: fixed(state.bell[name]),
        left: percent(left()),
      }),
    start: () => {
      state.byHand[kind] = true;
      settle();
    },
  });
  const mean = quantity("mean", "bell", 0.1);
  const deviation = quantity("deviation", "bell", 0.05);
  const beta = quantity("beta", "affine", 0.1);
  const gamma = quantity("gamma", "affine", 0.05);
  kit.handle(grips.before, { ...mean, at: (x) => grips.inputAt(x, layout()) });
  kit.handle(grips.after, { ...beta, at: (x) => grips.inputAt(x, layout()) });
  kit.handle(grips.spread, { ...deviation, at: (x) => grips.inputAt(x, layout()) });
  kit.handle(grips.gamma, { ...gamma, at: (x) => grips.inputAt(x, layout()) });
  kit.handle(gauge.mark, {
    label: kit.say("picture.handle.guess"),
    min: 0,
    max: MOST,
    step: 0.005,
    vertical: true,
    get: () => state.guess ?? MOST / 2,
    set: (value) => {
      state.guess = value;
    },
    text: () => (state.guess === null ? "?" : percent(state.guess)),
    at: (_, y) => gauge.shareAt(y, layout()),
  });
  const moments = recorded.scenes[0].steps.length - 1;
  kit.handle(grips.timeGrip, {
    label: kit.say("picture.handle.step"),
    min: 0,
    max: moments,
    step: 1,
    get: () => state.moment,
    set: (value) => {
      state.moment = clamp(Math.round(value), 0, moments);
    },
    start: settle,
    text: () => String(recorded.scenes[state.scene ?? 0].steps[state.moment]),
    at: (x) => grips.momentAt(x, layout()),
  });
  kit.handle(rowOfLayers.grip, {
    label: kit.say("picture.handle.layer"),
    min: 0,
    max: recorded.scenes[VANISHING].arms[0].range[0].length - 1,
    step: 1,
    get: () => state.layer,
    set: (value) => {
      state.layer = Math.round(value);
      state.layer = layerIn(state, recorded.scenes[state.scene ?? VANISHING]);
    },
    start: settle,
    text: () => kit.say("picture.layer", { number: state.layer + 1 }),
    at: (x) => rowOfLayers.layerAt(x, layout(), recorded.scenes[state.scene ?? 0]),
  });
  return { mean, deviation, beta, gamma };
}
