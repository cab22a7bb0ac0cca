/** What the picture of saturation computes: shapes, the verdict on a guess, its sentences' numbers, its address. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { bell, recordedLayer } from "../../assets/stage/heroes/saturation/distribution.js";
import { short } from "../../assets/stage/heroes/saturation/layer_row.js";
import {
  afterBn,
  arrived,
  atRest,
  compared,
  load,
  percent,
  SATURATED_NET,
  State,
  saved,
  shapes,
  truth,
  VANISHING,
  valuesOf,
  verdict,
} from "../../assets/stage/heroes/saturation/state.js";

const FILE = JSON.parse(readFileSync(new URL("../../assets/recordings/saturation.json", import.meta.url), "utf8"));
const RECORDED = {
  whole: 10_000,
  scenes: [FILE.scenes.default, FILE.scenes["bad-init"], FILE.scenes["sigmoid-start"]],
};
const say = (key, values = {}) => `${key} ${Object.values(values).join(" ")}`.trim();

/** The area of a step or polygon outline by the trapezoid rule. */
function area(points) {
  let sum = 0;
  for (let i = 1; i < points.length; i++) {
    sum += ((points[i][0] - points[i - 1][0]) * (points[i][1] + points[i - 1][1])) / 2;
  }
  return sum;
}

test("the green part of a bell is its mean slope, and its outputs are all of it", () => {
  for (const [mean, deviation] of [
    [0, 1],
    [4, 1],
    [-2, 0.3],
  ]) {
    const shape = bell(mean, deviation);
    assert.ok(Math.abs(area(shape.outline) - 1) < 1e-3, `${mean}`);
    assert.ok(Math.abs(area(shape.passed) - shape.left) < 1e-4, `${mean}`);
    assert.ok(Math.abs(shape.outputs.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
  }
  assert.ok(Math.abs(bell(0, 1).left - 0.2066) < 1e-4);
  assert.ok(bell(6, 1).saturated > 0.998);
});

test("a wider bell loses gradient in the middle and gains some far out", () => {
  for (let deviation = 0.5; deviation < 4; deviation += 0.5) {
    assert.ok(bell(0, deviation + 0.5).left < bell(0, deviation).left);
    if (deviation < 3) assert.ok(bell(6, deviation + 0.5).left > bell(6, deviation).left);
  }
});

test("a recorded layer keeps its areas: the bars are the shares, and the green part is close to the mean slope", () => {
  for (const scene of RECORDED.scenes) {
    for (const arm of [0, 1]) {
      for (let layer = 0; layer < scene.arms[arm].range[0].length; layer++) {
        const shape = recordedLayer(scene, RECORDED.whole, { arm, moment: 2, layer });
        assert.ok(Math.abs(area(shape.outline) - 1) < 2e-3);
        assert.ok(Math.abs(area(shape.passed) - shape.left) < 0.02, `${scene.activation} ${arm} ${layer}`);
        assert.ok(shape.marks.every((mark, place) => place === 0 || mark >= shape.marks[place - 1]));
      }
    }
  }
});

test("BN gives mean beta and deviation gamma, whatever came in", () => {
  for (const mean of [-8, 0, 5]) {
    const after = afterBn({ mean, deviation: 2.5, gamma: 1.5, beta: -3 });
    assert.equal(after.mean, -3);
    assert.ok(Math.abs(after.deviation - 1.5) < 1e-5);
  }
});

test("a guess is right within a percent point", () => {
  // bnviz.telemetry.saturation.normal_input_stats("sigmoid", 4, 1).derivative
  assert.ok(Math.abs(truth() - 0.0262975) < 1e-6);
  assert.equal(verdict(null), "shown");
  assert.equal(verdict(0.03), "right");
  assert.equal(verdict(0.1), "high");
  assert.equal(verdict(0.005), "low");
});

test("numbers are written without noise", () => {
  assert.equal(percent(0), "0\u00a0%");
  assert.equal(percent(0.2066), "20.7\u00a0%");
  assert.equal(percent(0.00004), "0.004\u00a0%");
  assert.equal(short(17.11), "17");
  assert.equal(short(0.4911), "0.49");
  assert.equal(short(0.00045), "4.5·10⁻⁴");
});

test("the gradients of the recorded nets are compared between the first and the last hidden layer", () => {
  const gradient = (scene, arm) => RECORDED.scenes[scene].arms[arm].gradient[0];
  assert.equal(compared(gradient(VANISHING, 0), say), "picture.smaller 845");
  assert.equal(compared(gradient(VANISHING, 1), say), "picture.larger 2.4");
  assert.equal(compared(gradient(SATURATED_NET, 0), say), "picture.larger 41");
});

test("the sentences quote the bell in steps 1 to 3, and each net under its own name", () => {
  const state = new State();
  state.bell.mean = 6;
  const values = valuesOf(state, RECORDED, shapes(state, RECORDED).shown, say);
  assert.equal(values.origin, "formula.origin 6.0 1.00"); // x = Wu + b of a bell u: W is its spread, b its mean
  assert.equal(values.left, values.left_before);
  assert.equal(values.left_after, "20.7\u00a0%");
  assert.equal(values.deep_flat_mean, "0\u00a0%");
  assert.equal(values.wide_flat, percent(RECORDED.scenes[SATURATED_NET].arms[0].saturated[state.moment][0]));
  Object.assign(state, { bn: true, scene: SATURATED_NET, layer: 5 });
  Object.assign(state, atRest(state));
  const { shown, behind } = shapes(state, RECORDED);
  assert.ok(shown.saturated < 0.05 && behind.saturated > 0.6);
  assert.equal(valuesOf(state, RECORDED, shown, say).wide_layer, "5");
});

test("the question is answered by the hand only where the bell has arrived", () => {
  const state = new State();
  const at = (mean, deviation = 1) => {
    Object.assign(state.bell, { mean, deviation });
    return arrived(state);
  };
  assert.deepEqual(
    [0.3, 3.6, 3.8, 4.2, 8].map((mean) => at(mean)),
    [false, false, true, true, true],
  );
  assert.ok(!at(-4) && !at(4, 2) && !at(0, 4));
  Object.assign(state, { bn: true, snap: 1 });
  assert.ok(!at(4), "after BN the bell is in the middle again");
});

test("the bell that enters the sigmoid after BN has a name of its own, and the one before keeps mu and s", () => {
  const state = new State();
  Object.assign(state.bell, { deviation: 4, beta: -8 });
  const inputs = () => valuesOf(state, RECORDED, shapes(state, RECORDED).shown, say);
  assert.equal(inputs().inputs, "μ = 0.0, s = 4.00");
  Object.assign(state, { bn: true, snap: 1 });
  assert.equal(inputs().inputs, "picture.entering −8.0 1.00");
  assert.deepEqual([inputs().mean, inputs().deviation], ["0.0", "4.00"]);
});

test("an address brings a moment back", () => {
  const state = new State();
  Object.assign(state.bell, { mean: -3.2, deviation: 2, gamma: 0.5, beta: 4 });
  Object.assign(state, { bn: true, guess: 0.11, layer: 3, moment: 4 });
  const again = new State();
  load(again, new URLSearchParams(saved(state)), RECORDED);
  assert.deepEqual(again.bell, state.bell);
  assert.deepEqual([again.bn, again.guess, again.layer, again.moment], [true, 0.11, 3, 4]);
  assert.deepEqual(
    Object.values(saved(new State())).filter((value) => value !== ""),
    [],
  );
});

test("an address may carry anything", () => {
  const state = new State();
  const hostile = "mean=1e99&spread=-4&gamma=NaN&beta=%3Cscript%3E&guess=7&layer=-99&at=1e9&bn=yes";
  load(state, new URLSearchParams(hostile), RECORDED);
  assert.deepEqual(state.bell, { mean: 8, deviation: 0.3, gamma: 1, beta: 0 });
  assert.deepEqual([state.bn, state.guess, state.layer, state.moment], [false, 0.25, 0, 4]);
  for (let scene = 0; scene < 3; scene++) {
    Object.assign(state, { scene, layer: 5 });
    assert.ok(Number.isFinite(shapes(state, RECORDED).shown.left));
  }
});
