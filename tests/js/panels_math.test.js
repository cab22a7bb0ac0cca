import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldRamp, fromOklab, inkOn, mixRamp, RAMP_SIZE, toOklab } from "../../assets/live/color_ramp.js";
import { contourSegments, logLevels } from "../../assets/live/contour_lines.js";
import { chooseUnit, DriftMeter, ranks } from "../../assets/live/unit_drift.js";
import { halfToFloat } from "../../assets/live/wire.js";

const axis = (n, low, high) => Array.from({ length: n }, (_, k) => low + ((high - low) * k) / (n - 1));

function grid(xs, ys, f) {
  return ys.flatMap((y) => xs.map((x) => f(x, y)));
}

test("the contour of a cone is a circle of the level's radius", () => {
  const xs = axis(81, -2, 2);
  const pieces = contourSegments(grid(xs, xs, Math.hypot), xs, xs, 1.3);
  assert.ok(pieces.length / 4 > 100);
  let length = 0;
  for (let k = 0; k < pieces.length; k += 4) {
    assert.ok(Math.abs(Math.hypot(pieces[k], pieces[k + 1]) - 1.3) < 2e-3);
    length += Math.hypot(pieces[k] - pieces[k + 2], pieces[k + 1] - pieces[k + 3]);
  }
  assert.ok(Math.abs(length - 2 * Math.PI * 1.3) < 0.01);
});

test("every contour piece ends where another begins, or on the rim", () => {
  const xs = axis(13, -1, 1);
  const pieces = contourSegments(
    grid(xs, xs, (x, y) => Math.sin(3 * x) * Math.cos(4 * y)),
    xs,
    xs,
    0.21,
  );
  const ends = new Map();
  for (let k = 0; k < pieces.length; k += 2) {
    const key = `${pieces[k].toFixed(9)},${pieces[k + 1].toFixed(9)}`;
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.ok(ends.size > 20);
  for (const [key, count] of ends) {
    const rim = key.split(",").some((v) => Math.abs(Math.abs(Number(v)) - 1) < 1e-9);
    assert.equal(count, rim ? 1 : 2, key);
  }
});

test("a saddle is cut on the side its middle says", () => {
  const xs = [0, 1];
  const joined = contourSegments([1, 0, 0, 1], xs, xs, 0.4); // middle 0.5 is above: the two high corners join
  assert.deepEqual(
    joined.map((v) => Number(v.toFixed(6))),
    [0, 0.6, 0.4, 1, 0.6, 0, 1, 0.4],
  );
  const apart = contourSegments([1, 0, 0, 1], xs, xs, 0.6);
  assert.deepEqual(
    apart.map((v) => Number(v.toFixed(6))),
    [0, 0.4, 0.4, 0, 0.6, 1, 1, 0.6],
  );
});

test("cells with a value that is not finite have no line", () => {
  const xs = [0, 1, 2];
  assert.deepEqual(contourSegments([0, 0, Infinity, 1, 1, Number.NaN, 1, 1, 1], xs, xs, 0.5), [0, 0.5, 1, 0.5]);
});

test("levels are evenly spaced on a log axis and lie inside", () => {
  assert.deepEqual(
    logLevels(0.02, 25, 12).map((v) => Number(v.toPrecision(3))),
    [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
  );
  assert.deepEqual(logLevels(447, 1040), [450, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950, 1000]);
  const narrow = logLevels(2.3, 2.4);
  assert.ok(narrow.length >= 3 && narrow.every((v) => v > 2.3 && v < 2.4));
  assert.ok(Math.abs(narrow[1] / narrow[0] - narrow[2] / narrow[1]) < 1e-9);
  assert.ok(logLevels(1e-20, 1e20, 10).length <= 10);
  assert.deepEqual(logLevels(1, 1), []);
  assert.deepEqual(logLevels(Number.NaN, 2), []);
});

test("every one of the sixteen cases is cut where the level crosses", () => {
  for (let corners = 0; corners < 16; corners++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => (corners >> k) & 1); // around the cell, from the lower left
    const crossed = [a !== b && "0.5,0", b !== c && "1,0.5", c !== d && "0.5,1", d !== a && "0,0.5"].filter(Boolean);
    const found =
      contourSegments([a, b, d, c], [0, 1], [0, 1], 0.5)
        .join()
        .match(/[^,]+,[^,]+/g) ?? [];
    assert.deepEqual(found.sort(), crossed.sort(), `corners ${corners}`);
  }
});

test("OKLab goes there and back", () => {
  for (const rgb of [
    [0, 0, 0],
    [255, 255, 255],
    [213, 94, 0],
    [0, 114, 178],
    [17, 200, 90],
  ]) {
    assert.deepEqual(fromOklab(toOklab(rgb)), rgb);
  }
  assert.ok(Math.abs(toOklab([255, 255, 255])[0] - 1) < 1e-6);
});

test("field ramps change lightness evenly, away from and into the paper", () => {
  for (const dark of [false, true]) {
    const ramp = fieldRamp(dark);
    const light = axis(17, 0, RAMP_SIZE - 1).map(
      (k) => toOklab([...ramp.slice(3 * Math.round(k), 3 * Math.round(k) + 3)])[0],
    );
    const steps = light.slice(1).map((v, k) => v - light[k]);
    assert.ok(
      steps.every((s) => Math.sign(s) === (dark ? -1 : 1)),
      `${steps}`,
    );
    const mean = steps.reduce((a, b) => a + b) / steps.length;
    assert.ok(
      steps.every((s) => Math.abs(s / mean - 1) < 0.35),
      `${dark} ${steps}`,
    );
  }
  assert.equal(inkOn(fieldRamp(false), 0), "#ffffff");
  assert.equal(inkOn(fieldRamp(false), 1), "#000000");
});

test("a mixed ramp begins and ends at its colors", () => {
  const ramp = mixRamp("#ffffff", "#d55e00");
  assert.deepEqual([...ramp.slice(0, 3)], [255, 255, 255]);
  assert.deepEqual([...ramp.slice(-3)], [213, 94, 0]);
});

const HALVES = new Map([...Array(65536).keys()].map((bits) => [halfToFloat(bits), bits]));

/** A frame whose only layer's units have these medians. */
function medians(step, ...arms) {
  return {
    step,
    bytes: 0,
    arms: arms.map((values) => ({
      layers: 1,
      units: values.length,
      unit_percentiles: Uint16Array.from(values.flatMap((v) => [0, Number.isNaN(v) ? 0x7e00 : HALVES.get(v), 0])),
    })),
  };
}

test("drift is the range of the median, ranks count from the calmest", () => {
  const meter = new DriftMeter();
  const frames = [medians(0, [0, 0, 5, NaN], [1, 1, 1, 1]), medians(3, [1, -3, 5.5, NaN], [1, 1, 1, 2])];
  assert.deepEqual([...meter.update(frames, 0)[0]].slice(0, 3), [1, 3, 0.5]);
  frames.push(medians(4, [0.5, 1, 5, NaN], [1, 1, 0, 1]));
  const [plain, normalized] = meter.update(frames, 0);
  assert.deepEqual([...plain].slice(0, 3), [1, 4, 0.5]);
  assert.ok(Number.isNaN(plain[3]));
  assert.deepEqual([...normalized], [0, 0, 1, 1]);
  assert.deepEqual([...ranks(plain)], [2, 3, 1, 4]);
  frames.splice(1, 1); // a thinned history forgets no drift
  assert.deepEqual([...meter.update(frames, 0)[0]].slice(0, 3), [1, 4, 0.5]);
  assert.deepEqual([...meter.update([medians(0, [7, 7], [7, 7])], 0)[0]], [0, 0]); // a new run begins anew
  assert.deepEqual(meter.update([], 0), []);
});

test("the typical unit is in the middle in every arm", () => {
  const arms = [
    [1, 2, 3, 4, 5],
    [3, 5, 4, 2, 1],
  ];
  assert.equal(chooseUnit(arms, "typical"), 2);
  assert.equal(chooseUnit(arms, "least"), 0);
  assert.equal(chooseUnit([arms[0]], "most"), 4);
  assert.equal(chooseUnit([], "typical"), 0);
});
