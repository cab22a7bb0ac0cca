/** The numbers that the sentences quote. */
/** @import { State } from "./state.js" */

import { fixed } from "../../svg.js";
import { percentages, sizeValues } from "./measured.js";

/** @param {State} state @returns {Record<string, string>} */
export function valuesOf(state) {
  const { count, mean, deviation, x, hat, normalized } = state.result();
  const moves = state.moves(normalized);
  const size = state.data.channels * state.locations;
  const abroad = moves.filter((change, place) => change && Math.floor(place / size) !== state.pinned.image).length;
  return {
    count: String(count),
    all: String(normalized.length),
    means: String(normalized.length / count),
    m: String(count),
    mu: fixed(mean),
    s: fixed(deviation),
    xhat: fixed(hat),
    x: fixed(x),
    hat: fixed(hat),
    n: String(state.images),
    groups: String(state.groups),
    noticed: String(state.noticed(normalized)),
    moved: String(moves.filter((change) => change !== 0).length),
    abroad: String(abroad),
    ...percentages(state),
    ...sizeValues(state),
  };
}
