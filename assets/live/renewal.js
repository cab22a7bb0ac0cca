/** Asks the page for another session when the server does not know the view's any more. */

import { isPageConnected } from "./socket.js";

/** Time between two requests, ms: an answer takes a rerun of the whole page. */
export const ASK_EVERY_MS = 3000;
/** Time between two looks whether the page has found its server again, ms. */
const LOOK_EVERY_MS = 200;

/** Rerun the whole page, not only the view's part of it, which a server that was started again does not know. */
const renewPage = () => globalThis.__bnvizPage?.renew();

export class Renewal {
  /**
   * @param {{ask?: () => void, isConnected?: () => boolean, now?: () => number}} [page] for tests
   */
  constructor({ ask = renewPage, isConnected = isPageConnected, now = () => performance.now() } = {}) {
    this.page = { ask, isConnected, now };
    this.askedAt = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {number | null} the last step of the run that is gone; null if none is */
    this.lostStep = null;
  }

  /**
   * Ask as soon as the page is connected, and again until the session is there.
   * @param {number | null} step that a run had reached which the server has no more
   */
  begin(step) {
    this.lose(step);
    if (this.timer === undefined) this.look();
  }

  /**
   * Another session is there, or will be.
   * @param {number | null} step that a run had reached which the server has no more
   */
  lose(step) {
    this.lostStep ??= step;
  }

  look() {
    const { ask, isConnected, now } = this.page;
    if (isConnected() && now() - this.askedAt >= ASK_EVERY_MS) {
      this.askedAt = now();
      ask();
    }
    this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  /** The session is there. */
  end() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** What was lost has been told: another run goes on. */
  forget() {
    this.lostStep = null;
  }
}
