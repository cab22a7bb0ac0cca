/** What can be grabbed on the survival map: the chosen cell, with which the question is painted too; the brush; and the maps themselves. */
/** @import { Kit } from "../../types" */
/** @import { SurvivalPicture } from "./picture.js" */
/** @import { State } from "./state.js" */

import { valuesOf } from "./numbers.js";

/** A finger covers this many cells to a side on a phone; there it paints blocks. */
const BLOCK = 2;

/** @param {Kit} kit */
const blockOf = (kit) => (kit.size().narrow ? BLOCK : 1);

/**
 * The chosen cell: arrows move it, and its numbers stand below the maps. While the question is open it paints what it
 * passes under the pointer, and with Space.
 * @param {Kit} kit @param {State} state @param {SurvivalPicture} picture @param {() => boolean} asking
 */
export function cellHandle(kit, state, picture, asking) {
  const { cell } = state;
  let painting = false;
  let on = true;
  const put = () => {
    if (painting) state.paintBlock(cell.column, cell.row, on, blockOf(kit));
  };
  kit.handle2D(picture.cursor, {
    get label() {
      return kit.say(asking() ? "picture.cursor" : "picture.chosen");
    },
    x: {
      min: 0,
      max: state.columns - 1,
      step: 1,
      get: () => cell.column,
      set: (value) => {
        cell.column = Math.round(value);
      },
    },
    y: {
      min: 0,
      max: state.rows - 1,
      step: 1,
      get: () => cell.row,
      set: (value) => {
        cell.row = Math.round(value);
        put();
      },
    },
    text: () => {
      if (!asking()) return picture.below.cellWords(false).join(kit.say("picture.between"));
      return kit.say(`picture.${state.isPainted(cell.column, cell.row) ? "cell_painted" : "cell_empty"}`, {
        x: state.map.x[cell.column],
        y: state.map.y[cell.row],
      });
    },
    at: (x, y) => picture.maps.none.under(x, y),
    start: (byKeyboard) => {
      painting = asking() && !byKeyboard;
      on = !state.isPainted(cell.column, cell.row);
      put();
    },
    end: () => {
      painting = false;
    },
  });
  picture.cursor.addEventListener("keydown", (event) => {
    if (!asking() || (event.key !== " " && event.key !== "Enter")) return;
    event.preventDefault();
    state.paint(cell.column, cell.row, !state.isPainted(cell.column, cell.row));
    kit.redraw();
  });
}

/** The brush as a whole and its two corners. @param {Kit} kit @param {State} state @param {SurvivalPicture} picture @param {() => boolean} asking */
export function brushHandles(kit, state, picture, asking) {
  const text = () => brushText(kit, state, asking());
  const axis = (
    /** @type {number} */ count,
    /** @type {() => number} */ get,
    /** @type {(value: number) => void} */ put,
  ) => ({
    min: 0,
    max: count - 1,
    step: 1,
    get,
    set: put,
  });
  const at = (/** @type {number} */ x, /** @type {number} */ y) => picture.maps.none.under(x, y);
  const start = () => {
    kit.answered();
    state.complete();
    state.byHand = true;
  };
  kit.handle2D(picture.brush, {
    label: kit.say("picture.brush"),
    x: axis(
      state.columns,
      () => state.brush.left,
      (value) => state.moveBrush(value, state.brush.low),
    ),
    y: axis(
      state.rows,
      () => state.brush.low,
      (value) => state.moveBrush(state.brush.left, value),
    ),
    text,
    at,
    start,
  });
  kit.handle2D(picture.grips[0], {
    label: kit.say("picture.lower"),
    x: axis(
      state.columns,
      () => state.brush.left,
      (value) => {
        state.brush.left = Math.min(Math.round(value), state.brush.right);
      },
    ),
    y: axis(
      state.rows,
      () => state.brush.low,
      (value) => {
        state.brush.low = Math.min(Math.round(value), state.brush.high);
      },
    ),
    text,
    at,
    start,
  });
  kit.handle2D(picture.grips[1], {
    label: kit.say("picture.upper"),
    x: axis(
      state.columns,
      () => state.brush.right,
      (value) => {
        state.brush.right = Math.max(Math.round(value), state.brush.left);
      },
    ),
    y: axis(
      state.rows,
      () => state.brush.high,
      (value) => {
        state.brush.high = Math.max(Math.round(value), state.brush.low);
      },
    ),
    text,
    at,
    start,
  });
}

/**
 * The pointer on the maps: it paints while the question is open; later a press chooses the cell below it, and a drag to
 * another cell moves the brush that it began in, or draws a new one, also where the brush covers the whole map.
 * @param {Kit} kit @param {State} state @param {SurvivalPicture} picture @param {() => boolean} asking
 */
export function touch(kit, state, picture, asking) {
  for (const map of Object.values(picture.maps)) {
    let on = true;
    let drawing = false;
    /** @type {{column: number, row: number} | null} */
    let from = null;
    /** @type {{column: number, row: number} | null} where the brush is held, from its lower left cell */
    let held = null;
    const over = (/** @type {PointerEvent} */ event) => {
      const { column, row } = map.cellUnder(event.clientX, event.clientY);
      Object.assign(state.cell, { column, row });
      if (from && asking()) state.paintBlock(column, row, on, blockOf(kit));
      else if (from) {
        drawing ||= column !== from.column || row !== from.row;
        if (drawing && held) state.moveBrush(column - held.column, row - held.row);
        else if (drawing) state.setBrush(from.column, from.row, column, row);
      }
      kit.redraw();
    };
    map.touch.addEventListener("pointermove", over);
    map.touch.addEventListener("pointerdown", (event) => {
      if (event.button || (asking() && map.arm === "batch")) return;
      event.preventDefault();
      kit.halt();
      map.touch.setPointerCapture(event.pointerId);
      from = map.cellUnder(event.clientX, event.clientY);
      on = !state.isPainted(from.column, from.row);
      drawing = false;
      held = asking() ? null : state.holdOf(from.column, from.row);
      if (!asking()) {
        state.complete();
        state.byHand = true;
      }
      over(event);
    });
    const release = () => {
      if (from && !asking()) kit.saved();
      from = null;
    };
    map.touch.addEventListener("pointerup", release);
    map.touch.addEventListener("pointercancel", release);
  }
  // Inside the brush the pointer tells of the cells below it, too.
  const tell = (/** @type {PointerEvent} */ event) => {
    Object.assign(state.cell, picture.maps.none.cellUnder(event.clientX, event.clientY));
    kit.redraw();
  };
  picture.brush.addEventListener("pointermove", tell);
  picture.brush.addEventListener("pointerdown", tell);
}

/** The brush in words. @param {Kit} kit @param {State} state @param {boolean} asking */
function brushText(kit, state, asking) {
  const { left, right, low, high } = state.brush;
  const { x, y } = state.map;
  return kit.say("picture.brush_value", {
    ...valuesOf(state, asking),
    x: x[left],
    x2: x[right],
    y: y[low],
    y2: y[high],
  });
}
