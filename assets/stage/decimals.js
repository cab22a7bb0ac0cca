/** How many decimals a line of numbers needs, so that a reader with a calculator gets the result that is printed. */

import { fixed } from "./svg.js";

const [FEWEST, MOST] = [3, 6];

/**
 * The fewest decimals at which the printed parts give the printed result; the result itself is that of the full numbers.
 * @param {number[]} parts as they are
 * @param {(...parts: number[]) => number} result
 * @param {(decimals: number) => number} [ofResult] the decimals of the result, by those of the parts
 */
export function decimalsFor(parts, result, ofResult = (decimals) => decimals) {
  for (let decimals = FEWEST; decimals < MOST; decimals++) {
    const printed = parts.map((part) => Number(part.toFixed(decimals)));
    const shown = ofResult(decimals);
    if (fixed(result(...printed), shown) === fixed(result(...parts), shown)) return decimals;
  }
  return MOST;
}
