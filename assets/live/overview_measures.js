/**
 * What the overview shows of every layer, and how a number becomes a color.
 *
 * @typedef {object} Measure
 * @property {string} id key of its words: overview.<id>, overview.<id>_unit
 * @property {string} color of its strongest cells
 * @property {[string, string]} ends labels of the two ends of the color scale
 * @property {(frame: ArmFrame, arm: Arm, layer: number) => number} get NaN where there is none
 * @property {(value: number) => number} level 0..1 on the color scale, NaN for what is not a number
 * @property {(value: number) => string} format
 * @property {boolean} sampled whether it is measured on a sample where the layer is large
 */
/** @import { Arm, ArmFrame, Theme, View } from "./types" */

import { magnitude, percent, powerOfTen } from "./format.js";
import { deviation } from "./frame.js";
import { activationOf } from "./function_plot.js";
import { HistoryRange } from "./history_range.js";
import { wholeDecades } from "./plot.js";
import { stageOf } from "./side_histogram.js";
import { canDie } from "./term_words.js";

const SPREAD_INK = { light: "#5a3fb0", dark: "#c3b1ff" };

/**
 * Level on a scale of decades; what is 0 is at its low end, what is not finite nowhere.
 * @param {[number, number]} domain
 * @returns {(value: number) => number}
 */
export function logLevel([low, high]) {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  return (value) =>
    !Number.isFinite(value) ? NaN : value > 0 ? Math.min(1, Math.max(0, (Math.log10(value) - from) / (to - from))) : 0;
}

/** Whether a share of outputs can be lost here: to saturation, or to dead units. @param {Arm} arm */
const canLose = (arm) => Boolean(arm.saturation) || canDie(activationOf(arm));

/**
 * The share that is lost, by the arm's nonlinearity.
 * @param {ArmFrame} frame
 * @param {Arm} arm
 * @param {number} layer
 */
const lostShare = (frame, arm, layer) =>
  arm.saturation ? frame.saturated_fraction[layer] : canLose(arm) ? frame.dead_fraction[layer] : NaN;

/** Color scales that hold all of a run, the same for every arm. */
export class Measures {
  constructor() {
    /** @type {Arm[]} */
    this.arms = [];
    this.spreads = new HistoryRange((frame, add, a) => {
      for (let layer = 0; this.arms[a] && layer < frame.layers; layer++)
        add(deviation(frame, layer, stageOf(this.arms[a])));
    });
    this.gradients = new HistoryRange((frame, add) => {
      for (let layer = 0; layer < frame.layers; layer++) add(frame.grad_norm[layer]);
    });
  }

  /**
   * @param {View} view
   * @returns {Measure[]}
   */
  update(view) {
    const { arms, frames, theme } = view;
    this.arms = arms;
    const spread = wholeDecades(this.spreads.update(frames, arms.map(stageOf).join()).positiveExtent, 2);
    const gradient = wholeDecades(this.gradients.update(frames).positiveExtent, 2);
    const share = arms.some(canLose) ? [shareOf(arms, theme)] : [];
    return [
      {
        id: "spread",
        sampled: true,
        color: SPREAD_INK[theme.dark ? "dark" : "light"],
        ...onLog(spread),
        get: (frame, arm, layer) => deviation(frame, layer, stageOf(arm)),
      },
      ...share,
      {
        id: "gradient",
        sampled: false,
        color: theme.fg,
        ...onLog(gradient),
        get: (frame, _, layer) => frame.grad_norm[layer],
      },
    ];
  }
}

/**
 * @param {[number, number]} domain
 * @returns {Pick<Measure, "ends" | "level" | "format">}
 */
const onLog = (domain) => ({
  ends: [powerOfTen(domain[0]), powerOfTen(domain[1])],
  level: logLevel(domain),
  format: (value) => magnitude(value),
});

/**
 * @param {Arm[]} arms
 * @param {Theme} theme
 * @returns {Measure}
 */
function shareOf(arms, theme) {
  const saturating = arms.filter((arm) => arm.saturation).length;
  const id = saturating === arms.length ? "saturated" : saturating ? "lost" : "dead";
  const level = (/** @type {number} */ value) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : NaN);
  return {
    id,
    sampled: saturating > 0,
    color: theme.danger,
    ends: ["0", percent(1, 0)],
    level,
    format: (value) => percent(value),
    get: lostShare,
  };
}
