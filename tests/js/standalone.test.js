/** The view where no server stands behind it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { listenToKeys } from "../../assets/live/keyboard.js";
import { ServerLink } from "../../assets/live/server_link.js";
import { panelsFor } from "../../assets/live/tabs.js";
import { SURFACE } from "../../assets/live/wire.js";
import { hello } from "./deep_view.js";

test("messages come from what the page connects, which is opened once", () => {
  const read = readFileSync(new URL("../golden/frame.bin", import.meta.url));
  const bytes = read.buffer.slice(read.byteOffset, read.byteOffset + read.byteLength);
  const kinds = [];
  const links = [];
  const sent = [];
  let opened = 0;
  const link = new ServerLink({
    onMessage: ({ kind }) => kinds.push(kind),
    onLink: (state) => links.push(state),
    sendOp: () => assert.fail("nothing leaves by a rerun"),
  });
  const connect = (handlers) => {
    opened++;
    handlers.onLink("open");
    handlers.onMessage(bytes);
    return { send: (op) => Boolean(sent.push(op)), close: () => {} };
  };
  const route = { token: "", base: "", transport: "given", connect };
  link.open(route);
  link.open({ ...route });
  assert.equal(opened, 1);
  assert.deepEqual(kinds, [SURFACE]);
  assert.deepEqual(links, ["open"]);
  assert.equal(link.send({ op: "contours" }), true);
  assert.deepEqual(sent, [{ op: "contours" }]);
});

test("a recording without contours has no panel for them, for nothing can compute them", () => {
  const source = hello();
  assert.equal(panelsFor(source).includes("contours"), true);
  assert.equal(panelsFor(source, { readOnly: true, surfaces: 0 }).includes("contours"), false);
  assert.equal(panelsFor(source, { readOnly: true, surfaces: 1 }).includes("contours"), true);
});

test("within a page of others, keys pressed outside of the view are left to that page", () => {
  const target = () => {
    const heard = {};
    return {
      heard,
      addEventListener: (name, f) => (heard[name] = f),
      removeEventListener: (name) => delete heard[name],
    };
  };
  globalThis.Element ??= class {};
  const former = globalThis.document;
  const moved = [];
  const actions = { move: (frames) => moved.push(frames) };
  const event = (stopped = []) => ({
    key: "ArrowRight",
    target: null,
    composedPath: () => [],
    preventDefault: () => stopped.push("default"),
    stopPropagation: () => stopped.push("way"),
  });
  for (const alone of [true, false]) {
    const [root, page] = [target(), target()];
    globalThis.document = page;
    const stop = listenToKeys(root, actions, alone);
    page.heard.keydown(event());
    assert.equal(moved.splice(0).length, alone ? 1 : 0);
    const stopped = [];
    root.heard.keydown(event(stopped));
    assert.deepEqual([moved.splice(0), stopped], [[1], ["default", "way"]]);
    stop();
    assert.deepEqual([root.heard, page.heard], [{}, {}]);
  }
  globalThis.document = former;
});
