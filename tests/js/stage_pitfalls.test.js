import assert from "node:assert/strict";
import { test } from "node:test";

import { baselinesOf, ticksOf } from "../../assets/stage/heroes/pitfalls/picture.js";
import { askedValues, nearest, numberAt, SCENES, shareOf } from "../../assets/stage/heroes/pitfalls/scenes.js";
import { halvedMomentum } from "../../assets/stage/math/pitfalls.js";

const scene = (name) => SCENES.find((one) => one.name === name);

test("a number and its place on the handle's way go into each other", () => {
  for (const { number } of SCENES) {
    for (const share of [0, 0.25, 1]) assert.ok(Math.abs(shareOf(number, numberAt(number, share)) - share) < 1e-12);
    assert.ok(number.start >= number.min && number.start <= number.max);
  }
});

test("the cure makes both curves the same, the number as copied does not", () => {
  const apart = ({ wrong, right }, number) => {
    const rights = right(number);
    return Math.max(...wrong(number).map(([x, y]) => Math.abs(y - nearest(rights, x)[1])));
  };
  const cures = { momentum: 0.01, epsilon: 1e-3, checkpoint: halvedMomentum(0.1) };
  for (const [name, cure] of Object.entries(cures)) {
    assert.ok(apart(scene(name), cure) < 1e-9, name);
    assert.ok(apart(scene(name), scene(name).number.start) > 0.1, name);
  }
});

test("every curve is finite for every number that can be set", () => {
  for (const { number, wrong, right, values } of SCENES) {
    for (let step = 0; step <= 50; step += 1) {
      const at = numberAt(number, step / 50);
      for (const [x, y] of [...wrong(at), ...right(at)]) assert.ok(Number.isFinite(x) && Number.isFinite(y));
      for (const text of Object.values(values(at))) assert.doesNotMatch(text, /NaN|Infinity/);
    }
  }
});

test("ticks are round numbers within the axis", () => {
  assert.deepEqual(ticksOf([0, 2000], false, 6), [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(ticksOf([1e-3, 10], true, 6).map(Number), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(ticksOf([2, 64], false, 6), [20, 40, 60]);
});

test("the verdict on 0.99 speaks of 0.99, wherever the number in the code is", () => {
  // sqrt(0.99 / 1.01) = 0.990 of the noise.
  assert.deepEqual(askedValues(), { asked_share: "99", asked_kept: "0.01" });
  const { share, number } = scene("momentum").values(0.8);
  assert.deepEqual([number, share], ["0.80", "82"]);
});

test("no curve leaves the picture", () => {
  for (const { name, number, y, wrong, right } of SCENES) {
    if (name === "momentum") continue;
    for (let step = 0; step <= 20; step += 1) {
      const at = numberAt(number, step / 20);
      for (const [, value] of [...wrong(at), ...right(at)])
        assert.ok(value >= y[0] && value <= y[1], `${name} ${at}: ${value}`);
    }
  }
});

test("words at two dots lie neither on each other nor on the axis", () => {
  for (const dots of [
    [100, 100],
    [290, 300],
    [300, 100],
    [100, 300],
    [300, 300],
    [150, 160],
  ]) {
    const [one, other] = baselinesOf(dots, 300);
    assert.ok(Math.abs(one - other) >= 20, `${dots}: ${one} ${other}`);
    assert.ok(Math.max(one, other) <= 282, `${dots}: ${one} ${other}`);
  }
  assert.deepEqual(baselinesOf([100, 200], 300), [86, 224]);
  assert.deepEqual(baselinesOf([200, 100], 300), [224, 86]);
});
