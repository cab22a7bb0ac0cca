import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { LayerChoice } from "../../assets/live/layer_choice.js";
import { deepView, overlaps, UNITS } from "./deep_view.js";
import { installFakeDom } from "./fake_dom.js";

const element = installFakeDom();
const { Overview } = await import("../../assets/live/overview.js");
const load = async (id) => (await import(`../../assets/live/panels/${id}.js`)).default;
const PANELS = new Map(
  await Promise.all(
    ["distributions", "figure1", "saturation", "gradients", "parameters"].map(async (id) => [id, await load(id)]),
  ),
);
const WORDS = ["live", "panels"]
  .map((name) => readFileSync(new URL(`../../assets/text/en/${name}.toml`, import.meta.url), "utf8"))
  .join("\n");

/** English words, short of their places. */
function t(key) {
  const [section, name] = key.split(".");
  const from = WORDS.indexOf(`[live.${section}]`);
  const to = WORDS.indexOf("\n[", from + 1);
  const found = from >= 0 && new RegExp(`^${name} = "(.*)"$`, "m").exec(WORDS.slice(from, to < 0 ? undefined : to));
  return found ? found[1] : key;
}

function open(options = {}) {
  const choice = new LayerChoice();
  let changes = 0;
  const made = deepView({ choice, t, ...options });
  const overview = new Overview({ t, choice, onChange: () => changes++ });
  const draw = (panel = "distributions") => overview.draw(made.view(), panel);
  draw();
  const column = (layer) => overview.list.children[layer];
  const selected = () =>
    overview.list.children.flatMap((node, k) => (node.attributes["aria-selected"] === "true" ? [k] : []));
  const cells = () => overview.canvas.context.rects;
  return { ...made, overview, draw, column, selected, cells, changes: () => changes };
}

test("the overview is for deep nets, and for panels that draw layers", () => {
  assert.equal(open({ layers: 6 }).overview.root.hidden, true);
  const { overview, draw } = open({ layers: 7 });
  assert.equal(overview.root.hidden, false);
  for (const panel of ["contours", "curves", "boundary"]) {
    draw(panel);
    assert.equal(overview.root.hidden, true, panel);
  }
});

test("a cell per layer, measure and arm; a layer that an arm has no number for is not drawn as 0", () => {
  const { cells } = open();
  assert.equal(cells().length, 19 * 3 * 2);
  const missing = open({
    fill: (i, _, name) =>
      name === "unit_percentiles"
        ? 0x7e00
        : name === "grad_norm" && i === 3
          ? NaN
          : name === "dead_fraction"
            ? Infinity
            : 0.5,
  });
  assert.equal(missing.cells().length, 19 * 3 * 2 - 2 - 2 * 19);
  assert.equal(open({ frames: 0 }).cells().length, 0);
  assert.equal(open({ activation: "identity" }).cells().length, 19 * 2 * 2); // nothing can be lost here
});

test("the cells follow the cursor", () => {
  const { store, draw, cells } = open({ fill: (_i, _arm, name) => (name === "grad_norm" ? 1 : 0.5) });
  const before = cells()
    .map(({ color }) => color)
    .join();
  store.frames.at(-1).arms[0].grad_norm.fill(1e-6);
  draw();
  const now = cells()
    .map(({ color }) => color)
    .join();
  assert.notEqual(now, before);
  store.seek(4);
  draw();
  assert.notEqual(
    cells()
      .map(({ color }) => color)
      .join(),
    now,
  );
});

test("clicks choose, and Shift takes a stretch; scrubbing changes nothing", () => {
  const { store, draw, column, selected, changes } = open();
  assert.deepEqual(selected(), [0, 4, 7, 11, 14, 18]);
  column(8).emit("click");
  draw();
  assert.deepEqual(selected(), [0, 4, 8, 11, 14, 18]);
  column(10).emit("click", { shiftKey: true });
  draw();
  assert.deepEqual(selected(), [8, 9, 10]);
  store.seek(4);
  draw();
  assert.deepEqual(selected(), [8, 9, 10]);
  assert.ok(changes() >= 2);
});

test("over a panel that shows one layer, a click brings that layer and drops none", () => {
  const { overview, choice, view, column, selected } = open();
  const draw = () => overview.draw(view(), "saturation", true);
  column(4).emit("pointerenter");
  draw();
  assert.ok(overview.tip.root.textContent.endsWith(t("overview.show")));
  column(4).emit("click");
  draw();
  assert.deepEqual([selected(), choice.picked.layer], [[0, 4, 7, 11, 14, 18], 4]);
  column(5).emit("click");
  draw();
  assert.deepEqual([selected(), choice.picked.layer], [[0, 4, 5, 11, 14, 18], 5]); // 4 was asked for: 7 makes room
});

test("one stop for the Tab key; arrows walk, with Shift they choose, and none of them goes through time", () => {
  const { overview, draw, column, selected } = open();
  const stops = () => overview.list.children.flatMap((node, k) => (node.attributes.tabindex === "0" ? [k] : []));
  assert.deepEqual(stops(), [0]);
  let stopped = 0;
  const press = (layer, key, more = {}) => {
    overview.list.emit("keydown", { target: column(layer), key, stopPropagation: () => stopped++, ...more });
    draw();
  };
  press(0, "ArrowRight");
  assert.deepEqual([stops(), selected()[0]], [[1], 0]);
  press(1, "End");
  assert.deepEqual(stops(), [18]);
  press(18, "ArrowRight");
  assert.deepEqual(stops(), [18]);
  press(18, "Home");
  press(0, "ArrowRight", { shiftKey: true });
  assert.deepEqual(selected(), [0, 1]);
  assert.equal(stopped, 5);
  press(1, "r");
  assert.equal(stopped, 5);
});

test("the tip names the layer under the pointer, with its width and its numbers", () => {
  const { overview, draw, column } = open();
  assert.ok(overview.tip.root.hidden);
  assert.equal(column(12).attributes["aria-label"], "conv13");
  column(12).emit("pointerenter");
  draw();
  const words = overview.tip.root.textContent;
  assert.ok(!overview.tip.root.hidden && words.startsWith("conv13") && words.includes("Dead units"), words);
  assert.equal(column(12).attributes["aria-describedby"], overview.tip.root.attributes.id);
  column(12).emit("click");
  draw();
  assert.ok(overview.tip.root.hidden); // it would cover what has changed
});

test("no label covers another, whatever the depth, the width and the number of networks", () => {
  for (const layers of [7, 8, 19, 30]) {
    for (const width of [400, 440, 700, 860, 1070, 1400]) {
      for (const arms of [1, 2, 3]) {
        const { overview } = open({ layers, width, arms, activation: arms > 1 ? "tanh" : "relu" });
        const places = overview.canvas.context.places;
        assert.deepEqual(overlaps(places), [], `${layers} layers, ${width} px, ${arms} arms`);
        assert.ok(places.every(({ x0, x1 }) => x0 >= 0 && x1 <= width));
        const names = overview.list.children.filter((node) => !node.children[0].hidden);
        const centers = names.map((node) => ({
          x: parseFloat(node.style.left) + parseFloat(node.style.width) / 2,
          half: 3 * node.textContent.length,
        }));
        for (const [k, { x, half }] of centers.slice(1).entries())
          assert.ok(x - half > centers[k].x + centers[k].half, `${layers} ${width}`);
      }
    }
  }
});

function mount(id, options = {}) {
  const root = element();
  const made = deepView({ t, ...options });
  const memory = {};
  const panel = PANELS.get(id).mount(root, { t, send() {}, invalidate() {}, memory, seek() {} });
  const draw = () => panel.draw(made.view());
  draw();
  const nodes = () => [...root.all(true)];
  const canvases = () => nodes().filter((node) => node.tagName === "canvas" && node.context);
  const texts = () => canvases().flatMap((node) => node.context.texts);
  return { ...made, root, memory, draw, nodes, canvases, texts };
}

test("distributions draws the chosen layers, and a layer alone gives way to the one picked", () => {
  const { choice, draw, canvases, memory } = mount("distributions");
  const drawn = () => canvases().map((node) => node.dataset.layers);
  assert.deepEqual(drawn(), ["0,4,7,11,14,18", "0,4,7,11,14,18"]);
  choice.toggle(5);
  draw();
  assert.deepEqual(drawn()[0], "0,5,7,11,14,18");
  memory.layer = 7;
  draw();
  assert.deepEqual(drawn()[0], "7");
  choice.toggle(9);
  draw();
  assert.deepEqual(drawn()[0], "9");
  choice.toggle(9);
  draw();
  assert.equal(memory.layer, null);
});

test("saturation lists the chosen layers by name and shows the one picked", () => {
  const { choice, draw, texts, nodes, memory } = mount("saturation");
  const options = () =>
    nodes()
      .filter((node) => node.tagName === "option")
      .map((node) => node.textContent);
  assert.deepEqual(options(), ["conv1", "conv5", "conv8", "conv12", "conv15", "conv19"]);
  assert.ok(texts().includes("conv15") && !texts().includes("conv14"));
  choice.toggle(13);
  draw();
  assert.equal(memory.layer, 13);
  assert.ok(options().includes("conv14") && texts().includes("conv14"));
});

test("gradients: lines over all layers, curves of the chosen ones", () => {
  const { canvases } = mount("gradients", { width: 1400 });
  const [now, over] = canvases().map((node) => node.context.texts);
  for (let k = 1; k <= 19; k++) assert.ok(now.includes(`conv${k}`), `conv${k}`);
  assert.ok(over.includes("conv8") && !over.includes("conv9"));
});

test("parameters: all layers over depth, distances of the chosen ones", () => {
  const { memory, draw, texts } = mount("parameters", { width: 1400 });
  assert.ok(texts().includes("conv12") && !texts().includes("conv13"));
  memory.mode = "over_layers";
  draw();
  assert.ok(texts().includes("19") || texts().includes("conv19"));
});

test("figure 1 offers the units that a layer has, and no padding", () => {
  const { choice, draw, nodes, texts } = mount("figure1");
  const number = () => nodes().find((node) => node.attributes.type === "number");
  const select = () => nodes().find((node) => node.tagName === "select");
  assert.equal(number().attributes.max, String(UNITS - 1)); // the last layer is as wide as the records
  choice.toggle(1);
  draw();
  assert.equal(select().value, "1");
  assert.equal(number().attributes.max, "7");
  assert.ok(Number(number().value) <= 7);
  number().value = "30";
  number().emit("change");
  draw();
  assert.equal(number().value, "7");
  assert.ok(texts().length > 0);
});

test("panels of a deep net draw finite marks and no label over another", () => {
  for (const id of ["gradients", "saturation", "parameters"]) {
    for (const width of [440, 800, 1070, 1400]) {
      for (const layers of [8, 19, 30]) {
        const { canvases, memory, draw } = mount(id, { width, layers });
        memory.mode = "over_layers";
        draw();
        for (const node of canvases())
          assert.deepEqual(overlaps(node.context.places), [], `${id}, ${width} px, ${layers} layers`);
      }
    }
  }
});
