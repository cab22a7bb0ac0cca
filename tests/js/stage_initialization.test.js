/** What the stage of initialization computes and remembers, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sidesOf, valuesOf } from "../../assets/stage/heroes/initialization/formula.js";
import {
  ANGLE,
  FARTHEST,
  LONGEST,
  RATES,
  SHORTEST,
  State,
  TRAIL,
  unit,
  verdict,
  wrapped,
} from "../../assets/stage/heroes/initialization/state.js";
import { divergedOf, lossText, median, shown, valueText } from "../../assets/stage/heroes/initialization/sweep.js";

const near = (one, other, message, by = 1e-9) =>
  assert.ok(Math.abs(one - other) < by, `${message}: ${one} and ${other}`);

test("a longer vector has the same outputs and loss, 1/a of the gradient, 1/a^2 of the step", () => {
  const one = unit({ length: 1, angle: 70 }, 0.5);
  for (const length of [0.3, 2, 6]) {
    const other = unit({ length, angle: 70 }, 0.5);
    for (const [place, value] of other.output.entries()) near(value, one.output[place], "output");
    near(other.loss, one.loss, "loss");
    near(other.slope, one.slope / length, "gradient");
    near(other.relative, one.relative / length ** 2, "step");
  }
});

test("another direction moves all ten outputs", () => {
  const state = new State();
  state.remember();
  state.weight.length = 2;
  assert.equal(state.moved(), 0);
  state.weight.angle = 90;
  assert.equal(state.moved(), 10);
});

test("each step lengthens the vector, as Pythagoras says, and turns it less in the end", () => {
  const state = new State();
  const first = state.unit().turn;
  for (let step = 0; step < 12; step++) {
    const { after, relative } = state.unit();
    near(after.length ** 2, state.weight.length ** 2 * (1 + relative ** 2), "length");
    const { length } = state.weight;
    state.step();
    assert.ok(state.weight.length > length);
  }
  assert.equal(state.trail.length, 12);
  assert.ok(state.unit().turn < first / 10);
});

test("a step is possible at every length that a hand can give, and the trail is bounded", () => {
  for (const length of [SHORTEST, 1, LONGEST])
    for (const rate of [RATES.min, RATES.max])
      for (let angle = -175; angle <= 180; angle += 5) {
        const state = new State();
        Object.assign(state, { weight: { length, angle }, rate });
        assert.ok(state.canStep(), `length ${length}, rate ${rate}, angle ${angle}`);
        state.step();
        assert.equal(state.trail.length, 1);
      }
  const state = new State();
  Object.assign(state, { weight: { length: LONGEST, angle: 135 }, rate: RATES.max });
  for (let step = 0; step < 100; step++) state.step();
  assert.ok(state.weight.length > LONGEST && state.weight.length <= FARTHEST);
  assert.equal(state.trail.length, TRAIL);
});

test("the squared sides of a step have digits that add up", () => {
  const number = (text) => Number(text.replace("−", "-"));
  for (const [squared, added] of [
    [36, 0.002],
    [36, 0.00004],
    [1, 0.25],
    [0.09, 40.1234],
    [2.345678, 0.0194],
  ]) {
    const sides = sidesOf(squared, added);
    near(number(sides.squared) + number(sides.added), number(sides.after), "sum");
    assert.ok(number(sides.added) > 0, "the step has a length");
  }
  assert.deepEqual(sidesOf(36, 0.002), { squared: "36.0000", added: "0.0020", after: "36.0020" });
});

test("directions are wrapped", () => {
  assert.deepEqual([190, -190, 180, -180, 540, 0].map(wrapped), [-170, 170, 180, 180, 180, 0]);
});

test("a guess near 1 is right", () => {
  assert.deepEqual([1, 0.9, 1.14, 2, 0.5].map(verdict), ["right", "right", "right", "larger", "smaller"]);
});

test("an address brings back the moment", () => {
  const state = new State();
  Object.assign(state, { weight: { length: 1.7, angle: -42.5 }, rate: 1.3, kind: "rate", net: "tanh" });
  state.cursor.rate = 3;
  const other = new State();
  other.load(new URLSearchParams(state.save()));
  assert.deepEqual(other.save(), state.save());
  assert.deepEqual(other.weight, state.weight);
  assert.equal(Object.values(new State().save()).join(""), "");
});

test("a hostile address changes nothing, or is cut to what is allowed", () => {
  const state = new State();
  state.load(new URLSearchParams("a=NaN&direction=x&eta=Infinity&sweep=__proto__&net=<b>&at=1.5"));
  assert.deepEqual(state.save(), new State().save());
  state.load(new URLSearchParams("a=1e9&direction=1e6&eta=-3&at=1e12"));
  assert.equal(state.weight.length, FARTHEST);
  assert.ok(Math.abs(state.weight.angle) <= 180);
  assert.equal(state.rate, RATES.min);
  const empty = new State();
  empty.load(new URLSearchParams("a=&direction=&eta=&at="));
  assert.equal(empty.weight.angle, ANGLE);
  assert.equal(empty.save().at, "");
});

const RECORDED = {
  last: 20,
  seeds: 3,
  sweeps: {
    "scale-relu": {
      values: [1, 100],
      chance: 2.3,
      steps: 300,
      plain: [
        [0.3, 0.1, 0.2],
        [null, null, 2.3],
      ],
      batch: [
        [0.05, 0.06, 0.07],
        [1, 2, 3],
      ],
    },
  },
};

test("a median counts a diverged run as infinite", () => {
  const { plain, batch } = RECORDED.sweeps["scale-relu"];
  assert.equal(median(plain[0]), 0.2);
  assert.equal(lossText(median(plain[1]), "diverged"), "diverged");
  assert.equal(divergedOf(plain[1]), 2);
  assert.equal(lossText(median(batch[0]), "diverged"), "0.060");
  assert.equal(median([4, 1]), 2.5);
});

test("the cursor starts where BN's price shows, and stays among the values", () => {
  const state = new State();
  assert.equal(shown(RECORDED, state).place, 1);
  state.cursor.scale = 99;
  assert.equal(shown(RECORDED, state).place, 1);
  state.cursor.scale = 0;
  assert.equal(shown(RECORDED, state).place, 0);
  assert.deepEqual([0.001, 50, 0.3].map(valueText), ["0.001", "50", "0.3"]);
});

test("the numbers of the sentences are those of the picture", () => {
  const state = new State();
  state.weight.length = 2;
  const values = valuesOf(state);
  const now = state.unit();
  assert.equal(values.a, "2.00");
  assert.equal(values.loss, now.loss.toFixed(3));
  assert.equal(values.slope_one, (2 * now.slope).toFixed(3));
  near(Number(values.after), now.after.length ** 2, "after", 1e-3);
});
