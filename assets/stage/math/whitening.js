/**
 * A cloud of points on a plane: what BN does to it (each axis by itself), and what whitening would do.
 *
 * Source: Ioffe & Szegedy 2015, sec. 2 (whitening, Cov[x]^(-1/2) (x - E[x])) and sec. 3 (each feature independently).
 */
/** @import { Matrix, Point } from "./symmetric.js" */

import { meanOf, varianceOf } from "./moments.js";
import { eigen, inverseSquareRoot } from "./symmetric.js";

export { inverseSquareRoot };

/**
 * The mean of the points.
 * @param {ArrayLike<number>[]} points (N, 2)
 * @returns {Point}
 */
export function mean(points) {
  return [meanOf(points.map((point) => point[0])), meanOf(points.map((point) => point[1]))];
}

/**
 * The biased covariance (1/N) sum of (p - mean) (p - mean)^T.
 * @param {ArrayLike<number>[]} points (N, 2)
 * @returns {Matrix}
 */
export function covariance(points) {
  const [x, y] = mean(points);
  const xs = points.map((point) => point[0] - x);
  const ys = points.map((point) => point[1] - y);
  const off = meanOf(xs.map((value, i) => value * ys[i]));
  return [
    [varianceOf(xs, 0), off],
    [off, varianceOf(ys, 0)],
  ];
}

/**
 * BN with gamma 1 and beta 0: each axis minus its mean, over sqrt(its variance + eps). The correlation stays.
 * @param {ArrayLike<number>[]} points (N, 2)
 * @param {number} [eps] added to the variances inside the root
 * @returns {Point[]}
 */
export function standardize(points, eps = 1e-5) {
  const [[xx], [, yy]] = covariance(points);
  return mapped(points, [
    [1 / Math.sqrt(xx + eps), 0],
    [0, 1 / Math.sqrt(yy + eps)],
  ]);
}

/**
 * ZCA whitening, (Sigma + eps I)^(-1/2) (p - mean): the whitening that moves the points least, without a turn.
 *
 * Source: Huang et al. 2018 (decorrelated batch normalization, arXiv:1804.08450).
 * @param {ArrayLike<number>[]} points (N, 2), on no common line if eps is 0
 * @param {number} [eps] added to the covariance's diagonal
 * @returns {Point[]}
 */
export function zca(points, eps = 1e-5) {
  return mapped(points, inverseSquareRoot(widened(points, eps)));
}

/**
 * PCA whitening: coordinates along the principal axes, each over the square root of its eigenvalue (plus eps); the
 * widest direction first. It turns the cloud, ZCA turns it back.
 * @param {ArrayLike<number>[]} points (N, 2), on no common line if eps is 0
 * @param {number} [eps] added to the covariance's diagonal
 * @returns {Point[]}
 */
export function pca(points, eps = 1e-5) {
  const { values, vectors } = eigen(widened(points, eps));
  const [first, second] = values.map((value) => 1 / Math.sqrt(value));
  const [[x, y]] = vectors;
  return mapped(points, [
    [first * x, first * y],
    [-second * y, second * x],
  ]);
}

/**
 * The ellipse of a covariance: half axes of `deviations` standard deviations along the eigenvectors.
 * @param {ArrayLike<number>[]} matrix covariance (2, 2)
 * @param {number} [deviations] how many standard deviations from the mean it is
 * @returns {{major: number, minor: number, angle: number}} angle of the major axis in radians, -pi/2 to pi/2
 */
export function ellipse(matrix, deviations = 1) {
  const { values, angle } = eigen(matrix);
  const [major, minor] = values.map((value) => deviations * Math.sqrt(Math.max(value, 0)));
  return { major, minor, angle };
}

/**
 * @param {ArrayLike<number>[]} points
 * @param {number} eps
 * @returns {Matrix}
 */
function widened(points, eps) {
  const [[xx, xy], [, yy]] = covariance(points);
  return [
    [xx + eps, xy],
    [xy, yy + eps],
  ];
}

/**
 * A (p - mean) for each point.
 * @param {ArrayLike<number>[]} points
 * @param {Matrix} map A
 * @returns {Point[]}
 */
function mapped(points, [first, second]) {
  const [x, y] = mean(points);
  return points.map((point) => {
    const [dx, dy] = [point[0] - x, point[1] - y];
    return [first[0] * dx + first[1] * dy, second[0] * dx + second[1] * dy];
  });
}
