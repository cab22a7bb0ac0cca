/** One animation loop for everything: draws only when something changed and the view is visible. */

/** Frames a second for people who asked for less motion. */
export const REDUCED_FPS = 2;

/** For so long, in ms, what can wait is not drawn by itself. */
export const LATEST_MS = 100;

export class DrawLoop {
  /**
   * @typedef {object} Hooks
   * @property {(callback: FrameRequestCallback) => number} [requestFrame]
   * @property {(id: number) => void} [cancelFrame]
   * @property {() => boolean} [reducedMotion]
   * @property {() => boolean} [visible]
   * @property {(callback: () => void, ms: number) => unknown} [wait]
   *
   * @param {() => void} draw
   * @param {Hooks} [hooks]
   */
  constructor(draw, hooks = {}) {
    this.draw = draw;
    this.requestFrame = hooks.requestFrame ?? ((f) => requestAnimationFrame(f));
    this.cancelFrame = hooks.cancelFrame ?? ((id) => cancelAnimationFrame(id));
    this.reducedMotion = hooks.reducedMotion ?? (() => false);
    this.visible = hooks.visible ?? (() => true);
    this.wait = hooks.wait ?? ((callback, ms) => setTimeout(callback, ms));
    this.isWaiting = false;
    this.dirty = false;
    this.urgent = false;
    this.pending = 0;
    this.last = -Infinity;
    this.ended = false;
    this.drawIfDue = this.drawIfDue.bind(this);
  }

  /** Something changed. @param {boolean} [urgent] the user did it: draw at once, even with reduced motion */
  request(urgent = false) {
    this.dirty = true;
    this.urgent ||= urgent;
    if (!this.pending && !this.ended && this.visible()) this.pending = this.requestFrame(this.drawIfDue);
  }

  /** Something changed that the next drawing may bring along, if one comes soon: a drawing is dear on a phone. */
  requestSoon() {
    this.dirty = true;
    if (this.pending || this.isWaiting) return;
    this.isWaiting = true;
    this.wait(() => {
      this.isWaiting = false;
      if (this.dirty) this.request();
    }, LATEST_MS);
  }

  /** @param {number} now ms */
  drawIfDue(now) {
    this.pending = 0;
    if (!this.dirty || this.ended || !this.visible()) return;
    if (this.reducedMotion() && !this.urgent && now - this.last < 1000 / REDUCED_FPS) {
      this.pending = this.requestFrame(this.drawIfDue);
      return;
    }
    this.dirty = this.urgent = false;
    this.last = now;
    this.draw();
  }

  /** Draw no more. */
  end() {
    this.ended = true;
    if (this.pending) this.cancelFrame(this.pending);
  }
}

/** Counts the frames that were painted while the view followed a run. */
export class PaintCounter {
  constructor() {
    this.total = 0;
    this.received = 0;
    this.rate = new Rate();
  }

  /**
   * A drawing was made.
   * @param {number} received frames that had arrived
   * @param {boolean} following whether the newest one was drawn
   */
  count(received, following) {
    const isNew = received !== this.received && following;
    this.received = received;
    if (!isNew) return;
    this.total++;
    this.rate.add(performance.now());
  }

  /** Frames per second. */
  get perSecond() {
    return this.rate.perSecond(performance.now());
  }
}

/** Events per second over the last window. */
export class Rate {
  /** @param {number} [window] ms */
  constructor(window = 1000) {
    this.window = window;
    /** @type {number[]} */
    this.times = [];
  }

  /** @param {number} now ms */
  add(now) {
    this.times.push(now);
    this.trim(now);
  }

  /**
   * @param {number} now ms
   * @returns {number}
   */
  perSecond(now) {
    this.trim(now);
    return (this.times.length * 1000) / this.window;
  }

  /** @param {number} now */
  trim(now) {
    while (this.times.length && this.times[0] <= now - this.window) this.times.shift();
  }
}
