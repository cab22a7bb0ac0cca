/** What the stage of the transform computes, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowFactor, digitsFor, EPS, nearest, normalize, START } from "../../assets/stage/heroes/transform/state.js";
import { jacobian } from "../../assets/stage/math/batch_norm.js";

const FRAME = { left: 10, right: 840, most: 4 };

test("all arrows of a gradient end within the frame, and their lengths still add up to 0", () => {
  const px = (value) => 46 + ((value + 5) / 15) * 758;
  for (const x of [START, [4.9, 4.95, 5, 5, 5.02, 5.05, 5.1, 5.2], [2, 3, 4, 4.6, 5.2, 9.9, 6.9, 8.5]])
    for (const gamma of [2, 4, -3]) {
      const from = x.map(px);
      for (const row of jacobian(x, gamma, EPS)) {
        const lengths = row.map((slope) => slope * (758 / 15));
        const factor = arrowFactor(from, lengths, FRAME);
        assert.ok(factor > 0 && factor <= FRAME.most);
        const ends = lengths.map((length, place) => from[place] + length * factor);
        for (const end of ends) assert.ok(end >= FRAME.left - 1e-6 && end <= FRAME.right + 1e-6, `${end}`);
        assert.ok(Math.abs(lengths.reduce((sum, length) => sum + length * factor, 0)) < 1e-6);
      }
    }
});

test("arrows that fit are drawn at full length", () => {
  assert.equal(arrowFactor([400, 500], [20, -20], FRAME), 4);
  assert.equal(arrowFactor([400, 830], [20, 20], FRAME), 0.5);
});

test("the numbers under the formula give the quotient that stands beside them", () => {
  const batches = [START, [4.97, 4.97, 4.97, 4.97, 4.97, 4.9703, 4.97, 4.97], [5, 5, 5, 5, 5, 5, 5, 5.2]];
  for (const x of batches) {
    const { mean, deviation, normalized } = normalize({ x, gamma: 1, beta: 0 });
    const shown = (value) => Number(value.toFixed(digitsFor(deviation)));
    for (const [place, value] of x.entries()) {
      const quotient = (shown(value) - shown(mean)) / shown(deviation);
      assert.ok(Math.abs(quotient - normalized[place]) < 0.012, `${quotient} is not ${normalized[place]}`);
    }
  }
});

test("a tap means the output that is nearest", () => {
  assert.equal(nearest([3, 0.4, 0.3, 9], 0), 2);
  assert.equal(nearest([1, 2, 3], 2.2), 1);
});
