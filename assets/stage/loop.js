/** The only clock of a stage: one drawing per frame of the screen, and motion that stops when it should. */

/** @param {number} t share of the time @returns {number} share of the way: slow, fast, slow */
const eased = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);

export class Loop {
  /** @param {() => void} draw @param {Element} element motion stops while it is out of sight */
  constructor(draw, element) {
    this.draw = draw;
    this.frame = 0;
    this.motion = 0;
    this.inSight = true;
    this.ended = false;
    /** Animations jump to their end: for a moment that is taken up again. */
    this.atOnce = false;
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.sight = new IntersectionObserver(([entry]) => {
      this.inSight = entry.isIntersecting;
    });
    this.sight.observe(element);
  }

  /** Ask for a drawing with the next frame; many calls give one drawing. */
  redraw() {
    if (this.frame || this.ended) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.ended) this.draw();
    });
  }

  still() {
    return this.reduced.matches;
  }

  /** End a running animation where it is. */
  halt() {
    this.motion += 1;
  }

  /**
   * Run fn(0..1), eased; at once where motion is not wanted.
   * @param {number} ms
   * @param {(share: number) => void} fn
   * @param {() => void} [done]
   */
  animate(ms, fn, done) {
    this.motion += 1;
    const mine = this.motion;
    const finish = () => {
      fn(1);
      this.redraw();
      done?.();
    };
    if (this.atOnce || this.still() || ms <= 0) {
      finish();
      return;
    }
    const start = performance.now();
    const step = () => {
      if (mine !== this.motion || this.ended) return;
      const share = (performance.now() - start) / ms;
      if (share >= 1) {
        finish();
        return;
      }
      fn(eased(Math.max(0, share)));
      this.redraw();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  /**
   * Call fn(seconds) with every frame while the picture is in sight; returns what stops it.
   * @param {(seconds: number) => void} fn
   * @returns {() => void}
   */
  play(fn) {
    let going = true;
    let last = performance.now();
    const step = () => {
      if (!going || this.ended) return;
      const now = performance.now();
      // After a pause (hidden tab, out of sight) time goes on where it was.
      const seconds = Math.min(0.1, (now - last) / 1000);
      last = now;
      if (this.inSight && !this.still()) {
        fn(seconds);
        this.redraw();
      }
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    return () => {
      going = false;
    };
  }

  end() {
    this.ended = true;
    cancelAnimationFrame(this.frame);
    this.sight.disconnect();
  }
}
