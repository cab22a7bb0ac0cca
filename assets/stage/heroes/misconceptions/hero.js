/** Misconceptions: pull a sentence to true or false, and see the measurement that decides. */
/** @import { Hero, Kit } from "../../types" */
/** @import { Card } from "./evidence.js" */

import { between } from "../../svg.js";
import { brief } from "./evidence.js";
import { CardPicture } from "./picture.js";
import { State } from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const { cards, date, seeds } = /** @type {{cards: Card[], date: string, seeds: number}} */ (kit.data);
  let state = new State(cards.map(({ id }) => id));
  const picture = new CardPicture(kit, state, cards, () => told());
  let byKeyboard = false;
  const back = () => {
    const from = state.pull;
    kit.animate(250, (share) => {
      state.pull = between(from, 0, share);
    });
  };
  // After the last sentence nothing is left to guess.
  const finish = () => {
    if (state.finished) kit.answered();
    kit.redraw();
    kit.saved();
  };
  const answer = (/** @type {"true" | "false"} */ said) => {
    state.say(said);
    finish();
  };
  const told = () => kit.say(state.told, { ...state.counts(), all: cards.length });
  kit.handle(picture.card, {
    label: kit.say("picture.card"),
    min: -1,
    max: 1,
    // One press of an arrow key judges.
    step: 1,
    get: () => state.pull,
    set: (value) => {
      state.pull = value;
    },
    text: () => {
      const said = state.answers[cards[state.card].id];
      const key = state.pull === 0 && said ? `picture.said_${said}` : spokenPull(state.pull);
      return `${cards[state.card].wrong} ${kit.say(key, { percent: Math.round(100 * Math.abs(state.pull)) })}`;
    },
    at: (x) => x / picture.reach,
    start: (keys) => {
      byKeyboard = keys;
    },
    end: () => {
      // A hand that lets go too early lets the card slide back.
      if (!state.release() && !byKeyboard) back();
      finish();
    },
  });
  for (const zone of picture.zones)
    zone.addEventListener("click", () => answer(zone.dataset.answer === "true" ? "true" : "false"));
  picture.chips.forEach((chip, place) => {
    chip.addEventListener("click", () => {
      state.card = place;
      state.pull = 0;
      kit.redraw();
      kit.saved();
    });
  });
  const next = () => {
    state.next();
    kit.redraw();
    kit.saved();
  };
  picture.next.addEventListener("click", next);
  return {
    draw: (size) => picture.draw(size),
    enter: (step, first) => {
      // A visitor who has judged nothing has come to see the measurements; another one's open sentences stay open.
      if (step > 0 && (first || !state.known(state.ids[state.card])) && state.counts().answered === 0) state.all = true;
    },
    values: () => {
      const { answered, signed } = state.counts();
      const [test] = cards[state.card].tests;
      const values = test.interval
        ? test.interval.map(brief).join(" … ")
        : [...new Set(test.values.map(brief))].join(", ");
      return {
        answered: String(answered),
        signed: String(signed),
        all: String(cards.length),
        date,
        seeds: String(seeds),
        values: state.known(cards[state.card].id) ? `${values} ${test.unit}` : kit.say("picture.unjudged"),
        told: told(),
        number: String(state.card + 1),
      };
    },
    actions: { next },
    guess: {
      step: 0,
      made: () => state.counts().answered > 0,
      reveal: (how) => {
        if (how === "shown") state.all = true;
        return { key: "steps.1.guess.told" };
      },
      again: () => {
        state = Object.assign(state, new State(state.ids));
      },
    },
    summary: () => {
      const card = cards[state.card];
      return state.known(card.id) ? `${card.wrong} ${card.why}` : `${card.wrong} ${kit.say("picture.hint")}`;
    },
    save: () => ({
      card: state.card ? String(state.card + 1) : "",
      said: state.save(),
      all: state.all && state.counts().answered > 0 ? "1" : "",
    }),
    load: (saved) => {
      const card = Number(saved.get("card") ?? 1) - 1;
      if (card in cards) state.card = card;
      state.load(saved.get("said") ?? "", saved.get("all") === "1");
      if (state.finished) kit.answered();
    },
  };
}

/** @param {number} pull */
function spokenPull(pull) {
  if (pull === 0) return "picture.undecided";
  return pull > 0 ? "picture.toward_true" : "picture.toward_false";
}
