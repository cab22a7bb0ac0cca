/** Random numbers from a seed, the same in every browser. */

/**
 * Uniform numbers in [0, 1) by mulberry32: a counter of 32 bits whose values are mixed; period 2^32.
 *
 * Source: Tommy Ettinger's mulberry32 (2017, public domain).
 * @param {number} seed an integer
 * @returns {() => number} the next number at each call
 */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A number from N(0, 1): sqrt(-2 log(1 - u)) cos(2 pi v) of the next two uniform numbers u and v.
 *
 * Source: Box & Muller 1958.
 * @param {() => number} uniform numbers in [0, 1), as `random` gives them
 * @returns {number}
 */
export function gaussian(uniform) {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/**
 * Different indices out of 0..count - 1, all choices equally likely: the first `size` places of a Fisher-Yates shuffle.
 * @param {number} count size of the population
 * @param {number} size how many to draw, at most count
 * @param {() => number} uniform numbers in [0, 1), as `random` gives them
 * @returns {number[]} (size,), in random order
 */
export function drawIndices(count, size, uniform) {
  const places = Array.from({ length: count }, (_, index) => index);
  for (let place = 0; place < size; place++) {
    const other = place + Math.floor(uniform() * (count - place));
    [places[place], places[other]] = [places[other], places[place]];
  }
  return places.slice(0, size);
}
