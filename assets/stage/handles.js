/** Things that can be grabbed: with the pointer, a finger or the keyboard alike. */
/** @import { Handle2DOptions, HandleOptions } from "./types" */

import { clamp, set } from "./svg.js";

/** Steps per key press; Shift and Page Up take ten. */
const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
});

/** @typedef {{press: (event: PointerEvent) => void, move: (event: PointerEvent) => void, release: () => void}} Hand */

/** What takes hold of a handle, by its element. @type {WeakMap<Element, (event: PointerEvent) => void>} */
const grips = new WeakMap();

/**
 * The handle whose middle is nearest to a pointer that lies on several: neighbors overlap where fingers need room.
 * @param {Element} element the one on top
 * @param {PointerEvent} event
 */
function nearestHandle(element, { clientX, clientY }) {
  const root = /** @type {Document | ShadowRoot} */ (element.getRootNode());
  let best = element;
  let least = Number.POSITIVE_INFINITY;
  for (const found of root.elementsFromPoint(clientX, clientY)) {
    const handle = found.closest("[role=slider]");
    if (!handle || !grips.has(handle)) continue;
    const { left, right, top, bottom } = handle.getBoundingClientRect();
    const distance = Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
    if (distance < least - 1) [best, least] = [handle, distance];
  }
  return best;
}

/** Half of what a finger needs, in pixels (WCAG 2.2, 2.5.5). */
const REACH = 22;

/**
 * The handle that a finger means which lies on none: the nearest whose middle or box is within its reach.
 * @param {Element} root the picture
 * @param {{clientX: number, clientY: number}} finger
 * @returns {Element | null}
 */
export function handleNear(root, { clientX, clientY }) {
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const handle of root.querySelectorAll("[role=slider]")) {
    const { left, right, top, bottom, width, height } = handle.getBoundingClientRect();
    const [x, y] = [Math.abs((left + right) / 2 - clientX), Math.abs((top + bottom) / 2 - clientY)];
    const isNear = x <= Math.max(width / 2, REACH) && y <= Math.max(height / 2, REACH);
    if (!width || !isNear || Math.hypot(x, y) >= least || !grips.has(handle)) continue;
    if (getComputedStyle(handle).visibility === "hidden") continue;
    [best, least] = [handle, Math.hypot(x, y)];
  }
  return best;
}

/** @param {Element} handle @param {PointerEvent} event */
export const take = (handle, event) => grips.get(handle)?.(event);

/**
 * Follow the pointer from its press to its release.
 * @param {Element} element
 * @param {Hand} hand
 */
function follow(element, hand) {
  const target = /** @type {SVGElement} */ (element);
  let held = false;
  const listen = (/** @type {string} */ name, /** @type {(event: PointerEvent) => void} */ fn) =>
    element.addEventListener(name, /** @type {EventListener} */ (fn));
  const grip = (/** @type {PointerEvent} */ event) => {
    target.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    held = true;
    hand.press(event);
  };
  grips.set(element, grip);
  listen("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    event.stopPropagation();
    grips.get(nearestHandle(element, event))?.(event);
  });
  listen("pointermove", (event) => {
    if (held) hand.move(event);
  });
  const release = () => {
    if (!held) return;
    held = false;
    hand.release();
  };
  listen("pointerup", release);
  listen("pointercancel", release);
}

/** All handles of a stage; `sync` writes their values for screen readers after a drawing. */
export class Handles {
  /** @param {{changed: () => void, taken: () => void, released: () => void}} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Array<() => void>} */
    this.syncs = [];
  }

  sync() {
    for (const one of this.syncs) one();
  }

  /**
   * Make an element a handle of one value.
   * @param {Element} element
   * @param {HandleOptions} options
   */
  add(element, options) {
    const { min, max, step, at } = options;
    set(element, { role: "slider", tabindex: 0, "aria-valuemin": min, "aria-valuemax": max });
    if (options.vertical) set(element, { "aria-orientation": "vertical" });
    const put = (/** @type {number} */ value) => {
      options.set(clamp(value, min, max));
      this.stage.changed();
    };
    const take = (/** @type {boolean} */ byKeyboard) => {
      this.stage.taken();
      options.start?.(byKeyboard);
    };
    const release = () => {
      options.end?.();
      this.stage.released();
    };
    let offset = 0;
    if (at) {
      follow(element, {
        press: (event) => {
          offset = options.get() - at(event.clientX, event.clientY);
          take(false);
          this.stage.changed();
        },
        move: (event) => put(at(event.clientX, event.clientY) + offset),
        release,
      });
    }
    element.addEventListener("keydown", (event) => {
      const { key, shiftKey } = /** @type {KeyboardEvent} */ (event);
      const [right, up] = KEYS[key] ?? [0, 0];
      const steps = (right + up) * (shiftKey ? 10 : 1);
      if (!steps && key !== "Home" && key !== "End") return;
      event.preventDefault();
      event.stopPropagation();
      take(true);
      put(key === "Home" ? min : key === "End" ? max : Number((options.get() + steps * step).toFixed(9)));
      release();
    });
    this.syncs.push(() =>
      set(element, {
        "aria-label": options.label,
        "aria-valuenow": Number(options.get().toPrecision(6)),
        "aria-valuetext": options.text(),
      }),
    );
  }

  /**
   * Make an element a handle of a point: left and right change x, up and down change y.
   * @param {Element} element
   * @param {Handle2DOptions} options
   */
  add2D(element, options) {
    const { x, y } = options;
    set(element, { role: "slider", tabindex: 0, "aria-valuemin": x.min, "aria-valuemax": x.max });
    const put = (/** @type {number} */ nextX, /** @type {number} */ nextY) => {
      x.set(clamp(nextX, x.min, x.max));
      y.set(clamp(nextY, y.min, y.max));
      this.stage.changed();
    };
    const take = (/** @type {boolean} */ byKeyboard) => {
      this.stage.taken();
      options.start?.(byKeyboard);
    };
    const release = () => {
      options.end?.();
      this.stage.released();
    };
    let offset = [0, 0];
    follow(element, {
      press: (event) => {
        const [px, py] = options.at(event.clientX, event.clientY);
        offset = [x.get() - px, y.get() - py];
        take(false);
        this.stage.changed();
      },
      move: (event) => {
        const [px, py] = options.at(event.clientX, event.clientY);
        put(px + offset[0], py + offset[1]);
      },
      release,
    });
    element.addEventListener("keydown", (event) => {
      const { key, shiftKey } = /** @type {KeyboardEvent} */ (event);
      const [right, up] = KEYS[key] ?? [0, 0];
      if (!right && !up) return;
      event.preventDefault();
      event.stopPropagation();
      take(true);
      const times = shiftKey ? 10 : 1;
      put(x.get() + right * times * x.step, y.get() + up * times * y.step);
      release();
    });
    this.syncs.push(() =>
      set(element, {
        "aria-label": options.label,
        "aria-valuenow": Number(x.get().toPrecision(6)),
        "aria-valuetext": options.text(),
      }),
    );
  }
}
