/**
 * Contour lines of a grid of numbers by marching squares, and the levels to draw them at.
 *
 * Pure functions; no canvas. A cell with a corner that is not finite has no line.
 */

/** Edges of a cell. */
const [BOTTOM, RIGHT, TOP, LEFT] = [0, 1, 2, 3];

/**
 * Which edges a line joins, by the corners above the level: 1 lower left, 2 lower right, 4 upper right, 8 upper left.
 * In 5 and 10, the saddles, two opposite corners are above; they are listed for a center below the level.
 */
const CASES = [
  [],
  [LEFT, BOTTOM],
  [BOTTOM, RIGHT],
  [LEFT, RIGHT],
  [RIGHT, TOP],
  [LEFT, BOTTOM, TOP, RIGHT],
  [BOTTOM, TOP],
  [LEFT, TOP],
  [LEFT, TOP],
  [BOTTOM, TOP],
  [LEFT, TOP, BOTTOM, RIGHT],
  [RIGHT, TOP],
  [LEFT, RIGHT],
  [BOTTOM, RIGHT],
  [LEFT, BOTTOM],
  [],
];

/**
 * Contour line of one level, as separate straight pieces, by marching squares (Lorensen & Cline 1987, in the plane).
 *
 * Each cell of four neighbors is cut where the level crosses its edges (linear interpolation along the edge). In a
 * saddle the mean of the corners decides which corners are joined.
 *
 * @param {ArrayLike<number>} values `values[j * n + i]` at `(xs[i], ys[j])`
 * @param {ArrayLike<number>} xs n coordinates, increasing
 * @param {ArrayLike<number>} ys m coordinates, increasing
 * @param {number} level value to trace
 * @returns {number[]} x0, y0, x1, y1 of every piece, one after the other
 */
export function contourSegments(values, xs, ys, level) {
  const n = xs.length;
  /** @type {number[]} */
  const out = [];
  for (let j = 0; j + 1 < ys.length; j++) {
    for (let i = 0; i + 1 < n; i++) {
      const k = j * n + i;
      const a = values[k];
      const b = values[k + 1];
      const c = values[k + n + 1];
      const d = values[k + n];
      const sum = a + b + c + d;
      if (!Number.isFinite(sum)) continue;
      const above = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      const isSaddle = above === 5 || above === 10;
      for (const edge of CASES[isSaddle && sum / 4 > level ? 15 - above : above]) {
        if (edge === BOTTOM) out.push(xs[i] + ((level - a) / (b - a)) * (xs[i + 1] - xs[i]), ys[j]);
        else if (edge === RIGHT) out.push(xs[i + 1], ys[j] + ((level - b) / (c - b)) * (ys[j + 1] - ys[j]));
        else if (edge === TOP) out.push(xs[i] + ((level - d) / (c - d)) * (xs[i + 1] - xs[i]), ys[j + 1]);
        else out.push(xs[i], ys[j] + ((level - a) / (d - a)) * (ys[j + 1] - ys[j]));
      }
    }
  }
  return out;
}

const mantissas = (/** @type {number} */ count) => Array.from({ length: 9 * count }, (_, k) => 1 + k / count);

/** Mantissas of round levels, from dense to sparse. */
const ROUND = [
  mantissas(20),
  mantissas(10),
  mantissas(5),
  mantissas(2),
  [1, 1.5, 2, 3, 4, 5, 6, 8],
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1, 3],
  [1],
];

/**
 * Levels for a positive range: as many round numbers as fit, about evenly spaced on a log axis; a geometric series
 * where
 * the range is too narrow for them.
 *
 * @param {number} low smallest value, > 0
 * @param {number} high largest value
 * @param {number} [most] how many levels at most
 * @returns {number[]} increasing levels strictly between low and high
 */
export function logLevels(low, high, most = 12) {
  if (!(low > 0) || !(high > low)) return [];
  if (high / low < 1.3) {
    const count = Math.min(most, 7);
    return Array.from({ length: count }, (_, k) => low * (high / low) ** ((k + 1) / (count + 1)));
  }
  for (const steps of ROUND) {
    const levels = decadeLevels(low, high, steps);
    if (levels.length <= most) return levels;
  }
  const whole = decadeLevels(low, high, [1]);
  const stride = Math.ceil(whole.length / most);
  return whole.filter((_, k) => k % stride === 0);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number[]} steps
 */
function decadeLevels(low, high, steps) {
  const levels = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const step of steps) {
      const value = Number((step * 10 ** power).toPrecision(6));
      if (value > low && value < high) levels.push(value);
    }
  }
  return levels;
}
