/**
 * One number of every layer of a deep net: a line per arm over depth, with the layers that the panels draw marked.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./axis.js").ScaleFn} ScaleFn
 * @typedef {CanvasRenderingContext2D} G
 */
import { axisX, font, polyline } from "./draw.js";
import { MOST } from "./layer_choice.js";
import { axisNames, labeled } from "./layer_names.js";
import { depth } from "./panel_parts.js";

/** Whether lines over depth read better than bars. @param {View} view */
export const isDeep = (view) => depth(view) > MOST;

/**
 * Axis of layers by their names, as many as fit.
 * @param {G} g
 * @param {ScaleFn} sx by place
 * @param {number} y
 * @param {string[]} names
 * @param {import("./theme.js").Theme} theme
 * @param {{title?: string, head?: string}} [more] the head has a place of its own after the layers
 */
export function layerAxis(g, sx, y, names, theme, { title, head } = {}) {
  g.font = font(theme, 11);
  const widthOf = (/** @type {string} */ words) => g.measureText(words).width;
  const pitch = Math.abs(sx(1) - sx(0));
  const axis = axisNames(names, pitch, widthOf);
  const clear = (/** @type {number} */ k) =>
    !head || (names.length - k) * pitch > (widthOf(axis.words[k]) + widthOf(head)) / 2 + 7;
  const ticks = labeled(names.length, axis.every).filter(clear);
  axisX(g, sx, y, theme, {
    ticks: head ? [...ticks, names.length] : ticks,
    format: (k) => axis.words[k] ?? head,
    title: title && axis.prefix ? `${title} (${axis.prefix})` : title,
  });
}

/**
 * @param {G} g
 * @param {View} view
 * @param {ScaleFn} sx by place; the head's is the last one
 * @param {ScaleFn} sy
 * @param {(frame: import("./frame.js").ArmFrame) => ArrayLike<number>} get a number per layer, the head's last
 */
export function depthLines(g, view, sx, sy, get) {
  const head = depth(view);
  for (const arm of view.arms) {
    const frame = view.frame?.arms[arm.index];
    if (!frame) continue;
    const values = get(frame);
    // An arm with fewer layers still has its head over "head".
    const at = Array.from({ length: head + 1 }, (_, k) =>
      k === head ? values[values.length - 1] : k < frame.layers ? values[k] : NaN,
    );
    const inside = at.map((value) => (Number.isFinite(value) ? Math.max(value, sy.domain[0]) : NaN));
    polyline(
      g,
      inside.map((_, k) => k),
      inside,
      sx,
      sy,
      { color: arm.color, dash: arm.dash, width: 2 },
    );
    inside.forEach((value, k) => {
      dot(
        g,
        sx(k),
        sy(value),
        arm.color,
        k === head || !view.layers || view.layers.includes(k) ? 3.6 : 1.8,
        view.theme.card,
      );
    });
  }
}

/**
 * @param {G} g
 * @param {number} x
 * @param {number} y
 * @param {string} color
 * @param {number} radius
 * @param {string} paper
 */
function dot(g, x, y, color, radius, paper) {
  if (!Number.isFinite(y)) return;
  g.beginPath();
  g.arc(x, y, radius, 0, 7);
  g.fillStyle = color;
  g.fill();
  if (radius < 3) return;
  g.lineWidth = 1.2;
  g.strokeStyle = paper;
  g.stroke();
}
