/**
 * Which unit to look at: how far the median of a unit's input wandered, and its rank among the recorded units.
 *
 * Figure 1 of Ioffe & Szegedy (2015) shows "one typical sigmoid" and does not say how it was chosen; the ranks make
 * our own choice visible.
 */

/**
 * Drift of every unit: largest minus smallest median over the frames.
 *
 * @param {ArrayLike<number>[]} medians one array of U medians per frame
 * @returns {Float64Array} U drifts; NaN for a unit without any finite median
 */
export function drifts(medians) {
  const count = medians.length ? medians[0].length : 0;
  const low = new Float64Array(count).fill(Infinity);
  const high = new Float64Array(count).fill(-Infinity);
  for (const row of medians) {
    for (let u = 0; u < count; u += 1) {
      const value = row[u];
      if (!Number.isFinite(value)) continue;
      if (value < low[u]) low[u] = value;
      if (value > high[u]) high[u] = value;
    }
  }
  return high.map((value, u) => (value >= low[u] ? value - low[u] : Number.NaN));
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
  const count = armRanks.length ? armRanks[0].length : 0;
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
