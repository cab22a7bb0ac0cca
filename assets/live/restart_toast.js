/**
 * Says that training began again from step 0 and why, and offers to bring the former run back; or that another network
 * waits at step 0.
 */
/** @import { Hello, Status, Translate } from "./types" */

import { button, el, setText } from "./dom.js";
import { integer } from "./format.js";
import { HELLO, STATUS } from "./wire.js";

/** For so long it stays without the pointer or the focus on it, ms. */
export const SHOWN_MS = 15_000;

/**
 * @param {NonNullable<Status["restarted"]>} restarted
 * @param {Translate} t
 */
export function restartWords({ kind, field, step }, t) {
  const name = field ? t(`fields.${field}`) : "";
  return t(`restart.${kind}`, { field: name.startsWith("fields.") ? (field ?? "") : name, step: integer(step) });
}

export class RestartToast {
  /** @param {{t: Translate, undo: (() => void) | null, pulse?: () => void}} context pulse: point at the button */
  constructor({ t, undo, pulse }) {
    this.t = t;
    this.pulse = pulse;
    /** Arms of the source known last, as text. */
    this.networks = "";
    /** Whether other networks came, and whether they wait at step 0 was not told yet. */
    this.isDue = false;
    /** Whether the toast now says that they wait. */
    this.isHint = false;
    /** @type {number | null} the restart known last; null before the first status */
    this.known = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.words = el("span", {});
    const attributes = { class: "button small", "data-testid": "live-undo", onclick: undo };
    this.undo = undo ? button(t("restart.undo"), attributes) : null;
    const act = this.undo ? [this.undo] : [];
    const title = t("restart.close");
    const close = button("×", { class: "button small", "aria-label": title, title, onclick: () => this.hide() });
    this.root = el("div", { class: "toast", hidden: true, "data-testid": "live-toast" }, this.words, ...act, close);
    this.root.setAttribute("role", "status");
    for (const name of ["pointerleave", "focusout"]) this.root.addEventListener(name, () => this.hideLater());
    for (const name of ["pointerenter", "focusin"]) this.root.addEventListener(name, () => clearTimeout(this.timer));
  }

  /**
   * @param {number} kind of the message that came
   * @param {{hello: Hello | null, status: Status | null}} store
   */
  receive(kind, { hello, status }) {
    if (kind === HELLO) {
      const networks = JSON.stringify([hello?.source, hello?.arms]);
      this.isDue = this.networks !== "" && networks !== this.networks;
      this.networks = networks;
    }
    if (kind !== STATUS || !status) return;
    this.update(status);
    if (this.isDue && this.root.hidden && hello?.source === "live" && status.status === "idle" && status.step === 0)
      this.sayWaiting();
    this.isDue = false;
  }

  /** Other networks wait at step 0. */
  sayWaiting() {
    this.isHint = true;
    this.say(this.t("restart.waiting"), false);
    this.pulse?.();
  }

  /** @param {Status} status */
  update({ restarted, status }) {
    if (!restarted) {
      this.known = 0;
      if (!this.isHint || status !== "idle") this.hide();
      return;
    }
    const isNew = this.known !== null && restarted.n !== this.known;
    this.known = restarted.n;
    if (!isNew) return;
    this.isHint = false;
    this.say(restartWords(restarted, this.t), true);
  }

  /**
   * @param {string} words
   * @param {boolean} canUndo
   */
  say(words, canUndo) {
    setText(this.words, words);
    if (this.undo) this.undo.hidden = !canUndo;
    this.root.hidden = false;
    this.hideLater();
  }

  hideLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), SHOWN_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.isHint = false;
    this.root.hidden = true;
  }
}
