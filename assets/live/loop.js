/** One animation loop for everything: draws only when something changed and somebody can see it. */

/** Frames a second for people who asked for less motion. */
export const CALM = 2;

export class Loop {
  /**
   * @param {() => void} draw
   * @param
   *   {{request?: (f: (now: number) => void) => number, cancel?: (id: number) => void, calm?: () => boolean, visible?: () => boolean}}
   *   [hooks]
   */
  constructor(draw, hooks = {}) {
    this.draw = draw;
    this.request = hooks.request ?? ((f) => requestAnimationFrame(f));
    this.cancel = hooks.cancel ?? ((id) => cancelAnimationFrame(id));
    this.calm = hooks.calm ?? (() => false);
    this.visible = hooks.visible ?? (() => true);
    this.dirty = false;
    this.urgent = false;
    this.pending = 0;
    this.last = -Infinity;
    this.ended = false;
    this.tick = this.tick.bind(this);
  }

  /** Something changed. @param {boolean} [urgent] the user did it: draw at once, even when calm */
  mark(urgent = false) {
    this.dirty = true;
    this.urgent ||= urgent;
    if (!this.pending && !this.ended && this.visible()) this.pending = this.request(this.tick);
  }

  /** @param {number} now ms */
  tick(now) {
    this.pending = 0;
    if (!this.dirty || this.ended || !this.visible()) return;
    if (this.calm() && !this.urgent && now - this.last < 1000 / CALM) {
      this.pending = this.request(this.tick);
      return;
    }
    this.dirty = this.urgent = false;
    this.last = now;
    this.draw();
  }

  /** Draw no more. */
  end() {
    this.ended = true;
    if (this.pending) this.cancel(this.pending);
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
  at(now) {
    this.trim(now);
    return (this.times.length * 1000) / this.window;
  }

  /** @param {number} now */
  trim(now) {
    while (this.times.length && this.times[0] <= now - this.window) this.times.shift();
  }
}
