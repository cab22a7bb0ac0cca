/** What the survival map counts, paints and keeps in the address, by hand-made maps with known answers. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { factsOf } from "../../assets/stage/heroes/survival/facts.js";
import { valuesOf } from "../../assets/stage/heroes/survival/numbers.js";
import { learned, mean, State } from "../../assets/stage/heroes/survival/state.js";

/** 3 columns, 2 rows, 2 seeds. Without BN only the left column learns, with BN all but one cell of it. */
function maps() {
  const seeds = (outcome) => outcome.map((row) => row.map((one) => [one, one === 1 ? 2 : one]));
  const accuracy = (outcome) => outcome.map((row) => row.map((one) => [one < 2 ? 0.9 : 0.1, null]));
  const arm = (outcome, first) => ({
    outcome,
    seeds: seeds(outcome),
    accuracy: accuracy(outcome),
    order: outcome.map((row, at) => row.map((_, column) => first + at * 3 + column)),
  });
  const none = arm(
    [
      [0, 2, 4],
      [1, 3, 4],
    ],
    0,
  );
  const batch = arm(
    [
      [0, 0, 1],
      [2, 0, 0],
    ],
    6,
  );
  const net = { x: [0.1, 1, 10], y: [1, 2], chance: 0.1, steps: 300, seeds: 2, date: "", none, batch };
  const outcomes = ["converged", "slow", "stalled", "saturated", "diverged"];
  return { outcomes, nets: { relu: net, digits: net, points: net } };
}

test("the share learned is 0 at guessing and 1 without an error", () => {
  assert.equal(learned(0.1, 0.1), 0);
  assert.equal(learned(1, 0.1), 1);
  assert.ok(Math.abs(learned(0.82, 0.1) - 0.8) < 1e-12);
  assert.equal(mean([0.5, null, 1]), 0.75);
});

test("the brush counts cells by the majority and networks one by one", () => {
  const state = new State(maps());
  assert.deepEqual(state.share("none"), { learn: 2, cells: 6, nets: 3, allNets: 12, outcomes: [1, 1, 1, 1, 2] });
  assert.deepEqual(state.compared(), { both: 1, neither: 0, saved: 4, lost: 1 });
  state.setBrush(0, 1, 0, 1);
  assert.deepEqual(state.share("batch"), { learn: 0, cells: 1, nets: 0, allNets: 2, outcomes: [0, 0, 1, 0, 0] });
  assert.deepEqual(state.compared(), { both: 0, neither: 0, saved: 0, lost: 1 });
});

test("a brush is drawn from any corner and stays on the map", () => {
  const state = new State(maps());
  state.setBrush(2, 1, 1, 0);
  assert.deepEqual(state.brush, { left: 1, right: 2, low: 0, high: 1 });
  assert.ok(!state.isWhole);
  // A hand inside the brush holds it where it is; outside, or where it covers the map, there is nothing to hold.
  state.setBrush(0, 0, 1, 1);
  assert.deepEqual(state.holdOf(1, 0), { column: 1, row: 0 });
  assert.equal(state.holdOf(2, 0), null);
  state.setBrush(-5, 0, 99, 99);
  assert.equal(state.holdOf(1, 0), null);
  assert.ok(state.isWhole);
  state.setBrush(0, 0, 1, 0);
  state.moveBrush(9, 9);
  assert.deepEqual(state.brush, { left: 1, right: 2, low: 1, high: 1 });
});

test("while the map fills in, only what is there is counted, in the order of the recording", () => {
  const state = new State(maps());
  state.filled = 2;
  assert.equal(state.share("none").cells, 2);
  assert.equal(state.share("batch").cells, 0);
  state.onlyPlain = true;
  assert.equal(state.share("batch").cells, 6);
});

test("painted cells are compared with the map", () => {
  const state = new State(maps());
  state.paint(0, 0, true);
  state.paint(2, 1, true);
  state.paint(1, 1, true);
  state.paint(1, 1, false);
  assert.deepEqual(state.score(), { painted: 2, hits: 1, wrong: 1, all: 2, missed: 1 });
});

test("the address brings the moment back", () => {
  const state = new State(maps());
  assert.equal(Object.values(state.save()).join(""), "");
  state.net = "points";
  state.setBrush(1, 0, 2, 0);
  const other = new State(maps());
  other.load(new URLSearchParams(state.save()));
  assert.deepEqual([other.net, other.brush, other.byHand], [state.net, state.brush, true]);
});

test("a hostile address leaves a sound map", () => {
  const state = new State(maps());
  for (const brush of ["1.2.3", "a.b.c.d", "-1.0.0.0", "1e9.0.0.0", "<b>", "NaN.0.0.0", "111.0.0.0"]) {
    state.load(new URLSearchParams({ brush, net: "__proto__" }));
    assert.ok(state.isWhole, brush);
    assert.equal(state.net, "relu");
  }
  state.load(new URLSearchParams("brush=99.99.0.0"));
  assert.ok(state.isWhole);
});

test("a finger on a phone paints a block of cells that ends at the edge of the map", () => {
  const state = new State(maps());
  state.paintBlock(1, 1, true, 2);
  assert.deepEqual([...state.painted].sort(), ["0.0", "0.1", "1.0", "1.1"]);
  state.paintBlock(2, 0, true, 2);
  assert.ok(state.isPainted(2, 1) && !state.isPainted(3, 0));
  state.paintBlock(0, 0, false, 1);
  assert.ok(!state.isPainted(0, 0) && state.isPainted(1, 0));
});

const made = () => {
  const state = new State(maps());
  Object.assign(state.cell, { column: 0, row: 0 });
  return state;
};

test("sentences wait for counts that are not final, and name the others", () => {
  const state = made();
  assert.deepEqual([valuesOf(state, false).plain, valuesOf(state, false).cells], ["2", "6"]);
  Object.assign(state, { filled: 2, onlyPlain: true });
  const plain = valuesOf(state, false);
  assert.deepEqual([plain.plain, plain.bn, plain.saved, plain.lost, plain.cells], ["…", "5", "…", "…", "6"]);
  state.onlyPlain = false;
  assert.deepEqual([valuesOf(state, false).bn, state.isFilling("batch")], ["…", true]);
  Object.assign(state.cell, { column: 2, row: 1 });
  assert.deepEqual([valuesOf(state, false).a_plain, valuesOf(state, false).p_bn], ["…", "…"]);
  state.complete();
  assert.deepEqual([state.isFilling("none"), valuesOf(state, false).bn], [false, "5"]);
});

test("no number of any step is given away while the question is open", () => {
  const state = made();
  const open = valuesOf(state, true);
  for (const name of [...Object.keys(factsOf(state.data)), "plain", "lost", "saved", "a_plain"]) {
    assert.equal(open[name], "?", name);
  }
  assert.equal(open.bn, "5");
  assert.equal(open.relu_bn, "5", "the question shows the map with BN");
});

test("the steps count whole maps, whatever the brush holds", () => {
  const data = maps();
  data.nets.relu.none.accuracy[0][0] = [0.95, 0.95];
  const facts = factsOf(data);
  assert.deepEqual([facts.sigmoid_plain, facts.sigmoid_bn, facts.points_plain], ["2", "5", "2"]);
  assert.deepEqual([facts.of_both, facts.less_accurate], ["1", "1"]);
});
