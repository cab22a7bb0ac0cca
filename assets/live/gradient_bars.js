/** One arm's gradient norms at the step shown: a bar a layer on one axis of fixed decades, the loss at the right end. */
/** @import { Arm, Box, Context2D, Scale, Theme, Translate, View } from "./types" */

import { axisX, axisY, linear, log, rule, text } from "./axis.js";
import { isDeep, layerAxis } from "./depth_plot.js";
import { fitCanvas, polyline, shade } from "./draw.js";
import { magnitude } from "./format.js";
import { layerMark, namesOf } from "./layer_names.js";
import { depth } from "./panel_parts.js";
import { alpha, font, mix } from "./theme.js";

const LEFT = 40;
const TOP = 18;
const BOTTOM = 22;

/**
 * Where the layers stand: positions 0 .. depth - 1, and the head at `depth`.
 * @param {View} view
 * @param {number} width of the canvas
 * @returns {Scale}
 */
export const layerScale = (view, width) => linear([-0.5, depth(view) + 0.5], [LEFT, width - 2]);

/**
 * The layer at a place of the canvas, null beside the bars.
 * @param {View} view
 * @param {number} width
 * @param {number} x
 * @returns {number | null}
 */
export function layerAt(view, width, x) {
  const layer = Math.round(layerScale(view, width).invert(x));
  return layer < 0 || layer > depth(view) ? null : layer;
}

/**
 * An arm's gradient norm at a layer of the deepest arm; the head's is last, NaN where the arm has no such layer.
 * @param {View} view
 * @param {Arm} arm
 * @param {number} layer
 */
export function normAt(view, arm, layer) {
  const norms = view.frame?.arms[arm.index]?.grad_norm;
  if (!norms) return NaN;
  if (layer === depth(view)) return norms[norms.length - 1];
  return layer < norms.length - 1 ? norms[layer] : NaN;
}

/**
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, height: number, domain: [number, number], picked: number | null, t: Translate}}
 *   options picked: the layer under the crosshair
 */
export function drawGradientBars(node, view, { arm, width, height, domain, picked, t }) {
  const { theme } = view;
  const g = fitCanvas(node, width, height);
  const box = { x0: LEFT, x1: width - 2, y0: TOP, y1: height - BOTTOM };
  const sx = layerScale(view, width);
  const sy = log(domain, [box.y1, box.y0]);
  const half = (sx(1) - sx(0)) / 2;
  if (picked !== null)
    shade(g, { x0: sx(picked) - half, x1: sx(picked) + half, y0: 0, y1: height }, alpha(theme.fg, 0.07));
  axisY(g, sy, box.x0, { theme, count: 4, grid: [box.x0, box.x1] });
  const head = t("gradients.head");
  if (isDeep(view)) {
    layerAxis(g, sx, box.y1, { names: namesOf(view), theme, head });
    const xs = Array.from({ length: depth(view) + 1 }, (_, k) => k);
    const ys = xs.map((k) => normAt(view, arm, k));
    polyline(g, { xs, ys, sx, sy }, { color: arm.color, dash: arm.dash, width: 2 });
    if (picked !== null) writeValue(g, normAt(view, arm, picked), { x: sx(picked), sy, arm, theme, strong: true });
  } else {
    const isWide = sx(1) - sx(0) > 52;
    const nameOf = (/** @type {string} */ name) =>
      isWide && /^hidden\d+$/.test(name) ? t("layers.hidden", { n: layerMark(name) }) : layerMark(name);
    const names = [...namesOf(view).map(nameOf), head];
    axisX(g, sx, box.y1, { theme, ticks: fittingTicks(g, sx, names, theme), format: (k) => names[k] });
    drawBars(g, view, { arm, box, sx, sy, picked });
  }
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
}

/**
 * The layers whose names fit beside each other; the head's comes first, at the rim of the canvas.
 * @param {Context2D} g
 * @param {Scale} sx
 * @param {string[]} names
 * @param {Theme} theme
 * @returns {number[]}
 */
function fittingTicks(g, sx, names, theme) {
  g.font = font(theme, 11);
  const rim = sx.range[1] + 2;
  /** @type {number[]} */
  const ticks = [];
  let free = Infinity;
  for (let k = names.length - 1; k >= 0; k--) {
    const half = g.measureText(names[k]).width / 2;
    const x = Math.min(sx(k), rim - half);
    if (x + half > free - 5) continue;
    ticks.unshift(k);
    free = x - half;
  }
  return ticks;
}

/**
 * @param {Context2D} g
 * @param {View} view
 * @param {{arm: Arm, box: Box, sx: Scale, sy: Scale, picked: number | null}} options
 */
function drawBars(g, view, { arm, box, sx, sy, picked }) {
  const { theme } = view;
  const pitch = sx(1) - sx(0);
  const width = Math.min(46, pitch * 0.6);
  for (let layer = 0; layer <= depth(view); layer++) {
    const value = normAt(view, arm, layer);
    if (!Number.isFinite(value)) continue;
    const top = Math.min(box.y1, Math.max(sy(value), box.y0));
    const bar = { x0: sx(layer) - width / 2, x1: sx(layer) + width / 2, y0: top, y1: box.y1 };
    shade(g, bar, alpha(arm.color, layer === picked ? 0.5 : arm.dash.length ? 0.3 : 0.62));
    rule(g, { ...bar, y1: top }, { color: arm.color, dash: arm.dash.map((d) => d * 0.7), width: 2.5 });
    if (pitch > 52 || layer === picked)
      writeValue(g, value, { x: sx(layer), sy, arm, theme, strong: layer === picked });
  }
}

/**
 * A number above its bar.
 * @param {Context2D} g
 * @param {number} value
 * @param {{x: number, sy: Scale, arm: Arm, theme: Theme, strong: boolean}} options
 */
function writeValue(g, value, { x, sy, arm, theme, strong }) {
  if (!Number.isFinite(value)) return;
  const y = Math.max(TOP, Math.min(sy.range[0], sy(value))) - 6;
  text(g, magnitude(value), x, y, {
    color: mix(arm.color, theme.fg, 0.3),
    font: font(theme, 11.5, strong ? 700 : 500),
    align: "center",
  });
}
