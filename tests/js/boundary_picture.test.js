import assert from "node:assert/strict";
import { test } from "node:test";

import { filledWidth, gridColors, planeScales, probabilitiesAt } from "../../assets/live/boundary_picture.js";
import { endOf, lastFiniteBoundary } from "../../assets/live/divergence.js";
import { Store } from "../../assets/live/store.js";
import { message } from "./messages.js";

const xs = Float32Array.of(-2, 0, 2);

/** Two arms, two classes; probability of class 1 grows along x, and is `tilt` higher per row. */
function boundaryOf(tilt = 0) {
  const probability = [];
  for (let arm = 0; arm < 2; arm++)
    for (let c = 0; c < 2; c++)
      for (let j = 0; j < 3; j++)
        for (let i = 0; i < 3; i++) {
          const one = 0.25 * i + tilt * j + 0.1 * arm;
          probability.push(c ? one : 1 - one);
        }
  return { step: 7, xs, ys: xs, probability: Float32Array.from(probability), arms: 2, classes: 2 };
}

test("one unit is as long along both axes, and the middle of the points is in the middle", () => {
  const { sx, sy } = planeScales(
    boundaryOf(),
    [
      [0, -0.5, 0],
      [1, 0.3, 1],
    ],
    { width: 400, height: 200 },
  );
  assert.deepEqual(sx.domain, [-2, 2]);
  assert.ok(Math.abs(sx(1) - sx(0) - 100) < 1e-9);
  assert.ok(Math.abs(sy(0) - sy(1) - 100) < 1e-9);
  assert.ok(Math.abs(sy(-0.1) - 100) < 1e-9);
});

test("the picture never leaves the plane that was measured", () => {
  const { sy } = planeScales(boundaryOf(), [[0, 1.9, 0]], { width: 400, height: 200 });
  assert.deepEqual(sy.domain, [0, 2]);
});

test("between the grid points the probability is linear, outside it is unknown", () => {
  const boundary = boundaryOf(0.05);
  const [zero, one] = probabilitiesAt(boundary, 1, 1, -1);
  assert.ok(Math.abs(one - (0.25 * 1.5 + 0.05 * 0.5 + 0.1)) < 1e-6);
  assert.ok(Math.abs(zero + one - 1) < 1e-6);
  assert.ok(probabilitiesAt(boundary, 0, 2.1, 0).every(Number.isNaN));
});

test("grid points get the color of the likelier class, the highest row first, paler where less sure", () => {
  const boundary = boundaryOf(0.2);
  const colors = gridColors(boundary.probability.subarray(0, 18), {
    n: 3,
    m: 3,
    colors: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    strength: 100,
  });
  const pixel = (row, column) => Array.from(colors.subarray(4 * (3 * row + column), 4 * (3 * row + column) + 4));
  assert.deepEqual(pixel(0, 2), [4, 5, 6, 14 + 80]); // highest row: 0.5 + 0.4
  assert.deepEqual(pixel(2, 0), [1, 2, 3, 14 + 100]);
  assert.equal(pixel(2, 2)[3], 14); // 0.5: a guess
});

test("the boundary shown is the newest at or before the cursor; none before the first", () => {
  const store = new Store();
  const half = new Float32Array(8).fill(0.5);
  const axis = Float32Array.of(0, 1);
  for (const step of [4, 8, 20])
    store.receive(
      message(6, step, [
        [0, [2], axis],
        [1, [2], axis],
        [2, [1, 2, 2, 2], half],
      ]),
    );
  store.frames = [0, 5, 9, 22].map((step) => ({ step, bytes: 0, arms: [] }));
  const at = (step) => {
    store.seek(step);
    return store.snapshot.boundary?.step ?? null;
  };
  assert.deepEqual([0, 5, 9, 22].map(at), [null, 4, 8, 20]);
});

test("no point is cut off, also where the picture is flatter than the plane", () => {
  const points = [
    [0, -1.8, 0],
    [1, 1.8, 1],
  ];
  const { sx, sy } = planeScales(boundaryOf(), points, { width: 1000, height: 200 });
  for (const [x, y] of points) assert.ok(sx(x) > 0 && sx(x) < 1000 && sy(y) > 4 && sy(y) < 196, `${sx(x)}, ${sy(y)}`);
  assert.ok(Math.abs(sx(1) - sx(0) - (sy(0) - sy(1))) < 1e-9, "one unit is as long along both axes");
  const width = filledWidth(boundaryOf(), points, 200);
  const filled = planeScales(boundaryOf(), points, { width, height: 200 });
  assert.ok(Math.abs(filled.sx.domain[0] + 2) < 1e-9 && Math.abs(filled.sx.domain[1] - 2) < 1e-9);
  assert.ok(filled.sy(1.8) > 4);
});

test("after a divergence the last finite boundary before it stays, for this arm alone", () => {
  const late = boundaryOf();
  late.probability.fill(NaN, 18);
  const boundaries = [{ ...boundaryOf(), step: 3 }, { ...boundaryOf(), step: 7 }, { ...late, step: 9 }, late].map(
    (boundary, k) => ({ ...boundary, step: k === 3 ? 20 : boundary.step }),
  );
  const view = { boundaries, status: { step: 20, diverged: [{ arm: 1, layer: "head", step: 10 }] }, step: 20 };
  assert.equal(lastFiniteBoundary(view, endOf(view, 1)).step, 7);
  assert.equal(endOf(view, 0), undefined);
  assert.equal(endOf({ ...view, step: 5 }, 1), undefined, "a divergence to come is not told");
  assert.equal(endOf({ ...view, step: 5, following: true }, 1).step, 10, "the newest frame tells of it");
});
