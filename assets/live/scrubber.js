/** The timeline: the loss of every arm under a cursor that can be dragged. */
/** @import { Translate, View } from "./types" */

import { linear } from "./axis.js";
import { drawTails, lossCeiling } from "./curve_tail.js";
import { el, setAttr } from "./dom.js";
import { armStroke, fitCanvas, polyline } from "./draw.js";
import { nearest } from "./frame_history.js";

/** Height inside the border, in pixels, where no finger points. */
const LOWEST = 34;
const INSET = 6;

export class Scrubber {
  /** @param {{t: Translate, seek: (step: number | null) => void, move: (frames: number) => void}} actions */
  constructor({ t, seek, move }) {
    this.t = t;
    this.seek = seek;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    const attributes = { class: "scrub", role: "slider", tabindex: "0", "data-testid": "live-scrub" };
    this.root = el("div", { ...attributes, "aria-label": t("scrub.label"), title: t("scrub.title") }, this.canvas);
    this.scale = linear([0, 1], [INSET, 100]);
    this.width = 0;
    this.height = LOWEST;
    this.root.addEventListener("pointerdown", (event) => this.press(event));
    this.root.addEventListener("pointermove", (event) => {
      if (event.buttons & 1 && this.root.hasPointerCapture(event.pointerId)) this.point(event);
    });
    this.root.addEventListener("dblclick", () => seek(null));
    this.root.addEventListener("keydown", (event) => this.key(event, move));
  }

  /** Read the size inside the border: when it changes, not at every drawing, for it makes the browser lay out all. */
  measure() {
    this.width = this.root.clientWidth;
    this.height = this.root.clientHeight || LOWEST;
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button !== 0) return;
    this.root.setPointerCapture(event.pointerId);
    this.point(event);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { left, width } = this.root.getBoundingClientRect();
    const x = ((event.clientX - left) * this.root.offsetWidth) / width; // the view may be zoomed
    this.seek(x >= this.width - INSET ? null : Math.max(0, this.scale.invert(x)));
  }

  /**
   * Keys of a slider; the arrows are the view's too.
   * @param {KeyboardEvent} event
   * @param {(frames: number) => void} move
   */
  key(event, move) {
    /** @type {Record<string, () => void>} */
    const acts = {
      Home: () => this.seek(0),
      PageUp: () => move(-10),
      PageDown: () => move(10),
      ArrowUp: () => move(1),
      ArrowDown: () => move(-1),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /**
   * @param {View} view
   * @param {number} lastStep
   */
  draw(view, lastStep) {
    if (!this.width) this.measure();
    const { width, height } = this;
    if (!width) return;
    const { theme, curves, frames, arms } = view;
    const g = fitCanvas(this.canvas, width, height);
    const shown = frames.length ? view.step : 0;
    const sx = linear([0, Math.max(1, lastStep)], [INSET, width - INSET]);
    this.scale = sx;
    const y = linear([0, lossCeiling(curves, frames)], [height - 5, 5]);
    const sy = Object.assign(
      (/** @type {number} */ value) => (Number.isFinite(value) ? Math.max(3, y(value)) : NaN),
      y,
    );
    const x = sx(shown);
    g.fillStyle = theme.soft;
    g.fillRect(0, 0, x, height);
    for (const arm of arms) {
      const curve = curves[arm.index];
      if (curve) polyline(g, { xs: curve.step, ys: curve.mean, sx, sy }, armStroke(arm, 1.5));
    }
    drawTails(g, view, { sx, sy, width: 1.5 });
    for (const { step } of view.status?.marks ?? []) {
      g.fillStyle = theme.muted;
      g.fillRect(Math.round(sx(step)), 0, 1, 6);
    }
    g.fillStyle = theme.fg;
    g.fillRect(Math.round(x) - 1, 0, 2, height);
    setAttr(this.root, "aria-valuemin", "0");
    setAttr(this.root, "aria-valuemax", String(lastStep));
    setAttr(this.root, "aria-valuenow", String(view.step));
    setAttr(this.root, "aria-valuetext", this.t(view.following ? "scrub.newest" : "scrub.at", { step: view.step }));
  }
}

/**
 * Step some frames away from here; null is the newest.
 * @param {Array<{step: number}>} frames
 * @param {number} step
 * @param {number} by
 * @returns {number | null}
 */
export function stepAfter(frames, step, by) {
  const to = nearest(frames, step) + by;
  return to >= frames.length - 1 ? null : (frames[Math.max(0, to)]?.step ?? null);
}
