/** The strip through time: the loss of every arm behind a cursor that can be dragged. */
import { ceiling, drawTails } from "./curve_tail.js";
import { el, put } from "./dom.js";
import { fit, linear, polyline } from "./draw.js";
import { nearest } from "./thin.js";

const HEIGHT = 34;
const INSET = 6;

export class Scrub {
  /**
   * @param
   *   {{t: (key: string, values?: any) => string, seek: (step: number | null) => void, move: (frames: number) => void}}
   *   context
   */
  constructor({ t, seek, move }) {
    this.t = t;
    this.seek = seek;
    this.canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { "aria-hidden": "true" }));
    this.root = /** @type {HTMLElement} */ (
      el(
        "div",
        {
          class: "scrub",
          role: "slider",
          tabindex: "0",
          "aria-label": t("scrub.label"),
          title: t("scrub.title"),
          "data-testid": "live-scrub",
        },
        this.canvas,
      )
    );
    this.scale = linear([0, 1], [INSET, 100]);
    this.width = 0;
    this.root.addEventListener("pointerdown", (event) => this.press(event));
    this.root.addEventListener(
      "pointermove",
      (event) => event.buttons & 1 && this.root.hasPointerCapture(event.pointerId) && this.point(event),
    );
    this.root.addEventListener("dblclick", () => seek(null));
    this.root.addEventListener("keydown", (event) => this.key(event, move));
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
   * @param {import("./panel.js").View} view
   * @param {number} lastStep
   */
  draw(view, lastStep) {
    const width = this.root.clientWidth; // inside the border
    if (!width) return;
    this.width = width;
    const { theme, curves, frames, arms } = view;
    const g = fit(this.canvas, width, HEIGHT);
    const shown = frames.length ? view.step : 0;
    this.scale = linear([0, Math.max(1, lastStep)], [INSET, width - INSET]);
    const y = linear([0, ceiling(curves, frames)], [HEIGHT - 5, 5]);
    const clipped = Object.assign(
      (/** @type {number} */ value) => (Number.isFinite(value) ? Math.max(3, y(value)) : NaN),
      y,
    );
    const x = this.scale(shown);
    g.fillStyle = theme.soft;
    g.fillRect(0, 0, x, HEIGHT);
    for (const { index, color, dash } of arms) {
      const curve = curves[index];
      if (curve) polyline(g, curve.step, curve.mean, this.scale, clipped, { color, width: 1.5, dash });
    }
    drawTails(g, view, this.scale, clipped, 1.5);
    for (const { step } of view.status?.marks ?? []) {
      g.fillStyle = theme.muted;
      g.fillRect(Math.round(this.scale(step)), 0, 1, 6);
    }
    g.fillStyle = theme.fg;
    g.fillRect(Math.round(x) - 1, 0, 2, HEIGHT);
    put(this.root, "aria-valuemin", "0");
    put(this.root, "aria-valuemax", String(lastStep));
    put(this.root, "aria-valuenow", String(view.step));
    put(this.root, "aria-valuetext", this.t(view.following ? "scrub.newest" : "scrub.at", { step: view.step }));
  }
}

/**
 * Step some frames away from here; null is the newest.
 * @param {Array<{step: number}>} frames
 * @param {number} step
 * @param {number} by
 * @returns {number | null}
 */
export function stepAway(frames, step, by) {
  const to = nearest(frames, step) + by;
  return to >= frames.length - 1 ? null : (frames[Math.max(0, to)]?.step ?? null);
}
