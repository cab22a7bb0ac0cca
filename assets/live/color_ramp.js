/**
 * Sequential color scales of even lightness, computed in OKLCH (Ottosson 2020, "A perceptual color space for
 * image processing") so that equal steps of the value look like equal steps of color.
 */
/** @import { Context2D, Ramp } from "./types" */

import { parseColor } from "./theme.js";

/** Entries of a ramp. */
export const RAMP_SIZE = 256;

/**
 * Where a ramp begins and ends: lightness 0..1, chroma, hue in degrees.
 * @typedef {{lightness: [number, number], chroma: [number, number], hue: [number, number]}} RampEnds
 */

/**
 * Low values stand out from the paper, high values fade into it. Every color on the way is one a screen can show:
 * a cut one would be a false edge in the field.
 * @type {Record<"light" | "dark", RampEnds>}
 */
const FIELD = {
  light: { lightness: [0.33, 0.95], chroma: [0.115, 0.07], hue: [285, 100] },
  dark: { lightness: [0.93, 0.24], chroma: [0.105, 0.075], hue: [105, 285] },
};

/** @type {Map<string, Ramp>} */
const cache = new Map();

/**
 * The scale of a field of values (a loss): low values stand out, high values fade into the paper.
 * @param {boolean} dark whether the paper is dark
 * @returns {Ramp}
 */
export function fieldRamp(dark) {
  const key = dark ? "dark" : "light";
  let ramp = cache.get(key);
  if (!ramp) {
    ramp = buildRamp(FIELD[key]);
    cache.set(key, ramp);
  }
  return ramp;
}

/**
 * A scale between two colors, even in OKLab.
 * @param {string} from CSS color; an opacity is left out
 * @param {string} to
 * @returns {Ramp}
 */
export function mixRamp(from, to) {
  const key = `${from}>${to}`;
  let ramp = cache.get(key);
  if (ramp) return ramp;
  ramp = new Uint8ClampedArray(RAMP_SIZE * 3);
  const [a, b] = [from, to].map((color) => toOklab(parseColor(color) ?? [128, 128, 128]));
  for (let k = 0; k < RAMP_SIZE; k += 1) {
    const t = k / (RAMP_SIZE - 1);
    ramp.set(fromOklab([0, 1, 2].map((c) => a[c] + (b[c] - a[c]) * t)), k * 3);
  }
  if (cache.size > 64) cache.clear();
  cache.set(key, ramp);
  return ramp;
}

/** @type {WeakMap<Ramp, HTMLCanvasElement>} */
const images = new WeakMap();

/**
 * The ramp as an image of one row, low to high, to stretch over a color bar.
 * @param {Ramp} ramp
 * @returns {HTMLCanvasElement}
 */
export function rampImage(ramp) {
  let node = images.get(ramp);
  if (node) return node;
  node = document.createElement("canvas");
  [node.width, node.height] = [RAMP_SIZE, 1];
  const g = /** @type {Context2D} */ (node.getContext("2d"));
  const image = g.createImageData(RAMP_SIZE, 1);
  for (let k = 0; k < RAMP_SIZE; k += 1) image.data.set([ramp[3 * k], ramp[3 * k + 1], ramp[3 * k + 2], 255], 4 * k);
  g.putImageData(image, 0, 0);
  images.set(ramp, node);
  return node;
}

/**
 * Ink that reads on a color of the ramp.
 * @param {Ramp} ramp
 * @param {number} t 0..1
 * @returns {"#000000" | "#ffffff"}
 */
export function inkOn(ramp, t) {
  const k = 3 * Math.round(Math.min(1, Math.max(0, t)) * (RAMP_SIZE - 1));
  return toOklab([ramp[k], ramp[k + 1], ramp[k + 2]])[0] > 0.62 ? "#000000" : "#ffffff";
}

/**
 * @param {RampEnds} ends
 * @returns {Ramp}
 */
function buildRamp(ends) {
  const ramp = new Uint8ClampedArray(RAMP_SIZE * 3);
  for (let k = 0; k < RAMP_SIZE; k += 1) {
    const t = k / (RAMP_SIZE - 1);
    const between = (/** @type {[number, number]} */ pair) => pair[0] + (pair[1] - pair[0]) * t;
    const chroma = between(ends.chroma);
    const angle = (between(ends.hue) * Math.PI) / 180;
    ramp.set(fromOklab([between(ends.lightness), chroma * Math.cos(angle), chroma * Math.sin(angle)]), k * 3);
  }
  return ramp;
}

/**
 * @param {number[]} rgb 0..255
 * @returns {number[]} L, a, b
 */
export function toOklab(rgb) {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * @param {number[]} lab
 * @returns {number[]} r, g, b in 0..255, cut to what a screen can show
 */
export function fromOklab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((v) => {
    const cut = Math.min(1, Math.max(0, v));
    return Math.round(255 * (cut <= 0.0031308 ? 12.92 * cut : 1.055 * cut ** (1 / 2.4) - 0.055));
  });
}
