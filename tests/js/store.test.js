import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  ARM_FIELDS,
  DETAILS,
  deviation,
  frameFrom,
  histogramOf,
  mean,
  parameter,
  quantile,
  scalar,
  total,
  unitPercentile,
} from "../../assets/live/frame.js";
import { firstAfter, nearest, thin } from "../../assets/live/frame_history.js";
import { split } from "../../assets/live/rerun_feed.js";
import { Store } from "../../assets/live/store.js";
import { BOUNDARY, CURVE_ENDS, CURVES, decode, HELLO, STATUS, SURFACE } from "../../assets/live/wire.js";
import { frameMessage, jsonMessage, message } from "./messages.js";

const steps = (list) => list.map(({ step }) => step);

test("a frame's numbers are found by layer, stage and place", () => {
  const { arms } = frameFrom(frameMessage(7, { arms: 2, layers: 3, units: 4, fill: (i, arm) => i + 1000 * arm }));
  const arm = arms[1];
  assert.deepEqual([arm.layers, arm.units], [3, 4]);
  assert.equal(histogramOf(arm, 2, 1)[5], 1000 + (2 * 3 + 1) * 62 + 5);
  assert.equal(histogramOf(arm, 0, 0).length, 62);
  assert.equal(quantile(arm, 1, 2, 4), 1000 + (1 * 3 + 2) * 5 + 4);
  assert.equal(mean(arm, 1, 2), 1010);
  assert.equal(deviation(arm, 1, 2), 1011);
  assert.equal(parameter(arm, 2, 3, 1), 1000 + (2 * 6 + 3) * 5 + 1);
  assert.equal(scalar(arm, "test_accuracy"), 1003);
  assert.equal(total(Uint32Array.of(1, 2, 3)), 6);
});

test("a unit's percentile is read from its half", () => {
  const place = (1 * 3 + 2) * 3 + 1;
  const { arms } = frameFrom(
    frameMessage(0, { fill: (i, _, name) => (name === "unit_percentiles" && i === place ? 0xc100 : 0) }),
  );
  assert.equal(unitPercentile(arms[0], 1, 2, 1), -2.5);
});

test("a frame that lacks a block is refused", () => {
  const broken = frameMessage(0);
  broken.blocks.delete(5);
  assert.throws(() => frameFrom(broken), /without dead_fraction of arm 0/);
});

test("the nearest frame: before all, between, ties, after all, none", () => {
  const frames = [0, 10, 20, 40].map((step) => ({ step }));
  assert.deepEqual(
    [-5, 4, 5, 6, 31, 99].map((step) => nearest(frames, step)),
    [0, 0, 0, 1, 3, 3],
  );
  assert.equal(nearest([], 3), -1);
  assert.deepEqual(
    [-1, 0, 9, 10, 40].map((step) => firstAfter(frames, step)),
    [0, 1, 1, 2, 4],
  );
});

test("thinning keeps the first, the newest, and every second of the rest", () => {
  const kept = thin([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3);
  assert.deepEqual(kept, [0, 1, 2, 3, 5, 7, 9]);
});

test("history is bounded: step 0 and the first hundred stay, the rest stays even", () => {
  const store = new Store({ maxFrames: 400 });
  for (let step = 0; step < 5000; step++) store.receive(frameMessage(step, { arms: 1, layers: 1, units: 1 }));
  const kept = steps(store.frames);
  assert.ok(kept.length <= 400);
  assert.deepEqual(
    kept.slice(0, 100),
    Array.from({ length: 100 }, (_, i) => i),
  );
  assert.equal(kept.at(-1), 4999);
  assert.ok(kept.length > 200);
  assert.equal(store.received, 5000);
  assert.equal(
    store.bytes,
    store.frames.reduce((sum, { bytes }) => sum + bytes, 0),
  );
});

test("history is bounded in bytes too, however large a frame is", () => {
  const store = new Store({ maxBytes: 200_000 });
  for (let step = 0; step < 300; step++) store.receive(frameMessage(step, { arms: 2, layers: 4, units: 20 }));
  assert.ok(store.bytes <= 200_000);
  assert.equal(store.frames[0].step, 0);
  assert.equal(store.frames.at(-1).step, 299);
});

test("frames stand in the order of their steps, one for each", () => {
  const store = new Store();
  for (const step of [0, 20, 10, 20]) store.receive(frameMessage(step));
  assert.deepEqual(steps(store.frames), [0, 10, 20]);
});

test("the cursor stays where it was put and follows again from the newest", () => {
  const store = new Store();
  for (const step of [0, 10, 20, 30]) store.receive(frameMessage(step));
  store.seek(12);
  assert.deepEqual([store.snapshot.step, store.snapshot.following], [10, false]);
  store.receive(frameMessage(40));
  assert.equal(store.snapshot.step, 10);
  store.seek(40);
  store.receive(frameMessage(50));
  assert.deepEqual([store.snapshot.step, store.snapshot.following], [50, true]);
  store.seek(-3);
  assert.equal(store.snapshot.step, 0);
});

test("a HELLO forgets all that belonged to the former source", () => {
  const store = new Store();
  store.receive(frameMessage(3));
  store.receive(jsonMessage(STATUS, { status: "running", step: 3 }));
  store.seek(0);
  store.receive(jsonMessage(HELLO, { source: "live", arms: [] }));
  assert.deepEqual([store.frames.length, store.status, store.cursor, store.generation], [0, null, null, 1]);
  assert.equal(store.snapshot.frame, null);
});

test("curves replace the former ones, arm by arm", () => {
  const store = new Store();
  const curve = (arm) => [0, 1, 2, 3, 4, 5, 6].map((k) => [16 * arm + k, [2], Float32Array.of(k, arm)]);
  store.receive(message(CURVES, 9, [...curve(0), ...curve(1)]));
  store.receive(message(CURVES, 9, [...curve(0), ...curve(1)]));
  assert.equal(store.curves.length, 2);
  assert.deepEqual([...store.curves[1].testAccuracy], [5, 1]);
  assert.equal(store.lastStep, 0);
});

test("surfaces: the newest at or before the cursor; a bounded number", () => {
  const store = new Store();
  const words = new TextEncoder().encode('{"plane": "pca", "bn_stats": "batch"}');
  const f = (n) => new Float32Array(n);
  const surface = (step) =>
    message(SURFACE, step, [
      [0, [3], f(3)],
      [1, [3], f(3)],
      [2, [2, 3, 3], f(18)],
      [3, [2, 5, 2], f(20)],
      [4, [2], f(2)],
      [5, [words.length], words],
    ]);
  for (let step = 0; step < 100; step += 2) store.receive(surface(step));
  assert.equal(store.surfaces.length, 40);
  store.receive(frameMessage(70));
  store.receive(frameMessage(98));
  store.seek(70);
  const found = store.snapshot.surface;
  assert.deepEqual([found.step, found.arms, found.points, found.plane, found.bnStats], [70, 2, 5, "pca", "batch"]);
});

/** A FRAME with only these details. */
function leanMessage(step, kept, fill) {
  const message = frameMessage(step, { layers: 4, units: 3, fill });
  const left = DETAILS.filter((name) => !kept.includes(name)).map((name) => ARM_FIELDS.indexOf(name));
  for (const id of [...message.blocks.keys()]) if (left.includes(id % 16)) message.blocks.delete(id);
  return message;
}

test("panels draw the frames that came with their details, and frames are completed when the rest comes", () => {
  const store = new Store();
  for (const step of [0, 5, 10]) store.receive(leanMessage(step, step === 5 ? ["histogram"] : []));
  const seen = (details) => steps(store.snapshotWith(details).frames);
  assert.deepEqual(
    [store.snapshot.frames.length, store.snapshot.frame.arms.length, store.snapshot.frame.arms[1].layers],
    [3, 2, 4],
  );
  assert.deepEqual(
    [seen([]), seen(["surfaces"]), seen(["histogram"]), seen(["parameters"])],
    [[0, 5, 10], [0, 5, 10], [5], []],
  );
  assert.equal(store.snapshotWith(["parameters"]).frame, null);
  const [first] = store.frames;
  store.receive(leanMessage(0, ["unit_percentiles", "parameters"]));
  store.receive(leanMessage(0, ["histogram"]));
  store.receive(leanMessage(5, ["parameters"]));
  assert.equal(store.frames[0], first); // what was drawn of it is not drawn again
  assert.deepEqual([seen(["histogram"]), seen(["histogram", "parameters"]), seen(DETAILS)], [[0, 5], [0, 5], []]);
  store.receive(leanMessage(0, ["quantiles"]));
  assert.deepEqual(first, frameFrom(frameMessage(0, { layers: 4, units: 3 })));
  assert.equal(
    store.bytes,
    store.frames.reduce((sum, frame) => sum + frame.bytes, 0),
  );
  store.seek(10);
  assert.deepEqual([store.snapshot.step, store.snapshotWith(["histogram"]).step], [10, 5]);
  const broken = frameMessage(15);
  broken.blocks.delete(ARM_FIELDS.indexOf("grad_norm"));
  assert.throws(() => store.receive(broken), RangeError);
});

test("a layer that comes alone stands in its place, and frames have only what came", () => {
  const [whole, first, second, third] = split(readFileSync(new URL("../golden/cuts.bin", import.meta.url))).map(decode);
  const all = frameFrom(whole);
  const store = new Store();
  store.receive(first);
  const [frame] = store.frames;
  const seen = (...names) => store.snapshotWith(names).frames.length;
  assert.deepEqual(
    [seen("histogram@2"), seen("quantiles@0", "quantiles@2"), seen("histogram@2", "quantiles@1")],
    [1, 1, 0],
  );
  assert.deepEqual([seen("histogram"), seen("unit_percentiles@1"), seen("histogram@22")], [0, 0, 0]);
  assert.deepEqual([...frame.arms[0].quantiles.subarray(30)], [...all.arms[0].quantiles.subarray(30)]);
  assert.ok(frame.arms[0].quantiles.subarray(15, 30).every(Number.isNaN), "what did not come is no number");
  assert.equal(total(histogramOf(frame.arms[0], 1, 0)), 0);
  store.receive(second);
  assert.deepEqual([seen("histogram@2", "histogram@0"), seen("unit_percentiles@1"), seen("histogram@1")], [1, 1, 0]);
  for (const [a, arm] of frame.arms.entries()) {
    assert.equal(arm.units, all.arms[a].units);
    for (const layer of [0, 2].filter((k) => k < arm.layers))
      for (const stage of [0, 1, 2])
        assert.deepEqual(histogramOf(arm, layer, stage), histogramOf(all.arms[a], layer, stage));
    for (let unit = 0; unit < arm.units; unit++)
      for (const k of [0, 1, 2]) assert.equal(unitPercentile(arm, 1, unit, k), unitPercentile(all.arms[a], 1, unit, k));
    assert.ok(Number.isNaN(unitPercentile(arm, 0, 0, 0)));
  }
  store.receive(third);
  assert.deepEqual([seen("histogram"), seen("histogram@1"), frame.cuts.histogram], [1, 1, undefined]);
  store.receive(first); // nothing that is whole is lost to a part
  assert.deepEqual(frame.arms[1].histogram, all.arms[1].histogram);
  store.receive(whole);
  assert.deepEqual(frame, all);
});

test("curves whose ends come are those that come whole", () => {
  const golden = split(readFileSync(new URL("../golden/curves.bin", import.meta.url))).map(decode);
  const [whole, lean] = [new Store(), new Store()];
  for (let n = 0; n < golden.length; n += 2) {
    whole.receive(golden[n]);
    assert.equal(lean.receive(golden[n + 1]), n ? CURVE_ENDS : CURVES);
    assert.deepEqual(lean.curves, whole.curves);
    assert.ok(lean.curves.length === 2 && lean.curves[0].step.length > 5);
  }
  assert.throws(() => new Store().receive(golden[3]), RangeError);
});

test("a boundary carries its arms and classes; a kind from the future is let pass", () => {
  const store = new Store();
  store.receive(
    message(BOUNDARY, 4, [
      [0, [2], new Float32Array(2)],
      [1, [2], new Float32Array(2)],
      [2, [2, 2, 2, 2], Float32Array.from({ length: 16 }, (_, k) => k / 32)],
    ]),
  );
  const { arms, classes, probability } = store.snapshot.boundary;
  assert.deepEqual([arms, classes, probability.length], [2, 3, 24]);
  // The last class is what the others leave of 1, in each cell of each arm.
  assert.deepEqual(
    [...probability.subarray(8, 12)],
    [0, 1, 2, 3].map((k) => 1 - k / 32 - (k + 4) / 32),
  );
  assert.deepEqual(
    [...probability.subarray(12, 20)],
    [8, 9, 10, 11, 12, 13, 14, 15].map((k) => k / 32),
  );
  assert.equal(store.receive(message(99, 0, [])), 99);
});
