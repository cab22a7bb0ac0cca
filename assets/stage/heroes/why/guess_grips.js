/** The guess of "Why it works": four grips of a curve, and drawing anywhere in the panel. */
/** @import { Kit } from "../../types" */
/** @import { WhyPicture } from "./picture.js" */
/** @import { State } from "./state.js" */

import { clamp } from "../../svg.js";
import { GRIPS } from "./state.js";
import { lossText } from "./walk_panel.js";

/** The highest loss that can be drawn. */
const HIGHEST = 8;

/** Each grip of the guess, and drawing anywhere in the plain net's panel. @param {Kit} kit @param {State} state @param {WhyPicture} picture */
export function guessGrips(kit, state, picture) {
  const { none } = picture.panels;
  const put = (/** @type {number} */ grip, /** @type {number} */ loss) => {
    state.guess[grip] = clamp(loss, 0, HIGHEST);
    state.drawn = true;
  };
  picture.grips.forEach((grip, number) => {
    kit.handle(grip, {
      label: kit.say("picture.grip", { s: GRIPS[number] }),
      min: 0,
      max: HIGHEST,
      step: 0.1,
      vertical: true,
      get: () => state.guess[number],
      set: (value) => put(number, value),
      text: () => lossText(state.guess[number]),
      at: (_, y) => none.lossAt(y),
    });
  });
  const draw = (/** @type {PointerEvent} */ event) => {
    const s = none.placeAt(event.clientX);
    const number = GRIPS.findIndex((one) => Math.abs(one - s) <= 0.5);
    if (number >= 0) put(number, none.lossAt(event.clientY));
    kit.redraw();
  };
  picture.canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    picture.canvas.setPointerCapture(event.pointerId);
    draw(event);
  });
  picture.canvas.addEventListener("pointermove", (event) => {
    if (picture.canvas.hasPointerCapture(event.pointerId)) draw(event);
  });
}
