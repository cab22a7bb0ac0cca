/** Where words stand on a canvas, so that the pointer can ask what a label means. */

/** @typedef {{words: string, x0: number, x1: number, y: number}} Written y of the middle, CSS pixels */

/** @type {WeakMap<object, Written[]>} */
const written = new WeakMap();

/** Half the height of a line of small type, with some room. */
const HALF = 9;

/**
 * Remember a label; level ones only.
 * @param {object} canvas
 * @param {Written} label
 */
export function remember(canvas, label) {
  const labels = written.get(canvas);
  if (labels) labels.push(label);
  else written.set(canvas, [label]);
}

/** A canvas was cleared. @param {object} canvas */
export const forget = (canvas) => written.delete(canvas);

/**
 * The words at a place, null where there are none.
 * @param {object} canvas
 * @param {{x: number, y: number}} at
 * @returns {string | null}
 */
export function wordsAt(canvas, { x, y }) {
  const found = (written.get(canvas) ?? []).findLast(
    (label) => x >= label.x0 - 2 && x <= label.x1 + 2 && Math.abs(y - label.y) <= HALF,
  );
  return found?.words ?? null;
}
