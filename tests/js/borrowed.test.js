import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleOf, translated } from "../../assets/page/borrowed.js";

const RULES = [
  ["Upload", "上传"],
  ["{size} per file", "每个文件不超过 {size}"],
  ["Help for {name}", "{name}：说明"],
  ["Show/hide columns (all)", "列"],
].map(ruleOf);

test("words of others are found whole, with what stands in them, and keep the space around them", () => {
  assert.equal(translated("Upload", RULES), "上传");
  assert.equal(translated(" 200MB per file\n", RULES), " 每个文件不超过 200MB\n");
  assert.equal(translated("Help for × 倍数", RULES), "× 倍数：说明");
  assert.equal(translated("Show/hide columns (all)", RULES), "列");
  for (const words of ["", "  ", "Uploads", "Upload it", "per file", "上传"])
    assert.equal(translated(words, RULES), null);
});

test("what was inserted is not read as a place of the pattern", () => {
  assert.equal(translated("Help for $1 $& {size}", RULES), "$1 $& {size}：说明");
});
