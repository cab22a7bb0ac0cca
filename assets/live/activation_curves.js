/**
 * The nonlinearities and their derivatives, as torch defines them: formulas, to draw beside what was measured.
 *
 * @typedef {object} ActivationCurve
 * @property {(x: number) => number} value
 * @property {(x: number) => number} derivative
 * @property {[number, number]} range part of the value axis to show
 * @property {number} steepest the largest derivative there is
 */

/** Slope of leaky_relu left of 0, torch's default. */
const LEAKY_SLOPE = 0.01;

const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));

/**
 * Error function by Abramowitz & Stegun (1964), 7.1.26; absolute error below 1.5e-7, enough to draw gelu.
 * @param {number} x
 */
export function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - poly * Math.exp(-x * x));
}

const normalCdf = (/** @type {number} */ x) => 0.5 * (1 + erf(x / Math.SQRT2));
const normalDensity = (/** @type {number} */ x) => Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);

/** @type {Record<string, ActivationCurve>} */
export const CURVES = {
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * (1 - sigmoid(x)), range: [0, 1], steepest: 0.25 },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2, range: [-1, 1], steepest: 1 },
  relu: { value: (x) => Math.max(0, x), derivative: (x) => (x > 0 ? 1 : 0), range: [-0.5, 3], steepest: 1 },
  leaky_relu: {
    value: (x) => (x > 0 ? x : LEAKY_SLOPE * x),
    derivative: (x) => (x > 0 ? 1 : LEAKY_SLOPE),
    range: [-0.5, 3],
    steepest: 1,
  },
  gelu: {
    value: (x) => x * normalCdf(x),
    derivative: (x) => normalCdf(x) + x * normalDensity(x),
    range: [-0.5, 3],
    steepest: 1.13,
  },
  identity: { value: (x) => x, derivative: () => 1, range: [-3, 3], steepest: 1 },
};
