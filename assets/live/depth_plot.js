/**
 * One number of every layer of a deep net: a line per arm over depth, with the layers that the panels draw marked.
 */
/** @import { ArmFrame, Context2D, Scale, Scales, Theme, View } from "./types" */

import { axisX } from "./axis.js";
import { armStroke, polyline } from "./draw.js";
import { MAX_LAYERS } from "./layer_choice.js";
import { axisNames, labeledTicks } from "./layer_names.js";
import { depth } from "./panel_parts.js";
import { font } from "./theme.js";

/** Whether lines over depth read better than bars. @param {View} view */
export const isDeep = (view) => depth(view) > MAX_LAYERS;

/**
 * Axis of layers by their names, as many as fit.
 * @param {Context2D} g
 * @param {Scale} sx by index of the layer
 * @param {number} y
 * @param {{names: string[], theme: Theme, title?: string, head?: string}} options the head has a tick of its own after
 *   the layers
 */
export function layerAxis(g, sx, y, { names, theme, title, head }) {
  g.font = font(theme, 11);
  const widthOf = (/** @type {string} */ words) => g.measureText(words).width;
  const pitch = Math.abs(sx(1) - sx(0));
  const axis = axisNames(names, pitch, widthOf);
  const isClear = (/** @type {number} */ k) =>
    !head || (names.length - k) * pitch > (widthOf(axis.words[k]) + widthOf(head)) / 2 + 7;
  const ticks = labeledTicks(names.length, axis.every).filter(isClear);
  axisX(g, sx, y, {
    theme,
    ticks: head ? [...ticks, names.length] : ticks,
    format: (k) => axis.words[k] ?? head,
    title: title && axis.prefix ? `${title} (${axis.prefix})` : title,
  });
}

/**
 * @param {Context2D} g
 * @param {View} view
 * @param {Scales} scales by index of the layer; the head's is the last one
 * @param {(frame: ArmFrame) => ArrayLike<number>} get a number per layer, the head's last
 */
export function depthLines(g, view, { sx, sy }, get) {
  const head = depth(view);
  const xs = Array.from({ length: head + 1 }, (_, k) => k);
  for (const arm of view.arms) {
    const frame = view.frame?.arms[arm.index];
    if (!frame) continue;
    const values = get(frame);
    const ys = xs.map((k) => {
      // An arm with fewer layers still has its head over "head".
      const value = k === head ? values[values.length - 1] : k < frame.layers ? values[k] : NaN;
      return Number.isFinite(value) ? Math.max(value, sy.domain[0]) : NaN;
    });
    polyline(g, { xs, ys, sx, sy }, armStroke(arm, 2));
    for (const k of xs) {
      const isShown = k === head || !view.layers || view.layers.includes(k);
      if (Number.isFinite(ys[k]))
        drawDot(g, sx(k), sy(ys[k]), { color: arm.color, rim: isShown ? view.theme.card : null });
    }
  }
}

/**
 * A dot; a large one where there is a rim.
 * @param {Context2D} g
 * @param {number} x
 * @param {number} y
 * @param {{color: string, rim: string | null}} colors
 */
function drawDot(g, x, y, { color, rim }) {
  g.beginPath();
  g.arc(x, y, rim ? 3.6 : 1.8, 0, 7);
  g.fillStyle = color;
  g.fill();
  if (!rim) return;
  g.lineWidth = 1.2;
  g.strokeStyle = rim;
  g.stroke();
}
