/** The picture of regularization without its drawing: batches, their spread, guesses, addresses. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { histogram, Population, SIZES, spreadOf, TOTAL } from "../../assets/stage/heroes/regularization/noise.js";
import { ASKED, ENOUGH, FIRST, KNOWN, State, verdict } from "../../assets/stage/heroes/regularization/state.js";
import { sampleOf, spreadText, valuesOf } from "../../assets/stage/heroes/regularization/values.js";
import { gaussian, random } from "../../assets/stage/math/random.js";

const COUNT = 1000;

/** Half-precision floats of the values 0, 1/1024, ..., as base64: exact, and not sorted. */
function packed(count) {
  const words = Uint16Array.from({ length: count }, (_, k) => 0x3c00 + ((k * 7) % 1024));
  return Buffer.from(words.buffer).toString("base64");
}

const STUDY = {
  arms: ["none", "bn"],
  seeds: [0, 1],
  steps: [0, 100, 200, 300, 400],
  samples: 500,
  accuracy: [
    [
      [10, 60, 70, 80, 85],
      [10, 61, 71, 81, 86],
    ],
    [
      [10, 60, 70, 80, 84],
      [10, 61, 71, 81, 88],
    ],
  ],
  loss: [
    [
      [2.3, 1, 0.9, 0.8, 0.7],
      [2.3, 1, 0.9, 0.8, 0.6],
    ],
    [
      [2.3, 1, 0.9, 0.8, 0.5],
      [2.3, 1, 0.9, 0.8, 0.4],
    ],
  ],
  said: { shift: { mean: 4.4, low: 2.9, high: 5.9, answer: "higher" } },
  matched: { bn: { mean: -0.8, low: -2.1, high: 0.5, answer: "open" } },
};

const population = () => new Population({ values: packed(COUNT), digit: 3 });
const made = () => new State(population(), STUDY);

test("values are unpacked and scaled to mean 0 and spread 1", () => {
  const found = population();
  assert.equal(found.values.length, COUNT);
  assert.equal(found.values[1], 1 + 7 / 1024);
  const scaled = found.values.map((value) => found.scaled(value));
  assert.ok(Math.abs(scaled.reduce((sum, value) => sum + value, 0)) < 1e-9);
  assert.ok(Math.abs(spreadOf(scaled) - 1) < 1e-9);
});

test("a batch has different members, is the same each time, and has your digit first if it must", () => {
  const found = population();
  const batch = found.members(64, 5, false);
  found.members(256, 9, true);
  assert.equal(new Set(batch).size, 64);
  assert.deepEqual(found.members(64, 5, false), batch);
  assert.notDeepEqual(found.members(64, 6, false), batch);
  const own = found.members(64, 5, true);
  assert.equal(own[0], 3);
  assert.equal(new Set(own).size, 64);
});

test("the measured spread of the means is that of the formula", () => {
  const found = population();
  for (const size of [2, 4, 64, 256]) {
    const off = spreadOf(found.batches(size, false).means) / found.expected(size) - 1;
    // The spread of a spread of n values is about 1 / sqrt(2 n).
    assert.ok(Math.abs(off) < 4 / Math.sqrt(2 * TOTAL), `m = ${size}: ${off}`);
  }
});

test("in a batch of two, a digit becomes one or minus one", () => {
  const { own } = population().batches(2, true);
  assert.ok(own.every((value) => Math.abs(value) < 1 + 1e-9));
  assert.ok(own.filter((value) => Math.abs(value) > 0.9).length > 0.9 * TOTAL);
});

test("in large batches, a digit comes near its value under the statistics of all", () => {
  const found = population();
  const { own } = found.batches(256, true);
  const mean = own.reduce((sum, value) => sum + value, 0) / TOTAL;
  assert.ok(Math.abs(mean - found.z) < 0.03);
  assert.ok(spreadOf(own) < 0.2);
});

test("a histogram counts the first values in bins around 0", () => {
  assert.deepEqual(histogram([-0.5, 0.5, 0.6, 1.5, 99], 4, 1, 2), [
    { from: -2, count: 0 },
    { from: -1, count: 1 },
    { from: 0, count: 2 },
    { from: 1, count: 1 },
  ]);
  assert.equal(histogram([0.5, 0.5], 0, 1, 2)[2].count, 0);
});

test("the spread of other values is what it is", () => {
  const uniform = random(1);
  const values = Array.from({ length: 4000 }, () => 3 * gaussian(uniform));
  assert.ok(Math.abs(spreadOf(values) - 3) < 0.15);
});

test("a guess is right within three tenths", () => {
  assert.equal(verdict(0.5, 0.5), "right");
  assert.equal(verdict(0.62, 0.5), "right");
  assert.equal(verdict(2, 0.5), "wide");
  assert.equal(verdict(0.125, 0.5), "narrow");
});

test("another size brings all its batches at once", () => {
  const state = made();
  assert.equal(state.size, KNOWN);
  Object.assign(state, { shown: 1, current: 0, phase: 0.3 });
  assert.ok(Number.isNaN(state.spread));
  state.resize(SIZES.indexOf(ASKED));
  assert.deepEqual([state.size, state.shown, state.phase], [ASKED, TOTAL, 1]);
  state.resize(99);
  assert.equal(state.size, SIZES[SIZES.length - 1]);
  state.resize(-1);
  assert.equal(state.size, SIZES[0]);
});

test("results are those of the step and the metric on show, one per seed", () => {
  const state = made();
  assert.deepEqual(state.results(1), [84, 88]);
  state.evaluation = FIRST;
  state.metric = "loss";
  assert.deepEqual(state.results(0), [0.8, 0.8]);
});

test("an address brings the moment back", () => {
  const state = made();
  state.resize(3);
  state.evaluation = FIRST;
  state.metric = "loss";
  const saved = state.save(3);
  assert.deepEqual(saved, { m: "6", at: "300", metric: "loss" });
  const again = made();
  assert.ok(again.load(new URLSearchParams(saved)));
  assert.deepEqual(again.save(3), saved);
});

test("an address that is wrong changes nothing", () => {
  for (const address of ["m=5", "m=0", "m=-2", "m=1e99", "m=two", "at=1", "at=100", "at=x", "metric=<b>"]) {
    const state = made();
    assert.ok(!state.load(new URLSearchParams(address)), address);
    assert.deepEqual(state.save(3), made().save(3), address);
  }
});

const say = (key, values = {}) => `${key} ${Object.values(values).join(" ")}`.trim();
/** A study with an arm for each sentence. */
const studied = () => {
  const third = (name) => [...STUDY[name], STUDY[name][0]];
  const study = { ...STUDY, arms: ["none", "bn", "shift"], accuracy: third("accuracy"), loss: third("loss") };
  return new State(population(), study);
};

test("the x of the formula is a sample of the batch on show: of two, it becomes one or minus one", () => {
  for (const own of [false, true]) {
    const state = made();
    state.resize(0);
    for (const current of [0, 1, 2, 3, TOTAL - 1]) {
      Object.assign(state, { own, current });
      const { x, mean, hat } = sampleOf(state);
      const [first, second] = state.population
        .members(2, current, own)
        .map((place) => state.population.scaled(state.population.values[place]));
      assert.ok(Math.abs(x - first) < 1e-12);
      assert.ok(Math.abs(mean - (first + second) / 2) < 1e-9);
      assert.ok(Math.abs(Math.abs(hat) - 1) < 0.02 || Math.abs(first - second) < 0.1, `${hat}`);
    }
  }
});

test("the formula's numbers have the unit of the picture, and as printed they give the result", () => {
  const state = studied();
  for (const place of [0, 4, 8]) {
    state.resize(place);
    const { means } = state.population.batches(state.size, false);
    const { mean, deviation } = sampleOf(state);
    assert.ok(Math.abs(mean - means[state.current]) < 1e-9);
    const { cell_2, end_2 } = valuesOf(state, say, false);
    const [x, middle, spread] = cell_2
      .replaceAll("−", "-")
      .match(/^\((\S+) - \(?([^ )]+)\)?\) σ \/ (\S+) σ =$/)
      .slice(1)
      .map(Number);
    assert.ok(Math.abs(spread - deviation) < 6e-4);
    assert.ok(Math.abs((x - middle) / spread - Number(end_2.replace("−", "-"))) < 0.02, `${cell_2} ${end_2}`);
  }
});

test("a heap that has only begun tells no spread and no range, and says that it is not all", () => {
  const state = studied();
  Object.assign(state, { shown: 2, current: 2 });
  const few = valuesOf(state, say, false);
  assert.deepEqual([few.measured, few.low, few.high, spreadText(state)], ["…", "…", "…", "…"]);
  assert.equal(few.batches, "picture.batches_so_far 2");
  state.shown = 1;
  assert.equal(valuesOf(state, say, false).batches, "picture.batches_one 1");
  state.shown = ENOUGH;
  assert.match(valuesOf(state, say, false).measured, /^0\.\d{3}$/);
  state.all();
  assert.equal(valuesOf(state, say, false).batches, "picture.batches 1,000");
});

test("under the study, the formula has the numbers of the study", () => {
  const state = studied();
  const { cell_1, end_1, cell_2, end_2 } = valuesOf(state, say, true);
  assert.deepEqual([cell_1, end_1, cell_2, end_2], ["86.0 %", "", "86.0 − 85.5 =", "0.5 %"]);
  state.metric = "loss";
  assert.equal(valuesOf(state, say, true).cell_2, "0.45 − 0.65 =");
});
