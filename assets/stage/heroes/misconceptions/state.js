/** Which sentence is on the table, how far it is pulled, and what the visitor has said of each. */

/** A card that is pulled so far is placed. */
export const PLACED = 0.5;

export class State {
  /** @param {string[]} ids of the sentences */
  constructor(ids) {
    this.ids = ids;
    this.card = 0;
    /** -1 false .. 1 true. */
    this.pull = 0;
    /** @type {Record<string, "true" | "false">} */
    this.answers = {};
    /** Whether all measurements are shown, answered or not. */
    this.all = false;
  }

  /** Whether the measurement of a sentence is shown. @param {string} id */
  known(id) {
    return this.all || id in this.answers;
  }

  /** @param {"true" | "false"} answer */
  say(answer) {
    this.answers[this.ids[this.card]] = answer;
    this.pull = 0;
  }

  /** Let the card go: it is placed, or it stays where it is. @returns {boolean} whether it was placed */
  release() {
    if (Math.abs(this.pull) < PLACED) return false;
    this.say(this.pull > 0 ? "true" : "false");
    return true;
  }

  /** The next sentence without an answer, else the next one. */
  next() {
    const count = this.ids.length;
    const order = Array.from({ length: count }, (_, step) => (this.card + 1 + step) % count);
    this.card = order.find((place) => !(this.ids[place] in this.answers)) ?? order[0];
    this.pull = 0;
  }

  /** Whether every sentence has been judged. */
  get finished() {
    return this.ids.every((id) => id in this.answers);
  }

  /** The key of what may be said of the judgments: of the sentences that are still open, nothing. */
  get told() {
    const { answered, signed } = this.counts();
    if (this.finished) return signed === 0 ? "told.none" : "told.some";
    if (this.all) return "told.shown";
    return answered === 0 ? "told.open" : "told.so_far";
  }

  counts() {
    const said = Object.values(this.answers);
    return { answered: said.length, signed: said.filter((answer) => answer === "true").length };
  }

  /** Answers as one letter each: t, f or - . */
  save() {
    const letters = this.ids.map((id) => ({ true: "t", false: "f" })[this.answers[id]] ?? "-").join("");
    return /^-*$/.test(letters) ? "" : letters;
  }

  /**
   * @param {string} text of an address; anything else than letters of ours is ignored
   * @param {boolean} [all] whether all measurements were shown; else those of open sentences stay closed
   */
  load(text, all = false) {
    this.ids.forEach((id, place) => {
      if (text[place] === "t") this.answers[id] = "true";
      if (text[place] === "f") this.answers[id] = "false";
    });
    if (this.counts().answered > 0) this.all = all;
  }
}
