import assert from "node:assert/strict";
import { test } from "node:test";

import {
  brief,
  dotSize,
  extent,
  groundSpan,
  passKey,
  placeOf,
  sentenceRanges,
} from "../../assets/stage/heroes/misconceptions/evidence.js";
import { State } from "../../assets/stage/heroes/misconceptions/state.js";

const asked = (rule, limit, values, opposite = false, interval = null) => ({ rule, limit, values, opposite, interval });
const INF = Number.POSITIVE_INFINITY;

test("the ground on which a sentence would hold follows the rule, and turns round for the opposite", () => {
  assert.deepEqual(sentenceRanges(asked("more", 2, [1])), [[2, INF]]);
  assert.deepEqual(sentenceRanges(asked("more", 2, [1], true)), [[-INF, 2]]);
  assert.deepEqual(sentenceRanges(asked("within", 0.5, [1])), [[-0.5, 0.5]]);
  assert.deepEqual(sentenceRanges(asked("within", 0.5, [1], true)), [
    [-INF, -0.5],
    [0.5, INF],
  ]);
});

test("the axis holds all values, the limit and 0; equal ratios are equally far apart", () => {
  const linear = asked("more", 3, [-1, 5]);
  const [low, high] = extent(linear);
  assert.ok(low < -1 && high > 5);
  assert.ok(placeOf(linear, 100) === 1 && placeOf(linear, -INF) === 0);
  const [left, right] = extent(asked("more", 3, [-1, 5], false, [-9, 12]));
  assert.ok(left < -9 && right > 12, "the interval fits on the axis too");
  const ratio = asked("ratio", 1, [0.25, 4]);
  const [a, b, c] = [0.25, 1, 4].map((value) => placeOf(ratio, value));
  assert.ok(Math.abs(b - a - (c - b)) < 1e-12);
});

test("the dots of all seeds stay between the ground's name and the words", () => {
  for (const [seeds, room] of [
    [1, 40],
    [3, 40],
    [10, 34],
    [20, 60],
    [10, 200],
  ]) {
    const { radius, apart } = dotSize(seeds, room, false);
    assert.ok((seeds - 1) * apart <= room, `${seeds} seeds in ${room} pixels`);
    assert.ok(radius >= 4 && radius <= 11);
  }
});

test("numbers are brief", () => {
  assert.deepEqual([0, 0.01234, -3.14259, 1234567, 1e-9].map(brief), ["0", "0.0123", "−3.14", "1.2e+6", "1.0e−9"]);
});

test("a card is placed by a long pull only, and the next one is the first without an answer", () => {
  const state = new State(["a", "b", "c"]);
  state.pull = 0.3;
  assert.equal(state.release(), false);
  state.pull = -0.75;
  assert.equal(state.release(), true);
  assert.deepEqual(state.answers, { a: "false" });
  assert.equal(state.pull, 0);
  state.next();
  state.say("true");
  assert.equal(state.card, 1);
  state.next();
  state.next();
  assert.equal(state.card, 2, "the others have answers");
  assert.deepEqual(state.counts(), { answered: 2, signed: 1 });
});

test("the address brings the answers back and survives anything", () => {
  const state = new State(["a", "b", "c"]);
  assert.equal(state.save(), "");
  state.load("t-f");
  assert.equal(state.save(), "t-f");
  const other = new State(["a", "b"]);
  other.load("<x>".repeat(500));
  assert.equal(other.save(), "");
});

test("after some cards only those are spoken of; after the last one the whole is told", () => {
  const state = new State(["a", "b", "c"]);
  assert.deepEqual([state.told, state.finished], ["told.open", false]);
  state.say("false");
  assert.deepEqual([state.told, state.known("a"), state.known("b")], ["told.so_far", true, false]);
  state.next();
  state.say("false");
  assert.equal(state.told, "told.so_far");
  state.next();
  state.say("false");
  assert.deepEqual([state.told, state.finished], ["told.none", true]);
  state.say("true");
  assert.equal(state.told, "told.some");
  const shown = new State(["a", "b"]);
  shown.all = true;
  assert.equal(shown.told, "told.shown");
});

test("an address with some judgments leaves the other measurements closed, unless all were shown", () => {
  const state = new State(["a", "b"]);
  state.all = true; // an address that says "answered" shows all before the judgments are read
  state.load("t-");
  assert.deepEqual([state.known("a"), state.known("b"), state.told], [true, false, "told.so_far"]);
  state.load("t-", true);
  assert.equal(state.known("b"), true);
  const none = new State(["a"]);
  none.all = true;
  none.load("");
  assert.equal(none.known("a"), true);
});

test("a ground without a width is drawn as a stripe around its place, a wide one as it is", () => {
  assert.deepEqual(groundSpan(100, 100.5), [96.25, 8]);
  assert.deepEqual(groundSpan(100, 150), [100, 50]);
});

test("the words for a criterion are those of the sentence, not of the statement that it denies", () => {
  assert.equal(passKey(asked("within", 1, [0])), "picture.passes_exactly.within");
  assert.equal(passKey(asked("more", 0, [0], true, [-1, 1])), "picture.passes.opposite_more");
});
