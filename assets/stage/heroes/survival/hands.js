/** What can be grabbed on the survival map: the painting cursor of the question, the brush, and the maps themselves. */
/** @import { Kit } from "../../types" */
/** @import { SurvivalPicture } from "./picture.js" */
/** @import { State } from "./state.js" */

/** The cursor of the question: arrows move it, Space paints, and dragging paints what it passes. @param {Kit} kit @param {State} state @param {SurvivalPicture} picture */
export function paintHandle(kit, state, picture) {
  const { cell } = state;
  let painting = false;
  let on = true;
  const put = () => {
    if (painting) state.paint(cell.column, cell.row, on);
  };
  kit.handle2D(picture.cursor, {
    label: kit.say("picture.cursor"),
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
    text: () =>
      kit.say(`picture.${state.isPainted(cell.column, cell.row) ? "cell_painted" : "cell_empty"}`, {
        x: state.map.x[cell.column],
        y: state.map.y[cell.row],
      }),
    at: (x, y) => picture.maps.none.under(x, y),
    start: (byKeyboard) => {
      painting = !byKeyboard;
      on = !state.isPainted(cell.column, cell.row);
      put();
    },
    end: () => {
      painting = false;
    },
  });
  picture.cursor.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    state.paint(cell.column, cell.row, !state.isPainted(cell.column, cell.row));
    kit.redraw();
  });
}

/** The brush as a whole and its two corners. @param {Kit} kit @param {State} state @param {SurvivalPicture} picture */
export function brushHandles(kit, state, picture) {
  const text = () => brushText(kit, state);
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

/** The pointer on the maps: painting while the question is open, then a new brush; and the cell under it. @param {Kit} kit @param {State} state @param {SurvivalPicture} picture @param {() => boolean} asking */
export function touch(kit, state, picture, asking) {
  for (const map of Object.values(picture.maps)) {
    let on = true;
    /** @type {{column: number, row: number} | null} */
    let from = null;
    const over = (/** @type {PointerEvent} */ event) => {
      const { column, row } = map.cellUnder(event.clientX, event.clientY);
      Object.assign(state.cell, { column, row });
      if (from && asking()) state.paint(column, row, on);
      else if (from) state.setBrush(from.column, from.row, column, row);
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
  picture.brush.addEventListener("pointermove", (event) => {
    Object.assign(state.cell, picture.maps.none.cellUnder(event.clientX, event.clientY));
    kit.redraw();
  });
}

/** The brush in words. @param {Kit} kit @param {State} state */
function brushText(kit, state) {
  const { left, right, low, high } = state.brush;
  const { x, y } = state.map;
  return kit.say("picture.brush_value", { x: x[left], x2: x[right], y: y[low], y2: y[high], ...sharesOf(state) });
}

/** @param {State} state */
export function sharesOf(state) {
  const [plain, bn] = [state.share("none"), state.share("batch")];
  return {
    plain: plain.learn,
    bn: bn.learn,
    cells: bn.cells,
    nets_plain: plain.nets,
    nets_bn: bn.nets,
    nets: bn.allNets,
  };
}
