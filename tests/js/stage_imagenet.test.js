import assert from "node:assert/strict";
import { test } from "node:test";

import { changeOf, differences, following, measuredWords, range } from "../../assets/stage/heroes/imagenet/changes.js";
import { beside, counted, END, stateAt, verdict } from "../../assets/stage/heroes/imagenet/race.js";

const inception = { key: "plain", name: "Inception", steps: 31e6, accuracy: 72.2, rate: 0.0015, bestSteps: 31e6 };
const x30 = { key: "x30", name: "BN-x30", steps: 2.7e6, accuracy: 74.8, rate: 0.045, bestSteps: 6e6 };
const sigmoid = { key: "sigmoid", name: "BN-x5-Sigmoid", steps: null, accuracy: 69.8, rate: 0.0075, bestSteps: null };

test("a runner is on its way, at 72.2 %, at its best, or never there", () => {
  assert.deepEqual(
    [0, 2.69e6, 2.7e6, 5.9e6, 6e6, END].map((step) => stateAt(x30, step)),
    ["way", "way", "reached", "reached", "best", "best"],
  );
  assert.deepEqual(
    [30e6, 31e6].map((step) => stateAt(inception, step)),
    ["way", "reached"],
  );
  assert.deepEqual(
    [30e6, 31e6].map((step) => stateAt(sigmoid, step)),
    ["way", "never"],
  );
});

test("beside Inception: fewer steps, larger rate, higher accuracy; a blank stays a blank", () => {
  const { fewer, rate, gain } = beside(x30, inception);
  assert.ok(Math.abs((fewer ?? 0) - 11.4815) < 1e-3);
  assert.ok(Math.abs(rate - 30) < 1e-9);
  assert.ok(Math.abs(gain - 2.6) < 1e-9);
  assert.equal(beside(sigmoid, inception).fewer, null);
});

test("a guess is judged by its ratio to the truth", () => {
  assert.deepEqual(
    [1e6, 1.5e6, 2.1e6, 3e6, 20e6].map((guess) => verdict(guess, 2.1e6)),
    ["early", "close", "close", "close", "late"],
  );
});

test("steps are counted in the unit of the language", () => {
  const english = (key) => ({ "picture.unit": "1000000", "picture.digits": "1" })[key];
  const chinese = (key) => ({ "picture.unit": "10000", "picture.digits": "0" })[key];
  assert.deepEqual([counted(2.1e6, english), counted(END, english)], ["2.1", "31.0"]);
  assert.deepEqual([counted(2.1e6, chinese), counted(END, chinese)], ["210", "3100"]);
});

const known = { key: "lrn", place: 1, difference: -1.5, low: -2.6, high: -0.4, verdict: "opposite" };
const unknown = { key: "rate", place: null, difference: null, low: null, high: null, verdict: null };
const listed = {
  changes: [unknown, known],
  measured: {
    steps: 800,
    seeds: 2,
    images: 12000,
    tested: 2000,
    accuracy: [
      [40, 42],
      [39, 40],
    ],
  },
};
const say = (key, values = {}) => `${key} ${Object.values(values).join(" / ")}`.trim();

test("a change is compared with the same seed without it; what nobody measured is said", () => {
  assert.deepEqual(differences(listed, known), [-1, -2]);
  assert.deepEqual(differences(listed, unknown), []);
  assert.deepEqual(differences({ ...listed, measured: null }, known), []);
  assert.equal(
    measuredWords(listed, known, say),
    "picture.changes.measured −1.5 / −1.0, −2.0 / picture.changes.verdict.opposite −2.6 / −0.4",
  );
  assert.equal(measuredWords(listed, unknown, say), "picture.changes.absent");
  const lost = { ...listed.measured, accuracy: [[40, null], listed.measured.accuracy[1]] };
  assert.deepEqual(differences({ ...listed, measured: lost }, known), [-1, null]);
});

test("the axis holds all accuracies; the list goes round; an address names a change or none", () => {
  assert.deepEqual(range(listed.measured), [35, 45]);
  assert.deepEqual([following(listed, 0), following(listed, 1)], [1, 0]);
  assert.deepEqual(
    ["lrn", "", "__proto__", "1"].map((key) => changeOf(listed, key)),
    [1, 0, 0, 0],
  );
});
