import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { forget, remember, wordsAt } from "../../assets/live/canvas_words.js";
import { addRegion, forgetRegions, indexAt, regionAt, regionsOf } from "../../assets/live/probe_regions.js";
import { termOf } from "../../assets/live/terms.js";

test("a label is found where it stands, the newest on top, and not after the canvas was cleared", () => {
  const canvas = {};
  remember(canvas, { words: "mean σ′", x0: 10, x1: 60, y: 20 });
  remember(canvas, { words: "0.238", x0: 50, x1: 90, y: 20 });
  assert.equal(wordsAt(canvas, { x: 20, y: 25 }), "mean σ′");
  assert.equal(wordsAt(canvas, { x: 55, y: 15 }), "0.238");
  assert.equal(wordsAt(canvas, { x: 20, y: 60 }), null);
  forget(canvas);
  assert.equal(wordsAt(canvas, { x: 20, y: 25 }), null);
});

test("labels of both languages name their term; numbers and sentences name none", () => {
  const labels = {
    "mean σ′": "derivative",
    "mean tanh′": "derivative",
    "‖∇W‖": "gradient",
    "gradient norm ‖∇W‖ over time": "gradient",
    "update : data ratio over time": "ratio",
    "更新量与权重之比 (update : data)": "ratio",
    "PCA of the paths": "pca",
    "first component": "pca",
    第一主成分: "pca",
    "drift 0.59, rank 50 of 100": "rank",
    "漂移 0.59，在 100 个中排第 50": "rank",
    "twins ✓ 100 %": "twins",
    "test accuracy at step 20": "accuracy",
    "± 0.8": "accuracy",
    测试准确率: "accuracy",
    "layer 3: 0.1 dead (sample)": "dead",
    "input spread (sample)": "sample",
    saturated: "saturated",
    "sat.": "saturated",
    饱和: "saturated",
    "dead units": "dead",
    head: "head",
    "chance 10 %": "chance",
  };
  for (const [label, term] of Object.entries(labels)) assert.equal(termOf(label), term, label);
  for (const label of ["0.238", "layer 1", "", null, `saturated ${"x".repeat(60)}`]) assert.equal(termOf(label), null);
});

test("every term has a name and one sentence in both languages", () => {
  const source = readFileSync(new URL("../../assets/live/terms.js", import.meta.url), "utf8");
  const ids = new Set([...source.matchAll(/^ {2}\["(\w+)", \//gm)].map(([, id]) => id));
  const shown = source.slice(source.indexOf("OF_PANEL"), source.indexOf("});")).matchAll(/"(\w+)"/g);
  for (const [, id] of shown) assert.ok(ids.has(id), id);
  assert.ok(ids.size >= 12);
  for (const language of ["en", "zh"]) {
    const text = readFileSync(new URL(`../../assets/text/${language}/glance.toml`, import.meta.url), "utf8");
    for (const id of ids) {
      assert.match(text, new RegExp(`^${id}_name = "`, "m"));
      const sentence = new RegExp(`^${id} = "(.*)"$`, "m").exec(text)?.[1] ?? "";
      assert.equal([...sentence.matchAll(/[.。](?!\d)/g)].length, 1, `${language} ${id}: one sentence`);
    }
  }
});

test("a plot is found by the place of the pointer, its steps by the last one at or before", () => {
  const canvas = {};
  const box = { x0: 40, x1: 200, y0: 20, y1: 100 };
  addRegion({ canvas }, { kind: "step", box, readings: () => [] });
  assert.equal(regionAt(canvas, { x: 100, y: 50 })?.kind, "step");
  assert.equal(regionAt(canvas, { x: 10, y: 50 }), null);
  forgetRegions(canvas);
  assert.deepEqual(regionsOf(canvas), []);
  assert.deepEqual(
    [-1, 0, 3, 5, 99].map((step) => indexAt(Uint32Array.of(0, 5, 9), step)),
    [-1, 0, 0, 1, 2],
  );
});
