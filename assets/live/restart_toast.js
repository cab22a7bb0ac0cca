/** Says that training began again from step 0 and why, and offers to bring the former run back. */
/** @import { Status, Translate } from "./types" */

import { button, el, setText } from "./dom.js";
import { integer } from "./format.js";

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
  /** @param {{t: Translate, undo: (() => void) | null}} context */
  constructor({ t, undo }) {
    this.t = t;
    /** @type {number | null} the restart known last; null before the first status */
    this.known = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.words = el("span", {});
    const act = undo
      ? [button(t("restart.undo"), { class: "button small", "data-testid": "live-undo", onclick: undo })]
      : [];
    const title = t("restart.close");
    const close = button("×", { class: "button small", "aria-label": title, title, onclick: () => this.hide() });
    this.root = el("div", { class: "toast", hidden: true, "data-testid": "live-toast" }, this.words, ...act, close);
    this.root.setAttribute("role", "status");
    for (const name of ["pointerleave", "focusout"]) this.root.addEventListener(name, () => this.hideLater());
    for (const name of ["pointerenter", "focusin"]) this.root.addEventListener(name, () => clearTimeout(this.timer));
  }

  /** @param {Status} status */
  update({ restarted }) {
    if (!restarted) {
      this.known = 0;
      this.hide();
      return;
    }
    const isNew = this.known !== null && restarted.n !== this.known;
    this.known = restarted.n;
    if (!isNew) return;
    setText(this.words, restartWords(restarted, this.t));
    this.root.hidden = false;
    this.hideLater();
  }

  hideLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), SHOWN_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.root.hidden = true;
  }
}
