/**
 * Gradients: one ball in three valleys, whose shapes are those of raw, standardized and whitened inputs.
 *
 * The start, the first step's arrow and the learning rate are dragged; a grip stretches and shears the inputs, and the
 * valleys follow. All balls roll in step. At last: what a batch of the inputs says about the slope.
 */
/** @import { Guess, HandleOptions, Hero, Kit } from "../../types" */
/** @import { Numbers } from "./state.js" */

import { between, fixed, layers, set, svg } from "../../svg.js";
import { BATCH_LIMITS, DRAWS, fourfold, put } from "./batch.js";
import { BatchView } from "./batch_view.js";
import { Column, LEVER } from "./column.js";
import { formulaOf } from "./formula.js";
import { RateAxis } from "./rate_axis.js";
import {
  answerOf,
  cells,
  FORMS,
  fan,
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
  valuesOfBatches,
} from "./state.js";

export const sheets = [new URL("./hero.css", import.meta.url).href];

const [ASK, LIMIT, BEST, BATCH] = [0, 1, 3, 4];
const STEPS_PER_SECOND = 5;

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const three = svg("g", {}, kit.svg);
  const on = layers(three, "back", "ball", "grip", "label");
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
  /** Let the batches take in more inputs, one after the other. @param {number} target */
  const grow = (target) => {
    const from = state.batches.size;
    kit.animate(700, (share) => put(state.batches, "size", between(from, target, share)), kit.saved);
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
  const view = new BatchView(kit);
  const size = batchHandles(kit, state, view);
  const inBatches = () => kit.step() === BATCH;
  const allValues = () => {
    const values = { ...valuesOf(state, kit.say), ...valuesOfBatches(state) };
    return { ...values, ...cells(values, inBatches()) };
  };

  return {
    draw: (size) => {
      now = valleys(state);
      three.style.display = inBatches() ? "none" : "";
      view.root.style.display = inBatches() ? "" : "none";
      if (inBatches()) {
        view.draw(size, now[RAW], fan(state), state.batches);
        return;
      }
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
      if (step === BATCH) {
        rest();
        return;
      }
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
    values: allValues,
    scrubs: { rate, size },
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
      four: () => grow(fourfold(state.batches.size)),
      others: () => {
        put(state.batches, "draw", (state.batches.draw % DRAWS) + 1);
        kit.redraw();
        kit.saved();
      },
    },
    guess: guessOf(kit, state, { roll, rest: () => stop() }),
    formula: formulaOf(inBatches),
    summary: () => kit.say(inBatches() ? "picture.batch.summary" : "picture.summary", allValues()),
    save: () => saved(state),
    load: (address) => load(state, address),
    end: () => stop(),
  };
}

/**
 * What can be moved among the batches: their size, the start, and which of them is looked at.
 * @param {Kit} kit
 * @param {State} state
 * @param {BatchView} view
 * @returns {HandleOptions} the size, for the sentence that quotes it
 */
function batchHandles(kit, { now, batches }, view) {
  /** A whole number of the batches, within its limits. @param {"size" | "shown"} name @returns {HandleOptions} */
  const counted = (name) => ({
    label: kit.say(`picture.batch.${name}`),
    min: BATCH_LIMITS[name][0],
    max: BATCH_LIMITS[name][1],
    step: 1,
    get: () => batches[name],
    set: (value) => put(batches, name, value),
    text: () => kit.say(`picture.batch.${name}_value`, { [name]: batches[name] }),
  });
  const size = counted("size");
  kit.handle(view.plot.grip, { ...size, at: (x) => view.plot.sizeAt(x) });
  const along = (/** @type {"x" | "y"} */ name) => ({
    min: LIMITS[name][0],
    max: LIMITS[name][1],
    step: 0.1,
    get: () => now[name],
    set: (/** @type {number} */ value) => {
      now[name] = value;
    },
  });
  kit.handle2D(view.start, {
    label: kit.say("picture.handle.start", { form: kit.say("picture.raw") }),
    x: along("x"),
    y: along("y"),
    text: () => `${fixed(now.x, 1)}, ${fixed(now.y, 1)}`,
    at: (x, y) => view.weightsAt(x, y),
  });
  kit.handle(view.shown, counted("shown"));
  view.arrows.forEach(({ root }, place) => {
    root.addEventListener("click", () => {
      put(batches, "shown", place + 1);
      kit.redraw();
      kit.saved();
    });
  });
  return size;
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
      return answerOf(how, state, kit.say);
    },
    again: () => {
      rest();
      kit.halt();
      Object.assign(state, { guess: null, own: false, time: 0 });
      Object.assign(state.now, START);
      state.byHand = { rate: false, cloud: false };
    },
  };
}
