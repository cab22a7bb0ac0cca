import assert from "node:assert/strict";
import { test } from "node:test";

import { momentOf, readAddress, writeAddress } from "../../assets/stage/address.js";
import { bracketed, clamp, fixed, polyline, scale } from "../../assets/stage/svg.js";
import { stepInView } from "../../assets/stage/text_steps.js";

test("every step of the text comes into view, in order, the last one too", () => {
  const tops = [150, 400, 640, 930];
  const seen = Array.from({ length: 101 }, (_, place) => stepInView(tops, place / 100, 1180));
  assert.deepEqual([...new Set(seen)], [0, 1, 2, 3]);
  assert.deepEqual(seen, [...seen].sort());
});

test("before the text the first step is in view, after it the last", () => {
  const tops = [150, 400];
  assert.equal(stepInView(tops, -0.2, 800), 0);
  assert.equal(stepInView(tops, 1, 800), 1);
  assert.equal(stepInView(tops, 3, 800), 1);
});

test("a step whose text starts below the line is not entered", () => {
  assert.equal(stepInView([150, 400], 0.49, 800), 0);
  assert.equal(stepInView([150, 400], 0.5, 800), 1);
});

test("numbers have a true minus sign and no minus zero", () => {
  assert.deepEqual(
    [fixed(-0.004), fixed(-1.5), fixed(2, 0), bracketed(-1.5), bracketed(1.5)],
    ["0.00", "−1.50", "2", "(−1.50)", "1.50"],
  );
  assert.deepEqual([clamp(5, 0, 3), clamp(-1, 0, 3), clamp(2, 0, 3)], [3, 0, 2]);
});

test("a scale goes both ways", () => {
  const axis = scale(-5, 10, 40, 840);
  assert.deepEqual([axis.px(-5), axis.px(10)], [40, 840]);
  for (const value of [-5, 0, 3.3, 10]) assert.ok(Math.abs(axis.value(axis.px(value)) - value) < 1e-12);
});

test("a line starts with a move", () => {
  assert.equal(
    polyline([
      [0, 1],
      [2, 3.456],
    ]),
    "M0.00 1.00L2.00 3.46",
  );
});

test("the address keeps the query and replaces its own part only", () => {
  const replaced = [];
  globalThis.location = { hash: "#step=2&x=1", pathname: "/transform", search: "?lang=zh" };
  globalThis.history = { state: { kept: true }, replaceState: (...all) => replaced.push(all) };
  assert.equal(readAddress().get("step"), "2");
  writeAddress({ step: "2", x: "1" });
  assert.deepEqual(replaced, [], "nothing changed, so nothing is written");
  writeAddress({ step: "3", x: "", note: "a b" });
  writeAddress({});
  assert.deepEqual(replaced, [
    [{ kept: true }, "", "/transform?lang=zh#step=3&note=a+b"],
    [{ kept: true }, "", "/transform?lang=zh"],
  ]);
  delete globalThis.location;
  delete globalThis.history;
});

test("a number in an address is written in plain digits", () => {
  const others = ["0x10", "0b1", "Infinity", "-Infinity", "1e999", " ", " 7", "9".repeat(400)];
  const kept = ["12", "-0.5", ".5", "1e-3", "1_2", "none", "1,2_3,4", "１２", "0.1.2"];
  const named = [...others, ...kept].map((value, place) => /** @type {[string, string]} */ ([`v${place}`, value]));
  assert.deepEqual([...momentOf(named).values()], kept);
});
