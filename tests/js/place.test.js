import assert from "node:assert/strict";
import { test } from "node:test";

import { keepInAddress, memoryOf, PlaceReport, placeIn } from "../../assets/live/place.js";
import { restartWords } from "../../assets/live/restart_toast.js";
import { Store } from "../../assets/live/store.js";
import { ABOUT_BLOCK, FORMER, HELLO, STATUS } from "../../assets/live/wire.js";
import { jsonMessage, message } from "./messages.js";

test("layers of links count from 1, and a unit waits until it is known", () => {
  assert.deepEqual(memoryOf(null), {});
  assert.deepEqual(memoryOf({ layer: 2, unit: 0 }), { layer: 1, choice: null, wantedUnit: 0 });
  assert.deepEqual(placeIn({ layer: 1 }), { layer: 2, unit: null });
  assert.deepEqual(placeIn({ layer: 0, shown: { layer: 1, unit: 7 } }), { layer: 2, unit: 7 });
  assert.deepEqual(placeIn({}), { layer: null, unit: null });
});

test("a place is told once it is quiet, and again after a reconnect", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const report = new PlaceReport((op) => sent.push(op));
  const place = { panel: "curves", layer: null, unit: null, step: 3 };
  for (const step of [1, 2, 3]) report.update({ ...place, step });
  context.mock.timers.tick(1000);
  report.update(place);
  context.mock.timers.tick(1000);
  assert.deepEqual(sent, [{ op: "place", ...place }]);
  report.repeat();
  report.update(place);
  context.mock.timers.tick(1000);
  assert.equal(sent.length, 2);
});

test("the address names the session beside what it names already", () => {
  const written = [];
  const browser = (href) => ({
    location: { href },
    history: { state: 1, replaceState: (_, __, url) => written.push(String(url)) },
  });
  keepInAddress("abc", browser("http://x/?preset=figure1"));
  keepInAddress("abc", browser("http://x/?run=abc"));
  keepInAddress(null, browser("http://x/"));
  assert.deepEqual(written, ["http://x/?preset=figure1&run=abc"]);
});

test("a restart says what changed", () => {
  const t = (key, values) => (key.startsWith("fields.") ? "batch size" : `${key} ${values.field} ${values.step}`);
  assert.equal(
    restartWords({ n: 1, kind: "batches", field: "batch_size", step: 3 }, t),
    "restart.batches batch size 3",
  );
});

test("the former run is kept until the next source, or until it is let go", () => {
  const store = new Store();
  const about = new TextEncoder().encode(JSON.stringify({ arms: [{ changes: {}, config: {} }] }));
  const curve = [0, 1, 2, 3, 4, 5, 6].map((id) => [id, [2], id % 4 ? Float32Array.of(1, 2) : Uint32Array.of(0, 3)]);
  const former = message(FORMER, 0, [...curve, [ABOUT_BLOCK, [about.length], about]]);
  const restarted = { n: 1, kind: "seed", field: "seed", step: 3 };
  store.receive(former);
  store.receive(jsonMessage(STATUS, { status: "idle", step: 0, restarted }));
  assert.equal(store.former.arms.length, 1);
  assert.deepEqual([...store.former.curves[0].step], [0, 3]);
  store.receive(jsonMessage(STATUS, { status: "idle", step: 0, restarted: null }));
  assert.equal(store.former, null);
  store.receive(former);
  store.receive(jsonMessage(HELLO, { arms: [], experiment: {} }));
  assert.equal(store.former, null);
});
