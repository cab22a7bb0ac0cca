import assert from "node:assert/strict";
import test from "node:test";

import { measuredAt } from "../../assets/live/measured_at.js";

const curve = /** @type {any} */ ({
  testStep: Uint32Array.of(0, 10, 100, 500),
  testAccuracy: Float32Array.of(0.1, 0.1, 0.825, 0.9),
});

test("an accuracy is measured at the newest evaluation that gave it", () => {
  assert.equal(measuredAt(curve, Math.fround(0.825), 157), 100);
  assert.equal(measuredAt(curve, Math.fround(0.1), 157), 10);
  assert.equal(measuredAt(curve, Math.fround(0.1), 9), 0);
});

test("an evaluation that the curve has not brought yet is not given another one's step", () => {
  assert.equal(measuredAt(curve, Math.fround(0.85), 157), undefined);
  assert.equal(measuredAt(undefined, 0.1, 5), undefined);
  assert.equal(measuredAt(curve, NaN, 5), undefined);
});

test("an accuracy is never given a later step than the one shown", () => {
  assert.equal(measuredAt(curve, Math.fround(0.9), 499), undefined);
  assert.equal(measuredAt(curve, Math.fround(0.9), 500), 500);
});
