import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { captionOf, EARLY } from "../../assets/live/caption_rules.js";

const nan = Float32Array.of(NaN, NaN);

/** An arm's part of a frame: gradient norms of two layers and the head, and shares of saturated and dead. */
const armFrame = ({ norms = [1, 1, 1], saturated = [0, 0], dead = nan, loss = 0.5 } = {}) => ({
  grad_norm: Float32Array.from(norms),
  saturated_fraction: Float32Array.from(saturated),
  dead_fraction: Float32Array.from(dead),
  scalars: Float32Array.of(loss, 0.5, 0.5, 0.5),
});

/** A view at a step; per arm its frame and the accuracies measured, by step. */
function viewAt(step, arms, { chance = 0.5, diverged = [], same = true } = {}) {
  return {
    frame: { step, arms: arms.map((arm) => armFrame(arm)) },
    step,
    arms: arms.map(({ normalized = false }, index) => ({ index, label: `arm ${index}`, normalized })),
    curves: arms.map(({ measured = {}, losses = {} }) => ({
      testStep: Uint32Array.from(Object.keys(measured).map(Number)),
      testAccuracy: Float32Array.from(Object.values(measured)),
      testLoss: Float32Array.from(Object.keys(measured), (at) => losses[at] ?? 0.7),
    })),
    hello: { chance, shared_weights: { same: same ? 10 : 0, of: 10, filled_apart: 0 } },
    status: { diverged },
  };
}

const STUCK = { norms: [1e-5, 1e-3, 0.1], measured: { 0: 0.5, 40: 0.5 } };
/** The gradient ends before layer 1 whichever network it is, and the accuracy is that of a guess. */
const LATE = { norms: [2.2e-5, 1e-3, 0.1], measured: { 0: 0.5, 12000: 0.5 } };
const ENDED = { norms: [0, 0, 0.1], measured: { 0: 0.5, 40: 0.9, 12000: 0.5 } };
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
  "neither learns, and the gradient of the normalized one is the smaller": [
    viewAt(12000, [LATE, ENDED]),
    ["neither", [1, 0], { ratio: "0", beside: "2.2·10⁻⁴", accuracy: "50.0\u202f%", measured: "12\u202f000" }],
  ],
  "no gradient at all, not even in the head": [
    viewAt(12000, [{ ...ENDED, norms: [0, 0, 0] }, learner(0.9)]),
    ["solved", [0, 1], { ratio: "0" }],
  ],
  "neither learns, though the gradient of one arrives": [
    viewAt(12000, [STUCK, { measured: { 0: 0.5, 11000: 0.51 } }]),
    ["neither_one", [0, 1], { accuracy: "51.0\u202f%" }],
  ],
  "neither learns, though both gradients arrive": [
    viewAt(EARLY, [{ measured: { 40: 0.5 } }, { measured: { 40: 0.52 } }]),
    ["neither_even", [0, 1], { behind: "50.0\u202f%" }],
  ],
  "the network with BN is the one that is stuck": [viewAt(41, [learner(0.85), STUCK]), ["beside", [1, 0]]],
  "an accuracy that has fallen is no beginning": [
    viewAt(80, [STUCK, { measured: { 0: 0.5, 40: 0.95, 60: 0.778 } }]),
    ["fell", [0, 1], { accuracy: "77.8\u202f%", measured: "60", peak: "95.0\u202f%", peaked: "40" }],
  ],
  "the gradient hardly reaches layer 1 of the better one either": [
    viewAt(80, [STUCK, { norms: [0, 1, 1], measured: { 0: 0.5, 40: 0.8 } }]),
    ["both", [0, 1], { ratio: "1.0·10⁻⁴", beside: "0", accuracy: "80.0\u202f%" }],
  ],
  "nor is one that wavers": [
    viewAt(80, [STUCK, { measured: { 0: 0.5, 40: 0.7, 60: 0.68 } }]),
    ["beside", [0, 1], { accuracy: "68.0\u202f%" }],
  ],
  "nor one whose test loss has jumped": [
    viewAt(80, [STUCK, { measured: { 0: 0.5, 40: 0.6, 60: 0.7 }, losses: { 60: 2 } }]),
    ["beside", [0, 1]],
  ],
  "nor one whose training loss has jumped": [
    viewAt(80, [STUCK, { measured: { 0: 0.5, 60: 0.7 }, loss: 4 }]),
    ["beside", [0, 1]],
  ],
  "twins of which one has BN, before the first step": [
    viewAt(0, [{ loss: 0.697 }, { loss: 0.766, normalized: true }]),
    ["start_bn", []],
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
      const known = new Set(["sample", ...Object.keys(values), ...["arm", "other"].slice(0, arms.length)]);
      for (const [, place] of line[1].matchAll(/\{(\w+)\}/g)) assert.ok(known.has(place), `${key}: {${place}}`);
    }
  }
});
