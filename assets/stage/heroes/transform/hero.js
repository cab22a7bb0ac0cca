/**
 * Transform: eight samples of one feature as dots, threads down to their normalized values and to their outputs.
 *
 * Every dot of the input can be dragged; mean, deviation and all outputs follow. gamma and beta are two grips at the
 * outputs. The last step shows the gradient of one output flowing back to all inputs.
 */
/** @import { Guess, Hero, Kit } from "../../types" */
/** @import { Batch } from "./state.js" */

import { jacobian } from "../../math/batch_norm.js";
import { fraction, hat, math, power, root, row, sub, symbol } from "../../mathml.js";
import { between, bracketed, clamp, fixed } from "../../svg.js";
import { TransformPicture } from "./picture.js";
import { ASKED, BETA, digitsFor, EPS, GAMMA, HIGH, LOW, MOVED, nearest, normalize, START, State } from "./state.js";

/** Where the sample of the question goes. */
const GOES_TO = 9.4;
/** Steps by what they show. */
const [AFAR, AFFINE, BACK] = [1, 2, 3];
/** The sample that is pulled far out. */
const OUTLIER = 7;

/** @param {string} text @returns {number[] | null} */
function numbersOf(text) {
  const numbers = text.split("_").map(Number);
  return numbers.every((value) => Number.isFinite(value) && value >= LOW && value <= HIGH) ? numbers : null;
}

/** @param {Kit} kit @returns {Hero} */
export function hero(kit) {
  const state = new State();
  const picture = new TransformPicture(kit, state);

  /** @param {Partial<Batch>} target @param {number} [ms] */
  const moveTo = (target, ms = 900) => {
    kit.halt();
    state.remember();
    const from = { ...state.batch, x: [...state.batch.x] };
    kit.animate(
      ms,
      (share) => {
        const { x, gamma, beta } = { ...from, ...target };
        state.batch = {
          x: from.x.map((value, place) => between(value, x[place], share)),
          gamma: between(from.gamma, gamma, share),
          beta: between(from.beta, beta, share),
        };
      },
      kit.saved,
    );
  };
  const start = (/** @type {number} */ place) => (/** @type {boolean} */ byKeyboard) => {
    // Key presses in a row are one move: the rings stay where the first one found the dots.
    if (!byKeyboard || state.chosen !== place || !state.before) state.remember();
    state.chosen = place;
    state.moved = true;
    kit.answered();
  };
  picture.inputs.forEach((dot, place) => {
    kit.handle(dot.root, {
      label: kit.say("picture.sample", { number: place + 1 }),
      min: LOW,
      max: HIGH,
      step: 0.1,
      get: () => state.batch.x[place],
      set: (value) => {
        state.batch.x[place] = value;
      },
      text: () =>
        kit.say("picture.sample_value", {
          number: place + 1,
          x: fixed(state.batch.x[place], 1),
          y: fixed(normalize(state.batch).output[place]),
        }),
      at: (x) => picture.valueAt(x),
      start: start(place),
    });
  });
  const affineStart = () => {
    state.affineByHand = true;
    state.remember();
    kit.answered();
  };
  const gamma = {
    label: kit.say("picture.gamma"),
    min: -3,
    max: 4,
    step: 0.05,
    get: () => state.batch.gamma,
    set: (/** @type {number} */ value) => {
      // Snaps to 0, where all outputs are equal: a hand rarely finds it.
      state.batch.gamma = Math.abs(value) < 0.03 ? 0 : value;
    },
    text: () => `γ = ${fixed(state.batch.gamma)}`,
    start: affineStart,
  };
  const beta = {
    label: kit.say("picture.beta"),
    min: -4,
    max: 7,
    step: 0.05,
    get: () => state.batch.beta,
    set: (/** @type {number} */ value) => {
      state.batch.beta = value;
    },
    text: () => `β = ${fixed(state.batch.beta)}`,
    start: affineStart,
  };
  kit.handle(picture.gammaGrip, { ...gamma, at: (x) => picture.valueAt(x) - state.batch.beta });
  kit.handle(picture.betaGrip, { ...beta, at: (x) => picture.valueAt(x) });
  picture.outputs.forEach((dot, place) => {
    const choose = (/** @type {number} */ which) => {
      if (!kit.asking()) state.chosen = which;
      else if (!state.guessed.delete(which)) state.guessed.add(which);
      kit.redraw();
    };
    // Outputs overlap where fingers need room: the one whose middle is nearest is meant.
    dot.root.addEventListener("click", (event) => {
      const { clientX, clientY, detail } = /** @type {MouseEvent} */ (event);
      // A click without a pointer, from a screen reader, has no place.
      choose(detail ? nearest(picture.distancesTo(clientX, clientY), 0) : place);
    });
    dot.root.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key !== " " && key !== "Enter") return;
      event.preventDefault();
      choose(place);
    });
  });

  return {
    draw: (size) => picture.draw(size, { asking: kit.asking(), back: kit.step() === BACK }),
    enter: (step, first) => {
      if (first) return;
      if (step === AFAR && !state.moved) state.chosen = OUTLIER;
      if (step === AFFINE && !state.affineByHand) moveTo({ gamma: 1, beta: 0 });
      // Arrows of the gradient take the place of the rings.
      if (step === BACK) state.before = null;
    },
    values: () => valuesOf(state),
    scrubs: { gamma, beta },
    actions: {
      far: () => {
        kit.answered();
        state.chosen = OUTLIER;
        moveTo({ x: state.batch.x.map((value, place) => (place === OUTLIER ? HIGH : value)) }, 1100);
      },
      reset: () => moveTo({ x: [...START] }),
      undo: () => {
        const { mean, deviation } = normalize(state.batch);
        state.affineByHand = true;
        kit.answered();
        moveTo({ gamma: deviation, beta: mean });
      },
      unit: () => {
        kit.answered();
        moveTo({ gamma: 1, beta: 0 });
      },
    },
    guess: guessOf(kit, state, moveTo),
    formula: formulaOf(state),
    summary: () => {
      const { mean, variance, output } = normalize(state.batch);
      return kit.say("picture.summary", {
        mean: fixed(mean),
        deviation: fixed(Math.sqrt(variance)),
        outputs: output.map((value) => fixed(value)).join(", "),
      });
    },
    save: () => ({
      x:
        !kit.asking() || state.batch.x.some((value, place) => value !== START[place])
          ? state.batch.x.map((value) => Number(value.toFixed(2))).join("_")
          : "",
      gamma: state.batch.gamma === GAMMA ? "" : state.batch.gamma.toFixed(2),
      beta: state.batch.beta === BETA ? "" : state.batch.beta.toFixed(2),
      sample: state.chosen === ASKED ? "" : String(state.chosen + 1),
    }),
    load: (saved) => {
      const x = numbersOf(saved.get("x") ?? "");
      if (x?.length === START.length) state.batch.x = x;
      const [scale, shift] = [Number(saved.get("gamma") ?? GAMMA), Number(saved.get("beta") ?? BETA)];
      if (Number.isFinite(scale)) state.batch.gamma = clamp(scale, gamma.min, gamma.max);
      if (Number.isFinite(shift)) state.batch.beta = clamp(shift, beta.min, beta.max);
      const sample = Number(saved.get("sample")) - 1;
      if (sample in START) state.chosen = sample;
    },
  };
}

/** @param {Kit} kit @param {State} state @param {(target: Partial<Batch>, ms?: number) => void} moveTo @returns {Guess} */
function guessOf(kit, state, moveTo) {
  return {
    step: 0,
    made: () => state.guessed.size > 0,
    reveal: (how) => {
      if (how !== "deed") {
        state.chosen = ASKED;
        moveTo({ x: START.map((value, place) => (place === ASKED ? GOES_TO : value)) }, 1200);
      }
      const number = state.guessed.size;
      if (how === "shown" || number === 0) return { key: "steps.1.guess.shown" };
      return { key: number === START.length ? "steps.1.guess.right" : "steps.1.guess.wrong", values: { number } };
    },
    again: () => {
      kit.halt();
      Object.assign(state, { before: null, chosen: ASKED, guessed: new Set() });
      state.batch = { x: [...START], gamma: GAMMA, beta: BETA };
    },
  };
}

/** @param {State} state @returns {Record<string, string>} */
function valuesOf({ batch, chosen, before }) {
  const { mean, variance, deviation, normalized, output } = normalize(batch);
  const former = before ? normalize(before).output : output;
  const digits = digitsFor(deviation);
  const pulls = jacobian(batch.x, batch.gamma, EPS)[chosen];
  return {
    mean: fixed(mean),
    variance: fixed(variance, variance < 0.1 ? 4 : 2),
    sigma: fixed(Math.sqrt(variance)),
    x: fixed(batch.x[chosen], digits),
    mean_bracketed: bracketed(mean, digits),
    deviation: fixed(deviation, digits),
    hat: fixed(normalized[chosen]),
    hat_bracketed: bracketed(normalized[chosen]),
    gamma: fixed(batch.gamma),
    beta: bracketed(batch.beta),
    y: fixed(output[chosen]),
    number: String(chosen + 1),
    moved: String(output.filter((value, place) => Math.abs(value - former[place]) > MOVED).length),
    pulls: fixed(pulls.reduce((sum, value) => sum + value, 0)),
  };
}

/** @param {State} state */
function formulaOf(state) {
  const key = () => String(state.chosen);
  const of = (/** @type {string | MathMLElement} */ base) => sub(base, String(state.chosen + 1));
  return [
    {
      math: () => math(symbol("mean", "μ"), "=", fraction("1", "m"), "∑", symbol("x", sub("x", "i"))),
      numbers: "**{mean}**",
    },
    {
      math: () =>
        math(
          power(symbol("sigma", "σ"), "2"),
          "=",
          fraction("1", "m"),
          "∑",
          power(row("(", symbol("x", sub("x", "i")), "−", symbol("mean", "μ"), ")"), "2"),
        ),
      numbers: "**{variance}**  σ = {sigma}",
    },
    {
      key,
      math: () =>
        math(
          symbol("hat", of(hat("x"))),
          "=",
          fraction(
            row(symbol("x", of("x")), "−", symbol("mean", "μ")),
            root(power(symbol("sigma", "σ"), "2"), "+", "ε"),
          ),
        ),
      numbers: "({x} − {mean_bracketed}) / {deviation} = **{hat}**",
    },
    {
      key,
      math: () =>
        math(symbol("y", of("y")), "=", symbol("gamma", "γ"), symbol("hat", of(hat("x"))), "+", symbol("beta", "β")),
      numbers: "{gamma} · {hat_bracketed} + {beta} = **{y}**",
    },
  ];
}
