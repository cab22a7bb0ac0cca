/** What the picture of the three valleys computes: their shapes, when a ball arrives, its sentences and its address. */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
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
