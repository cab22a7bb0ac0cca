import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { accuracyWords, errorWords, standardError } from "../../assets/live/accuracy_error.js";
import { translator } from "../../assets/live/format.js";
import { measuredOn, sampleMark, sampleSentence } from "../../assets/live/sampling.js";
import { slopeAtEdge, termWords } from "../../assets/live/term_words.js";

/** The words of the app, by language. */
const wordsOf = (language) => {
  const flat = {};
  for (const name of ["live", "glance", "panels"]) {
    let section = "";
    for (const line of readFileSync(
      new URL(`../../assets/text/${language}/${name}.toml`, import.meta.url),
      "utf8",
    ).split("\n")) {
      section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
      const [, key, words] = /^(\w+) = "(.*)"$/.exec(line) ?? [];
      if (key) flat[`${section}.${key}`] = words;
    }
  }
  return translator(flat);
};
const t = wordsOf("en");

const REGIONS = {
  sigmoid: { activation: "sigmoid", low: 0.05, high: 0.95, region: [-Math.log(19), Math.log(19)] },
  tanh: { activation: "tanh", low: -0.97, high: 0.97, region: [-Math.atanh(0.97), Math.atanh(0.97)] },
};

/** An arm of these sizes per layer: [[kept, all] places, [kept, all] values]. */
const arm = (sizes, activation = "sigmoid") => ({
  config: { activation },
  saturation: REGIONS[activation] ?? null,
  layers: sizes.map((_, k) => `hidden${k + 1}`),
  samples: sizes[0] && sizes.map(([places, values]) => ({ places, values })),
});
const WIDE = [
  [60, 60],
  [2048, 6000],
];
const SMALL = [
  [60, 60],
  [1200, 1200],
];
const dataset = { n_train: 4000, n_test: 1000, n_evaluated: 1000 };
const viewOf = (arms, more = dataset) => ({ arms, hello: { dataset: more } });

test("the standard error of an accuracy is that of the binomial", () => {
  // Oracle: the spread of k / n over all outcomes k of n tests, by their probabilities.
  for (const [p, n] of [
    [0.5, 4],
    [0.1, 7],
    [0.925, 12],
  ]) {
    let probability = (1 - p) ** n;
    let [mean, square] = [0, 0];
    for (let k = 0; k <= n; k++) {
      mean += (probability * k) / n;
      square += probability * (k / n) ** 2;
      probability *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
    assert.ok(Math.abs(standardError(p, n) - Math.sqrt(square - mean ** 2)) < 1e-12, `${p} of ${n}`);
  }
  assert.ok(Math.abs(standardError(0.925, 1000) - 0.00833) < 1e-5);
});

test("an accuracy is written with its error, and without one where none is known", () => {
  const hello = { dataset };
  assert.equal(errorWords(0.925, hello), "±\u202f0.8");
  assert.equal(accuracyWords(0.925, hello), "92.5 ±\u202f0.8\u202f%");
  assert.equal(errorWords(0.1, hello), "±\u202f0.9");
  assert.equal(errorWords(0.999, { dataset: { ...dataset, n_evaluated: 1e6 } }), "±\u202f0.003", "never ± 0.0");
  for (const none of [1, 0, NaN]) assert.equal(errorWords(none, hello), "", `${none}`);
  assert.equal(accuracyWords(0.925, { dataset: {} }), "92.5\u202f%");
  assert.equal(accuracyWords(NaN, hello), "–");
  assert.equal(errorWords(0.5, null), "");
});

test("(sample) stands where numbers are estimated from one, with its size, and nowhere else", () => {
  assert.equal(sampleMark([arm([WIDE])], t), " (sample)");
  assert.equal(sampleMark([arm([SMALL])], t), "");
  assert.equal(sampleMark([arm([])], t), "", "a watched model does not say");
  assert.equal(sampleMark([arm([SMALL, WIDE])], t, [0]), "", "the layer shown is not sampled");
  assert.match(sampleSentence({ arms: [arm([WIDE, WIDE])] }, t), /a sample: 2\u202f048 of the 6\u202f000 values/);
  assert.match(sampleSentence({ arms: [arm([SMALL])] }, t), /all 1\u202f200 values/);
  assert.match(
    sampleSentence({ arms: [arm([SMALL, WIDE])] }, t),
    /1\u202f200 to 2\u202f048 of the 1\u202f200 to 6\u202f000/,
  );
  assert.doesNotMatch(sampleSentence({ arms: [{ layers: ["conv1"] }] }, t), /\d/);
  const measured = measuredOn(
    [
      arm([WIDE]),
      arm([
        [
          [128, 4096],
          [2048, 65536],
        ],
      ]),
    ],
    "places",
  );
  assert.deepEqual(measured, { kept: [60, 128], all: [60, 4096], isSample: true });
  assert.match(sampleSentence({ arms: [arm([WIDE])] }, wordsOf("zh")), /6\u202f000 个值中取 2\u202f048 个/);
});

test("what saturated means is said per nonlinearity, from its limits", () => {
  // By hand: .95 * .05 / .25 = 19 % of the sigmoid's steepest slope, 1 - .97² = 5.9 % of tanh's.
  assert.ok(Math.abs(slopeAtEdge("sigmoid", Math.log(19)) - 0.19) < 1e-12);
  assert.ok(Math.abs(slopeAtEdge("tanh", Math.atanh(0.97)) - 0.0591) < 1e-12);
  const sigmoid = termWords("saturated", viewOf([arm([WIDE])]), t);
  assert.match(
    sigmoid,
    /sigmoid counts as saturated below 0.05 or above 0.95, where .* less than 19\u202f% of its steepest/,
  );
  assert.doesNotMatch(sigmoid, /compared/, "one nonlinearity has nothing to be compared with");
  const both = termWords("saturated", viewOf([arm([WIDE]), arm([WIDE], "tanh")]), t);
  assert.match(both, /19\u202f%.*tanh.*below −0.97 or above 0.97.*less than 6\u202f%.*cannot be compared/);
  assert.match(termWords("saturated", viewOf([arm([WIDE], "relu")]), t), /relu never counts.*slope is 0.*dead/);
  assert.match(termWords("saturated", viewOf([arm([WIDE]), arm([WIDE], "relu")]), t), /cannot be compared/);
});

test("an accuracy says on how many samples it is measured, and on how many others the networks train", () => {
  const all = termWords("accuracy", viewOf([]), t);
  assert.match(all, /all 1\u202f000 test samples; training uses 4\u202f000 others/);
  const part = termWords("accuracy", viewOf([], { n_train: 50000, n_test: 10000, n_evaluated: 1000 }), t);
  assert.match(part, /1\u202f000 of the 10\u202f000 test samples, evenly spaced; training uses 50\u202f000 others/);
  assert.equal(termWords("accuracy", viewOf([], { n_test: 5 }), t), t("terms.accuracy"));
  assert.equal(termWords("accuracy", null, t), t("terms.accuracy"));
  for (const view of [viewOf([]), viewOf([arm([WIDE])])])
    for (const term of ["accuracy", "sample", "saturated"])
      for (const words of [t, wordsOf("zh")])
        assert.doesNotMatch(termWords(term, view, words), /[{}]|undefined|NaN|terms\./);
});
