/**
 * What was measured for a question of the ledger, as an axis: where the sentence would hold, a dot per seed, and the
 * interval around their mean, which decides.
 */

/**
 * @typedef {object} Test
 * @property {string} statement
 * @property {boolean} opposite whether the sentence says the opposite of the statement
 * @property {string} rule
 * @property {number} limit
 * @property {string} unit
 * @property {number[]} values one per seed
 * @property {[number, number] | null} interval null where the numbers follow from a formula: then each must agree
 * @property {string | null} answer
 */
/** @typedef {{id: string, wrong: string, why: string, standing: string, source: string, verdict: string, tests: Test[]}} Card */

/**
 * Where the question's statement holds: ranges of values, by its rule (bnviz/studies/rule.py).
 * @param {Test} test
 * @returns {Array<[number, number]>}
 */
function statementRanges({ rule, limit }) {
  if (rule === "within") return [[-limit, limit]];
  return [[limit, Number.POSITIVE_INFINITY]];
}

/**
 * Where the sentence would hold: as the statement, or everywhere else when the sentence says the opposite.
 * @param {Test} test
 * @returns {Array<[number, number]>}
 */
export function sentenceRanges(test) {
  const ranges = statementRanges(test);
  if (!test.opposite) return ranges;
  const [[low, high]] = ranges;
  /** @type {Array<[number, number]>} */
  const outside = [
    [Number.NEGATIVE_INFINITY, low],
    [high, Number.POSITIVE_INFINITY],
  ];
  return outside.filter(([from, to]) => from < to && from !== to);
}

/**
 * The key of the words that say where the bar, or each dot, would have to lie, for the sentence and not the statement.
 * @param {Pick<Test, "rule" | "opposite" | "interval">} test
 */
export const passKey = ({ rule, opposite, interval }) =>
  `picture.${interval ? "passes" : "passes_exactly"}.${opposite ? "opposite_" : ""}${rule}`;

/** A ground is never narrower than this, in pixels. */
export const LEAST_GROUND = 8;

/**
 * A ground as it is drawn: where it has hardly a width, a stripe around its middle.
 * @param {number} from @param {number} to in pixels
 * @returns {[number, number]} its left edge and its width
 */
export function groundSpan(from, to) {
  const size = Math.max(LEAST_GROUND, to - from);
  return [(from + to - size) / 2, size];
}

/**
 * How large the dots of the seeds are and how far apart they stand, so that all of them have room above the words.
 * @param {number} seeds
 * @param {number} room in pixels, from the ground's name to the words
 * @param {boolean} narrow
 */
export function dotSize(seeds, room, narrow) {
  const most = narrow ? 6 : 11;
  const apart = Math.min(0.8 * most, room / Math.max(1, seeds));
  return { radius: Math.max(4, Math.min(most, 1.25 * apart)), apart };
}

/** Ratios are drawn on an axis of equal ratios. @param {Test} test */
export const isRatio = ({ rule, values }) => rule === "ratio" && values.every((value) => value > 0);

/**
 * The ends of the axis: all values, the limit and, but for ratios, 0, with some air.
 * @param {Test} test
 * @returns {[number, number]}
 */
export function extent(test) {
  const { limit, rule } = test;
  const values = [...test.values, ...(test.interval ?? [])];
  if (isRatio(test)) {
    const all = [...values, limit, 1];
    return [Math.min(...all) / 1.25, Math.max(...all) * 1.25];
  }
  const all = [...values, 0, limit, ...(rule === "more" || rule === "ratio" ? [] : [-limit])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = 0.12 * (high - low || 1);
  return [low - air, high + air];
}

/** The place 0..1 of a value on the axis. @param {Test} test @param {number} value */
export function placeOf(test, value) {
  const [low, high] = extent(test);
  const clamped = Math.min(high, Math.max(low, value));
  return isRatio(test) ? Math.log(clamped / low) / Math.log(high / low) : (clamped - low) / (high - low);
}

/** A number in a few characters. @param {number} value */
export function brief(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e5 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}
