/** What the visitor takes hold of: the digit, a pixel of a map, the size of the batch, the maps of the question. */
/** @import { HandleOptions, Kit } from "../../types" */
/** @import { ConvolutionPicture } from "./picture.js" */
/** @import { State } from "./state.js" */

import { ASKED, REACH } from "./state.js";
import { valuesOf } from "./values.js";

/** @param {Element} element @param {() => void} act */
function press(element, act) {
  element.addEventListener("click", act);
  element.addEventListener("keydown", (event) => {
    const { key } = /** @type {KeyboardEvent} */ (event);
    if (key !== " " && key !== "Enter") return;
    event.preventDefault();
    act();
  });
}

/**
 * @param {Kit} kit @param {State} state @param {ConvolutionPicture} picture
 * @param {() => void} turn change what shares a mean
 * @returns {Record<string, HandleOptions>} what can be changed where a sentence quotes it
 */
export function handsOf(kit, state, picture, turn) {
  digitOf(kit, state, picture);
  brushOf(kit, state, picture);
  press(picture.choice.root, turn);
  for (const { root, image } of picture.sheets) press(root, () => paint(kit, state, ASKED.filter, image));
  const m = {
    label: kit.say("picture.m"),
    min: 1,
    max: state.images.length,
    step: 1,
    get: () => state.m,
    set: (/** @type {number} */ value) => state.keep(value),
    text: () => kit.say("picture.m_value", valuesOf(state)),
    start: () => kit.answered(),
  };
  const at = (/** @type {number} */ clientX) => {
    const [first, second] = picture.layout.batch;
    const x = clientX - kit.svg.getBoundingClientRect().left;
    return (x - first.x) / (second.x - first.x);
  };
  kit.handle(picture.batchEnd, { ...m, at });
  return { m };
}

/** @param {Kit} kit @param {State} state @param {number} filter @param {number} image */
function paint(kit, state, filter, image) {
  if (!kit.asking()) return;
  const key = filter * state.images.length + image;
  if (!state.painted.delete(key)) state.painted.add(key);
  kit.redraw();
}

/** @param {Kit} kit @param {State} state @param {ConvolutionPicture} picture */
function digitOf(kit, state, picture) {
  // Where the hand is, in parts of a pixel: the digit itself goes by whole ones.
  let hand = [0, 0];
  const range = { min: -REACH, max: REACH, step: 1 };
  kit.handle2D(picture.digit.root, {
    label: kit.say("picture.move"),
    x: {
      ...range,
      get: () => hand[0],
      set: (value) => {
        hand[0] = value;
        state.move(hand[0], hand[1]);
      },
    },
    y: {
      // Up is more, as for every handle, although rows count downward.
      ...range,
      get: () => -hand[1],
      set: (value) => {
        hand[1] = -value;
        state.move(hand[0], hand[1]);
      },
    },
    text: () => kit.say("picture.move_value", valuesOf(state)),
    at: (x, y) => [x * picture.scale, -y * picture.scale],
    start: () => {
      hand = [state.dx, state.dy];
      kit.answered();
    },
    end: () => {
      hand = [state.dx, state.dy];
    },
  });
  // Before the kit asks where the digit is: a button may have moved it.
  const settle = () => {
    hand = [state.dx, state.dy];
  };
  picture.digit.root.addEventListener("pointerdown", settle, { capture: true });
  picture.digit.root.addEventListener("keydown", settle, { capture: true });
}

/** @param {Kit} kit @param {State} state @param {ConvolutionPicture} picture */
function brushOf(kit, state, picture) {
  const element = /** @type {SVGElement} */ (/** @type {unknown} */ (picture.brush.root));
  const { size } = state;
  const rows = state.data.filters.length * size;
  let held = false;
  const row = () => state.pinned.filter * size + state.pinned.row;
  const pin = (/** @type {number} */ column, /** @type {number} */ at) => {
    state.hover = null;
    state.pinned = { filter: Math.floor(at / size), row: at % size, column };
  };
  // Before the kit's own listener: the pixel jumps to the pointer, and then follows it.
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const found = picture.pixelAt(event.clientX, event.clientY);
    if (kit.asking()) paint(kit, state, found.filter, 0);
    else state.pinned = found;
  });
  kit.handle2D(picture.brush.root, {
    label: kit.say("picture.pixel"),
    x: {
      min: 0,
      max: size - 1,
      step: 1,
      get: () => state.pinned.column,
      set: (column) => pin(Math.round(column), row()),
    },
    y: {
      min: -(rows - 1),
      max: 0,
      step: 1,
      get: () => -row(),
      set: (value) => pin(state.pinned.column, Math.round(-value)),
    },
    text: () =>
      kit.say("picture.pixel_value", { ...valuesOf(state), row: state.shown.row + 1, column: state.shown.column + 1 }),
    at: (x, y) => {
      const found = picture.pixelAt(x, y);
      return [found.column, -(found.filter * size + found.row)];
    },
    start: (byKeyboard) => {
      held = !byKeyboard;
    },
    end: () => {
      held = false;
    },
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    paint(kit, state, state.pinned.filter, 0);
  });
  element.addEventListener("pointermove", (event) => {
    if (held || kit.asking() || event.pointerType === "touch") return;
    state.hover = picture.pixelAt(event.clientX, event.clientY);
    kit.redraw();
  });
  element.addEventListener("pointerleave", () => {
    state.hover = null;
    kit.redraw();
  });
}
