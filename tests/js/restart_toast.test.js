import assert from "node:assert/strict";
import { test } from "node:test";

import { installFakeDom } from "./fake_dom.js";

installFakeDom();
const { RestartToast } = await import("../../assets/live/restart_toast.js");
const { HELLO, STATUS } = await import("../../assets/live/wire.js");

const IDLE = { status: "idle", step: 0, restarted: null };

/** A toast that has been told of a recording, and the way to tell it more. */
function told() {
  const seen = { pulses: 0 };
  const toast = new RestartToast({ t: (key) => key, undo: () => {}, pulse: () => seen.pulses++ });
  const tell = (hello, status) => {
    toast.receive(HELLO, { hello, status: null });
    toast.receive(STATUS, { hello, status });
  };
  tell({ source: "recorded", arms: [1] }, IDLE);
  return { toast, tell, seen };
}

test("another network that waits at step 0 is said, without an undo, and the button pulses once", () => {
  const { toast, tell, seen } = told();
  assert.ok(toast.root.hidden, "the first source is no other network");
  const hello = { source: "live", arms: [2] };
  tell(hello, IDLE);
  assert.ok(!toast.root.hidden && toast.undo.hidden);
  assert.equal(toast.words.textContent, "restart.waiting");
  assert.equal(seen.pulses, 1);
  toast.receive(STATUS, { hello, status: IDLE });
  assert.ok(!toast.root.hidden, "a status repeats");
  toast.receive(STATUS, { hello, status: { ...IDLE, status: "running" } });
  assert.ok(toast.root.hidden, "training takes it away");
  assert.equal(seen.pulses, 1);
  toast.hide();
});

test("a run that begins at once, the same networks and a restart say nothing of waiting", () => {
  const { toast, tell, seen } = told();
  tell({ source: "live", arms: [2] }, { ...IDLE, status: "running" });
  tell({ source: "live", arms: [2] }, IDLE);
  tell({ source: "recorded", arms: [3] }, IDLE);
  assert.ok(toast.root.hidden);
  tell({ source: "live", arms: [4] }, { ...IDLE, restarted: { n: 1, step: 9, kind: "arms", field: null } });
  assert.equal(toast.words.textContent, "restart.arms");
  assert.ok(!toast.undo.hidden);
  assert.equal(seen.pulses, 0);
  toast.hide();
});
