/** What the visitor takes hold of: the cursor over all cells, the number of images, the groups, a value. */
/** @import { Kit } from "../../types" */
/** @import { RelativesPicture } from "./picture.js" */
/** @import { State } from "./state.js" */

import { HIGH, LOW } from "./state.js";
import { valuesOf } from "./values.js";

/** The cursor over all cells; while the question is open it paints maps. @param {Kit} kit @param {State} state @param {RelativesPicture} picture */
export function brushOf(kit, state, picture) {
  const { brush } = picture;
  const element = /** @type {SVGElement} */ (/** @type {unknown} */ (brush));
  let adds = true;
  let last = -1;
  const map = () => state.pinned.image * state.data.channels + state.pinned.channel;
  const paint = () => {
    if (!kit.asking() || map() === last) return;
    state.refused = false;
    last = map();
    if (adds) state.painted.add(last);
    else state.painted.delete(last);
  };
  const pin = (/** @type {number} */ column, /** @type {number} */ row) => {
    state.hover = null;
    state.pinned = state.entryAt(column, row);
    state.compare(kit.step());
    paint();
  };
  // Before the kit's own listener: the cursor jumps to the pointer, and then follows it.
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [column, row] = picture.cellAt(event.clientX, event.clientY);
    state.pinned = state.entryAt(column, row);
    state.compare(kit.step());
    adds = !state.painted.has(map());
    last = -1;
    paint();
  });
  const { samples, channels, side } = state.data;
  let held = false;
  kit.handle2D(brush, {
    label: kit.say("picture.cursor"),
    x: {
      min: 0,
      max: samples * side - 1,
      step: 1,
      get: () => state.cellOf(state.pinned)[0],
      set: (column) => pin(column, state.cellOf(state.pinned)[1]),
    },
    y: {
      // Up is more, as for every handle, although rows count downward.
      min: -(channels * side - 1),
      max: 0,
      step: 1,
      get: () => -state.cellOf(state.pinned)[1],
      set: (row) => pin(state.cellOf(state.pinned)[0], -row),
    },
    text: () => {
      const key = kit.asking() ? "picture.cursor_asked" : "picture.cursor_value";
      return kit.say(key, { ...valuesOf(state), ...entryWords(state) });
    },
    at: (x, y) => {
      const [column, row] = picture.cellAt(x, y);
      return [Math.floor(column), -Math.floor(row)];
    },
    start: (byKeyboard) => {
      held = !byKeyboard;
      state.settle();
      adds = byKeyboard ? false : adds;
      last = byKeyboard ? -2 : last;
    },
    end: () => {
      held = false;
    },
  });
  element.addEventListener("keydown", (event) => {
    if (!kit.asking() || (event.key !== " " && event.key !== "Enter")) return;
    event.preventDefault();
    if (!state.painted.delete(map())) state.painted.add(map());
    kit.redraw();
  });
  element.addEventListener("pointermove", (event) => {
    if (held || kit.asking() || event.pointerType === "touch") return;
    const [column, row] = picture.cellAt(event.clientX, event.clientY);
    state.hover = state.entryAt(column, row);
    kit.redraw();
  });
  element.addEventListener("pointerleave", () => {
    state.hover = null;
    kit.redraw();
  });
}

/** @param {Kit} kit @param {State} state @param {RelativesPicture} picture */
export function gripsOf(kit, state, picture) {
  const start = (/** @type {boolean} */ byKeyboard) => {
    if (!byKeyboard || !state.before) state.remember();
    state.hover = null;
    state.settle();
    kit.answered();
  };
  const { samples, channels } = state.data;
  const n = {
    label: kit.say("picture.images"),
    min: 1,
    max: samples,
    step: 1,
    get: () => state.images,
    set: (/** @type {number} */ value) => state.keep(value),
    text: () => kit.say("picture.images_value", { images: state.images }),
    start: () => {
      state.rememberWhole();
      state.hover = null;
      state.settle();
      kit.answered();
    },
  };
  const groups = {
    label: kit.say("picture.groups"),
    min: 1,
    max: channels,
    step: 1,
    get: () => state.groups,
    set: (/** @type {number} */ value) => {
      // One press of a key goes to the next divisor: the nearest one may be the present one.
      const next = value > state.groups ? state.divisors.find((each) => each > state.groups) : undefined;
      state.divide(Math.abs(value - state.groups) === 1 && next && value === state.groups + 1 ? next : value);
      state.compare(kit.step());
    },
    text: () => kit.say("picture.groups_value", { groups: state.groups, per: channels / state.groups }),
    start: () => {
      state.settle();
      kit.answered();
    },
  };
  const x = {
    label: kit.say("picture.value"),
    min: LOW,
    max: HIGH,
    step: 0.1,
    get: () => state.block[state.placeOf(state.pinned)],
    set: (/** @type {number} */ value) => state.put(value),
    text: () => kit.say("picture.value_now", valuesOf(state)),
    start,
  };
  kit.handle(picture.images.root, { ...n, at: (clientX) => picture.imagesAt(clientX) });
  kit.handle(picture.groups.root, {
    ...groups,
    at: (_, clientY) => channels / Math.max(1, Math.round(picture.channelsAt(clientY))),
  });
  kit.handle(picture.value.root, { ...x, vertical: true, at: (_, clientY) => -clientY / 24 });
  return { n, groups, x };
}

/** @param {State} state */
const entryWords = ({ shown }) => ({
  image: shown.image + 1,
  channel: shown.channel + 1,
  position: shown.position + 1,
});
