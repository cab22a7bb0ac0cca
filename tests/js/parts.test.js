import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { armLabel, describeArms } from "../../assets/live/arms.js";
import { linear, log } from "../../assets/live/axis.js";
import { deviceWords, engineWords, sourceBadge, twinsBadge } from "../../assets/live/badges.js";
import { lossCeiling, newestLoss } from "../../assets/live/curve_tail.js";
import { DensityScale, pastFrames, peak } from "../../assets/live/density.js";
import {
  decimals,
  integer,
  magnitude,
  percent,
  powerOfTen,
  scientific,
  tickLabel,
  translator,
} from "../../assets/live/format.js";
import { frameFrom } from "../../assets/live/frame.js";
import { actionFor } from "../../assets/live/keyboard.js";
import { noticesFor } from "../../assets/live/notices.js";
import { stepAfter } from "../../assets/live/scrubber.js";
import { ServerLink } from "../../assets/live/server_link.js";
import { socketAddress } from "../../assets/live/socket.js";
import { alpha, armSlots, mix, parseColor, themeFrom } from "../../assets/live/theme.js";
import { mainAction } from "../../assets/live/toolbar.js";
import { CURVES, FRAME, SURFACE } from "../../assets/live/wire.js";
import { frameMessage } from "./messages.js";

const t = (key, values) => (values ? `${key} ${JSON.stringify(values)}` : key);

test("numbers as they are written", () => {
  assert.equal(scientific(1.04e-4), "1·10⁻⁴");
  assert.equal(scientific(-0.023, 1), "−2.3·10⁻²");
  assert.equal(scientific(0), "0");
  assert.equal(percent(0.0883), "8.8\u202f%");
  assert.equal(decimals(2.3051), "2.305");
  assert.equal(decimals(1.2e7), "1.2·10⁷");
  assert.equal(decimals(0.00001), "1.0·10⁻⁵");
  assert.deepEqual(
    [magnitude(3.62), magnitude(0.418), magnitude(168, 0), magnitude(0.0821), magnitude(1e5), magnitude(-17.3)],
    ["3.6", "0.42", "200", "8.2·10⁻²", "1.0·10⁵", "−17"],
  );
  assert.equal(integer(1234567), "1\u202f234\u202f567");
  assert.deepEqual([powerOfTen(0.001), powerOfTen(1), powerOfTen(10), powerOfTen(1e12)], ["10⁻³", "1", "10", "10¹²"]);
  assert.deepEqual(
    [tickLabel(-0.5, 0.5), tickLabel(-0, 2), tickLabel(0.25, 0.05), tickLabel(20000, 5000)],
    ["−0.5", "0", "0.25", "20\u202f000"],
  );
  for (const write of [scientific, percent, decimals, integer, magnitude]) assert.equal(write(NaN), "–");
});

test("words: nested, flat, with places, and missing ones show their key", () => {
  const nested = translator({ a: { b: "step {n} of {m}" } });
  assert.equal(nested("a.b", { n: 3 }), "step 3 of {m}");
  assert.equal(nested("a.c"), "a.c");
  assert.equal(translator({ "live.a.b": "flat" })("a.b"), "flat");
});

test("scales map, invert and put ticks on round numbers", () => {
  const x = linear([-6, 6], [100, 220]);
  assert.equal(x(0), 160);
  assert.equal(x.invert(190), 3);
  assert.deepEqual(x.ticks(6), [-6, -4, -2, 0, 2, 4, 6]);
  const y = log([1e-4, 1], [200, 0]);
  assert.ok(Math.abs(y(1e-2) - 100) < 1e-9);
  assert.equal(y(0), 200);
  assert.ok(Number.isNaN(y(NaN)));
  assert.deepEqual(
    y.ticks(5).map((v) => Math.round(Math.log10(v))),
    [-4, -3, -2, -1, 0],
  );
  const step = (...[high, count]) => linear([0, high], [0, 1]).ticks(count)[1];
  assert.deepEqual([step(12, 6), step(1, 4), step(20000, 7)], [2, 0.5, 5000]);
  assert.deepEqual(linear([0.4, 0.1], [0, 1]).ticks(4), [0.4, 0.3, 0.2, 0.1]); // 3 * 0.1 is not 0.3
  for (let count = 2; count < 9; count++)
    for (let high = 1; high < 100; high++) assert.ok(linear([0, high], [0, 1]).ticks(count).length <= 1.15 * count + 1);
});

test("without BN is orange and with BN blue, in any order; a third arm takes what is free", () => {
  const arm = (changes) => ({ changes });
  assert.deepEqual(armSlots([arm({ norm: "batch" }), arm({ norm: "none" })]), [1, 0]);
  assert.deepEqual(armSlots([arm({ norm: "batch" })]), [1]);
  assert.deepEqual(armSlots([arm({ lr: 0.1 }), arm({ norm: "none" }), arm({ lr: 1 })]), [1, 0, 2]);
  assert.deepEqual(armSlots([arm({ lr: 0.1 }), arm({ lr: 1 }), arm({ lr: 2 })]), [0, 1, 2]);
  assert.equal(new Set(armSlots([arm({ norm: "none" }), arm({ norm: "none" }), arm({})])).size, 3);
});

test("an arm is named by what it changes", () => {
  const words = translator({
    arms: { "norm=batch": "With BN", other: "{field} = {value}", yes: "on", only: "Alone" },
    fields: { lr: "learning rate" },
  });
  assert.equal(armLabel({ norm: "batch" }, words), "With BN");
  assert.equal(armLabel({ lr: 0.5, affine: true }, words), "learning rate = 0.5, affine = on");
  assert.equal(armLabel({}, words), "Alone");
  const theme = themeFrom(() => "");
  const [arm] = describeArms({ arms: [{ changes: { norm: "batch" }, layers: ["hidden1"] }] }, words, theme);
  assert.deepEqual([arm.label, arm.color, arm.dash], ["With BN", "#0072b2", []]);
});

test("the theme follows the page's colors", () => {
  const page = { "--st-background-color": "#0e1117", "--st-text-color": "rgb(250, 250, 250)" };
  const dark = themeFrom((name) => page[name] ?? "");
  assert.deepEqual([dark.dark, dark.arms[0]], [true, "#ff9a4d"]);
  assert.equal(themeFrom(() => "").dark, false);
  assert.deepEqual(parseColor("#fa0"), [255, 170, 0]);
  assert.equal(parseColor("papayawhip"), null);
  assert.equal(mix("#000000", "#ffffff", 0.5), "rgb(128, 128, 128)");
  assert.equal(alpha("#0072b2", 0.5), "rgba(0, 114, 178, 0.5)");
});

test("keys: the view's own, never those of a field or the browser", () => {
  const done = [];
  const actions = Object.fromEntries(
    ["toggle", "reset", "move", "live", "open", "back"].map((name) => [name, (value) => done.push([name, value])]),
  );
  const press = (key, more = {}) => actionFor({ key, target: { tagName: "DIV" }, ...more }, actions)?.();
  for (const key of [" ", "r", "ArrowLeft", "3", "Escape", "End"]) press(key);
  press("ArrowRight", { shiftKey: true });
  assert.deepEqual(
    done.map(([name]) => name),
    ["toggle", "reset", "move", "open", "back", "live", "move"],
  );
  assert.deepEqual([done[2][1], done[3][1], done[6][1]], [-1, 2, 10]);
  for (const tagName of ["INPUT", "SELECT", "TEXTAREA"])
    assert.equal(actionFor({ key: "r", target: { tagName } }, actions), null);
  const slider = { tagName: "INPUT", type: "range" };
  for (const key of ["ArrowLeft", "End", " ", "r"]) assert.equal(actionFor({ key, target: slider }, actions), null);
  actionFor({ key: "4", target: slider }, actions)();
  assert.deepEqual(done.at(-1), ["open", 3], "a slider takes no digits");
  assert.equal(actionFor({ key: "4", target: { tagName: "INPUT", type: "number" } }, actions), null);
  assert.equal(actionFor({ key: " ", target: { tagName: "BUTTON" } }, actions), null);
  assert.equal(actionFor({ key: "r", ctrlKey: true, target: null }, actions), null);
  assert.equal(actionFor({ key: "x", target: null }, actions), null);
});

test("the socket stands beside the page, behind any prefix", () => {
  assert.equal(socketAddress("", "http://h:1/x?y"), "ws://h:1/bnviz/ws?packed=1&ends=1");
  assert.equal(socketAddress("https://h/app/", "https://h/app/"), "wss://h/app/bnviz/ws?packed=1&ends=1");
  assert.equal(socketAddress("", "http://h/", []), "ws://h/bnviz/ws?packed=1&ends=1&details=");
  assert.ok(socketAddress("", "http://h/", ["histogram", "quantiles"]).endsWith("&details=histogram%2Cquantiles"));
});

test("what comes after a pack waits until the pack is taken apart", async () => {
  const bytes = (name) => {
    const read = readFileSync(new URL(`../golden/${name}`, import.meta.url));
    return read.buffer.slice(read.byteOffset, read.byteOffset + read.byteLength);
  };
  const seen = [];
  const link = new ServerLink({ onMessage: ({ kind }) => seen.push(kind), onLink: () => {}, sendOp: () => {} });
  link.receive(bytes("frame.bin"));
  assert.deepEqual(seen, [SURFACE], "without a pack nothing waits");
  link.receive(bytes("pack.bin"));
  link.receive(bytes("frame.bin"));
  assert.deepEqual(seen, [SURFACE]);
  await link.unpacking;
  assert.deepEqual(seen, [SURFACE, SURFACE, FRAME, CURVES, SURFACE]);
  link.receive(bytes("frame.bin"));
  assert.equal(seen.length, 6, "and nothing waits any more");
  link.receive(bytes("pack.bin"));
  link.close();
  link.transport = { send: () => true, close: () => {} };
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(seen.length, 6, "a pack of a route that was closed is dropped");
});

test("the main button: what it does in each status", () => {
  const live = (status) => mainAction({ status: { status }, hello: { source: "live" } });
  assert.deepEqual(["idle", "queued", "running", "paused", "done", "failed"].map(live), [
    "train",
    "pause",
    "pause",
    "train",
    "restart",
    "restart",
  ]);
  assert.equal(mainAction({ status: { status: "done" }, hello: { source: "recorded" } }), "train");
  assert.equal(mainAction({ status: null, hello: null }), "train");
});

test("the badge never calls a recording live", () => {
  const recorded = { source: "recorded", provenance: { date: "2026-01-02T03:04", seed: 5, versions: { torch: "2" } } };
  assert.equal(
    sourceBadge({ hello: recorded, status: { status: "running" } }, { link: "open", fps: 30, t }).words,
    "badge.recorded",
  );
  const begun = (name) => sourceBadge({ hello: null, status: { status: name } }, { link: "open", fps: 0, t }).words;
  assert.deepEqual(["failed", "queued"].map(begun), ["badge.failed", "badge.waiting"], "no endless wait");
  assert.match(
    sourceBadge({ hello: recorded, status: null }, { link: "open", fps: 0, t }).title,
    /recorded_title.*2026-01-02".*torch 2.*"seed":5.*badge.recorded_train/,
  );
  assert.doesNotMatch(
    sourceBadge({ hello: recorded, status: null }, { link: "open", fps: 0, t, readOnly: true }).title,
    /recorded_train/,
    "no button, no word about it",
  );
  const watched = { source: "recorded", provenance: { ...recorded.provenance, seed: null } };
  assert.equal(
    sourceBadge({ hello: watched, status: null }, { link: "open", fps: 0, t }).title,
    t("badge.recorded_watched", { date: "2026-01-02", versions: "torch 2" }),
    "a watched model has no seed to tell, and nothing that trains it",
  );
  assert.equal(
    sourceBadge(
      { hello: { source: "live" }, status: { status: "running", steps_per_s: 9 } },
      { link: "open", fps: 28.4, t },
    ).words,
    'badge.running {"fps":28}',
  );
  assert.deepEqual(
    sourceBadge(
      { hello: { source: "live" }, status: { status: "running" } },
      { link: "open", fps: 19, t, silence: 6200 },
    ),
    { words: t("badge.silent", { seconds: 6 }), tone: "wait", title: "" },
  );
  assert.equal(
    sourceBadge({ hello: { source: "live" }, status: { status: "paused" } }, { link: "open", fps: 0, t, silence: 9e4 })
      .words,
    t("badge.paused"),
  );
  assert.equal(
    sourceBadge({ hello: { source: "live" }, status: { status: "running" } }, { link: "lost", fps: 30, t }).words,
    "badge.lost",
  );
});

test("the badge of a live run says what it computes on, and what that was chosen by", () => {
  const asked = { source: "live", experiment: { base: { device: "cuda" } }, provenance: { device: "cuda:0" } };
  assert.equal(deviceWords(asked, t), 'badge.device_asked {"device":"badge.on_cuda"}');
  const alone = { experiment: { base: { device: "auto" } }, provenance: { device: "cpu" } };
  assert.equal(deviceWords(alone, t), 'badge.device_only {"device":"badge.on_cpu"}');
  const tried = { ...alone, provenance: { device: "cpu", device_rates: { mps: 0, cpu: 1380.4 } } };
  assert.match(deviceWords(tried, t), /^badge.device_trial \{"device":"badge.on_cpu","rates":".*device_unable.*on_mps/);
  assert.match(deviceWords(tried, t), /device_rate .*1.380/);
  assert.equal(deviceWords({}, t), "", "an early recording does not say");
  const status = { status: "running", steps_per_s: 9 };
  assert.match(sourceBadge({ hello: asked, status }, { link: "open", fps: 3, t }).title, /speed_title.*device_asked/);
});

test("the badge of a live run says what computes its steps, each way and each reason once", () => {
  const engine = (name, refusal = null) => ({ name, refusal });
  assert.equal(engineWords({ status: "running", step: 0 }, t), "", "before the first step nothing does");
  assert.equal(
    engineWords({ engines: [engine("by hand"), engine("by hand")] }, t),
    t("badge.engine", { ways: "badge.engine_by_hand" }),
  );
  const error = { key: "error", detail: "RuntimeError: capture" };
  const words = engineWords(
    { engines: [engine("graph replay"), engine("autograd", error), engine("autograd", error)] },
    t,
  );
  assert.match(words, /badge.engine_graph_replaybadge.device_andbadge.engine_autograd"/);
  assert.equal(words.split("refused_error").length, 2, words);
  assert.match(words, /RuntimeError: capture/);
});

const TWIN_HASHES = {
  weights: ["7f3a99", "7f3a99"],
  batches: ["c21d00", "c21d00"],
  same_weights: true,
  same_batches: true,
};

/** The badge of two networks: what they share, what their hashes say, what their recipes hold. */
const badgeOf = (shared, hashes = {}, config = {}) =>
  twinsBadge(
    {
      hello: { arms: [{ config }, { config }], shared_weights: shared },
      status: { hashes: { ...TWIN_HASHES, ...hashes } },
    },
    t,
  );

test("twins share their weights and their batches, and what differs is said", () => {
  const whole = { same: 129400, of: 129400, filled_apart: 3000 };
  const yes = badgeOf(whole);
  assert.deepEqual([yes.words, yes.twins], ['twins.yes {"share":"100\u202f%"}', true]);
  assert.match(yes.title, /weights_count {"same":"129\u202f400","of":"129\u202f400","hash":"7f3a"}/);
  assert.match(yes.title, /twins.filled {"count":"3\u202f000"}.*batches_same {"hash":"c21d"}/);
  assert.doesNotMatch(badgeOf({ ...whole, filled_apart: 0 }).title, /filled/);
  const other = badgeOf(whole, { same_batches: false });
  assert.deepEqual([other.words.split(" ")[0], other.twins], ["twins.batches", false]);
  assert.match(other.title, /batches_differ/);
  const start = badgeOf(whole, { batches: [], same_batches: false });
  assert.deepEqual([start.words, start.twins], [yes.words, true]);
  assert.match(start.title, /batches_none/);
  assert.equal(twinsBadge({ hello: { arms: [{}] }, status: { hashes: TWIN_HASHES } }, t), null);
  assert.equal(twinsBadge({ hello: null, status: null }, t), null);
});

test("no tick stands on a few equal weights, nor on an unknown number of them", () => {
  const ten = badgeOf({ same: 0, of: 181600, filled_apart: 3600 }); // width 50 beside 100: equal hashes of ten zeros
  assert.deepEqual([ten.words, ten.twins], ['twins.part {"share":"0.0\u202f%"}', false]);
  const depth = badgeOf({ same: 89400, of: 129400, filled_apart: 1600 });
  assert.deepEqual([depth.words, depth.twins], ['twins.part {"share":"69.0\u202f%"}', false]);
  assert.equal(badgeOf({ same: 899, of: 1000, filled_apart: 0 }).twins, false);
  assert.equal(badgeOf({ same: 900, of: 1000, filled_apart: 0 }).twins, true);
  const almost = badgeOf({ same: 9999, of: 10000, filled_apart: 0 });
  assert.equal(almost.words, 'twins.yes {"share":"99.9\u202f%"}', "never rounded up to all");
  const scaled = badgeOf({ same: 1000, of: 257800, filled_apart: 0 }, { same_weights: false });
  assert.match(scaled.title, /weights_count.*weights_differ/);
  const old = badgeOf(undefined);
  assert.deepEqual([old.words, old.twins], ["twins.seed", false]);
  assert.match(old.title, /weights_seed/);
  assert.equal(badgeOf(undefined, { same_weights: false }).words, "twins.no");
});

test("the badge names the random draws beside the weights and the order of the samples", () => {
  const whole = { same: 10, of: 10, filled_apart: 0 };
  assert.doesNotMatch(badgeOf(whole).title, /dropout|distortion/);
  assert.match(badgeOf(whole, {}, { dropout: 0.5, distortion: 0 }).title, /twins.dropout$/);
  assert.match(badgeOf(whole, {}, { dropout: 0, distortion: 0.3 }).title, /twins.distortion$/);
});

test("trouble is said in words; the buttons that help are the toolbar's", () => {
  const arms = [{ label: "Without BN" }, { label: "With BN" }];
  const diverged = { status: "running", diverged: [{ arm: 0, layer: "hidden3", step: 41 }] };
  const [line] = noticesFor({ status: diverged, arms }, "open", t);
  assert.match(line.words, /Without BN.*41.*others_go_on/);
  assert.deepEqual(noticesFor({ status: { status: "running" }, arms }, "open", t), []);
  assert.deepEqual(
    noticesFor({ status: null, arms }, "lost", t).map(({ key }) => key),
    ["lost"],
  );
  assert.match(noticesFor({ status: { status: "queued", queue: 3 }, arms }, "open", t)[0].words, /"place":3/);
  const words = translator({ trouble: { crashed: "Stopped: {detail}", other: "{message} {detail}" } });
  assert.deepEqual(
    noticesFor({ status: { status: "failed", message: "crashed", detail: "x" }, arms }, "open", words).map(
      (line) => line,
    ),
    [{ key: "crashed", tone: "error", words: "Stopped: x" }],
  );
  assert.equal(
    noticesFor({ status: { status: "paused", message: "new_key", detail: "d" }, arms }, "open", words)[0].words,
    "new_key d",
  );
});

test("a run whose server ended is lost, or its recording was kept: never both", () => {
  const keys = (message) =>
    noticesFor({ status: { status: "idle", message }, arms: [] }, "open", t, { lostStep: 40 }).map(({ key }) => key);
  assert.deepEqual(keys(null), ["renewed"]);
  const lost = noticesFor({ status: null, arms: [] }, "lost", t, { lostStep: 40 });
  assert.deepEqual(
    lost.map(({ key }) => key),
    ["lost"],
    "while it is lost, nothing is here again",
  );
  assert.deepEqual(keys("kept"), ["kept"]);
});

test("what stands in the place of a lost run is told apart from the visitor's own steps where it is a recording", () => {
  const words = (source) =>
    noticesFor({ status: { status: "idle" }, arms: [], hello: source && { source } }, "open", t, { lostStep: 40 })[0]
      .words;
  assert.match(words("recorded"), /trouble\.renewed_recorded/);
  for (const source of ["live", null]) assert.doesNotMatch(words(source), /renewed_recorded/);
});

test("one height scale for all layers; a collapsed layer does not flatten the others", () => {
  const frame = (step, tops) =>
    frameFrom(
      frameMessage(step, {
        arms: 2,
        layers: 3,
        fill: (i, arm, name) =>
          name !== "histogram"
            ? 0
            : i % 62 === 30
              ? tops[arm * 3 + Math.floor(i / 186)]
              : i % 62 === 0
                ? 100 - tops[arm * 3 + Math.floor(i / 186)]
                : 0,
      }),
    );
  const scale = new DensityScale();
  const frames = [frame(0, [10, 20, 20, 30, 30, 100]), frame(5, [5, 5, 5, 5, 5, 5])];
  scale.update("run", frames, 0);
  assert.equal(scale.sharedPeak, 0.3);
  assert.equal(scale.peakOf(2), 1);
  frames.push(frame(9, [60, 60, 60, 60, 60, 60]));
  scale.update("run", frames, 0);
  assert.equal(scale.sharedPeak, 0.6);
  scale.update("other run", frames.slice(1, 2), 0);
  assert.equal(scale.sharedPeak, 0.05);
  assert.deepEqual(peak(new Uint32Array(62)), { bin: 1, share: 0 });
  assert.deepEqual(peak(frames[0].arms[1].histogram.subarray(0, 62)), { bin: 30, share: 0.3 });
});

test("older ridges keep their steps while time goes on, and fade before they go", () => {
  const frames = Array.from({ length: 4001 }, (_, step) => ({ step }));
  const at = (now) => pastFrames(frames, now);
  assert.deepEqual(at(0), []);
  for (const now of [1, 7, 64, 100, 511, 3999]) {
    const found = at(now);
    assert.ok(found.length <= 16 && found.every(({ index }) => frames[index].step < now));
    assert.equal(found[0].age, 1);
  }
  const before = at(1023)
    .filter(({ opacity }) => opacity > 0.02)
    .map(({ index }) => index);
  const after = at(1024)
    .filter(({ index }) => index < 1000)
    .map(({ index }) => index);
  assert.deepEqual(before, after);
});

test("the newest stretch of the loss comes from the frames, joined to the curve", () => {
  const frames = [0, 10, 20].map((step) => frameFrom(frameMessage(step, { fill: () => step })));
  assert.deepEqual(newestLoss({ step: [0, 10], mean: [5, 4] }, frames, 1), { steps: [10, 20], loss: [4, 20] });
  assert.deepEqual(newestLoss(undefined, frames, 0).steps, [0, 10, 20]);
  assert.equal(lossCeiling([{ mean: [2, 1, NaN, 400] }]), 3.2);
  assert.equal(lossCeiling([]), 1);
});

test("arrow keys walk over frames and end at the newest", () => {
  const frames = [0, 10, 20, 30].map((step) => ({ step }));
  assert.deepEqual(
    [stepAfter(frames, 20, -1), stepAfter(frames, 20, 1), stepAfter(frames, 20, -9), stepAfter([], 0, 1)],
    [10, null, 0, null],
  );
});
