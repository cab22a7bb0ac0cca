/** The numbers that the sentences quote. */
/** @import { Say } from "../../types" */
/** @import { Said, State } from "./state.js" */

import { fixed } from "../../svg.js";
import { percentages, sizeValues } from "./measured.js";

/** @param {number} value */
const signed = (value) => `${value > 0 ? "+" : ""}${fixed(value, 1)}`;

/** @param {Said | null | undefined} said @param {Say} say */
const words = (said, say) =>
  said
    ? say(`picture.said_${said.answer}`, { mean: signed(said.mean), low: signed(said.low), high: signed(said.high) })
    : "–";

/** What the seeds say of batch against the others. @param {State} state @param {Say} say @returns {Record<string, string>} */
export function saidValues({ data: { relatives, sizes }, size }, say) {
  return {
    said_group: words(relatives?.said.group, say),
    said_layer: words(relatives?.said.layer, say),
    said_size: words(sizes?.said[size], say),
    said_largest: words(sizes?.largest, say),
    smallest: String(sizes?.sizes[0] ?? "–"),
    largest: String(sizes?.sizes.at(-1) ?? "–"),
  };
}

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
