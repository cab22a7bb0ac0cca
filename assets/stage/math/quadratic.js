/**
 * Gradient descent on the quadratic L(w) = 1/2 w^T H w of two weights, whose lowest point is 0.
 *
 * The squared loss of a linear model, |X w - y|^2 / (2 N), is such a quadratic around its best weights, with
 * H = X^T X / N (LeCun et al. 1998, "Efficient BackProp", sec. 5): the shape of the valley is the shape of the inputs.
 */
/** @import { Matrix, Point } from "./symmetric.js" */

import { eigen } from "./symmetric.js";

export { eigen };

/**
 * L(w) = 1/2 w^T H w.
 * @param {ArrayLike<number>[]} hessian H (2, 2), symmetric
 * @param {ArrayLike<number>} w (2,)
 * @returns {number}
 */
export function loss(hessian, w) {
  const [x, y] = gradient(hessian, w);
  return (w[0] * x + w[1] * y) / 2;
}

/**
 * H w.
 * @param {ArrayLike<number>[]} hessian H (2, 2), symmetric
 * @param {ArrayLike<number>} w (2,)
 * @returns {Point}
 */
export function gradient(hessian, w) {
  return [hessian[0][0] * w[0] + hessian[0][1] * w[1], hessian[1][0] * w[0] + hessian[1][1] * w[1]];
}

/**
 * The path of gradient descent, in PyTorch's form of momentum: v = m v + H w, w = w - rate v, v = 0 at first.
 * @param {ArrayLike<number>[]} hessian H (2, 2), symmetric
 * @param {ArrayLike<number>} start (2,)
 * @param {number} rate learning rate
 * @param {number} steps updates
 * @param {number} [momentum] m, 0 for plain descent
 * @returns {Point[]} (steps + 1,), the start first
 */
export function descend(hessian, start, rate, steps, momentum = 0) {
  /** @type {Point[]} */
  const points = [[start[0], start[1]]];
  let [vx, vy] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const [x, y] = points[step];
    const [gx, gy] = gradient(hessian, [x, y]);
    [vx, vy] = [momentum * vx + gx, momentum * vy + gy];
    points.push([x - rate * vx, y - rate * vy]);
  }
  return points;
}

/**
 * The larger eigenvalue over the smaller one: how elongated the valley is.
 * @param {ArrayLike<number>[]} hessian H (2, 2), symmetric with positive eigenvalues
 * @returns {number} 1 or more
 */
export function conditionNumber(hessian) {
  const [large, small] = eigen(hessian).values;
  return large / small;
}

/**
 * The learning rate at and beyond which descent does not converge: 2 / lambda_max, with momentum 2 (1 + m) / lambda_max.
 *
 * Along an eigenvector each plain update multiplies the weight by 1 - rate lambda.
 * @param {ArrayLike<number>[]} hessian H (2, 2), symmetric with positive eigenvalues
 * @param {number} [momentum] m, 0 to 1
 * @returns {number}
 */
export function largestStableRate(hessian, momentum = 0) {
  return (2 * (1 + momentum)) / eigen(hessian).values[0];
}

/**
 * The Hessian of the squared loss of a linear model with these inputs, E[x x^T] = X^T X / N. Give it raw, standardized
 * or whitened points (`whitening.js`) to compare their valleys.
 * @param {ArrayLike<number>[]} points X (N, 2)
 * @returns {Matrix}
 */
export function hessianOfInputs(points) {
  let [xx, xy, yy] = [0, 0, 0];
  for (const point of points) {
    xx += point[0] * point[0];
    xy += point[0] * point[1];
    yy += point[1] * point[1];
  }
  const size = points.length;
  return [
    [xx / size, xy / size],
    [xy / size, yy / size],
  ];
}
