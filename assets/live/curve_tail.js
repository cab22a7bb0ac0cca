/** Curves arrive about once a second, frames far more often: the newest stretch of a curve is drawn from the frames. */
/** @import { Context2D, Curve, Frame, Scales, View } from "./types" */

import { armStroke, polyline } from "./draw.js";
import { scalar } from "./frame.js";
import { firstAfter } from "./frame_history.js";

/**
 * Training loss of an arm in the frames newer than its curve, joined to the curve's last point.
 * @param {Curve | undefined} curve
 * @param {Frame[]} frames
 * @param {number} arm
 * @returns {{steps: number[], loss: number[]}}
 */
export function newestLoss(curve, frames, arm) {
  const end = curve?.step.at(-1);
  const newer = frames.slice(end === undefined ? 0 : firstAfter(frames, end));
  const steps = newer.map((frame) => frame.step);
  const loss = newer.map((frame) => (frame.arms[arm] ? scalar(frame.arms[arm], "train_loss") : NaN));
  if (curve && end !== undefined) {
    steps.unshift(end);
    loss.unshift(/** @type {number} */ (curve.mean.at(-1)));
  }
  return { steps, loss };
}

/**
 * @param {Context2D} g
 * @param {View} view
 * @param {Scales & {width: number}} options width of the lines
 */
export function drawTails(g, view, { sx, sy, width }) {
  view.arms.forEach((arm, index) => {
    const { steps, loss } = newestLoss(view.curves[index], view.frames, index);
    if (steps.length > 1) polyline(g, { xs: steps, ys: loss, sx, sy }, armStroke(arm, width));
  });
}

/**
 * Highest loss shown: a blow-up must not flatten what came before it.
 * @param {Curve[]} curves
 * @param {Frame[]} [frames] used while there are no curves
 * @returns {number}
 */
export function lossCeiling(curves, frames = []) {
  const series = curves.length
    ? curves.map(({ mean }) => mean)
    : (frames[0]?.arms ?? []).map((arm) => [scalar(arm, "train_loss")]);
  let start = 0;
  let most = 0;
  for (const values of series) {
    start = Math.max(start, Array.from(values.slice(0, 10)).find(Number.isFinite) ?? 0);
    for (const value of values) if (Number.isFinite(value) && value > most) most = value;
  }
  return Math.min(most, start * 1.6) || 1;
}
