/** Parameters: gamma and beta, and how the running statistics follow those of the batches. */
import { ArmCards } from "../armcards.js";
import { layerAxis } from "../depth_plot.js";
import { el, segmented } from "../dom.js";
import { axisY, band, fit, font, legend, linear, log, polyline, rule, text } from "../draw.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark } from "../layer_names.js";
import { canvas, controls, depth, emptyState, layerColor, layerSwitch, sentence } from "../panel_parts.js";
import { has, ParameterRanges, spreadOf, statisticsGap } from "../parameter_series.js";
import { drawable, endLabels, inside, rightOf, series, stepScale, timePlot } from "../plot.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../panel.js").Arm} Arm */
/** @typedef {import("../plot.js").Box} Box */

const ROW = 196;
const HEAD = 38;
const LEFT = 40;
const RIGHT = 28;

/** @type {Array<{id: string, names: string[]}>} plots of one layer over time, or of all layers now */
const SPREADS = [
  { id: "gamma", names: ["gamma"] },
  { id: "beta", names: ["beta"] },
  { id: "mean", names: ["batch_mean", "running_mean"] },
  { id: "variance", names: ["batch_var", "running_var"] },
];

/** @type {import("../panel.js").Panel} */
export default {
  id: "parameters",
  mount(root, context) {
    const { t, memory, invalidate } = context;
    const layers = layerSwitch(context, "parameters.layer");
    const mode = segmented({
      label: t("parameters.view"),
      options: ["over_time", "over_layers"].map((value) => ({ value, label: t(`parameters.${value}`) })),
      value: String(memory.mode ?? "over_time"),
      onChange: (value) => {
        memory.mode = value;
        invalidate();
      },
    });
    const content = el("div");
    const empty = emptyState(content);
    const none = sentence();
    none.style.margin = "0 2px 10px";
    const cards = new ArmCards(content, context);
    content.prepend(none);
    content.append(sentence(t("parameters.caption")));
    root.append(controls(mode.root, layers.root), empty.root, content);
    /** @type {WeakMap<HTMLElement, HTMLCanvasElement>} */
    const plots = new WeakMap();
    const ranges = new ParameterRanges();

    /** @param {View} view */
    function draw(view) {
      const layer = layers.sync(view);
      const overTime = memory.mode !== "over_layers";
      layers.root.hidden = !overTime;
      if (empty.say(view.frame ? null : t("parameters.empty"))) return;
      const normalized = view.arms.filter((arm) => arm.normalized);
      const plain = view.arms.filter((arm) => !arm.normalized);
      none.hidden = !plain.length;
      none.textContent = plain.map((arm) => `${arm.label}: ${t("parameters.none")}.`).join(" ");
      // Only what is normalized gets a card; the others have nothing to show.
      const shown = {
        ...view,
        arms: normalized,
        frame: view.frame && {
          ...view.frame,
          arms: normalized.map((arm) => /** @type {any} */ (view.frame).arms[arm.index]),
        },
      };
      const domains = ranges.update(view.frames, overTime ? layer : null);
      cards.update(/** @type {View} */ (shown)).forEach(({ body }, k) => {
        let plot = plots.get(body);
        if (!plot) {
          plot = canvas(t("parameters.legend"));
          body.append(plot);
          plots.set(body, plot);
        }
        drawArm(view, normalized[k], plot, cards.inner(/** @type {View} */ (shown)), { layer, overTime, domains }, t);
      });
    }
    return { draw, one: () => memory.mode !== "over_layers", destroy() {} };
  },
};

/**
 * @param {View} view
 * @param {Arm} arm
 * @param {HTMLCanvasElement} node
 * @param {number} width
 * @param {{layer: number, overTime: boolean, domains: Record<string, [number, number]>}} what
 * @param {(key: string) => string} t
 */
function drawArm(view, arm, node, width, { layer, overTime, domains }, t) {
  const columns = Math.max(1, Math.min(3, Math.floor(width / 260)));
  const spreads = SPREADS.filter(({ names }) => has(view.frame?.arms[arm.index], names[0]));
  const plots = [
    ...spreads.map((plot) => ({ ...plot, gap: null })),
    ...["mean", "var"].map((kind) => ({ id: `gap_${kind}`, names: [], gap: kind })),
  ];
  const g = fit(node, width, ROW * Math.ceil(plots.length / columns) + HEAD);
  const missing = spreads.length < SPREADS.length ? ` · ${t("parameters.no_affine")}` : "";
  const items = [
    { label: t("parameters.batch"), color: arm.color },
    { label: t("parameters.running"), color: view.theme.fg, dash: [4, 3] },
  ];
  const end = legend(g, items, 0, 10, view.theme);
  const words = t("parameters.legend") + missing;
  const fits = end + g.measureText(words).width < width;
  text(g, words, fits ? end : 0, fits ? 10 : 28, {
    color: view.theme.faint,
    font: font(view.theme, fits ? 12 : 11),
    baseline: "middle",
  });
  const right = rightOf(g, arm.layers.map(layerMark), RIGHT, view.theme);
  plots.forEach(({ id, names, gap }, k) => {
    const cell = width / columns;
    const [x, y] = [(k % columns) * cell, HEAD + Math.floor(k / columns) * ROW];
    const box = { x0: x + LEFT, x1: x + cell - right, y0: y + 32, y1: y + ROW - 30 };
    const isLog = id === "variance" || gap !== null;
    const sy = (isLog ? log : linear)(domains[id], [box.y1, box.y0]);
    text(g, t(`parameters.${id}`), x, box.y0 - 12, { color: view.theme.muted, font: font(view.theme, 12) });
    if (gap) drawGaps(view, arm, g, box, sy, /** @type {"mean" | "var"} */ (gap));
    else if (overTime) drawOverTime(view, arm, g, box, sy, names, layer);
    else drawOverLayers(view, arm, g, box, sy, names);
  });
}

/** @typedef {[View, Arm, CanvasRenderingContext2D, Box, import("../axis.js").ScaleFn]} Place */

/** One layer's bands and medians over the steps. @param {[...Place, string[], number]} place */
function drawOverTime(...[view, arm, g, box, sy, names, layer]) {
  const sx = stepScale(view.frames, [box.x0, box.x1]);
  const positions = drawable(view.frames, sx, 2);
  const found = names.map((name) =>
    spreadOf(
      positions.map((at) => ({ frame: view.frames[at].arms[arm.index], layer })),
      name,
    ),
  );
  const inks = inksOf(view, arm);
  timePlot(g, box, {
    theme: view.theme,
    sx,
    sy,
    steps: positions.map((at) => view.frames[at].step),
    step: view.step,
    bands: found.map(({ low, high }, k) => ({ low, high, color: inks[k].color, opacity: k ? 0.1 : 0.2 })),
    lines: found.map(({ middle }, k) => ({ values: middle, ...inks[k] })),
  });
}

/** All layers at the cursor. @param {[...Place, string[]]} place */
function drawOverLayers(...[view, arm, g, box, sy, names]) {
  const { theme } = view;
  const frame = view.frame?.arms[arm.index];
  const at = arm.layers.map((_, layer) => layer);
  const sx = linear([-0.4, Math.max(1, depth(view)) - 0.6], [box.x0, box.x1]);
  axisY(g, sy, box.x0, theme, { count: 5, grid: [box.x0, box.x1] });
  layerAxis(g, sx, box.y1, arm.layers, theme);
  rule(g, box.x0, box.y1, box.x1, box.y1, theme.border);
  inside(g, { ...box, y0: box.y0 - 2, y1: box.y1 + 2 }, () => {
    names.forEach((name, k) => {
      const { low, middle, high } = spreadOf(
        at.map((layer) => ({ frame, layer })),
        name,
      );
      const { color, dash } = inksOf(view, arm)[k];
      band(g, at, low, high, sx, sy, color, k ? 0.1 : 0.2);
      polyline(g, at, middle, sx, sy, { color, dash, width: 1.8 });
      if (at.length === 1) rule(g, sx(0), sy(low[0]), sx(0), sy(high[0]), color, [], 3);
    });
  });
}

/** Distance between running and batch statistics, one line per layer. @param {[...Place, "mean" | "var"]} place */
function drawGaps(...[view, arm, g, box, sy, kind]) {
  const sx = stepScale(view.frames, [box.x0, box.x1]);
  const layers = shownLayers(view, arm);
  const count = layers.length;
  const positions = drawable(view.frames, sx, Math.max(2, count * 0.6));
  const lines = layers.map((layer, k) => ({
    label: layerMark(arm.layers[layer]),
    color: layerColor(arm.color, view.theme.card, k, count),
    values: series(view.frames, positions, arm.index, (frame) => statisticsGap(frame, layer, kind)).map((v) =>
      v > 0 ? v : Number.NaN,
    ),
    width: 1.3,
  }));
  timePlot(g, box, {
    theme: view.theme,
    sx,
    sy,
    steps: positions.map((at) => view.frames[at].step),
    step: view.step,
    lines,
  });
  endLabels(
    g,
    lines.map((line) => ({ ...line, y: sy(line.values[line.values.length - 1]) })),
    box.x1 + 5,
    [box.y0 + 4, box.y1 - 4],
    view.theme,
  );
}

/**
 * Batch statistics in the arm's color, running ones in ink and dashed.
 * @param {View} view
 * @param {Arm} arm
 */
const inksOf = (view, arm) => [{ color: arm.color }, { color: view.theme.fg, dash: [4, 3] }];
