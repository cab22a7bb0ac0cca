/** What the picture of "Why it works" reads off the recorded walks, by hand-made walks with known answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftWords, valuesOf, withoutAnswer } from "../../assets/stage/heroes/why/numbers.js";
import {
  ceiling,
  farthestGrip,
  opening,
  rangeTo,
  readOff,
  State,
  verdict,
} from "../../assets/stage/heroes/why/state.js";
import { powerOf, ratioText } from "../../assets/stage/heroes/why/training_panel.js";
import { lossText } from "../../assets/stage/heroes/why/walk_panel.js";

const WALK = { s: [0, 1, 2, 4], loss: [3, 2, 2.5, 6.5], change: [0, 1, 2, 3] };

/** Two seeds, two steps; with BN the band is narrower in the first seed only. */
function walks() {
  const arm = (first, second) => ({
    loss: [
      [1, 2],
      [1, 2],
    ],
    norm: [
      [1, 1],
      [1, 1],
    ],
    accuracy: [
      [0.1, 0.2],
      [0.1, 0.2],
    ],
    walk: [
      [first, first],
      [second, second],
    ],
    change: [
      [first, first],
      [second, second],
    ],
  });
  const known = (/** @type {string} */ before, /** @type {string} */ after) => ({
    seeds: [
      [4, null],
      [1, 0.5],
    ],
    mean: [2, 0.5],
    low: [0.9, null],
    high: [4.4, null],
    before: { direction: before, ends: [20, 15, 28] },
    after: { direction: after, ends: [0.9, 0.7, 1.1] },
    phases: { said: before === after ? "same" : "open", ends: [0.045, 0.03, 0.07] },
  });
  const shift = {
    length: known("higher", "open"),
    relative: known("higher", "higher"),
    update: known("lower", "lower"),
    next: { ...known("higher", "higher"), after: { direction: "open", ends: [null, null, null] } },
  };
  const net = { lr: 0.5, none: arm([0, 2, 3], [1, 1, 2]), batch: arm([0, 1, 1], [1, 1, 9]), shift, half: [1, 0] };
  return { lengths: [0.5, 1, 4], seeds: [0, 7], steps: [0, 100], date: "", nets: { relu: net, sigmoid: net } };
}

test("between measured points the value lies on the straight line", () => {
  assert.equal(readOff(WALK.s, WALK.loss, 0), 3);
  assert.equal(readOff(WALK.s, WALK.loss, 0.5), 2.5);
  assert.equal(readOff(WALK.s, WALK.loss, 2), 2.5);
  assert.equal(readOff(WALK.s, WALK.loss, 3), 4.5);
  assert.equal(readOff(WALK.s, WALK.loss, 9), 6.5);
});

test("the range on the way leaves out the start and ends as the paper's variation of the loss", () => {
  assert.equal(rangeTo(WALK, 0.9), null);
  assert.deepEqual(rangeTo(WALK, 1), { low: 2, high: 2 });
  assert.deepEqual(rangeTo(WALK, 3), { low: 2, high: 4.5 });
  assert.deepEqual(rangeTo(WALK, 4), { low: 2, high: 6.5 });
});

test("the band only opens on the way", () => {
  const stops = opening(WALK, 4);
  assert.deepEqual(
    stops.map(({ s }) => s),
    [1, 2, 4],
  );
  for (let stop = 1; stop < stops.length; stop += 1) {
    assert.ok(stops[stop].low <= stops[stop - 1].low && stops[stop].high >= stops[stop - 1].high);
  }
  assert.deepEqual(opening(WALK, 0.2), []);
});

test("a guess that ends below the start says down, one near the end right, all others up", () => {
  assert.equal(verdict([2, 1], WALK), "down");
  assert.equal(verdict([3], WALK), "down");
  assert.equal(verdict([2, 6], WALK), "right");
  assert.equal(verdict([2, 3.5], WALK), "up");
  assert.equal(verdict([2, 12], WALK), "up");
});

test("the shape of a guess counts too: the walk falls first and then only climbs", () => {
  assert.equal(verdict([0, 7, 1.2, 8], WALK), "zigzag");
  assert.equal(verdict([2, 5, 3.5], WALK), "zigzag");
  assert.equal(verdict([2, 1.8, 6], WALK), "right", "a trembling hand");
  assert.equal(verdict([4, 5, 6, 7], WALK), "rises");
  assert.equal(verdict([0, 7, 2, 1], WALK), "down");
});

test("seeds with a narrower band are counted, and a missing ratio is drawn as the same", () => {
  const state = new State(walks());
  assert.equal(state.at, 1);
  assert.equal(state.narrower(), 1);
  assert.deepEqual(state.band("none"), { low: 0, high: 3 });
  assert.deepEqual(state.shift("length", 1), { low: 0.5, high: 0.5, mean: 0.5 });
  assert.deepEqual(state.shift("length", 0), { low: 0.9, high: 4.4, mean: 2 });
  assert.deepEqual(state.half(), { first: 0, last: 1 });
});

test("what is said of covariate shift is what the rule says of the two phases", () => {
  const state = new State(walks());
  const say = (/** @type {string} */ key, /** @type {Record<string, string>} */ values = {}) =>
    `${key.replace("picture.", "")}(${Object.values(values).join(", ")})`;
  const words = shiftWords(state, say);
  assert.equal(words.length_words, "phases(×20, open(×0.9))");
  assert.equal(words.update_words, "phases(×20, ×0.9)");
  assert.equal(words.next_words, "phases(×20, open(–))");
  assert.equal(words.phase_words, "phases_open(×0.045)", "one phase decided and the other open is no difference");
  state.data.nets.relu.shift.length.phases.said = "depends";
  assert.equal(shiftWords(state, say).phase_words, "phases_depends(×0.045)");
  state.data.nets.relu.shift.length.phases = { said: "same", ends: [null, null, null] };
  assert.equal(shiftWords(state, say).phase_words, "phases_same(–)");
});

test("the address brings the moment back", () => {
  const state = new State(walks());
  assert.deepEqual(Object.values(state.save()).join(""), "");
  Object.assign(state, { net: "sigmoid", at: 0, seed: 1, place: 2.5, view: "shift" });
  const other = new State(walks());
  other.load(new URLSearchParams(state.save()));
  for (const name of ["net", "at", "seed", "place", "view"]) assert.equal(other[name], state[name], name);
  assert.ok(other.byHand);
});

test("a hostile address changes nothing, and the hand stays on the walk", () => {
  const state = new State(walks());
  const before = { ...state };
  state.load(new URLSearchParams("net=__proto__&at=99&seed=-1&s=NaN&view=<b>"));
  for (const name of ["at", "seed", "place", "view", "net"]) assert.equal(state[name], before[name], name);
  state.load(new URLSearchParams("s=1e9&at=&seed="));
  assert.equal(state.place, 4);
  assert.equal(state.at, before.at);
  state.load(new URLSearchParams("s=-3"));
  assert.equal(state.place, 0);
});

test("numbers are written with the digits that their size needs", () => {
  assert.deepEqual([35.04, 6.261, 0.0641, 0.0004, 0].map(lossText), ["35.0", "6.26", "0.064", "0.00040", "0.00"]);
  assert.deepEqual([0.000363, 0.00098, 5e-6, 1e-9].map(lossText), ["0.00036", "0.00098", "0.0000050", "<0.000001"]);
  assert.deepEqual([58.7, 0.52, 0.0131].map(ratioText), ["×59", "×0.5", "×0.013"]);
  assert.deepEqual([0.03, 5, 8, 35, 99].map(ceiling), [0.05, 8, 8, 40, 40]);
});

test("bands that are tiny at the end of training can be told apart on the axis of their widths", () => {
  const ends = [35, 0.000363, 0.00098, 5e-6].map(powerOf);
  assert.ok(ends[2] - ends[1] > 0.4);
  assert.ok(ends.every((power) => power >= -5.5 && power <= 2));
  assert.equal(powerOf(0), -5.5);
  assert.deepEqual([0.00036, 0.0009].map(ceiling), [0.001, 0.001]);
});

test("while the question is open the numbers are those of the start, where the dot is", () => {
  const state = new State(walks());
  assert.equal(state.place, 4);
  const open = withoutAnswer(state);
  assert.deepEqual(
    [open.s, open.loss_plain, open.loss_bn, open.band_plain, open.narrower],
    ["0.00", "2.00", "2.00", "?", "?"],
  );
  assert.deepEqual([valuesOf(state).s, valuesOf(state).loss_plain], ["4.00", "3.00"]);
});

test("the name of the guess stands where it is farthest from the truth, before the hand", () => {
  const walk = { s: [0, 1, 2, 3, 4], loss: [1, 1, 2, 3, 9], change: [0, 0, 0, 0, 0] };
  assert.equal(farthestGrip([1, 5, 3, 0], walk), 1);
  assert.equal(farthestGrip([1, 2, 3.5, 0], walk), 2);
});
