/**
 * Gradients: one ball in three valleys, whose shapes are those of raw, standardized and whitened inputs.
 *
 * The start, the first step's arrow and the learning rate are dragged; a grip stretches and shears the inputs, and the
 * valleys follow. All balls roll in step.
 */
/** @import { FormulaCell, Guess, Hero, Kit } from "../../types" */
/** @import { Numbers } from "./state.js" */

import { fraction, math, power, row, sub, symbol } from "../../mathml.js";
import { between, fixed, layers, set, svg } from "../../svg.js";
import { Column, LEVER } from "./column.js";
import { RateAxis } from "./rate_axis.js";
import {
  FORMS,
  fate,
  LIMITS,
  load,
  RAW,
  SHOWN,
  START,
  State,
  saved,
  valleys,
  valuesOf,
  WHITENED,
  winner,
} from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

const [ASK, LIMIT, BEST] = [0, 1, 3];
const STEPS_PER_SECOND = 5;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const on = layers(kit.svg, "back", "ball", "grip", "label");
  on.label.classList.add("still");
  const columns = FORMS.map((form, place) => new Column(kit, on, place, kit.say(`picture.${form}`)));
  const axis = new RateAxis(kit, on);
  const stem = svg("line", { stroke: "var(--plain)", "stroke-width": 1.5, class: "still", "data-s": "cloud" }, on.ball);
  const cloudGrip = svg("g", { style: "color:var(--plain)", "data-s": "cloud" }, on.grip);
  svg("circle", { class: "ring", r: 20 }, cloudGrip);
  svg("circle", { r: 11, fill: "var(--plain)", stroke: "var(--bn-card)", "stroke-width": 2 }, cloudGrip);
  const cross = {
    d: "M-5 0H5M0 -5V5M-17 0l4 -4M-17 0l4 4M17 0l-4 -4M17 0l-4 4M0 -17l-4 4M0 -17l4 4M0 17l-4 -4M0 17l4 -4",
    fill: "none",
  };
  svg("path", { ...cross, class: "still", stroke: "var(--bn-card)", "stroke-width": 1.6 }, cloudGrip);
  svg(
    "path",
    { ...cross, class: "still", stroke: "var(--plain)", "stroke-width": 1.6, "clip-path": "none", opacity: 0.8 },
    cloudGrip,
  );
  let now = valleys(state);
  let stop = () => {};

  const roll = () => {
    stop();
    state.time = 0;
    if (kit.still()) {
      state.time = SHOWN;
      kit.redraw();
      return;
    }
    stop = kit.play((seconds) => {
      state.time = Math.min(SHOWN, state.time + seconds * STEPS_PER_SECOND);
      if (state.time === SHOWN) stop();
    });
  };
  /** The balls stand at the end of their way while a hand moves something. */
  const rest = () => {
    stop();
    state.time = SHOWN;
  };
  /** @param {Partial<Numbers>} target @param {number} [ms] */
  const moveTo = (target, ms = 800) => {
    stop();
    const from = { ...state.now };
    const to = { ...from, ...target };
    kit.animate(
      ms,
      (share) => {
        for (const name of /** @type {(keyof Numbers)[]} */ (Object.keys(START)))
          state.now[name] = between(from[name], to[name], share);
      },
      () => {
        kit.saved();
        roll();
      },
    );
  };
  /** @param {keyof Numbers} name @param {number} step */
  const quantity = (name, step) => ({
    min: LIMITS[name][0],
    max: LIMITS[name][1],
    step,
    get: () => state.now[name],
    set: (/** @type {number} */ value) => {
      state.now[name] = value;
    },
  });
  const taken = (/** @type {"rate" | "cloud" | null} */ what) => () => {
    if (what) state.byHand[what] = true;
    if (what === "rate") state.own = false;
    kit.answered();
    rest();
  };
  const rate = {
    ...quantity("rate", 0.01),
    label: kit.say("picture.handle.rate"),
    text: () => fixed(state.now.rate),
    start: taken("rate"),
    end: roll,
  };
  kit.handle2D(cloudGrip, {
    label: kit.say("picture.handle.cloud"),
    x: quantity("rho", 0.05),
    y: quantity("ratio", 0.1),
    text: () => kit.say("picture.handle.cloud_value", { ratio: fixed(state.now.ratio, 1), rho: fixed(state.now.rho) }),
    at: (x, y) => columns[RAW].inputsAt(x, y),
    start: taken("cloud"),
    end: roll,
  });
  columns.forEach((column, form) => {
    kit.handle2D(column.start, {
      label: kit.say("picture.handle.start", { form: column.name }),
      x: quantity("x", 0.1),
      y: quantity("y", 0.1),
      text: () => `${fixed(state.now.x, 1)}, ${fixed(state.now.y, 1)}`,
      at: (x, y) => column.weightsAt(x, y),
      start: taken(null),
      end: roll,
    });
    kit.handle(column.tip, {
      ...rate,
      label: kit.say("picture.handle.arrow", { form: column.name }),
      at: (x, y) => column.rateAt(x, y, now[form]),
    });
    const choose = () => {
      if (!kit.asking()) return;
      state.guess = form;
      kit.redraw();
    };
    column.tap.addEventListener("click", choose);
    column.tap.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      choose();
    });
  });
  kit.handle(axis.grip, { ...rate, at: (x) => axis.rateAt(x) });

  return {
    draw: (size) => {
      now = valleys(state);
      const asking = kit.asking();
      const { width, height, narrow } = size;
      const [side, gap] = narrow ? [6, 8] : [14, 16];
      const each = (width - 2 * side - 2 * gap) / 3;
      const room = height - (narrow ? 24 + 18 + 66 : 34 + 28 + 96);
      const valley = Math.min(room * 0.62, narrow ? 150 : each * 1.16);
      columns.forEach((column, form) => {
        const cloudTop = narrow ? 24 : 34;
        const cloudHeight = room - valley;
        const top = cloudTop + cloudHeight + (narrow ? 18 : 28);
        const place = {
          x: side + form * (each + gap),
          width: each,
          cloudTop,
          cloudHeight,
          top,
          height: valley,
          narrow,
        };
        const mode = {
          time: state.time,
          asking,
          guessed: state.guess === form,
          words: fate(now[form], kit.say, narrow ? "picture.short" : "picture"),
        };
        column.draw(place, now[form], mode);
      });
      const { cloudX, cloudY } = columns[RAW];
      const [gx, gy] = [cloudX.px(LEVER.rho * state.now.rho), cloudY.px(LEVER.ratio * state.now.ratio)];
      set(cloudGrip, { transform: `translate(${gx} ${gy})${narrow ? " scale(.8)" : ""}` });
      set(stem, { x1: cloudX.px(0), y1: cloudY.px(0), x2: gx, y2: gy });
      axis.draw(size, now, { rate: state.now.rate, own: state.own, asking });
    },
    enter: (step, first) => {
      const own = step === BEST;
      const changed = state.own !== own;
      const below = step === LIMIT && !state.byHand.rate;
      if (first) {
        state.own ||= own;
        if (below) state.now.rate = 0.95 * now[RAW].limit;
        if (step !== ASK) state.time = SHOWN;
        return;
      }
      state.own = own;
      if (below) moveTo({ rate: 0.95 * now[RAW].limit });
      else if (changed) roll();
    },
    values: () => valuesOf(state, kit.say),
    scrubs: { rate },
    actions: {
      below: () => change(state, kit, () => moveTo({ rate: 0.95 * now[RAW].limit })),
      above: () => change(state, kit, () => moveTo({ rate: 1.05 * now[RAW].limit })),
      shear: () => moveTo({ rho: 0.9 }),
      straight: () => moveTo({ rho: 0 }),
      stretch: () => moveTo({ ratio: LIMITS.ratio[1] }),
      same: () => {
        state.own = !state.own;
        kit.saved();
        roll();
      },
      roll,
    },
    guess: guessOf(kit, state, { roll, rest: () => stop() }),
    formula: FORMULA,
    summary: () => kit.say("picture.summary", valuesOf(state, kit.say)),
    save: () => saved(state),
    load: (address) => load(state, address),
    end: () => stop(),
  };
}

/** A button that sets the rate is a hand on the rate. @param {State} state @param {Kit} kit @param {() => void} move */
function change(state, kit, move) {
  state.byHand.rate = true;
  state.own = false;
  kit.answered();
  move();
}

/**
 * @param {Kit} kit
 * @param {State} state
 * @param {{roll: () => void, rest: () => void}} picture
 * @returns {Guess}
 */
function guessOf(kit, state, { roll, rest }) {
  return {
    step: ASK,
    made: () => state.guess !== null,
    reveal: (how) => {
      if (how !== "deed" && kit.step() === ASK) roll();
      const all = valleys({ ...state, own: false });
      const first = winner(all);
      const values = Object.fromEntries(FORMS.map((form, place) => [`answer_${form}`, fate(all[place], kit.say)]));
      const right = state.guess !== null && state.guess === first;
      const key = how !== "guessed" ? "shown" : right ? "right" : "wrong";
      return {
        key: `steps.1.guess.${key}`,
        values: {
          ...values,
          answer_rate: fixed(state.now.rate),
          guess: kit.say(`picture.${FORMS[state.guess ?? WHITENED]}`),
        },
      };
    },
    again: () => {
      rest();
      kit.halt();
      Object.assign(state, { guess: null, own: false, time: 0, now: { ...START } });
      state.byHand = { rate: false, cloud: false };
    },
  };
}

/** @type {FormulaCell[]} */
const FORMULA = [
  {
    math: () =>
      math(
        "w",
        "←",
        "w",
        "−",
        symbol("rate", "η"),
        symbol("hessian", "H"),
        "w",
        ",",
        " ",
        symbol("hessian", "H"),
        "=",
        row(fraction("1", "N"), "∑", "x", power("x", "⊤")),
      ),
    numbers: "**{rate_now}**",
  },
  {
    answers: true,
    math: () => math(symbol("condition", "κ"), "=", fraction(sub("λ", "max"), sub("λ", "min"))),
    numbers: "{conditions}",
  },
  {
    answers: true,
    math: () => math(symbol("rate", "η"), "<", symbol("limit", fraction("2", sub("λ", "max")))),
    numbers: "{limits}",
  },
];
