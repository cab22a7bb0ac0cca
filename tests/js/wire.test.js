import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { openFeed, split } from "../../assets/live/rerun_feed.js";
import { unpack } from "../../assets/live/unpack.js";
import { CURVES, decode, FRAME, halfToFloat, PACKED, parseJson } from "../../assets/live/wire.js";

const at = (name) => new URL(`../golden/${name}`, import.meta.url);
const bytes = readFileSync(at("frame.bin"));
const golden = () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const expected = JSON.parse(readFileSync(at("frame.json"), "utf8"));
const TEXT = { nan: NaN, inf: Infinity, "-inf": -Infinity };

test("the golden bytes decode to the golden numbers", () => {
  const message = decode(golden());
  assert.deepEqual([message.kind, message.seq, message.step], [expected.kind, expected.seq, expected.step]);
  assert.deepEqual([...message.blocks.keys()].map(String), Object.keys(expected.blocks));
  for (const [id, { shape, data }] of Object.entries(expected.blocks)) {
    const block = message.blocks.get(Number(id));
    assert.deepEqual(block.shape, shape, `shape of block ${id}`);
    assert.deepEqual(
      Array.from(block.data),
      data.map((value) => (typeof value === "string" ? TEXT[value] : value)),
      `block ${id}`,
    );
  }
});

const packed = () => {
  const pack = readFileSync(at("pack.bin"));
  return decode(pack.buffer.slice(pack.byteOffset, pack.byteOffset + pack.byteLength));
};

test("the golden pack holds the golden message and two others", async () => {
  const message = packed();
  assert.equal(message.kind, PACKED);
  const parts = await unpack(message);
  assert.deepEqual(new Uint8Array(parts[0]), new Uint8Array(golden()));
  assert.deepEqual(
    parts.slice(1).map((part) => decode(part).kind),
    [FRAME, CURVES],
  );
});

test("a damaged pack is refused", async () => {
  const short = packed();
  short.blocks.get(0).raw = short.blocks.get(0).raw.slice(0, 20);
  await assert.rejects(unpack(short));
  const wrong = packed();
  wrong.blocks.get(1).raw = wrong.blocks.get(1).raw.map((length) => length + 8);
  await assert.rejects(unpack(wrong), RangeError);
  await assert.rejects(unpack({ ...packed(), blocks: new Map() }), RangeError);
});

test("blocks are views on the message, but halves are decoded", () => {
  const buffer = golden();
  const { blocks } = decode(buffer);
  assert.equal(blocks.get(2).data.buffer, buffer);
  assert.ok(blocks.get(4).data instanceof Float32Array);
  assert.ok(blocks.get(4).raw instanceof Uint16Array);
});

test("a message that is cut short, foreign or of another version is refused", () => {
  for (const size of [0, 15, 17, 60, 200]) assert.throws(() => decode(golden().slice(0, size)), RangeError);
  for (const place of [0, 4]) {
    const other = golden();
    new Uint8Array(other)[place] ^= 0xff;
    assert.throws(() => decode(other), /not a bnviz message of version 1/);
  }
});

test("halves: subnormals, the largest, infinities", () => {
  assert.equal(halfToFloat(0x0001), 2 ** -24);
  assert.equal(halfToFloat(0x7bff), 65504);
  assert.equal(halfToFloat(0xfc00), -Infinity);
  assert.ok(Number.isNaN(halfToFloat(0x7e00)));
  assert.ok(Object.is(halfToFloat(0x8000), -0));
});

test("a block that is not there is said so", () => {
  assert.throws(() => parseJson(decode(golden()), 99), /no block 99/);
});

test("the feed is cut into messages wherever its bytes stand", () => {
  const parts = [new Uint8Array(golden()), Uint8Array.of(1, 2, 3), new Uint8Array(0)];
  const whole = new Uint8Array(5 + parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let offset = 5;
  for (const part of parts) {
    new DataView(whole.buffer).setUint32(offset, part.length, true);
    whole.set(part, offset + 4);
    offset += 4 + part.length;
  }
  const found = split(whole.subarray(5));
  assert.deepEqual(
    found.map((buffer) => [...new Uint8Array(buffer)]),
    parts.map((part) => [...part]),
  );
  assert.equal(decode(found[0]).step, expected.step);
  assert.throws(() => split(whole.subarray(5, whole.length - 5)), /cut short/);
});

test("the feed takes what came before it, asks for a beginning it missed, and takes its receiver away", () => {
  const got = [];
  const sent = [];
  let now = 0;
  const push = (generation, kind, mark) => {
    const bytes = Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0, 0, kind, mark);
    globalThis.__bnviz.t.push({ generation, bytes });
  };
  globalThis.__bnviz = { t: [] };
  push(1, 1, 10);
  const transport = openFeed(
    "t",
    { onMessage: (buffer) => got.push(new Uint8Array(buffer)[6]), onLink: () => {} },
    (op) => sent.push(op.op),
    () => now,
  );
  push(1, 2, 11);
  push(2, 2, 12); // the HELLO of generation 2 was skipped
  push(2, 2, 13);
  assert.deepEqual([got, sent], [[10, 11], ["backlog"]]);
  now = 2500;
  push(2, 2, 14);
  push(2, 1, 15);
  push(2, 2, 16);
  assert.deepEqual(
    [got, sent],
    [
      [10, 11, 15, 16],
      ["backlog", "backlog"],
    ],
  );
  assert.equal(transport.send({ op: "train" }), true);
  assert.deepEqual(sent.at(-1), "train");
  transport.close();
  assert.equal(globalThis.__bnviz.t, undefined);
  delete globalThis.__bnviz;
});
