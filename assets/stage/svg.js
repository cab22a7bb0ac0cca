/** Small pieces of SVG that pictures share. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | null>} Attributes null removes; "text" is the text inside */

/**
 * A new element of a picture.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {Element | null} [parent]
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, tag);
  set(element, attributes);
  parent?.append(element);
  return element;
}

/**
 * Write attributes that differ from what is there.
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @returns {E}
 */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") {
      if (element.textContent !== String(value)) element.textContent = String(value);
    } else if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
  return element;
}

/**
 * One group per name, in this order: later ones lie on top.
 * @template {string} N
 * @param {Element} parent
 * @param {...N} names
 * @returns {Record<N, SVGGElement>}
 */
export function layers(parent, ...names) {
  const made = /** @type {Record<N, SVGGElement>} */ ({});
  for (const name of names) made[name] = svg("g", { class: `layer-${name}` }, parent);
  return made;
}

/**
 * A linear scale between values and pixels, both ways.
 * @param {number} low
 * @param {number} high
 * @param {number} from pixel of low
 * @param {number} to pixel of high
 */
export function scale(low, high, from, to) {
  const slope = (to - from) / (high - low);
  return {
    /** @param {number} value */
    px: (value) => from + (value - low) * slope,
    /** @param {number} pixel */
    value: (pixel) => low + (pixel - from) / slope,
    /** Pixels per unit. */
    slope,
  };
}

/**
 * The path of a line through points.
 * @param {Iterable<readonly [number, number]>} points
 */
export const polyline = (points) =>
  Array.from(points, ([x, y], place) => `${place ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {number} from @param {number} to @param {number} share */
export const between = (from, to, share) => from + (to - from) * share;

/**
 * A number with fixed digits, a true minus sign and no minus zero.
 * @param {number} value
 * @param {number} [digits]
 */
export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** The same, in brackets where it is negative: for products. @param {number} value @param {number} [digits] */
export function bracketed(value, digits = 2) {
  const text = fixed(value, digits);
  return text.startsWith("−") ? `(${text})` : text;
}
