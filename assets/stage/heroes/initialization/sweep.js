/** The recorded sweeps, as Python sends them (bnviz/chapters/initialization/stage_data.py), and what sentences quote of them. */

import { fixed } from "../../svg.js";

/**
 * One sweep: final training losses by arm, value and seed; null where a run diverged.
 * @typedef {{values: number[], chance: number, steps: number, plain: (number | null)[][], batch: (number | null)[][]}} Sweep
 */
/** @typedef {{last: number, seeds: number, sweeps: Record<string, Sweep>}} Recorded */

export const ARMS = /** @type {const} */ (["plain", "batch"]);
/** Where the cursor first stands. */
const FIRST = /** @type {Record<string, number>} */ ({ scale: 100, rate: 1 });

/** The middle of the losses of one value; a diverged run counts as infinite. @param {(number | null)[]} losses */
export function median(losses) {
  const sorted = losses.map((loss) => loss ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {(number | null)[]} losses */
export const divergedOf = (losses) => losses.filter((loss) => loss === null).length;

/**
 * The sweep on show and the place of its cursor.
 * @param {Recorded} recorded
 * @param {import("./state.js").State} state
 */
export function shown(recorded, { kind, net, cursor }) {
  const sweep = recorded.sweeps[`${kind}-${net}`];
  const first = sweep.values.indexOf(FIRST[kind]);
  const place = Math.min(cursor[kind] ?? Math.max(0, first), sweep.values.length - 1);
  return { sweep, place };
}

/** @param {number} loss @param {string} diverged the word for it */
export const lossText = (loss, diverged) => (Number.isFinite(loss) ? fixed(loss, loss < 0.1 ? 3 : 2) : diverged);

/** A value of the axis: 0.001 ... 50. @param {number} value */
export const valueText = (value) => String(Number(value.toPrecision(3)));
