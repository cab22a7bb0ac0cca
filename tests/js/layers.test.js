import assert from "node:assert/strict";
import { test } from "node:test";

import { evenlySpaced, LayerChoice, MAX_LAYERS, shownLayers } from "../../assets/live/layer_choice.js";
import { axisNames, labeledTicks, layerMark, namesOf, sharedPrefix } from "../../assets/live/layer_names.js";
import { keptUnits, unitsOf } from "../../assets/live/layer_units.js";
import { logLevel } from "../../assets/live/overview_measures.js";
import { hello } from "./deep_view.js";

const chosen = (options) => {
  const choice = new LayerChoice();
  choice.reset(hello(options));
  return choice;
};

test("at first the layers are evenly spaced, the first and the last among them", () => {
  assert.deepEqual(chosen().layers, [0, 4, 7, 11, 14, 18]);
  assert.deepEqual(chosen({ layers: 8 }).layers, [0, 1, 3, 4, 6, 7]);
  assert.deepEqual(chosen({ layers: 30 }).layers.length, MAX_LAYERS);
  assert.deepEqual([evenlySpaced(3, 3), evenlySpaced(5, 3), evenlySpaced(0, 18, 2)], [[3], [3, 4, 5], [0, 18]]);
});

test("a shallow net has nothing to choose: all its layers are drawn", () => {
  for (const layers of [1, 5, 6]) {
    const choice = chosen({ layers });
    assert.equal(choice.isNeeded, false);
    assert.equal(choice.layers.length, layers);
  }
  assert.ok(chosen({ layers: 7 }).isNeeded);
  assert.deepEqual(shownLayers({}, { layers: ["a", "b"] }), [0, 1]); // a view that says nothing draws all
});

test("a layer comes and goes; the nearest of the first ones makes room, then the oldest of the picked", () => {
  const choice = chosen();
  choice.toggle(5);
  assert.deepEqual(choice.layers, [0, 5, 7, 11, 14, 18]); // 4 was nearest
  for (const layer of [6, 8, 9, 10, 12]) choice.toggle(layer);
  assert.deepEqual(choice.layers, [5, 6, 8, 9, 10, 12]);
  choice.toggle(1);
  assert.deepEqual(choice.layers, [1, 6, 8, 9, 10, 12]); // 5 was picked first
  choice.toggle(9);
  assert.deepEqual(choice.layers, [1, 6, 8, 10, 12]);
  for (const layer of [1, 6, 8, 10, 12]) choice.toggle(layer);
  assert.deepEqual(choice.layers, [12]); // one stays
  for (const layer of [-1, 19, NaN]) choice.toggle(layer);
  assert.deepEqual(choice.layers, [12]);
});

test("a stretch goes from the last click, either way, at most six", () => {
  const choice = chosen();
  choice.toggle(9);
  choice.chooseRange(6);
  assert.deepEqual(choice.layers, [6, 7, 8, 9]);
  choice.chooseRange(18);
  assert.deepEqual(choice.layers, evenlySpaced(9, 18));
  assert.deepEqual(choice.picked.layer, 18);
  choice.chooseEvenly();
  assert.deepEqual([choice.layers, choice.picked], [[0, 4, 7, 11, 14, 18], null]);
});

test("a choice outlives a reconnect, and no other source", () => {
  const choice = chosen();
  choice.toggle(2);
  const kept = choice.layers;
  choice.reset(hello());
  assert.deepEqual(choice.layers, kept);
  choice.reset(hello({ seed: 1 }));
  assert.deepEqual([choice.layers, choice.picked], [[0, 4, 7, 11, 14, 18], null]);
  choice.reset(hello({ layers: 3 }));
  assert.deepEqual(choice.layers, [0, 1, 2]);
  choice.reset(null);
  assert.deepEqual(choice.layers, []);
});

test("layers go by the names of the source, shortened only where they do not fit", () => {
  assert.deepEqual(["hidden3", "conv3", "head", "mixed3b.5x5"].map(layerMark), ["3", "conv3", "head", "mixed3b.5x5"]);
  const names = Array.from({ length: 12 }, (_, k) => `conv${k + 1}`);
  const widthOf = (words) => 6 * words.length;
  assert.deepEqual(axisNames(names, 50, widthOf).words, names);
  const short = axisNames(names, 20, widthOf);
  assert.deepEqual([short.words[11], short.prefix, short.every], ["12", "conv", 1]);
  assert.equal(axisNames(names, 8, widthOf).every, 3);
  assert.deepEqual(
    [sharedPrefix(["conv1", "t2"]), sharedPrefix(["conv1", "convex"]), sharedPrefix([]), sharedPrefix(["stem"])],
    ["", "", "", ""],
  );
  assert.deepEqual(labeledTicks(7, 3), [0, 3, 6]);
  assert.deepEqual(labeledTicks(7, 3, [4, 5]), [0, 4]);
  assert.deepEqual(namesOf({ arms: [{ layers: ["a"] }, { layers: ["a", "b"] }] }), ["a", "b"]);
});

test("a layer has the units of its own width, numbered as the recorder keeps them", () => {
  assert.deepEqual(keptUnits(5, 100), [0, 1, 2, 3, 4]);
  // numpy.linspace(0, 511, 100).round() begins and ends so.
  const wide = keptUnits(512, 100);
  assert.deepEqual([wide.length, ...wide.slice(0, 4), ...wide.slice(-2)], [100, 0, 5, 10, 15, 506, 511]);
  assert.deepEqual(keptUnits(4, 3), [0, 2, 3]); // 1.5 rounds to the even 2
  assert.deepEqual(keptUnits(6, 3), [0, 2, 5]); // and 2.5 to 2
  const arm = { units: [0, 1, 2, 3, 4, 5, 6, 7], widths: [4, 8] };
  assert.deepEqual([unitsOf(arm, 0), unitsOf(arm, 1)], [[0, 1, 2, 3], arm.units]);
  assert.equal(unitsOf({ units: arm.units }, 0), arm.units); // an older source: all layers alike
});

test("levels of color: decades are even, 0 is the low end, no number is no level", () => {
  const level = logLevel([1e-4, 1]);
  assert.deepEqual(
    [1e-4, 1e-2, 1, 5, 1e-9, 0].map((value) => Number(level(value).toFixed(9))),
    [0, 0.5, 1, 1, 0, 0],
  );
  assert.ok([NaN, Infinity].every((value) => Number.isNaN(level(value))));
});
