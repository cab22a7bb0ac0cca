/** Numbers as they are written. A missing number is a dash, never a 0. */
/** @import { Translate, Words } from "./types" */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const THIN = "\u202f";
export const MISSING = "–";

/** An integer in superscript. @param {number} n */
export const superscript = (n) =>
  (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((d) => SUPERSCRIPTS[Number(d)]).join("");

/**
 * Scientific: 1·10⁻⁴.
 * @param {number} value
 * @param {number} [digits] after the point
 */
export function scientific(value, digits = 0) {
  if (!Number.isFinite(value)) return MISSING;
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(digits).split("e");
  return `${mantissa.replace("-", "−")}·10${superscript(Number(exponent))}`;
}

/**
 * A size: plain from 0.1 to 1,000, else scientific; digits + 1 that count.
 * @param {number} value
 * @param {number} [digits]
 */
export function magnitude(value, digits = 1) {
  const plain = Math.abs(value) >= 0.1 && Math.abs(value) < 1000;
  if (!plain) return scientific(value, digits);
  const written = value.toPrecision(digits + 1);
  return (written.includes("e") ? String(Number(written)) : written).replace("-", "−");
}

/** A power of ten as an axis shows it: 10⁻³, 1, 10, 10². @param {number} value */
export function powerOfTen(value) {
  const exponent = Math.round(Math.log10(value));
  if (exponent === 0) return "1";
  return exponent === 1 ? "10" : `10${superscript(exponent)}`;
}

/**
 * Share 0..1 as per cent.
 * @param {number} share
 * @param {number} [digits]
 */
export const percent = (share, digits = 1) =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)}${THIN}%` : MISSING;

/**
 * Fixed digits; what does not fit goes scientific.
 * @param {number} value
 * @param {number} [digits]
 */
export function decimals(value, digits = 3) {
  if (!Number.isFinite(value)) return MISSING;
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits)) return scientific(value, 1);
  return value.toFixed(digits).replace("-", "−");
}

/** Whole number with thin spaces between thousands. @param {number} value */
export const integer = (value) =>
  Number.isFinite(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN) : MISSING;

/**
 * Tick label: as few digits as tell neighbors apart.
 * @param {number} value
 * @param {number} step between ticks
 */
export function tickLabel(value, step) {
  if (Math.abs(value) >= 10000) return integer(value);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value
    .toFixed(Math.min(digits, 6))
    .replace(/^-(?=0(\.0*)?$)/, "")
    .replace("-", "−");
}

/**
 * Look up words and fill in their places: fill("step {n}", {n: 3}).
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export const fillIn = (text, values = {}) => text.replace(/\{(\w+)\}/g, (all, key) => String(values[key] ?? all));

/** @type {(node: Words | string | undefined, name: string) => Words | string | undefined} */
const child = (node, name) => (typeof node === "object" ? node[name] : undefined);

/**
 * Words by dotted key, from nested tables or from a flat one with full keys. A missing word shows its key, so that it
 * is noticed.
 * @param {Words | undefined} strings
 * @returns {Translate}
 */
export function translator(strings) {
  return (key, values) => {
    const found =
      strings?.[key] ??
      strings?.[`live.${key}`] ??
      key.split(".").reduce(child, /** @type {Words | string | undefined} */ (strings));
    return typeof found === "string" ? fillIn(found, values) : key;
  };
}
