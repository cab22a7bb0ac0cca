import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { DONE, dock, isDone } from "../../assets/live/tour/docking.js";

const page = { width: 1400, height: 900 };
const card = { width: 350, height: 300 };

/** Whether two rectangles share a place. */
const overlap = (a, b) =>
  a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;

test("the card stands beside its target, never over it, and inside the window", () => {
  const targets = {
    right: { left: 30, top: 90, width: 240, height: 30 },
    below: { left: 320, top: 180, width: 1060, height: 40 },
    left: { left: 1100, top: 500, width: 250, height: 300 },
    above: { left: 300, top: 700, width: 1080, height: 190 },
  };
  for (const [side, target] of Object.entries(targets)) {
    const at = dock(target, card, page);
    assert.equal(at.side, side);
    const placed = { ...at, ...card };
    assert.ok(!overlap(placed, target), side);
    assert.ok(placed.left >= 0 && placed.left + card.width <= page.width, side);
    assert.ok(placed.top >= 0 && placed.top + card.height <= page.height, side);
  }
  assert.equal(dock({ left: 0, top: 0, width: 1400, height: 900 }, card, page).side, "corner");
});

const seen = { status: "idle", step: 0, panel: "curves", source: "live", isOn: false };

test("each thing to do is noticed when it was done, and not before", () => {
  for (const [thing, after] of Object.entries({
    train: { status: "running", step: 3 },
    gradients: { panel: "gradients" },
    bn: { isOn: true },
    pause: { status: "paused" },
    rewind: { step: 7 },
  })) {
    assert.equal(isDone(thing, seen, seen), false, thing);
    assert.equal(isDone(thing, { ...seen, ...after }, seen), true, thing);
  }
  assert.equal(isDone(null, { ...seen, panel: "gradients" }, seen), false);
  assert.equal(isDone("train", { ...seen, status: "running", step: 3, source: "recorded" }, seen), false);
});

test("every thing that a step of the tour asks for is known", () => {
  const source = readFileSync(new URL("../../bnviz/lab/tour.py", import.meta.url), "utf8");
  const asked = [...source.matchAll(/^ {4}TourStep\(.*?, "(\w+)"(?:, \w+=\w+)*\),$/gm)].map(([, thing]) => thing);
  assert.ok(asked.length >= 6);
  for (const thing of asked) assert.ok(thing in DONE, thing);
});
