/** What the stage of whitening computes and remembers, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { valuesOf } from "../../assets/stage/heroes/whitening/formula.js";
import {
  apart,
  compared,
  correlationOfGuess,
  LARGEST,
  REACH,
  SMALLEST,
  START,
  State,
  TRACK,
  verdict,
} from "../../assets/stage/heroes/whitening/state.js";

const near = (one, other, by = 1e-4) => assert.ok(Math.abs(one - other) < by, `${one} is not ${other}`);
const MAPS = [
  START,
  [
    [1, 0],
    [0, -0.4],
  ],
  [
    [0.2, 1.5],
    [-0.3, 0.4],
  ],
];

test("BN keeps the correlation and sets the variances to 1, ZCA gives the identity", () => {
  for (const map of MAPS) {
    const [raw, bn, white] = compared(map);
    near(bn.correlation, raw.correlation);
    near(bn.matrix[0][0], 1);
    near(bn.matrix[1][1], 1);
    near(white.matrix[0][0], 1);
    near(white.matrix[0][1], 0);
    near(white.matrix[1][1], 1);
  }
});

test("the covariance of the cloud is that of the map", () => {
  const [[a, b], [c, d]] = START;
  const { matrix } = compared(START)[0];
  near(matrix[0][0], a * a + c * c);
  near(matrix[0][1], a * b + c * d);
  near(matrix[1][1], b * b + d * d);
});

test("two points cannot be whitened, and any three become one equilateral triangle", () => {
  const [, , pair] = compared(START, 2);
  near(pair.ellipse.minor, 0, 1e-2);
  for (const map of MAPS) {
    const { points } = compared(map, 3)[2];
    const sides = [0, 1, 2].map((k) =>
      Math.hypot(points[k][0] - points[(k + 1) % 3][0], points[k][1] - points[(k + 1) % 3][1]),
    );
    for (const side of sides) near(side, Math.sqrt(6), 1e-3);
  }
});

test("a guess is judged by its correlation and its size", () => {
  const { correlation } = compared(START)[0];
  const right = { angle: 45, major: Math.sqrt(1 + correlation), minor: Math.sqrt(1 - correlation) };
  assert.equal(verdict(right, correlation), "right");
  assert.equal(verdict({ angle: 45, major: 1, minor: 1 }, correlation), "round");
  assert.equal(verdict({ ...right, major: right.major / 2, minor: right.minor / 2 }, correlation), "size");
  assert.equal(verdict({ ...right, angle: -45 }, correlation), "other");
});

test("the bias runs away on a flat loss, and rests when the gradient passes through the mean", () => {
  const state = new State();
  const { loss } = { loss: state.loss() };
  state.roll(20);
  near(state.bias, 1, 1e-9);
  near(state.loss(), loss, 1e-12);
  near(state.believed(state.bias), loss, 1e-12);
  assert.ok(state.believed(state.bias + state.mean) < loss);
  state.roll(1000);
  near(state.bias, TRACK, 1e-9);
  assert.equal(state.belief(), "wall");
  state.backToStart();
  state.through = true;
  state.roll(100);
  assert.equal(state.bias, 0);
});

test("a map never presses the cloud into a line", () => {
  for (const map of [
    [
      [1, 1],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [1, -1],
    ],
  ]) {
    const [[a, b], [c, d]] = apart(map);
    assert.ok(Math.abs(a * d - b * c) > 0.02);
  }
});

test("an address brings back the moment, a hostile one is cut to what is allowed", () => {
  const state = new State();
  Object.assign(state, { batch: 12, width: 100, mean: -0.5, bias: 2, through: true });
  state.map = [
    [1, 0.2],
    [0.1, 0.9],
  ];
  const other = new State();
  other.load(new URLSearchParams(state.save()));
  assert.deepEqual(other.save(), state.save());
  assert.equal(Object.values(new State().save()).join(""), "");
  const hostile = new State();
  hostile.load(new URLSearchParams("map=1_2_x_4&m=NaN&d=<b>&mean=Infinity&b=&through=yes"));
  assert.deepEqual(hostile.save(), new State().save());
  hostile.load(new URLSearchParams("map=99_-99_1e9_5&m=-4&d=1e9&mean=7&b=1e9"));
  assert.ok(hostile.map.flat().every((value) => Math.abs(value) <= 2 * REACH));
  assert.equal(hostile.batch, SMALLEST);
  assert.equal(hostile.bias, TRACK);
  assert.equal(hostile.mean, 1);
  hostile.load(new URLSearchParams("m=1e9"));
  assert.equal(hostile.batch, LARGEST);
});

test("the numbers of the sentences are those of the picture", () => {
  const values = valuesOf(new State(), (key) => key);
  assert.equal(values.raw, values.bn);
  assert.equal(values.zca, "0.00");
  assert.equal(values.cube, "262,144");
});

test("at the end of its track, steps and bias still add up", () => {
  for (const mean of [0.5, -0.35, 0.75, 1]) {
    const state = new State();
    state.mean = mean;
    state.roll(1000);
    near(state.bias, state.steps * 0.1 * mean, 1e-9);
    assert.ok(Math.abs(state.bias) <= TRACK + 1e-9 && Math.abs(state.next()) > TRACK);
  }
});

test("another mean of the targets lets no former step count", () => {
  const state = new State();
  state.roll(20);
  state.setMean(-0.4);
  assert.deepEqual([state.bias, state.steps, state.mean], [0, 0, -0.4]);
  state.bias = 3;
  state.setMean(0.2);
  assert.equal(state.bias, 3);
});

test("each mode of the gradient has its own sentence, and its own slope in the formula", () => {
  const say = (key) => key;
  const state = new State();
  assert.equal(valuesOf(state, say).belief, "track.belief.outside");
  assert.equal(valuesOf(state, say).slope, "(−0.50)");
  state.through = true;
  assert.equal(valuesOf(state, say).belief, "track.belief.through");
  assert.equal(valuesOf(state, say).slope, "0.00");
});

test("what a guess said is the correlation of its ellipse", () => {
  near(correlationOfGuess({ angle: 45, major: Math.sqrt(1.6), minor: Math.sqrt(0.4) }), 0.6, 1e-9);
  near(correlationOfGuess({ angle: -45, major: Math.sqrt(1.6), minor: Math.sqrt(0.4) }), -0.6, 1e-9);
});
