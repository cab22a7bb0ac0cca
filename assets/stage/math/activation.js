/**
 * Nonlinearities, their derivatives, and what they make of a normal input: the density of the outputs,
 * the saturated share, and the mean derivative, which is the share of the gradient that passes.
 */

import { erf, meanOver, normalDensity, normalShareBelow } from "./gaussian.js";

export { erf, meanOver };

/** @typedef {"sigmoid" | "tanh" | "relu" | "identity"} Activation */

/**
 * The sigmoid 1 / (1 + exp(-x)), written so that no exponential overflows.
 * @param {number} x
 * @returns {number}
 */
export function sigmoid(x) {
  const small = Math.exp(-Math.abs(x));
  return (x < 0 ? small : 1) / (1 + small);
}

/**
 * The sigmoid's derivative s (1 - s); at most 1/4, at x = 0.
 * @param {number} x
 * @returns {number}
 */
export function sigmoidDerivative(x) {
  const small = Math.exp(-Math.abs(x));
  return small / (1 + small) ** 2;
}

/**
 * The hyperbolic tangent.
 * @param {number} x
 * @returns {number}
 */
export function tanh(x) {
  return Math.tanh(x);
}

/**
 * The derivative of tanh, 1 - tanh(x)^2 = 1 / cosh(x)^2; at most 1, at x = 0.
 * @param {number} x
 * @returns {number}
 */
export function tanhDerivative(x) {
  return 1 / Math.cosh(x) ** 2;
}

/**
 * max(x, 0).
 * @param {number} x
 * @returns {number}
 */
export function relu(x) {
  return Math.max(x, 0);
}

/**
 * The derivative of ReLU: 1 where x > 0, else 0 (at 0 the left one, as in PyTorch).
 * @param {number} x
 * @returns {number}
 */
export function reluDerivative(x) {
  return x > 0 ? 1 : 0;
}

/**
 * The nonlinearities by name.
 * @type {Record<Activation, (x: number) => number>}
 */
export const ACTIVATIONS = { sigmoid, tanh, relu, identity: (x) => x };

/**
 * Their derivatives by name.
 * @type {Record<Activation, (x: number) => number>}
 */
export const DERIVATIVES = {
  sigmoid: sigmoidDerivative,
  tanh: tanhDerivative,
  relu: reluDerivative,
  identity: () => 1,
};

/**
 * Inputs beyond these edges count as saturated: outputs outside 0.05..0.95 (sigmoid) and -0.97..0.97 (tanh), as in
 * bnviz/telemetry/saturation.py.
 */
export const SATURATED = {
  sigmoid: { low: -Math.log(19), high: Math.log(19) },
  tanh: { low: -Math.atanh(0.97), high: Math.atanh(0.97) },
};

/**
 * E[f'(x)] for x ~ N(mean, deviation^2): the mean share of the gradient that passes the nonlinearity. For ReLU it is
 * P(x > 0) in closed form, because its derivative jumps.
 * @param {Activation} activation
 * @param {number} mean
 * @param {number} deviation 0 or more
 * @returns {number}
 */
export function meanDerivative(activation, mean, deviation) {
  if (activation === "relu") return normalShareBelow(0, -mean, deviation);
  return meanOver(DERIVATIVES[activation], mean, deviation);
}

/**
 * The density of f(x) at y for x ~ N(mean, deviation^2), by the change of variables p(y) = phi(x) / f'(x) at
 * x = f^(-1)(y); 0 where f takes no such value.
 *
 * - sigmoid: x = log(y / (1 - y)), f' = y (1 - y)
 * - tanh: x = atanh(y), f' = 1 - y^2
 * @param {"sigmoid" | "tanh"} activation
 * @param {number} mean
 * @param {number} deviation above 0
 * @param {ArrayLike<number>} y outputs (n,)
 * @returns {number[]} densities (n,)
 */
export function outputDensity(activation, mean, deviation, y) {
  return Array.from(y, (value) => {
    if (!(value > (activation === "sigmoid" ? 0 : -1) && value < 1)) return 0;
    const x = activation === "sigmoid" ? Math.log(value / (1 - value)) : Math.atanh(value);
    const slope = activation === "sigmoid" ? value * (1 - value) : 1 - value * value;
    return normalDensity(x, mean, deviation) / slope;
  });
}

/**
 * P(x < low or x > high) for x ~ N(mean, deviation^2).
 * @param {number} low lower edge of the region that is not saturated
 * @param {number} high upper edge
 * @param {number} mean
 * @param {number} deviation 0 or more
 * @returns {number}
 */
export function saturatedShare(low, high, mean, deviation) {
  return normalShareBelow(low, mean, deviation) + normalShareBelow(-high, -mean, deviation);
}
