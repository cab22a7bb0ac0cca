/**
 * Contour lines of a grid of numbers by marching squares, and the levels to draw them at.
 *
 * Pure functions; no canvas. A cell with a corner that is not finite has no line.
 */

/**
 * Contour line of one level, as separate straight pieces.
 *
 * Each cell of four neighbors is cut where the level crosses its edges (linear interpolation along the edge). In a
 * saddle cell (two opposite corners above) the mean of the corners decides which corners are joined.
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
  for (let j = 0; j + 1 < ys.length; j += 1) {
    for (let i = 0; i + 1 < n; i += 1) {
      const k = j * n + i;
      const [a, b, c, d] = [values[k], values[k + 1], values[k + n + 1], values[k + n]];
      const sum = a + b + c + d;
      if (!Number.isFinite(sum)) continue;
      const code = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (code === 0 || code === 15) continue;
      const [x0, x1, y0, y1] = [xs[i], xs[i + 1], ys[j], ys[j + 1]];
      const bottom = () => out.push(x0 + ((level - a) / (b - a)) * (x1 - x0), y0);
      const right = () => out.push(x1, y0 + ((level - b) / (c - b)) * (y1 - y0));
      const top = () => out.push(x0 + ((level - d) / (c - d)) * (x1 - x0), y1);
      const left = () => out.push(x0, y0 + ((level - a) / (d - a)) * (y1 - y0));
      cut(code, sum / 4 > level, { bottom, right, top, left });
    }
  }
  return out;
}

/**
 * Join the crossed edges of one cell.
 * @param {number} code which corners are above: 1 lower left, 2 lower right, 4 upper right, 8 upper left
 * @param {boolean} highCenter whether the middle of the cell is above
 * @param {{bottom: Function, right: Function, top: Function, left: Function}} edge
 */
function cut(code, highCenter, edge) {
  const join = (/** @type {Function} */ from, /** @type {Function} */ to) => {
    from();
    to();
  };
  if (code === 5 || code === 10) {
    const cutsLowerLeft = (code === 5) !== highCenter;
    join(edge.left, cutsLowerLeft ? edge.bottom : edge.top);
    join(cutsLowerLeft ? edge.top : edge.bottom, edge.right);
    return;
  }
  const low = code > 7 ? 15 - code : code;
  if (low === 1) join(edge.left, edge.bottom);
  else if (low === 2) join(edge.bottom, edge.right);
  else if (low === 3) join(edge.left, edge.right);
  else if (low === 4) join(edge.right, edge.top);
  else if (low === 6) join(edge.bottom, edge.top);
  else if (low === 7) join(edge.left, edge.top);
}

const EVERY = (/** @type {number} */ count) => Array.from({ length: 9 * count }, (_, k) => 1 + k / count);

/** Mantissas of round levels, from dense to sparse. */
const ROUND = [
  EVERY(20),
  EVERY(10),
  EVERY(5),
  EVERY(2),
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

/**
 * Smallest and largest finite positive value.
 * @param {Iterable<number>} values
 * @returns {[number, number] | null} null when there is none
 */
export function positiveRange(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!(value > 0) || value === Infinity) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
