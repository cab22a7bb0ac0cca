/** One arm's training loss: strong up to the step shown, pale after it, beside the other arms'. */
/** @import { Arm, Context2D, Scales, View } from "./types" */

import { axisX, axisY, linear, rule } from "./axis.js";
import { lossCeiling, newestLoss } from "./curve_tail.js";
import { armStroke, fitCanvas, polyline } from "./draw.js";
import { clipTo } from "./plot.js";
import { bisectRight } from "./vendor/d3-array.js";

const LEFT = 40;

/**
 * @param {HTMLCanvasElement} node
 * @param {View} view
 * @param {{arm: Arm, width: number, height: number}} options
 * @returns {Scales & {g: Context2D, box: import("./types").Box}}
 */
export function drawLossSoFar(node, view, { arm, width, height }) {
  const { theme, arms, frames, curves, step } = view;
  const g = fitCanvas(node, width, height);
  const box = { x0: LEFT, x1: width - 8, y0: 10, y1: height - 24 };
  const last = Math.max(1, frames.at(-1)?.step ?? 0, curves[0]?.step.at(-1) ?? 0);
  const sx = linear([0, last], [box.x0, box.x1]);
  const sy = linear([0, lossCeiling(curves, frames) * 1.05], [box.y1, box.y0]);
  axisX(g, sx, box.y1, { theme, count: Math.max(3, Math.floor(width / 110)), grid: [box.y0, box.y1] });
  axisY(g, sy, box.x0, { theme, count: 4, grid: [box.x0, box.x1] });
  clipTo(g, box, () => {
    for (const other of arms) {
      const { xs, ys } = lossOf(view, other.index);
      const isOwn = other.index === arm.index;
      polyline(g, { xs, ys, sx, sy }, { ...armStroke(other, isOwn ? 1.6 : 1.2), opacity: isOwn ? 0.4 : 0.25 });
      const end = bisectRight(xs, step);
      if (isOwn) polyline(g, { xs: xs.slice(0, end), ys: ys.slice(0, end), sx, sy }, armStroke(other, 2.4));
    }
  });
  rule(g, { x0: sx(step), x1: sx(step), y0: box.y0, y1: box.y1 }, { color: theme.fg, width: 1.5 });
  return { g, box, sx, sy };
}

/**
 * Mean training loss of an arm over the steps, the newest from the frames.
 * @param {View} view
 * @param {number} arm
 * @returns {{xs: number[], ys: number[]}}
 */
export function lossOf({ curves, frames }, arm) {
  const { steps, loss } = newestLoss(curves[arm], frames, arm);
  const [xs, ys] = [Array.from(curves[arm]?.step ?? []), Array.from(curves[arm]?.mean ?? [])];
  const joined = xs.length ? 1 : 0; // the tail begins with the curve's last point
  return { xs: [...xs, ...steps.slice(joined)], ys: [...ys, ...loss.slice(joined)] };
}
