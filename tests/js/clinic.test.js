/** The clinic's own logic: gaps, the layer to look at, verdicts, what is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pairs } from "../../assets/stage/clinic/channels.js";
import { places } from "../../assets/stage/clinic/curve.js";
import {
  gap,
  gaps,
  newAttempt,
  nextDeed,
  notFinite,
  readProgress,
  verdict,
  worst,
  worstChannels,
  worstLayer,
} from "../../assets/stage/clinic/state.js";
import { channelsNote } from "../../assets/stage/clinic/strip.js";
import { trainedFor } from "../../assets/stage/clinic/view.js";

const layer = { name: "bn1", m: [0, 3, -2, 1], v: [1, 4, 1, 1], rm: [0, 1, 0, null], rv: [1, 4, 1, 1], eps: 0 };
const fine = { ...layer, rm: [0, 3, -2, 1] };
const without = { ...layer, rm: null, rv: null };

test("a gap is in standard deviations of the running variance, or a power of two of the variances", () => {
  assert.deepEqual(gaps(layer, "mean"), [0, 1, -2, null]);
  assert.equal(gap({ ...fine, v: [8, 4, 1, 1] }, 0, "variance"), 3);
  assert.ok(Number.isNaN(gap(without, 0, "mean")));
  assert.equal(notFinite(layer), 1);
});

test("a layer's number is that of its worst quarter, and the worst channels come first", () => {
  assert.equal(worst(layer, "mean"), 2);
  assert.ok(Number.isNaN(worst(without, "mean")));
  assert.deepEqual(worstChannels(layer, "mean", 3), [3, 2, 1]);
});

test("the layer to look at first is the one that is not finite, else the one with the widest gap", () => {
  assert.equal(worstLayer([fine, layer]), 1);
  assert.equal(worstLayer([fine, { ...fine, rm: [9, 3, -2, 1] }, layer]), 2);
  assert.equal(worstLayer([without, without]), 0);
});

test("sorted pairs hold the values of two channels", () => {
  const swapped = { ...fine, rm: [3, 0, 1, -2] };
  const found = pairs(swapped, "mean", true);
  assert.deepEqual(
    found.map(({ m, r }) => [m, r]),
    [
      [-2, -2],
      [0, 0],
      [1, 1],
      [3, 3],
    ],
  );
  assert.deepEqual([found[0].channel, found[0].running], [2, 3]);
  assert.equal(pairs(without, "mean", true)[0].r, null);
});

const found = (served) => ({ served, batch: 0.9, train: 0.9, layers: [fine] });
const patient = { name: "a", fault: "never-updated", cure: "reset", found: found(0.1), goal: 0.95 };
const course = (served, healed) => ({ healed, moments: [found(0.1), found(served)] });

test("a verdict judges fault and cure apart", () => {
  const tried = (fault, served, healed) => ({
    ...newAttempt(),
    fault,
    cure: "x",
    courses: { x: course(served, healed) },
  });
  assert.deepEqual(verdict(patient, tried("never-updated", 0.95, true)), {
    fault: "right",
    cure: "healed",
    done: true,
  });
  assert.deepEqual(verdict(patient, tried("other-data", 0.95, true)), { fault: "wrong", cure: "healed", done: false });
  assert.equal(verdict(patient, tried("never-updated", 0.5, false)).cure, "better");
  assert.equal(verdict(patient, tried("never-updated", 0.11, false)).cure, "same");
  assert.equal(verdict(patient, tried("never-updated", 0.156, false)).cure, "same", "still guessing");
  assert.equal(verdict(patient, tried("never-updated", 0.01, false)).cure, "worse");
});

test("a cure runs once; after that only the fault is judged", () => {
  const attempt = newAttempt();
  assert.equal(nextDeed(attempt), "choose");
  Object.assign(attempt, { fault: "other-data", cure: "reset" });
  assert.equal(nextDeed(attempt), "apply");
  attempt.courses.reset = course(0.95, true);
  attempt.named.push("other-data");
  assert.equal(nextDeed(attempt), "choose");
  attempt.fault = "never-updated";
  assert.equal(nextDeed(attempt), "check");
});

test("what a browser has kept is checked", () => {
  const names = ["a", "b"];
  assert.deepEqual(readProgress('{"a":"healed","b":"shown"}', names), { a: "healed", b: "shown" });
  for (const text of [null, "", "[", "null", "7", '{"c":"healed"}', '{"a":{"x":1}}', '["a"]']) {
    assert.deepEqual(readProgress(text, names), {}, String(text));
  }
});

test("what came after the training has its own room on the curve", () => {
  const stray = { step: [1, 100, 300, 301, 312], train: [], batch: [], served: [], marks: [[300, "noise"]] };
  assert.equal(trainedFor({ curve: stray }), 300);
  assert.equal(trainedFor({ curve: { ...stray, step: [1, 100, 300], marks: [[10, "copied"]] } }), 300);
  const { px, middle } = places(stray, 300, 400);
  assert.ok(px(300) === middle && px(312) > middle + 60 && px(312) <= 400);
});

test("channels are named as widest apart only where one is apart", () => {
  const say = (key, places = {}) => [key, ...Object.values(places)].join(" ");
  assert.equal(channelsNote(layer, "mean", say), "channels.worst 3, 2, 1");
  assert.equal(channelsNote(fine, "mean", say), "channels.agree strip.z 0.00 0.00");
  assert.equal(channelsNote({ ...fine, rm: [0.05, 3, -2, 1] }, "mean", say), "channels.agree strip.z 0.05 0.05");
  assert.equal(channelsNote(without, "mean", say), "channels.keeps_none");
});
