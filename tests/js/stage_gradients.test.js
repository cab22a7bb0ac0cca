/** What the picture of the three valleys computes: their shapes, when a ball arrives, its sentences and its address. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { BATCHES, fourfold, INPUTS } from "../../assets/stage/heroes/gradients/batch.js";
import {
  answerOf,
  cells,
  fan,
  fate,
  inputs,
  load,
  RAW,
  SHOWN,
  STANDARDIZED,
  START,
  State,
  saved,
  valleys,
  valuesOf,
  valuesOfBatches,
  WHITENED,
  winner,
} from "../../assets/stage/heroes/gradients/state.js";

const say = (key, values = {}) => `${key} ${Object.values(values).join(" ")}`.trim();
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`);

test("the inputs have exactly the deviation and the correlation that the grip says", () => {
  const points = inputs({ ...START, ratio: 2, rho: -0.4 });
  const mean = (f) => points.reduce((sum, point) => sum + f(point), 0) / points.length;
  near(
    mean(([a]) => a),
    0,
  );
  near(
    mean(([a]) => a * a),
    1,
  );
  near(
    mean(([, b]) => b * b),
    4,
  );
  near(
    mean(([a, b]) => a * b),
    -0.8,
  );
});

test("standardizing removes the stretch and leaves the shear; whitening is round", () => {
  for (const ratio of [0.3, 1, 3]) {
    const state = new State();
    Object.assign(state.now, { ratio, rho: 0.8 });
    const all = valleys(state);
    near(all[STANDARDIZED].condition, 1.8 / 0.2);
    near(all[WHITENED].condition, 1);
    near(all[STANDARDIZED].limit, 2 / 1.8);
    near(all[WHITENED].limit, 2);
  }
});

test("at first the raw ball diverges, and the whitened one is first: log(0.01) / log(0.5) steps", () => {
  const all = valleys(new State());
  assert.ok(all[RAW].diverges);
  assert.equal(all[RAW].arrives, null);
  assert.equal(all[WHITENED].arrives, Math.ceil(Math.log(0.01) / Math.log(0.5)));
  assert.equal(winner(all), WHITENED);
  assert.equal(fate(all[RAW], say), "picture.diverges 1000");
  assert.ok(all.every(({ path }) => path.length === SHOWN + 1));
});

test("just below the raw limit all arrive; a tiny rate is no divergence", () => {
  const state = new State();
  state.now.rate = 0.95 * valleys(state)[RAW].limit;
  assert.ok(valleys(state).every(({ arrives, diverges }) => arrives !== null && !diverges));
  state.now.rate = 0.001;
  assert.equal(fate(valleys(state)[WHITENED], say, "picture.short"), "picture.short.slow 1000");
  assert.equal(winner(valleys(state)), null);
});

test("with its own best rate the round valley needs one step, and sentences keep both", () => {
  const state = new State();
  state.own = true;
  assert.equal(valleys(state)[WHITENED].arrives, 1);
  const values = valuesOf(state, say);
  assert.equal(values.best_whitened, "picture.arrives_once 1");
  assert.equal(values.fate_whitened, "picture.arrives 7");
  assert.equal(values.fate_raw, "picture.diverges 1000");
});

test("an address brings a moment back, whatever it carries", () => {
  const state = new State();
  Object.assign(state.now, { rate: 0.25, ratio: 1.5, rho: -0.3, x: 1, y: -1.25 });
  Object.assign(state, { own: true, guess: STANDARDIZED });
  const again = new State();
  load(again, new URLSearchParams(saved(state)));
  assert.deepEqual([again.now, again.own, again.guess], [state.now, true, STANDARDIZED]);
  assert.ok(Object.values(saved(new State())).every((value) => value === ""));
  const hostile = new State();
  load(hostile, new URLSearchParams("rate=1e9&ratio=0&rho=-5&x=NaN&y=%3Cb%3E&own=true&guess=__proto__"));
  assert.deepEqual(hostile.now, { rate: 2.2, ratio: 0.3, rho: -0.95, x: START.x, y: START.y });
  assert.deepEqual([hostile.own, hostile.guess], [false, null]);
  assert.ok(valleys(hostile).every(({ condition }) => Number.isFinite(condition)));
});

test("a batch of all inputs has the whole gradient, which is that of the valley", () => {
  const state = new State();
  state.batches.size = INPUTS;
  const { gradients, whole, mean, measured, predicted } = fan(state);
  const [{ hessian }] = valleys(state);
  near(whole[0], hessian[0][0] * START.x + hessian[0][1] * START.y);
  near(whole[1], hessian[1][0] * START.x + hessian[1][1] * START.y);
  for (const one of [...gradients, mean]) {
    near(one[0], whole[0]);
    near(one[1], whole[1]);
  }
  near(measured[INPUTS - 1], 0);
  near(predicted[INPUTS - 1], 0);
});

test("over many draws the measured spread is the predicted one, and the mean is the whole gradient", () => {
  const state = new State();
  const draws = 200;
  for (const size of [1, 4, 16, 64]) {
    let [square, x, y] = [0, 0, 0];
    for (let draw = 1; draw <= draws; draw++) {
      Object.assign(state.batches, { size, draw });
      const { measured, mean } = fan(state);
      square += measured[size - 1] ** 2 / draws;
      x += mean[0] / draws;
      y += mean[1] / draws;
    }
    const { whole, predicted } = fan(state);
    // 6,400 batches: the spread has an error of about 2 %, the mean one of spread / 80.
    assert.ok(Math.abs(Math.sqrt(square) / predicted[size - 1] - 1) < 0.06, `m = ${size}`);
    assert.ok(Math.hypot(x - whole[0], y - whole[1]) < (4 * predicted[size - 1]) / 80, `m = ${size}`);
  }
});

test("four times as many inputs leave at most half of the spread, and after all comes one", () => {
  const { predicted } = fan(new State());
  for (const m of [1, 2, 4, 8, 16, 20]) assert.ok(predicted[4 * m - 1] <= predicted[m - 1] / 2 + 1e-12);
  assert.deepEqual([1, 4, 16, 64, INPUTS].map(fourfold), [4, 16, 64, INPUTS, 1]);
});

test("batches grow by what they already have, and another draw has others", () => {
  const state = new State();
  const small = fan(state).orders.map((order) => order.slice(0, 4));
  state.batches.size = 16;
  assert.deepEqual(
    fan(state).orders.map((order) => order.slice(0, 4)),
    small,
  );
  assert.equal(small.length, BATCHES);
  state.batches.draw = 2;
  assert.notDeepEqual(
    fan(state).orders.map((order) => order.slice(0, 4)),
    small,
  );
});

test("the formula has the numbers of what the picture shows", () => {
  const state = new State();
  const values = { ...valuesOf(state, say), ...valuesOfBatches(state) };
  assert.equal(cells(values, false).cell_2, values.conditions);
  const { cell_1, cell_3 } = cells(values, true);
  assert.equal(cell_1, values.whole);
  assert.equal(cell_3, `${values.deviation} / 2.00 · 0.98 = ${values.predicted}`);
});

test("the address keeps size, draw and the batch that is looked at, as whole numbers within their limits", () => {
  const state = new State();
  Object.assign(state.batches, { size: 16, draw: 7, shown: 30 });
  const again = new State();
  load(again, new URLSearchParams(saved(state)));
  assert.deepEqual(again.batches, state.batches);
  const hostile = new State();
  load(hostile, new URLSearchParams("m=1e9&draw=-4&batch=2.6"));
  assert.deepEqual(hostile.batches, { size: INPUTS, draw: 1, shown: 3 });
  load(hostile, new URLSearchParams("m=NaN&draw=%20&batch=x"));
  assert.deepEqual(hostile.batches, { size: INPUTS, draw: 1, shown: 3 });
});

test("the answer quotes the rate that is set, with what becomes of the balls at that rate", () => {
  const state = new State();
  // An arrow that is dragged before a guess reveals the answer first, and then changes the rate.
  const { key, values } = answerOf("deed", state, say);
  assert.equal(key, "steps.1.guess.shown");
  assert.ok(Object.keys(values).every((name) => !/fate|steps/.test(name)));
  state.now.rate = 0.14;
  const live = valuesOf(state, say);
  assert.equal(live.rate, "0.14");
  assert.match(live.fate_raw, /^picture\.arrives \d+$/);
  state.guess = WHITENED;
  state.now.rate = 0.5;
  assert.deepEqual(answerOf("guessed", state, say), {
    key: "steps.1.guess.right",
    values: { answer_rate: "0.50", guess: "picture.whitened" },
  });
  state.guess = RAW;
  assert.equal(answerOf("guessed", state, say).key, "steps.1.guess.wrong");
});

test("balls that start on the cross are there already, and stay there at any rate", () => {
  const state = new State();
  Object.assign(state.now, { x: 0.05, y: -0.06, rate: 2 });
  const all = valleys(state);
  for (const valley of all) {
    assert.equal(valley.arrives, 0);
    assert.equal(fate(valley, say), "picture.there");
    assert.ok(valley.path.every(([x, y]) => Math.hypot(x, y) === 0));
  }
  assert.equal(winner(all), null);
  state.now.x = 0.3;
  assert.ok(valleys(state).every(({ arrives }) => arrives !== 0));
});
