import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { captionOf } from "../../assets/live/caption_rules.js";

const nan = Float32Array.of(NaN, NaN);

/** An arm's part of a frame: gradient norms of two layers and the head, and shares of saturated and dead. */
const armFrame = ({ norms = [1, 1, 1], saturated = [0, 0], dead = nan } = {}) => ({
  grad_norm: Float32Array.from(norms),
  saturated_fraction: Float32Array.from(saturated),
  dead_fraction: Float32Array.from(dead),
  scalars: Float32Array.of(0.5, 0.5, 0.5, 0.5),
});

/** A view at a step; per arm its frame and the accuracies measured, by step. */
function viewAt(step, arms, { chance = 0.5, diverged = [], same = true } = {}) {
  return {
    frame: { step, arms: arms.map((arm) => armFrame(arm)) },
    step,
    arms: arms.map((_, index) => ({ index, label: `arm ${index}` })),
    curves: arms.map(({ measured = {} }) => ({
      testStep: Uint32Array.from(Object.keys(measured).map(Number)),
      testAccuracy: Float32Array.from(Object.values(measured)),
    })),
    hello: { chance },
    status: { diverged, hashes: { same_weights: same } },
  };
}

const STUCK = { norms: [1e-5, 1e-3, 0.1], measured: { 0: 0.5, 40: 0.5 } };
const learner = (accuracy) => ({ norms: [0.1, 0.1, 0.1], measured: { 0: 0.5, 40: accuracy, 60: 0.99 } });

/** Rules: the view, and the key, arms and numbers of its caption. */
const RULES = {
  "nothing has been measured": [{ frame: null, hello: {} }, null],
  "twins before the first step": [viewAt(0, [{}, {}]), ["start", []]],
  "others before the first step": [viewAt(0, [{}, {}], { same: false }), ["start_other", []]],
  "the gradient vanishes and no network learns": [
    viewAt(40, [STUCK, learner(0.52)]),
    ["vanishing", [0], { ratio: "1.0·10⁻⁴" }],
  ],
  "the other one begins": [
    viewAt(40, [STUCK, learner(0.7)]),
    ["begins", [0, 1], { accuracy: "70.0\u202f%", measured: "40" }],
  ],
  "the other one has learned": [viewAt(41, [STUCK, learner(0.85)]), ["beside", [0, 1], { measured: "40" }]],
  "the other one has learned well": [viewAt(60, [STUCK, learner(0.85)]), ["solved", [0, 1], { behind: "50.0\u202f%" }]],
  "a network that has learned is not stuck, whatever its gradient": [
    viewAt(60, [{ ...learner(0.9), norms: [1e-6, 1e-3, 0.1] }, learner(0.9)]),
    ["all_learned", [1, 0]],
  ],
  "the gradient explodes": [viewAt(40, [{ norms: [500, 10, 1] }, learner(0.9)]), ["exploding", [0], { ratio: "500" }]],
  "most outputs are saturated": [
    viewAt(40, [{ saturated: [0.9, 0.7] }, learner(0.9)]),
    ["saturated", [0], { share: "80\u202f%" }],
  ],
  "most units are dead": [viewAt(40, [{}, { dead: [0.5, 0.7] }]), ["dead", [1], { share: "60\u202f%" }]],
  "a network has diverged": [
    viewAt(40, [{}, {}], { diverged: [{ arm: 1, layer: "hidden2", step: 30 }] }),
    ["diverged", [1], { step: "30", layer: "hidden2" }],
  ],
  "a divergence to come is not told": [
    viewAt(20, [{ measured: { 0: 0.5 } }, { measured: { 0: 0.5 } }], { diverged: [{ arm: 1, layer: "x", step: 30 }] }),
    ["even", [1, 0]],
  ],
  "one is ahead": [
    viewAt(40, [{ measured: { 40: 0.6 } }, { measured: { 40: 0.8 } }]),
    ["ahead", [0, 1], { accuracy: "80.0\u202f%", behind: "60.0\u202f%" }],
  ],
  "a network alone": [viewAt(40, [{ measured: { 40: 0.55 } }]), ["one", [0]]],
  "a network alone that has learned": [viewAt(40, [{ measured: { 40: 0.95 } }]), ["learned_one", [0]]],
  "no accuracy yet": [viewAt(40, [{}, {}]), ["none", []]],
};

for (const [name, [view, wanted]] of Object.entries(RULES)) {
  test(`the caption: ${name}`, () => {
    const found = captionOf(view);
    if (wanted === null) {
      assert.equal(found, null);
      return;
    }
    const [key, arms, values = {}] = wanted;
    assert.deepEqual([found.key, found.arms], [key, arms]);
    for (const [place, value] of Object.entries(values)) assert.equal(found.values[place], value, place);
  });
}

test("an accuracy measured after the step shown is not told", () => {
  assert.equal(captionOf(viewAt(40, [STUCK, learner(0.85)])).values.accuracy, "85.0\u202f%");
});

test("every rule has words in both languages, with the places that the rule fills", () => {
  const keys = new Set(Object.values(RULES).flatMap(([, wanted]) => (wanted ? [wanted[0]] : [])));
  for (const language of ["en", "zh"]) {
    const text = readFileSync(new URL(`../../assets/text/${language}/glance.toml`, import.meta.url), "utf8");
    for (const key of keys) {
      const line = new RegExp(`^${key} = "(.*)"$`, "m").exec(text);
      assert.ok(line, `${language} has no words for ${key}`);
      const [view] = Object.values(RULES).find(([, wanted]) => wanted?.[0] === key);
      const { values, arms } = captionOf(view);
      const known = new Set([...Object.keys(values), ...["arm", "other"].slice(0, arms.length)]);
      for (const [, place] of line[1].matchAll(/\{(\w+)\}/g)) assert.ok(known.has(place), `${key}: {${place}}`);
    }
  }
});
