/**
 * A question that is answered by an act on the picture. The truth then plays over the guess, which stays visible.
 *
 * "Just show me" is always there, and an address with `shown=1` opens on the answer.
 */
/** @import { Guess, Say } from "./types" */

import { button, el } from "../live/dom.js";
import { sentence } from "./words.js";

/** @typedef {import("./words.js").LiveNumbers} LiveNumbers */

export class GuessRow {
  /**
   * @param {Guess} guess
   * @param {{say: Say, kit: Say, numbers: LiveNumbers, key: string, changed: () => void}} settings key: of the step's words
   */
  constructor(guess, { say, kit, numbers, key, changed }) {
    this.guess = guess;
    this.asking = true;
    this.say = say;
    this.kit = kit;
    this.numbers = numbers;
    this.changed = changed;
    this.checkWords = say(`${key}.check`);
    this.answer = el("p", { class: "answer", role: "status" });
    this.check = button(this.checkWords, { class: "button primary", onclick: () => this.press() });
    this.show = button(kit("show_me"), { class: "button quiet", onclick: () => this.reveal("shown") });
    this.root = el("div", { class: "guess" }, this.answer, el("div", { class: "acts" }, this.check, this.show));
    this.sync();
  }

  press() {
    if (this.asking) this.reveal("guessed");
    else this.ask();
  }

  /** @param {"guessed" | "shown" | "deed"} how */
  reveal(how) {
    this.asking = false;
    const { key, values } = this.guess.reveal(how);
    // The answer's own numbers are those of this moment; those of the picture go on living.
    const text = Object.entries(values ?? {}).reduce(
      (all, [name, value]) => all.replaceAll(`{${name}}`, String(value)),
      this.say(key),
    );
    this.answer.replaceChildren(...sentence(text, this.numbers));
    this.sync();
    this.changed();
  }

  ask() {
    this.asking = true;
    this.answer.replaceChildren();
    this.guess.again();
    this.sync();
    this.changed();
  }

  sync() {
    const label = this.asking ? this.checkWords : this.kit("guess_again");
    if (this.check.textContent !== label) this.check.textContent = label;
    this.check.toggleAttribute("disabled", this.asking && !this.guess.made());
    this.show.hidden = !this.asking;
    this.answer.hidden = this.asking;
  }
}
