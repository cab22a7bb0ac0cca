/** What the survival map counts, paints and keeps in the address, by hand-made maps with known answers. */
import assert from "node:assert/strict";
import { test } from "node:test";

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
  state.setBrush(-5, 0, 99, 99);
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
