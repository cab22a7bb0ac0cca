/** Symmetric matrices of size 2, [[a, b], [b, c]]: eigenvalues, eigenvectors and the inverse square root. */

/** @typedef {[number, number]} Point */
/** @typedef {[Point, Point]} Matrix rows */

/**
 * Eigenvalues, the larger first, with orthogonal unit eigenvectors. The first vector points to the right (or straight
 * up), the second one is a quarter turn to its left.
 *
 * With angle = atan2(2 b, a - c) / 2 the first one is (cos, sin) of the angle; the eigenvalues are
 * (a + c) / 2 +- hypot((a - c) / 2, b), and the smaller one is taken as determinant / larger, which keeps its digits.
 * @param {ArrayLike<number>[]} matrix (2, 2), symmetric
 * @returns {{values: Point, vectors: Matrix, angle: number}} angle of the first vector in radians, -pi/2 to pi/2
 */
export function eigen(matrix) {
  const [a, b, c] = [matrix[0][0], matrix[0][1], matrix[1][1]];
  const radius = Math.hypot((a - c) / 2, b);
  const large = (a + c) / 2 + radius;
  const small = large > 0 ? (a * c - b * b) / large : (a + c) / 2 - radius;
  const angle = Math.atan2(2 * b, a - c) / 2;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return {
    values: [large, small],
    vectors: [
      [x, y],
      [-y, x],
    ],
    angle,
  };
}

/**
 * The symmetric matrix M^(-1/2) = V diag(1 / sqrt(lambda)) V^T, for which M^(-1/2) M M^(-1/2) = I.
 * @param {ArrayLike<number>[]} matrix (2, 2), symmetric with positive eigenvalues
 * @returns {Matrix}
 */
export function inverseSquareRoot(matrix) {
  const { values, vectors } = eigen(matrix);
  const [first, second] = values.map((value) => 1 / Math.sqrt(value));
  const [[x, y]] = vectors;
  const off = (first - second) * x * y;
  return [
    [first * x * x + second * y * y, off],
    [off, first * y * y + second * x * x],
  ];
}
