/**
 * Which unit to show: how far the median of a unit's input wandered, and its rank among the recorded units.
 *
 * Figure 1 of Ioffe & Szegedy (2015) shows "one typical sigmoid" and does not say how it was chosen; the ranks make
 * our own choice visible.
 */
/** @import { Frame } from "./types" */

import { unitPercentile } from "./frame.js";

/**
 * Drift of every unit of one layer, arm by arm: the largest minus the smallest median over the frames seen. New frames
 * are added, so that a run of any length costs the same per frame.
 */
export class DriftMeter {
  constructor() {
    /** @type {Array<{low: Float64Array, high: Float64Array}>} per arm */
    this.arms = [];
    this.layer = -1;
    this.seen = -1;
    /** @type {Frame | null} identity of the run: its first frame */
    this.first = null;
  }

  /**
   * @param {Frame[]} frames by step
   * @param {number} layer
   * @returns {Float64Array[]} per arm, U drifts; NaN for a unit without any finite median
   */
  update(frames, layer) {
    if (this.layer !== layer || this.first !== (frames[0] ?? null) || (frames.at(-1)?.step ?? -1) < this.seen) {
      this.arms = (frames[0]?.arms ?? []).map(({ units }) => ({
        low: new Float64Array(units).fill(Infinity),
        high: new Float64Array(units).fill(-Infinity),
      }));
      [this.layer, this.seen, this.first] = [layer, -1, frames[0] ?? null];
    }
    let start = frames.length;
    while (start > 0 && frames[start - 1].step > this.seen) start -= 1;
    for (const frame of frames.slice(start)) this.add(frame);
    return this.arms.map(({ low, high }) => high.map((value, u) => (value >= low[u] ? value - low[u] : Number.NaN)));
  }

  /** @param {Frame} frame */
  add(frame) {
    this.seen = frame.step;
    this.arms.forEach(({ low, high }, a) => {
      const arm = frame.arms[a];
      if (this.layer >= arm.layers) return;
      for (let u = 0; u < low.length; u += 1) {
        const median = unitPercentile(arm, this.layer, u, 1);
        if (!Number.isFinite(median)) continue;
        if (median < low[u]) low[u] = median;
        if (median > high[u]) high[u] = median;
      }
    });
  }
}

/**
 * Rank of every unit, 1 for the one that drifts least; a unit without a drift ranks last.
 * @param {ArrayLike<number>} drift
 * @returns {Int32Array}
 */
export function ranks(drift) {
  const order = Array.from(drift, (_, u) => u);
  const key = (/** @type {number} */ u) => (Number.isFinite(drift[u]) ? drift[u] : Infinity);
  order.sort((a, b) => (key(a) === key(b) ? a - b : key(a) - key(b)));
  const out = new Int32Array(order.length);
  order.forEach((unit, place) => {
    out[unit] = place + 1;
  });
  return out;
}

/**
 * Choose a unit by its ranks in every arm.
 *
 * "typical" is nearest to the middle rank in the arm where it is farthest from it; "most" and "least" have the
 * largest and smallest sum of ranks.
 *
 * @param {ArrayLike<number>[]} armRanks per arm, U ranks
 * @param {"typical" | "most" | "least"} which
 * @returns {number} index of the unit, 0 when there is none
 */
export function chooseUnit(armRanks, which) {
  const count = armRanks.length ? Math.min(...armRanks.map((own) => own.length)) : 0; // units that every arm has
  const middle = (count + 1) / 2;
  let best = 0;
  let bestCost = Infinity;
  for (let u = 0; u < count; u += 1) {
    let cost = 0;
    for (const rank of armRanks) {
      if (which === "typical") cost = Math.max(cost, Math.abs(rank[u] - middle));
      else cost += which === "most" ? -rank[u] : rank[u];
    }
    if (cost < bestCost) {
      bestCost = cost;
      best = u;
    }
  }
  return best;
}
