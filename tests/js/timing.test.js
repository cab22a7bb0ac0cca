import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { DrawLoop, Rate } from "../../assets/live/draw_loop.js";
import { FramePace } from "../../assets/live/frame_pace.js";
import { Leaving } from "../../assets/live/leaving.js";
import { PausedState } from "../../assets/live/paused_state.js";
import { openSocket } from "../../assets/live/socket.js";

test("the loop draws once per frame, only when something changed and somebody sees it", () => {
  const queue = [];
  let drawn = 0;
  let seen = true;
  const loop = new DrawLoop(() => drawn++, {
    requestFrame: (f) => queue.push(f),
    cancelFrame: () => {},
    visible: () => seen,
  });
  loop.request();
  loop.request();
  assert.equal(queue.length, 1);
  queue.shift()(16);
  assert.deepEqual([drawn, queue.length], [1, 0]);
  seen = false;
  loop.request();
  assert.equal(queue.length, 0);
  seen = true;
  loop.request();
  queue.shift()(32);
  assert.equal(drawn, 2);
  loop.end();
  loop.request();
  assert.equal(queue.length, 0);
});

test("with less motion the loop draws twice a second, but at once for the user", () => {
  const queue = [];
  let drawn = 0;
  const loop = new DrawLoop(() => drawn++, { requestFrame: (f) => queue.push(f), reducedMotion: () => true });
  for (let now = 0; now < 2000; now += 16) {
    loop.request();
    queue.shift()?.(now);
  }
  assert.equal(drawn, 4);
  loop.request(true);
  queue.shift()(2010);
  assert.equal(drawn, 5);
});

test("a rate forgets what is older than its window", () => {
  const rate = new Rate(1000);
  for (let now = 0; now < 1000; now += 40) rate.add(now);
  assert.equal(rate.perSecond(1000), 24);
  assert.equal(rate.perSecond(5000), 0);
});

test("what is on screen is reported once it is quiet, and only when it changed", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const reported = [];
  const state = new PausedState((value) => reported.push(value), undefined, 300);
  state.update(null);
  mock.timers.tick(1000);
  state.update({ panel: "curves", step: 10 });
  mock.timers.tick(200);
  state.update({ panel: "curves", step: 20 });
  mock.timers.tick(299);
  assert.deepEqual(reported, []);
  mock.timers.tick(1);
  state.update({ panel: "curves", step: 20 });
  state.update({ panel: "curves", step: 30 });
  state.update({ panel: "curves", step: 20 });
  mock.timers.tick(1000);
  state.update(null);
  mock.timers.tick(1000);
  assert.deepEqual(reported, [{ panel: "curves", step: 20 }, null]);
  mock.timers.reset();
});

test("nothing is reported on the way to another page, and later if the visitor stayed", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const reported = [];
  let leaving = true;
  const state = new PausedState(
    (value) => reported.push(value),
    () => leaving,
  );
  state.update({ panel: "curves", step: 10 });
  mock.timers.tick(5000);
  assert.deepEqual(reported, []);
  leaving = false;
  mock.timers.tick(300);
  assert.deepEqual(reported, [{ panel: "curves", step: 10 }]);
  mock.timers.reset();
});

test("a click on a link to another page, or another address, is leaving; the query and the fragment are not", () => {
  let listener = null;
  const document = { addEventListener: (_, added) => (listener = added), removeEventListener: () => (listener = null) };
  const location = { href: "http://x/?preset=default" };
  const leaving = new Leaving({ document, location });
  const click = (...path) => listener({ composedPath: () => path });
  click({}, { href: "http://x/?preset=moons#step=2" }, {});
  click({ href: undefined }, { href: { baseVal: "a picture's own" } });
  assert.equal(leaving.now(), false);
  location.href = "http://x/?preset=moons";
  assert.equal(leaving.now(), false);
  location.href = "http://x/convolution";
  assert.equal(leaving.now(), true);
  location.href = "http://x/";
  click({}, { href: "http://x/guide" });
  assert.equal(leaving.now(), true);
  leaving.end();
  assert.equal(listener, null);
});

class FakeSocket {
  static all = [];
  constructor(address) {
    this.address = address;
    this.readyState = 0;
    this.sent = [];
    FakeSocket.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  drop() {
    this.readyState = 3;
    this.onclose();
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
}

test("the socket reconnects with a growing pause and sends JSON", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeSocket.all = [];
  const links = [];
  const got = [];
  const transport = openSocket(
    "ws://x",
    { onLink: (link) => links.push(link), onMessage: (buffer) => got.push(buffer) },
    { Socket: FakeSocket },
  );
  assert.equal(transport.send({ op: "train" }), false);
  FakeSocket.all[0].open();
  assert.equal(transport.send({ op: "train" }), true);
  assert.deepEqual(FakeSocket.all[0].sent, ['{"op":"train"}']);
  FakeSocket.all[0].onmessage({ data: new ArrayBuffer(2) });
  FakeSocket.all[0].onmessage({ data: "text" });
  assert.equal(got.length, 1);
  FakeSocket.all[0].drop();
  mock.timers.tick(499);
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(1);
  FakeSocket.all[1].drop();
  mock.timers.tick(849);
  assert.equal(FakeSocket.all.length, 2);
  mock.timers.tick(1);
  FakeSocket.all[2].open();
  assert.deepEqual(links, ["connecting", "open", "lost", "lost", "open"]);
  transport.close();
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 3);
  mock.timers.reset();
});

test("a socket that never opens is reported as blocked, once, and given up", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeSocket.all = [];
  const links = [];
  openSocket("ws://x", { onLink: (link) => links.push(link), onMessage: () => {} }, { Socket: FakeSocket });
  FakeSocket.all[0].drop();
  mock.timers.tick(2500);
  const tries = FakeSocket.all.length;
  mock.timers.tick(60_000);
  assert.deepEqual(links, ["connecting", "blocked"]);
  assert.equal(FakeSocket.all.length, tries);
  mock.timers.reset();
});

test("of frames between two paintings the second is painted next, and none waits longer", () => {
  const taken = [];
  const pace = new FramePace((frame) => taken.push(frame));
  pace.offer(1, false);
  pace.offer(2, true);
  assert.deepEqual(taken, [1]);
  pace.flush(); // frame 1 is painted
  assert.deepEqual(taken, [1, 2]);
  pace.offer(3, true);
  pace.offer(4, true);
  assert.deepEqual(taken, [1, 2, 3]);
  pace.flush();
  pace.flush();
  assert.deepEqual(taken, [1, 2, 3, 4]);
});
