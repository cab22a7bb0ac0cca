/** Formulas as MathML, which browsers draw and screen readers read; a symbol may carry the name of its mark. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {MathMLElement | string} Piece a string of digits is a number, of letters an identifier, else an operator */

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...Piece} children
 * @returns {MathMLElement}
 */
function node(tag, attributes, ...children) {
  const element = /** @type {MathMLElement} */ (document.createElementNS(MATHML, tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(piece));
  return element;
}

/** @param {Piece} text @returns {MathMLElement} */
function piece(text) {
  if (typeof text !== "string") return text;
  const tag = /^[\d.]+$/.test(text) ? "mn" : /^[\p{L}∂]/u.test(text) ? "mi" : "mo";
  const element = /** @type {MathMLElement} */ (document.createElementNS(MATHML, tag));
  element.textContent = text;
  // Brackets around a few letters keep the height of the letters.
  if (tag === "mo") element.setAttribute("stretchy", "false");
  return element;
}

/** @param {...Piece} children */
export const math = (...children) => node("math", { displaystyle: "true" }, node("mrow", {}, ...children));

/** @param {...Piece} children */
export const row = (...children) => node("mrow", {}, ...children);

/** A symbol that lights a mark, and is lit by it. @param {string} mark @param {Piece} what */
export const symbol = (mark, what) => node("mrow", { "data-s": mark }, what);

/** @param {Piece} above @param {Piece} below */
export const fraction = (above, below) => node("mfrac", {}, above, below);

/** @param {...Piece} children */
export const root = (...children) => node("msqrt", {}, node("mspace", { width: "0.12em" }), ...children);

/** @param {Piece} base @param {Piece} index */
export const sub = (base, index) => node("msub", {}, base, index);

/** @param {Piece} base @param {Piece} exponent */
export const power = (base, exponent) => node("msup", {}, base, exponent);

/** A letter with a hat. @param {Piece} base */
export const hat = (base) => node("mover", { accent: "true" }, base, "^");
