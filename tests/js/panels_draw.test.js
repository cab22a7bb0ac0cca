import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { frameFrom } from "../../assets/live/frame.js";
import { themeFrom } from "../../assets/live/theme.js";
import { installFakeDom } from "./fake_dom.js";
import { frameMessage } from "./messages.js";

const element = installFakeDom();
const PANELS = ["figure1", "saturation", "contours", "gradients", "parameters", "boundary", "glance"];
const panels = new Map(
  await Promise.all(PANELS.map(async (id) => [id, (await import(`../../assets/live/panels/${id}.js`)).default])),
);
const WORDS = ["panels", "glance", "live"]
  .map((name) => readFileSync(new URL(`../../assets/text/en/${name}.toml`, import.meta.url), "utf8"))
  .join("\n");
const SHARED = new Set(["card.test_accuracy", "card.loss", "layers.hidden"]);

/** Whether the English words have a key; the sections are short, so a line search is enough. */
function hasWord(key) {
  if (SHARED.has(key)) return true;
  const [section, name] = key.split(".");
  const from = WORDS.indexOf(`[live.${section}]`);
  const to = WORDS.indexOf("\n[", from + 1);
  return from >= 0 && new RegExp(`^${name} = `, "m").test(WORDS.slice(from, to < 0 ? undefined : to));
}

function armOf(index, layers, activation, normalized) {
  const saturation = activation === "tanh" ? { activation, low: -0.97, high: 0.97, region: [-2.09, 2.09] } : null;
  return {
    index,
    label: `arm ${index}`,
    color: "#d55e00",
    dash: index ? [] : [6, 3],
    layers: Array.from({ length: layers }, (_, k) => `hidden${k + 1}`),
    units: [0, 2, 4],
    width: 5,
    normalized,
    position: "before",
    config: { activation },
    changes: {},
    saturation,
  };
}

function surfaceOf(arms, plane, loss) {
  const xs = Float32Array.of(-1, 0, 1);
  return {
    step: 0,
    xs,
    ys: xs,
    loss: new Float32Array(arms * 9).fill(0).map((_, k) => loss(k)),
    path: Float32Array.from({ length: arms * 4 }, (_, k) => (k % 4 < 2 ? 0.1 * k : NaN)),
    captured: new Float32Array(arms).fill(NaN),
    arms,
    points: 2,
    plane,
    bnStats: "batch",
  };
}

/** How much of a layer is measured: [kept, all] of its places and values. */
const SAMPLED = { places: [128, 4096], values: [2048, 65536] };
const WHOLE = { places: [60, 60], values: [1200, 1200] };

function viewOf({
  arms = 2,
  layers = 3,
  activation = "tanh",
  width = 900,
  frames = 12,
  fill = (i) => 0.1 + (i % 7) / 10,
  dark = false,
  at = frames - 1,
  loss = (k) => 0.1 + k,
  plane = "random",
  plane2d = true,
} = {}) {
  const made = Array.from({ length: frames }, (_, step) => frameFrom(frameMessage(step * 3, { arms, layers, fill })));
  const xs = Float32Array.of(-1, 0, 1);
  const edges = { linear: [-6, 6], norm: [-6, 6], activation: [0, 1] };
  const surfaces = frames ? [surfaceOf(arms, plane, loss)] : [];
  return {
    hello: {
      source: "live",
      arms: [],
      bins: 60,
      chance: 0.1,
      max_steps: 100,
      edges,
      dataset: { name: "moons", is_plane: plane2d, classes: 2, points: [[0.2, 0.1, 1]] },
    },
    frame: made[at] ?? null,
    frames: made,
    index: at,
    curves: Array.from({ length: arms }, () => ({
      step: Uint32Array.of(0, 9, 21),
      low: Float32Array.of(2, 1, 0.5),
      high: Float32Array.of(3, 2, 1),
      mean: Float32Array.of(2.3, 1.5, 0.7),
      testStep: Uint32Array.of(0, 9),
      testAccuracy: Float32Array.of(0.1, NaN),
    })),
    status: null,
    surfaces,
    surface: surfaces[0] ?? null,
    step: made[at]?.step ?? 0,
    following: true,
    width,
    narrow: width < 640,
    enlarged: false,
    boundary: frames
      ? {
          step: 3,
          xs,
          ys: xs,
          probability: new Float32Array(arms * 18).fill(0.5).map((v, k) => (k % 5 ? v : 0.7)),
          arms,
          classes: 2,
        }
      : null,
    arms: Array.from({ length: arms }, (_, index) => armOf(index, layers, activation, index > 0)),
    theme: themeFrom((name) => (dark && name === "--st-background-color" ? "#0e1117" : "")),
  };
}

function mount(id) {
  const root = element();
  const missing = new Set();
  const sent = [];
  const t = (key) => {
    if (!hasWord(key)) missing.add(key);
    return key;
  };
  const memory = {};
  const panel = panels.get(id).mount(root, { t, send: (op) => sent.push(op), invalidate() {}, memory, seek() {} });
  const canvases = () => [...root.all(true)].filter((node) => node.tagName === "canvas");
  return {
    root,
    panel,
    missing,
    sent,
    memory,
    canvases,
    texts: () => canvases().flatMap((node) => node.context?.texts ?? []),
  };
}

const CASES = {
  "two arms": {},
  "one arm, one layer, narrow, dark": { arms: 1, layers: 1, width: 400, dark: true },
  "three arms, twenty layers": { arms: 3, layers: 20, width: 700 },
  "one frame": { frames: 1 },
  "nothing but NaN": { fill: (_, __, name) => (name === "unit_percentiles" ? 0x7e00 : NaN), loss: () => NaN },
  "infinite losses and numbers": {
    fill: (i, _, name) => (name === "unit_percentiles" ? 0x7c00 : i % 2 ? Infinity : 1),
    loss: (k) => (k % 2 ? Infinity : 1e30),
  },
  "all zero": { fill: () => 0, loss: () => 0 },
  "relu, scrubbed": { activation: "relu", at: 3, plane: "pca-own" },
  "an activation nobody knows": { activation: "swish" },
};

for (const id of PANELS) {
  test(`${id} says what to do when there is nothing yet`, () => {
    const { root, panel } = mount(id);
    panel.draw(viewOf({ frames: 0 }));
    const empty = [...root.all()].find((node) => node.attributes.class === "empty");
    assert.ok(!empty.hidden && empty.textContent.startsWith(id), empty.textContent);
    panel.draw(viewOf());
    assert.ok(empty.hidden);
    panel.destroy();
  });

  for (const [name, options] of Object.entries(CASES)) {
    test(`${id} draws finite marks and only words there are: ${name}`, () => {
      const { panel, canvases, missing } = mount(id);
      const view = viewOf(options);
      panel.draw(view);
      panel.draw(view);
      assert.ok(canvases().length > 0 || (id === "parameters" && view.arms.length === 1));
      for (const node of canvases()) assert.ok(node.context?.calls > 0, node.attributes["aria-label"]);
      assert.deepEqual([...missing], []);
    });
  }
}

test("contours asks for what is chosen, and again when another kind arrives", () => {
  const { root, panel, sent } = mount("contours");
  assert.deepEqual(sent, [{ op: "contours", plane: "pca", bn_stats: "batch" }]);
  const button = [...root.all()].find((node) => node.dataset.value === "random");
  button.emit("click");
  assert.deepEqual(sent.at(-1), { op: "contours", plane: "random", bn_stats: "batch" });
  const view = viewOf({ plane: "pca" });
  panel.draw(view);
  panel.draw(view);
  assert.equal(sent.length, 3);
});

test("contours of another step lie under a veil, and the cards' numbers are of that step", () => {
  const { root, panel, texts } = mount("contours");
  const view = viewOf({ frames: 12, plane: "pca" });
  view.surfaces[0].step = 9; // the step shown is 33
  for (const frame of view.frames) for (const arm of frame.arms) arm.scalars = Float32Array.of(frame.step, 0, 0, 0);
  panel.draw(view);
  const lines = () => [...root.all()].filter((node) => node.attributes.class === "arm-line");
  assert.equal(texts().filter((words) => words === "contours.veil").length, 2);
  panel.draw({ ...view, status: { status: "paused" } });
  assert.equal(texts().filter((words) => words === "contours.veil_updating").length, 2);
  view.surfaces[0].step = 33;
  panel.draw(view);
  assert.equal(texts().filter((words) => words.startsWith("contours.veil")).length, 0);
  assert.equal(lines().length, 2);
});

test("the first panel shows the loss so far where the data is not on a plane, and values under the crosshair", () => {
  const { panel, texts, memory } = mount("glance");
  panel.draw(viewOf({ plane2d: false }));
  assert.ok(!texts().includes("glance.answer_color"));
  memory.cross = { share: 0.5 };
  panel.draw(viewOf({ plane2d: false }));
  assert.equal(texts().filter((words) => words === "glance.loss_at").length, 2, "one value per arm");
  memory.cross = { place: [0.1, 0.2] };
  panel.draw(viewOf());
  assert.equal(texts().filter((words) => words === "glance.answer_color").length, 2);
});

test("arrow keys move the crosshair: layers across, places of the plane up and down", () => {
  const { panel, memory } = mount("glance");
  panel.draw(viewOf({ layers: 3 }));
  panel.probe(1, 0);
  panel.probe(1, 0);
  assert.deepEqual(memory.cross, { layer: 1 });
  for (let k = 0; k < 9; k++) panel.probe(1, 0);
  assert.deepEqual(memory.cross, { layer: 3 }, "the head is the last");
  panel.probe(0, -1);
  panel.probe(0, -1);
  panel.probe(1, 0);
  const [x, y] = memory.cross.place;
  assert.ok(Math.abs(x - 0.05) < 1e-6 && Math.abs(y - 0.05) < 1e-6, `${x}, ${y}`);
});

test("figure 1 follows the unit that is picked and keeps it", () => {
  const { root, panel, memory } = mount("figure1");
  const view = viewOf({ fill: (i, _, name) => (name === "unit_percentiles" ? 0x3c00 + ((i * 37) % 200) : 1) });
  panel.draw(view);
  const number = [...root.all()].find((node) => node.attributes.type === "number");
  number.value = "4";
  number.emit("change");
  panel.draw(view);
  assert.equal(memory.unit, 2); // ids 0, 2, 4: the third recorded unit
  panel.draw(viewOf({ frames: 40 }));
  assert.equal(memory.unit, 2);
});

test("a relu shows dead units, a tanh saturated ones", () => {
  for (const [activation, wanted, other] of [
    ["relu", "saturation.dead_title", "saturation.saturated_title"],
    ["tanh", "saturation.saturated_title", "saturation.dead_title"],
  ]) {
    const { panel, texts } = mount("saturation");
    panel.draw(viewOf({ activation }));
    assert.ok(texts().includes(wanted) && !texts().includes(other));
  }
});

test("what is estimated from a sample says so, and what is not does not", () => {
  for (const [size, isMarked] of [
    [SAMPLED, true],
    [WHOLE, false],
  ]) {
    const { panel, root, texts } = mount("saturation");
    const view = viewOf();
    for (const arm of view.arms) arm.samples = arm.layers.map(() => size);
    panel.draw(view);
    const titles = texts().filter((words) => /_title/.test(words));
    assert.equal(titles.length, 4, "two strips per arm");
    for (const title of titles) assert.equal(title.includes("sample.mark"), isMarked, title);
    const note = [...root.all()].find((node) => node.textContent.includes("saturation.edge"));
    assert.match(note.textContent, isMarked ? /sample.part/ : /sample.whole/);
    const dead = mount("saturation");
    const relu = viewOf({ activation: "relu" });
    for (const arm of relu.arms) arm.samples = arm.layers.map(() => size);
    dead.panel.draw(relu);
    assert.ok(dead.texts().includes("saturation.dead_title"), "dead units are counted on the whole batch");
  }
});

test("figure 1 says over what its percentiles are taken", () => {
  for (const [size, key] of [
    [SAMPLED, "figure1.over_sample"],
    [WHOLE, "figure1.over_all"],
    [undefined, "figure1.over_unknown"],
  ]) {
    const root = element();
    const said = [];
    const t = (name, values) => {
      if (name === "figure1.caption" || name.startsWith("figure1.over")) said.push([name, values]);
      return name;
    };
    const panel = panels.get("figure1").mount(root, { t, send() {}, invalidate() {}, memory: {}, seek() {} });
    const view = viewOf();
    for (const arm of view.arms) arm.samples = size && arm.layers.map(() => size);
    panel.draw(view);
    const [[over, values], [, caption]] = said;
    assert.equal(over, key);
    assert.equal(caption.over, key);
    // 128 places: the 15th percentile is off by sqrt(.15 * .85 / 128) = 3.2 points.
    if (size === SAMPLED) assert.deepEqual([values.kept, values.all, values.points], ["128", "4\u202f096", "3"]);
  }
});
