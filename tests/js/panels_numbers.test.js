import assert from "node:assert/strict";
import { test } from "node:test";

import { CURVES, erf } from "../../assets/live/activation_curves.js";
import { likeliest, margins } from "../../assets/live/class_field.js";
import { bilinear } from "../../assets/live/field_image.js";
import { frameFrom } from "../../assets/live/frame.js";
import { HistoryRange } from "../../assets/live/history_range.js";
import { percentilesOf, statisticsGap } from "../../assets/live/parameter_series.js";
import { framesToDraw, roundRange, roundUp, spreadApart, stepScale, wholeDecades } from "../../assets/live/plot.js";
import { chooseSurface, flatRange, lossScale } from "../../assets/live/surface_scale.js";
import { unitByRank } from "../../assets/live/unit_picker.js";
import { frameMessage } from "./messages.js";

test("a typical unit stays while it is typical; a picked one always", () => {
  const order = [Int32Array.from({ length: 21 }, (_, k) => k + 1)];
  const memory = {};
  assert.equal(unitByRank(memory, order, { layer: 0, frames: 3 }), 10);
  const moved = [order[0].map((rank) => (rank === 11 ? 12 : rank === 12 ? 11 : rank))];
  assert.equal(unitByRank(memory, moved, { layer: 0, frames: 100 }), 10); // one rank off the middle is typical enough
  const far = [order[0].toReversed().map((rank) => ((rank + 6) % 21) + 1)];
  assert.equal(unitByRank(memory, far, { layer: 0, frames: 101 }), 10); // looked at again only when the history has grown
  assert.equal(far[0][unitByRank(memory, far, { layer: 0, frames: 200 })], 11);
  Object.assign(memory, { choice: null, unit: 4 });
  assert.equal(unitByRank(memory, order, { layer: 0, frames: 5000 }), 4);
});

test("derivatives are those of the curves", () => {
  const h = 1e-4;
  for (const [name, { value, derivative, steepest }] of Object.entries(CURVES)) {
    let most = 0;
    for (let x = -5.05; x < 5; x += 0.1) {
      assert.ok(Math.abs((value(x + h) - value(x - h)) / (2 * h) - derivative(x)) < 2e-3, `${name} at ${x}`);
      most = Math.max(most, derivative(x));
    }
    assert.ok(most <= steepest + 1e-9 && most > steepest - 0.01, name);
  }
  // Values of the error function from tables.
  for (const [x, y] of [
    [0, 0],
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [-2, -0.995322265],
  ])
    assert.ok(Math.abs(erf(x) - y) < 2e-7);
});

test("ranges follow the history, skip what is not finite, and begin anew with a new key or run", () => {
  const frames = [0, 1, 2].map((step) => ({ step, bytes: 0, arms: [{ values: [step, -step, Number.NaN, Infinity] }] }));
  const range = new HistoryRange((arm, take) => arm.values.forEach(take), 0.5);
  assert.deepEqual(range.update(frames.slice(0, 2)).extent, [-1, 1]);
  assert.deepEqual(range.update(frames).extent, [-2, 2]);
  assert.deepEqual(range.positiveExtent, [1, 2]);
  assert.deepEqual(range.update([frames[0], frames[2]]).extent, [-2, 2]); // thinned: nothing is forgotten
  assert.deepEqual(range.update([frames[0]], "other").extent, [0, 0]);
  assert.deepEqual(range.positiveExtent, []);
  assert.deepEqual(range.update([]).extent, []);
});

test("axes are round and hold what they must", () => {
  assert.deepEqual([0.9, 2.1, 45, 0.031, 0, Infinity].map(roundUp), [1, 3, 60, 0.04, 1, 1]);
  assert.deepEqual(wholeDecades([3e-4, 0.2]), [1e-4, 1]);
  assert.deepEqual(wholeDecades([1, 1], 2), [0.1, 10]);
  assert.deepEqual(wholeDecades([Number.NaN, -1, 1e-30], 3), [1e-3, 1]);
  assert.deepEqual(roundRange([], [-1, 1]), [-1, 1]);
  const [low, high] = roundRange([0.95, 1.72], [0, 2]);
  assert.ok(low <= 0.95 && low > 0.5 && high >= 1.72 && high < 2.2);
});

test("labels move apart as little as they must", () => {
  assert.deepEqual(spreadApart([10, 40], 12, [0, 100]), [10, 40]);
  assert.deepEqual(spreadApart([50, 50, 50], 12, [0, 100]), [38, 50, 62]);
  assert.deepEqual(spreadApart([97, 99], 12, [0, 100]), [88, 100]);
  assert.deepEqual(spreadApart([0, 1, 30], 12, [0, 100]), [0, 12, 30]);
});

test("a long history is drawn with at most one frame in a gap, ends included", () => {
  const frames = Array.from({ length: 1000 }, (_, step) => ({ step, bytes: 0, arms: [] }));
  const kept = framesToDraw(frames, stepScale(frames, [0, 100]), 2);
  assert.ok(kept.length <= 52 && kept[0] === 0 && kept.at(-1) === 999);
  const log = stepScale(frames, [0, 100], true);
  assert.ok(log(0) === 0 && log(1) > 0 && Math.abs(log(999) - 100) < 1e-9);
});

test("between grid points a field is bilinear, and unknown beside an unknown", () => {
  const values = [0, 1, 2, 3, 4, 5]; // value = u + 3 v
  assert.equal(bilinear({ values, n: 3, m: 2 }, 1.5, 0.5), 3);
  assert.equal(bilinear({ values, n: 3, m: 2 }, 2, 1), 5);
  assert.ok(Number.isNaN(bilinear({ values: [0, 1, Infinity, 3, 4, 5], n: 3, m: 2 }, 1.5, 0.5)));
  assert.equal(bilinear({ values: [0, 1, Infinity, 3, 4, 5], n: 3, m: 2 }, 0.5, 0), 0.5);
});

test("the likeliest class and how certain it is", () => {
  const fields = [
    [0.5, 0.9],
    [0.25, 0.05],
    [0.25, 0.05],
  ].map((p) => ({ values: Float32Array.from([...p, ...p]), n: 2, m: 2 }));
  const [c, certainty] = likeliest(fields, 1, 0);
  assert.equal(c, 0);
  assert.ok(Math.abs(certainty - 0.85) < 1e-6); // (0.9 - 1/3) / (1 - 1/3)
  const [first, second] = margins(Float32Array.from([0.5, 0.2, 0.25, 0.7, 0.25, 0.1]), 3);
  assert.deepEqual(
    [...first].map((v) => v.toFixed(2)),
    ["0.25", "-0.50"],
  );
  assert.deepEqual(
    [...second].map((v) => v.toFixed(2)),
    ["-0.25", "0.50"],
  );
});

test("one loss scale for all arms; a diverging tail does not take it over", () => {
  const surface = (loss) => ({ loss: Float32Array.from(loss) });
  assert.deepEqual(lossScale(surface([Number.NaN, Infinity, 0])), null);
  const plain = lossScale(surface([0.5, 1, 2, Infinity]));
  assert.deepEqual([plain.low, plain.high, plain.capped], [0.5, 2, false]);
  const tail = lossScale(
    surface([
      ...Array(98)
        .fill(1)
        .map((v, k) => v + k / 98),
      1e20,
      1e30,
    ]),
  );
  assert.ok(tail.capped && tail.high < 2.1 && tail.levels.length > 3);
});

test("the surface shown is the newest of the chosen kind that is not in the future", () => {
  const all = [
    [10, "random"],
    [20, "pca-own"],
    [30, "random"],
  ].map(([step, plane]) => ({ step, plane, bnStats: "batch" }));
  const at = (step, plane) => chooseSurface(all, step, { plane, bnStats: "batch" });
  assert.deepEqual([at(25, "random").surface.step, at(25, "random").matches], [10, true]);
  assert.deepEqual([at(40, "pca").surface.step, at(40, "pca").matches], [20, true]);
  assert.deepEqual([at(15, "pca").surface.step, at(15, "pca").matches], [10, false]);
  assert.equal(at(5, "random").surface, null);
});

test("parameters are read at their places, and a gap is the mean distance of quantiles", () => {
  // Every number of (layers, 6, 5) is its index; layers 2.
  const frame = frameFrom(frameMessage(0, { arms: 1 })).arms[0];
  const { low, middle, high } = percentilesOf(
    [
      { frame, layer: 1 },
      { frame: undefined, layer: 0 },
      { frame, layer: 9 },
    ],
    "beta",
  );
  assert.deepEqual([low[0], middle[0], high[0]], [35, 37, 39]);
  assert.ok(Number.isNaN(low[1]) && Number.isNaN(high[2]));
  assert.equal(statisticsGap(frame, 0, "mean"), 10); // running_mean lies two parameters of five after batch_mean
  assert.ok(Number.isNaN(statisticsGap(frame, 2, "var")));
});

test("a plane on which the loss hardly changes is told apart from one that shows something", () => {
  const xs = Float32Array.of(0, 1);
  const loss = Float32Array.of(2.3, 2.31, 2.305, 2.3, 0.1, 2, 3, 4, 2, 2, NaN, 2);
  const flat = (arm, scale = null) =>
    flatRange({ loss, xs, ys: xs }, arm, scale)?.map((value) => value.toFixed(2)) ?? null;
  assert.deepEqual([flat(0), flat(1), flat(2)], [["2.30", "2.31"], null, null]);
  const slope = { loss: Float32Array.of(2.3, 2.5, 2.4, 2.3), xs, ys: xs };
  assert.equal(flatRange(slope, 0, { low: 2.2, high: 2.6 }), null, "on a short scale it shows");
  assert.ok(flatRange(slope, 0, { low: 0.001, high: 10 }), "on one of four decades it is one color");
});
