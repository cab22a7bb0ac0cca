/**
 * ImageNet: the five networks of the paper's Figure 3 race to 72.2 % along the axis of steps.
 *
 * Only printed points are drawn: between them, the lanes show that training goes on, not how accurate it is. One step
 * takes the list of changes behind BN-x5 apart, with the recorded runs of our own small study.
 */
/** @import { Hero, HandleOptions, Kit } from "../../types" */
/** @import { ChangesData } from "./changes.js" */
/** @import { RaceData } from "./race.js" */

import { fraction, math, row, sub, symbol } from "../../mathml.js";
import { between, clamp, fixed } from "../../svg.js";
import { changeOf, following, measuredWords } from "./changes.js";
import { Ladder } from "./ladder.js";
import { RacePicture } from "./picture.js";
import { ASKED, beside, counted, END, FIRST_GUESS, LAST, verdict } from "./race.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

/** What each step of the text puts into focus. */
const FOCUS = [ASKED, "baseline", "x5", "x30", "sigmoid"];
/** The step of the seven changes. */
const LIST = 2;
const RACE_MS = 4200;

export class State {
  constructor() {
    this.step = END;
    this.chosen = ASKED;
    this.guess = FIRST_GUESS;
    this.ghost = false;
    this.made = false;
    /** The change that is looked at. */
    this.change = 0;
  }
}

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const data = /** @type {RaceData & ChangesData} */ (kit.data);
  const [inception] = data.runners;
  const state = new State();
  /** Whether the address names a network. */
  let named = false;
  const picture = new RacePicture(kit, state, data);
  const inList = () => kit.step() === LIST;
  const chooseChange = (/** @type {number} */ at) => {
    state.change = at;
    kit.redraw();
    kit.saved();
  };
  const ladder = new Ladder(kit, state, data, chooseChange);
  const changeName = () => kit.say(`picture.changes.name.${data.changes[state.change].key}`);
  const runnerOf = (/** @type {string} */ key) => data.runners.find((one) => one.key === key) ?? inception;
  const race = () => {
    state.step = 0;
    kit.animate(
      RACE_MS,
      (share) => {
        state.step = between(0, END, share);
      },
      kit.saved,
    );
  };
  /** @type {HandleOptions} */
  const cursor = {
    label: kit.say("picture.cursor"),
    min: 0,
    max: LAST,
    step: 0.1e6,
    get: () => state.step,
    set: (value) => {
      state.step = value;
    },
    text: () => kit.say("picture.millions", { steps: counted(state.step, kit.say) }),
  };
  kit.handle(picture.guessFlag, {
    label: kit.say("picture.flag"),
    min: 0.1e6,
    max: LAST,
    step: 0.1e6,
    get: () => state.guess,
    set: (value) => {
      state.guess = value;
      state.made = true;
    },
    text: () => kit.say("picture.millions", { steps: counted(state.guess, kit.say) }),
    at: (x) => picture.stepAt(x),
  });
  kit.handle(picture.grip, { ...cursor, at: (x) => picture.stepAt(x) });
  for (const { root, runner } of picture.lanes) {
    const choose = () => {
      if (kit.asking()) return;
      state.chosen = runner.key;
      kit.redraw();
      kit.saved();
    };
    root.addEventListener("click", choose);
    root.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key !== "Enter" && key !== " ") return;
      event.preventDefault();
      choose();
    });
  }
  return {
    draw: (size) => {
      picture.root.style.display = inList() ? "none" : "";
      ladder.root.style.display = inList() ? "" : "none";
      ladder.card.hidden = !inList();
      if (inList()) ladder.draw(size);
      else picture.draw(size, kit.asking());
    },
    enter: (step, first) => {
      if (!first || !named) state.chosen = FOCUS[step] ?? state.chosen;
      if (!first && step > 0) state.step = Math.max(state.step, END);
    },
    values: () => {
      const runner = runnerOf(state.chosen);
      const { fewer, rate, gain } = beside(runner, inception);
      const there = data.runners.filter(({ steps }) => steps !== null && steps <= state.step).length;
      return {
        name: runner.name,
        // While the question is open, the formula must not give the answer away.
        steps: kit.asking() ? "?" : runner.steps === null ? "–" : counted(runner.steps, kit.say),
        all_steps: counted(inception.steps ?? END, kit.say),
        fewer: kit.asking() ? "?" : fewer === null ? "–" : fixed(fewer, 1),
        rate: fixed(rate, 0),
        lr: String(runner.rate),
        top: runner.accuracy.toFixed(1),
        gain: `${gain > 0 ? "+" : ""}${fixed(gain, 1)}`,
        cursor: counted(state.step, kit.say),
        there: String(there),
        change: changeName(),
        here: measuredWords(data, data.changes[state.change], kit.say),
      };
    },
    scrubs: { cursor },
    actions: { race, next: () => chooseChange(following(data, state.change)) },
    guess: {
      step: 0,
      made: () => state.made,
      reveal: (how) => {
        state.ghost = how === "guessed";
        state.chosen = ASKED;
        race();
        const truth = runnerOf(ASKED).steps ?? END;
        const values = { steps: counted(state.guess, kit.say) };
        return how === "guessed"
          ? { key: `steps.1.guess.${verdict(state.guess, truth)}`, values }
          : { key: "steps.1.guess.shown" };
      },
      again: () => {
        kit.halt();
        Object.assign(state, new State(), { change: state.change });
      },
    },
    formula: [
      {
        key: () => state.chosen,
        math: () =>
          math(
            row(kit.say("picture.fewer")),
            "=",
            fraction(sub("t", "Inception"), sub("t", runnerOf(state.chosen).name)),
          ),
        numbers: kit.say("picture.ratio"),
      },
      {
        key: () => state.chosen,
        math: () => math(symbol("rate", "η"), "/", sub("η", "Inception")),
        numbers: "{lr} / 0.0015 = **{rate}**",
      },
      {
        key: () => state.chosen,
        math: () => math(row(kit.say("picture.top")), "−", "72.2"),
        numbers: "{top} % − 72.2 % = **{gain}**",
      },
    ],
    summary: () =>
      inList()
        ? `${changeName()}. ${measuredWords(data, data.changes[state.change], kit.say)}`
        : picture.lanes.map(({ runner }) => picture.spoken(runner, kit.asking())).join(" "),
    save: () => ({
      at: state.step === END ? "" : String(Math.round(state.step / 1e5)),
      net: state.chosen === ASKED ? "" : state.chosen,
      change: state.change ? data.changes[state.change].key : "",
    }),
    load: (saved) => {
      const at = Number(saved.get("at") ?? END / 1e5) * 1e5;
      if (Number.isFinite(at)) state.step = clamp(at, 0, LAST);
      const net = saved.get("net") ?? "";
      named = data.runners.some(({ key }) => key === net);
      if (named) state.chosen = net;
      state.change = changeOf(data, saved.get("change") ?? "");
    },
  };
}
