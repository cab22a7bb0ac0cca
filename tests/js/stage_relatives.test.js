/** The picture of the relatives: what a guess is told, who shares a mean, what an address may carry. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { faces, slabOf } from "../../assets/stage/heroes/relatives/cubes.js";
import { barColor } from "../../assets/stage/heroes/relatives/edges.js";
import { sizeValues } from "../../assets/stage/heroes/relatives/measured.js";
import { ALONE, ASKED, CUTS, PULL, State } from "../../assets/stage/heroes/relatives/state.js";
import { markSize, tone } from "../../assets/stage/heroes/relatives/table.js";
import { saidValues, valuesOf } from "../../assets/stage/heroes/relatives/values.js";

const [SAMPLES, CHANNELS, SIDE] = [6, 6, 3];
const SIZE = SAMPLES * CHANNELS * SIDE ** 2;

const SAID = { mean: 4.96, low: 1.2, high: 8.7, answer: "higher" };

function newState() {
  return new State({
    samples: SAMPLES,
    channels: CHANNELS,
    side: SIDE,
    seed: 0,
    block: Array.from({ length: SIZE }, (_, place) => Math.sin(place * 1.7)),
    digits: [],
    filters: [],
    relatives: { steps: 300, batch: 64, seeds: 2, accuracy: { batch: [0.4, 0.5] }, said: { group: SAID } },
    sizes: {
      sizes: [2, 8],
      steps: [4800, 1200],
      seeds: 2,
      accuracy: {
        batch: [
          [0.3, 0.4],
          [0.5, 0.5],
        ],
      },
      said: [null, SAID],
      largest: { ...SAID, answer: "open", low: -3 },
    },
    published: { sizes: [8, 2], errors: { batch: [24.8, 34.7] } },
  });
}

const address = (values) => new URLSearchParams(values);

test("a pull under batch norm moves its channel in all images, under the others only its own image", () => {
  const expected = { batch: [54, 45], layer: [54, 0], instance: [9, 0], group: [27, 0] };
  for (const [way, [moved, abroad]] of Object.entries(expected)) {
    const state = newState();
    state.way = way;
    state.remember();
    state.put(4);
    const values = valuesOf(state);
    assert.deepEqual([values.moved, values.abroad], [String(moved), String(abroad)], way);
    assert.equal(values.count, String(moved), way);
  }
});

test("without the other images batch norm changes all that remain and equals instance norm; layer norm notices nothing", () => {
  const state = newState();
  state.way = "batch";
  state.remember();
  state.keep(1);
  const batch = state.result().normalized;
  assert.equal(valuesOf(state).moved, "54");
  state.way = "instance";
  assert.deepEqual(state.result().normalized, batch);
  for (const way of ["layer", "instance", "group"]) {
    const other = newState();
    other.way = way;
    other.remember();
    other.keep(1);
    assert.equal(valuesOf(other).moved, "0", way);
  }
});

test("each cut erases the means that it takes", () => {
  const state = newState();
  const largest = (numbers) => Math.max(...numbers.map(Math.abs));
  for (const [way, images, channels] of [
    ["batch", false, true],
    ["layer", true, false],
    ["instance", true, true],
  ]) {
    state.way = way;
    const margins = state.margins(state.result().normalized);
    assert.equal(largest(margins.images) < 1e-12, images, way);
    assert.equal(largest(margins.channels) < 1e-12, channels, way);
  }
});

test("the guess is told which normalizer it describes", () => {
  const map = (image, channel) => image * CHANNELS + channel;
  const every = (count, of) => Array.from({ length: count }, (_, place) => of(place));
  const column = every(CHANNELS, (channel) => map(ASKED.image, channel));
  const row = every(SAMPLES, (image) => map(image, ASKED.channel));
  const cases = [
    [column, "right"],
    [column.filter((each) => each !== map(ASKED.image, ASKED.channel)), "right"],
    [row, "row"],
    [[map(ASKED.image, ASKED.channel)], "map"],
    [every(SAMPLES * CHANNELS, (each) => each), "all"],
    [[...column, map(0, 0)], "other"],
    [column.slice(1), "other"],
  ];
  for (const [painted, verdict] of cases) {
    const state = newState();
    state.painted = new Set(painted);
    assert.equal(state.verdict(), verdict, painted.join());
  }
});

test("a cell of the table and an entry of the block are each other's inverse, also beyond the edges", () => {
  const state = newState();
  for (const [column, row] of [
    [0, 0],
    [17, 17],
    [4, 10],
  ]) {
    assert.deepEqual(state.cellOf(state.entryAt(column + 0.5, row + 0.5)), [column, row]);
  }
  assert.deepEqual(state.cellOf(state.entryAt(-3, 99)), [0, 17]);
  state.keep(2);
  assert.equal(state.entryAt(17, 0).image, 1);
  assert.equal(state.pinned.image, 1);
});

test("an address brings everything back", () => {
  const state = newState();
  Object.assign(state, { way: "group", out: true, outByHand: true, size: 1 });
  state.divide(3);
  state.keep(4);
  state.pinned = { image: 3, channel: 5, position: 7 };
  state.put(-2.5);
  const saved = state.save();
  const again = newState();
  again.load(address(saved));
  assert.deepEqual(again.save(), saved);
  assert.deepEqual(again.result(), state.result());
  assert.deepEqual(newState().save(), { way: "", groups: "", images: "", at: "", out: "", x: "", size: "" });
});

test("a wrong address changes nothing, or is brought into bounds", () => {
  const wrong = [
    { way: "__proto__", groups: "NaN", images: "-1", at: "1e9", out: "yes", x: "a~b_1~_~2_9999~1", size: "-3" },
    { way: "<script>", groups: "", images: "0x2", at: "324", x: "5~Infinity", size: "1.5" },
  ];
  for (const saved of wrong) {
    const state = newState();
    state.load(address(saved));
    assert.deepEqual(state.save(), newState().save());
  }
  const state = newState();
  state.load(address({ groups: "5", images: "99", x: "0~9.9", size: "77" }));
  assert.equal(state.images, SAMPLES);
  assert.equal(state.block[0], 4);
  assert.equal(state.size, 1);
  assert.ok(state.divisors.includes(state.groups));
});

test("the step that sends images away counts what their absence changes, not an earlier pull", () => {
  const state = newState();
  state.arrive(PULL, false);
  assert.equal(state.way, "batch");
  state.remember();
  state.put(4);
  assert.equal(valuesOf(state).moved, "54");
  state.arrive(ALONE, false);
  assert.deepEqual([valuesOf(state).noticed, valuesOf(state).moved], ["0", "0"]);
  state.keep(1);
  assert.deepEqual([valuesOf(state).noticed, valuesOf(state).moved], ["54", "54"]);
  state.keep(SAMPLES);
  state.pinned = { ...ASKED };
  state.arrive(PULL, false);
  assert.equal(valuesOf(state).moved, "54");
  Object.assign(state, { way: "instance", wayByHand: true });
  state.compare(PULL);
  assert.equal(valuesOf(state).moved, "9");
});

test("the step about the cuts shows the outputs, also from an address, unless a hand has chosen the inputs", () => {
  const state = newState();
  state.load(address({}));
  state.arrive(CUTS, true);
  assert.deepEqual([state.out, state.outputs, state.way], [true, true, "batch"]);
  const inputs = newState();
  inputs.load(address({ out: "0", way: "layer" }));
  inputs.arrive(CUTS, true);
  assert.deepEqual([inputs.out, inputs.outputs, inputs.way, inputs.save().out], [false, false, "layer", "0"]);
});

test("an answer that an address brings leaves the cut of its step and never points at an image that has left", () => {
  const state = newState();
  state.load(address({ images: "1" }));
  state.arrive(ALONE, true);
  assert.deepEqual([state.reveal(ALONE), state.way], [false, "batch"]);
  assert.deepEqual([state.reveal(0), state.way, state.pinned.image], [true, "layer", 0]);
  assert.ok(Number.isFinite(state.result().x));
});

test("a bar is blue only where the normalization has erased a mean of the outputs", () => {
  assert.deepEqual(
    [barColor(1e-12, true), barColor(1e-12, false), barColor(-0.01, true)],
    ["--batch", "--bn-muted", "--bn-muted"],
  );
});

test("the slab of a small block is the set of the entry that is shown", () => {
  const state = newState();
  state.keep(3);
  assert.deepEqual(slabOf(state, "batch"), [0, 0.5, 2 / 6, 3 / 6]);
  assert.deepEqual(slabOf(state, "layer"), [1 / 6, 2 / 6, 0, 1]);
  assert.deepEqual(slabOf(state, "instance"), [1 / 6, 2 / 6, 2 / 6, 3 / 6]);
  assert.deepEqual(slabOf(state, "group"), [1 / 6, 2 / 6, 0, 3 / 6]);
  assert.equal(faces([0, 1, 0, 1])[0], "M0 0H34V34H0Z");
});

test("measured numbers are means over the seeds of the chosen size, published ones those of the same size", () => {
  const state = newState();
  assert.deepEqual(sizeValues(state), { size: "2", size_step: "4,800", at_batch: "35.0", error_batch: "34.7" });
  state.size = 1;
  assert.deepEqual(sizeValues(state), { size: "8", size_step: "1,200", at_batch: "50.0", error_batch: "24.8" });
  assert.equal(valuesOf(state).acc_batch, "45.0");
  state.data.sizes = null;
  assert.deepEqual(sizeValues(state), {});
});

test("larger values are darker, larger changes get larger marks", () => {
  const tones = [-2, -0.5, 0, 0.1, 0.6, 2].map((value) => tone(value, value, 0));
  assert.deepEqual(
    tones,
    tones.toSorted((a, b) => a - b),
  );
  assert.equal(tones[0], 0);
  assert.equal(tones.at(-1), 1);
  assert.ok(markSize(0.001) < markSize(-0.1) && markSize(100) <= 0.42);
});

test("an address without the other images knows what they changed", () => {
  const movedUnder = (way) => {
    const state = newState();
    state.load(address({ way, images: "2" }));
    return Number(valuesOf(state).moved);
  };
  assert.ok(movedUnder("batch") > 100);
  assert.equal(movedUnder("group"), 0);
});

test("the steps about batch norm start with it, unless another one was chosen in that very step", () => {
  const state = newState();
  state.arrive(CUTS, false);
  state.choose("layer", CUTS);
  state.arrive(PULL, false);
  assert.equal(state.way, "batch");
  state.choose("group", PULL);
  state.arrive(ALONE, false);
  assert.equal(state.way, "batch");
  state.keep(1);
  assert.notEqual(valuesOf(state).noticed, "0");
  state.arrive(PULL, false);
  assert.equal(state.way, "group");
  const linked = newState();
  linked.load(address({ step: "4", way: "layer" }));
  linked.arrive(ALONE, true);
  assert.equal(linked.way, "layer");
});

test("what the seeds say is told with its interval, and an unknown difference is not", () => {
  const state = newState();
  const say = (key, values = {}) => `${key} ${Object.values(values).join(" ")}`.trim();
  const found = saidValues(state, say);
  assert.deepEqual(
    [found.said_group, found.said_layer, found.said_size],
    ["picture.said_higher +5.0 +1.2 +8.7", "–", "–"],
  );
  assert.deepEqual([found.said_largest, found.smallest, found.largest], ["picture.said_open +5.0 −3.0 +8.7", "2", "8"]);
  state.size = 1;
  assert.equal(saidValues(state, say).said_size, "picture.said_higher +5.0 +1.2 +8.7");
  const none = new State({ ...state.data, relatives: null, sizes: null });
  assert.equal(saidValues(none, say).said_group, "–");
});
