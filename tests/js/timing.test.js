import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { DrawLoop, LATEST_MS, Rate } from "../../assets/live/draw_loop.js";
import { FramePace } from "../../assets/live/frame_pace.js";
import { Leaving } from "../../assets/live/leaving.js";
import { PausedState } from "../../assets/live/paused_state.js";
import { Renewal } from "../../assets/live/renewal.js";
import { ServerLink } from "../../assets/live/server_link.js";
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

test("what can wait is drawn with what comes next, and in time if nothing comes", () => {
  let drawn = 0;
  const [queue, waits] = [[], []];
  const wait = (f, ms) => waits.push([f, ms]);
  const loop = new DrawLoop(() => drawn++, { requestFrame: (f) => queue.push(f), wait });
  loop.requestSoon();
  loop.requestSoon();
  assert.equal(queue.length, 0);
  assert.deepEqual(
    waits.map(([, ms]) => ms),
    [LATEST_MS],
  );
  loop.request();
  queue.shift()(0);
  assert.equal(drawn, 1);
  waits.shift()[0]();
  assert.equal(queue.length, 0, "it was drawn with the other");
  loop.requestSoon();
  waits.shift()[0]();
  queue.shift()(1);
  assert.equal(drawn, 2);
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
  constructor(address, protocols) {
    Object.assign(this, { address, protocols, readyState: 0, sent: [] });
    FakeSocket.all.push(this);
  }
  /** The server welcomes the viewer. */
  open() {
    this.readyState = 1;
    this.onmessage({ data: '{"welcome": true}' });
  }
  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
}

/** A socket on fake timers; `links` are what it reports. */
function fakeSocket(context, { onSession, ...options } = {}) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  FakeSocket.all = [];
  const links = [];
  const got = [];
  let clock = 0;
  const handlers = {
    onLink: (link, reason) => links.push(reason ? `${link}: ${reason}` : link),
    onMessage: (buffer) => got.push(buffer),
    onSession,
  };
  const transport = openSocket("ws://x", "secret", handlers, { Socket: FakeSocket, now: () => clock, ...options });
  const wait = (ms) => {
    clock += ms;
    context.mock.timers.tick(ms);
  };
  return { links, got, transport, wait, sockets: FakeSocket.all };
}

test("the socket reconnects with a growing pause and sends JSON; its token is in no address", (context) => {
  const { links, got, transport, wait, sockets } = fakeSocket(context);
  assert.deepEqual([sockets[0].address, sockets[0].protocols], ["ws://x", ["bnviz", "secret"]]);
  assert.equal(transport.send({ op: "train" }), false);
  sockets[0].open();
  assert.equal(transport.send({ op: "train" }), true);
  assert.deepEqual(sockets[0].sent, ['{"op":"train"}']);
  sockets[0].onmessage({ data: new ArrayBuffer(2) });
  sockets[0].onmessage({ data: "text" });
  assert.equal(got.length, 1);
  sockets[0].drop();
  wait(499);
  assert.equal(sockets.length, 1);
  wait(1);
  sockets[1].drop();
  wait(849);
  assert.equal(sockets.length, 2);
  wait(1);
  sockets[2].open();
  assert.deepEqual(links, ["connecting", "open", "lost", "lost", "open"]);
  transport.close();
  wait(60_000);
  assert.equal(sockets.length, 3);
});

test("a socket that page.js has opened is taken over with what it has received, and replaced when it is lost", async (context) => {
  const socket = new FakeSocket("early", ["bnviz", "new"]);
  socket.readyState = 1;
  const [first, second] = [new ArrayBuffer(1), new ArrayBuffer(2)];
  const kept = ['{"welcome": true, "token": "secret"}', first, second].map((data) => ({ data }));
  const { links, got, transport, wait, sockets } = fakeSocket(context, { opened: { socket, kept } });
  assert.equal(sockets.length, 0);
  await Promise.resolve();
  const third = new ArrayBuffer(3);
  socket.onmessage({ data: third });
  assert.deepEqual(
    [links, got],
    [
      ["connecting", "open"],
      [first, second, third],
    ],
  );
  assert.equal(transport.send({ op: "train" }), true);
  assert.deepEqual(socket.sent, ['{"op":"train"}']);
  socket.drop();
  wait(500);
  assert.deepEqual(sockets[0].protocols, ["bnviz", "secret"]);
  sockets[0].open();
  await Promise.resolve();
  assert.deepEqual([links.slice(2), got.length], [["lost", "open"], 3]);
});

test("a server that is gone is looked at, and a socket opened when it answers; where looks fail, now and then", async (context) => {
  let isThere = false;
  let looks = 0;
  const answers = async () => {
    looks++;
    return isThere;
  };
  const { links, wait, sockets } = fakeSocket(context, { answers });
  const pass = async (ms) => {
    for (let passed = 0; passed < ms; passed += 50) {
      wait(50);
      await Promise.resolve();
    }
  };
  sockets[0].open();
  sockets[0].drop();
  await pass(9_000);
  assert.equal(sockets.length, 1, "a browser makes sockets wait that were refused a dozen times");
  assert.ok(looks > 20);
  isThere = true;
  await pass(300);
  assert.equal(sockets.length, 2);
  sockets[1].open();
  sockets[1].drop();
  isThere = false;
  await pass(11_500);
  assert.equal(sockets.length, 3);
  sockets[2].drop();
  isThere = true;
  for (let round = 3; round < 6; round++) {
    await pass(3000);
    assert.equal(sockets.length, round + 1, "a server that answers and refuses sockets is not asked without a pause");
    sockets.at(-1).drop();
  }
  assert.deepEqual(new Set(links.slice(2)), new Set(["lost", "open"]));
});

test("a server that was started again is told the page's address, and names the session that it opens for it", (context) => {
  const met = [];
  let query = "?preset=moons&run=abc";
  const { links, wait, sockets } = fakeSocket(context, { query: () => query, onSession: (names) => met.push(names) });
  assert.equal(sockets[0].address, "ws://x");
  sockets[0].open();
  sockets[0].drop();
  query = "?preset=moons&lr=2&run=abc";
  wait(500);
  assert.equal(sockets[1].address, "ws://x&back=preset%3Dmoons%26lr%3D2%26run%3Dabc");
  assert.deepEqual(sockets[1].protocols, ["bnviz", "secret"]);
  sockets[1].readyState = 1;
  sockets[1].onmessage({ data: '{"welcome": true, "token": "another", "handle": "abc", "panel": "glance"}' });
  assert.deepEqual(met, [{ token: "another", handle: "abc" }]);
  sockets[1].drop();
  wait(500);
  assert.deepEqual(sockets[2].protocols, ["bnviz", "another"]);
  sockets[2].open();
  assert.equal(met.length, 1);
  assert.deepEqual(links, ["connecting", "open", "lost", "open", "lost", "open"]);
});

test("a server that is gone for an hour is asked again every two seconds", (context) => {
  const { links, wait, sockets } = fakeSocket(context);
  sockets[0].open();
  for (let second = 0; second < 3600; second++) {
    sockets.at(-1).drop(1012);
    wait(1000);
  }
  assert.ok(sockets.length > 1700);
  sockets.at(-1).drop();
  wait(2000);
  sockets.at(-1).open();
  assert.equal(links.at(-1), "open");
});

test("a socket that is not welcomed is reported as blocked, once, and given up", (context) => {
  const { links, wait, sockets } = fakeSocket(context);
  sockets[0].drop();
  wait(2500);
  const tries = sockets.length;
  wait(60_000);
  assert.deepEqual(links, ["connecting", "blocked: unreachable"]);
  assert.equal(sockets.length, tries);
});

for (const [code, reason] of [
  [4403, "origin"],
  [4429, "viewers"],
])
  test(`a refusal that another try would not change blocks at once: ${code}`, (context) => {
    const { links, wait, sockets } = fakeSocket(context);
    sockets[0].drop(code);
    wait(60_000);
    assert.deepEqual([links, sockets.length], [["connecting", `blocked: ${reason}`], 1]);
  });

test("a socket that was open is given up where only the page's own comes through again", (context) => {
  let connected = false;
  const { links, wait, sockets } = fakeSocket(context, { pageIsConnected: () => connected });
  sockets[0].open();
  for (let second = 0; second < 30; second++) {
    sockets.at(-1).drop();
    wait(1000);
  }
  assert.ok(!links.includes("blocked: unreachable"), "the server is gone");
  connected = true;
  for (let second = 0; second < 6; second++) {
    sockets.at(-1).drop();
    wait(1000);
  }
  assert.equal(links.at(-1), "blocked: unreachable");
});

test("a token that the server does not know is told, never taken for an open socket, and tried again", (context) => {
  const { links, transport, wait, sockets } = fakeSocket(context, { pageIsConnected: () => true });
  for (let round = 0; round < 20; round++) {
    sockets.at(-1).readyState = 1; // accepted, to be closed with a code
    sockets.at(-1).drop(4404);
    assert.equal(transport.send({ op: "train" }), false);
    wait(2000);
  }
  assert.deepEqual(new Set(links), new Set(["connecting", "unknown"]));
  sockets.at(-1).open();
  assert.equal(links.at(-1), "open");
});

test("a new session is asked for once the page is connected, at most every three seconds, until it is there", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let clock = 0;
  let connected = false;
  const asked = [];
  const renewal = new Renewal({ ask: () => asked.push(clock), isConnected: () => connected, now: () => clock });
  const wait = (ms) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock += 100;
      context.mock.timers.tick(100);
      if (clock % 500 === 0) renewal.begin(clock === 500 ? 70 : null); // each try is refused
    }
  };
  renewal.begin(70);
  wait(5000);
  assert.deepEqual(asked, []);
  connected = true;
  wait(7000);
  assert.deepEqual(asked.length, 3);
  assert.ok(asked[0] <= 5200 && asked[1] - asked[0] >= 3000 && asked[2] - asked[1] >= 3000);
  renewal.end();
  assert.equal(renewal.lostStep, 70);
  clock += 60_000;
  context.mock.timers.tick(60_000);
  assert.equal(asked.length, 3);
  renewal.forget();
  assert.equal(renewal.lostStep, null);
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

test("on the slower route the socket is tried again, ever more seldom, and taken when it opens", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { WebSocket, location } = globalThis;
  context.after(() => Object.assign(globalThis, { WebSocket, location }));
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { href: "http://x/" } });
  FakeSocket.all = [];
  const links = [];
  const link = new ServerLink({ onMessage: () => {}, onLink: (state) => links.push(state), sendOp: () => {} });
  link.open({ token: "secret", base: "", transport: "socket" });
  const tick = (ms) => context.mock.timers.tick(ms);
  tick(2500); // never welcomed
  assert.equal(links.at(-1), "fallback");
  const after = FakeSocket.all.length;
  tick(14_999);
  assert.equal(FakeSocket.all.length, after);
  tick(1);
  assert.equal(FakeSocket.all.length, after + 1);
  tick(2500); // again not
  tick(29_999);
  assert.equal(FakeSocket.all.length, after + 1);
  tick(1);
  FakeSocket.all.at(-1).open();
  FakeSocket.all.at(-1).open(); // of the route itself
  assert.equal(links.at(-1), "open");
  const opened = FakeSocket.all.length;
  tick(600_000);
  assert.equal(FakeSocket.all.length, opened);
  link.close();
});
