/** The way through the chapters: the chosen path decides what stands before and after a chapter. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { choosePath, chosenPath, neighborsOf, numberOn } from "../../assets/stage/way.js";

const link = (page) => ({ page, title: page, question: page, address: page });
const data = {
  chapter: "b",
  previous: link("a"),
  next: link("c"),
  chapters: ["a", "b", "c", "d"].map(link),
  paths: [{ name: "short", title: "Short", about: "", pages: ["b", "d"] }],
};

test("on a chosen path its own chapters come before and after", () => {
  const { previous, next, path } = neighborsOf(data, "short");
  assert.deepEqual([previous, next?.page, path], [null, "d", { path: "Short", number: 1, count: 2 }]);
  const last = neighborsOf({ ...data, chapter: "d" }, "short");
  assert.deepEqual([last.previous?.page, last.next, last.path?.number], ["b", null, 2]);
});

test("without a path, off the path, or with a path that does not exist, the menu decides", () => {
  for (const [chapter, name] of [
    ["b", ""],
    ["c", "short"],
    ["b", "<script>"],
  ]) {
    const { previous, next, path } = neighborsOf({ ...data, chapter }, name);
    assert.deepEqual([previous?.page, next?.page, path], ["a", "c", null]);
  }
  assert.equal(numberOn(data.paths, "c", "short"), null);
});

test("a browser that keeps nothing has no path", () => {
  choosePath("short");
  assert.equal(chosenPath(), "");
});
