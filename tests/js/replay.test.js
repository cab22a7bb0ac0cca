import assert from "node:assert/strict";
import { test } from "node:test";

import { HOLD_MS, Replay } from "../../assets/live/replay.js";

/** A replay whose animation frames the test calls. */
function make({ visible = () => true } = {}) {
  const seen = [];
  let next = null;
  const replay = new Replay({
    seek: (step) => seen.push(step),
    visible,
    requestFrame: (callback) => {
      next = callback;
      return 1;
    },
    cancelFrame: () => {
      next = null;
    },
  });
  let now = 0;
  const run = (ms) => {
    for (const end = now + ms; now < end; ) {
      now += 10;
      next?.(now);
    }
  };
  return { replay, seen, run };
}

test("it makes 20 steps per second, each once and in order", () => {
  const { replay, seen, run } = make();
  replay.start({ until: 200, stepsPerS: 20 });
  run(1020);
  assert.deepEqual(
    seen,
    Array.from({ length: 21 }, (_, step) => step),
  );
});

test("the last step stands for a while, then it begins again", () => {
  const { replay, seen, run } = make();
  replay.start({ until: 4, stepsPerS: 20 });
  run(230 + HOLD_MS - 50);
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  run(200);
  assert.deepEqual(seen.slice(5, 7), [0, 1]);
});

test("stopped, it stays; started from a step, it goes on there; from the end, it begins at 0", () => {
  const { replay, seen, run } = make();
  replay.start({ until: 200, stepsPerS: 20 });
  run(200);
  replay.stop();
  const there = seen.length;
  run(500);
  assert.equal(seen.length, there);
  assert.equal(replay.playing, false);
  replay.start({ until: 200, stepsPerS: 20, from: 57 });
  assert.equal(seen.at(-1), 57);
  replay.start({ until: 200, stepsPerS: 20, from: 200 });
  assert.equal(seen.at(-1), 0);
});

test("out of sight nothing moves, and a page that was away goes on where it was", () => {
  let visible = false;
  const { replay, seen, run } = make({ visible: () => visible });
  replay.start({ until: 200, stepsPerS: 20 });
  run(3000);
  assert.deepEqual(seen, [0]);
  visible = true;
  run(110);
  assert.deepEqual(seen, [0, 1, 2]);
});
