/** A convolutional layer on a small image: cross-correlation with one filter, ReLU, pooling. */

/**
 * Numbers on a grid, row by row.
 * @typedef {{values: ArrayLike<number>, height: number, width: number}} Grid
 */

/** @typedef {{values: Float64Array, height: number, width: number}} FeatureMap */

/**
 * y[i, j] = bias + sum over a, b of filter[a, b] x[i + a - padding, j + b - padding], with zeros outside the image. It is
 * what deep learning calls a convolution: the filter is not flipped.
 *
 * Source: torch.nn.Conv2d with one channel and stride 1.
 * @param {Grid} image x
 * @param {Grid} filter
 * @param {number} [padding] zeros on each side; (k - 1) / 2 keeps the size
 * @param {number} [bias]
 * @returns {FeatureMap} height + 2 padding - k + 1 rows
 */
export function correlate(image, filter, padding = 0, bias = 0) {
  const height = image.height + 2 * padding - filter.height + 1;
  const width = image.width + 2 * padding - filter.width + 1;
  const values = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) values[i * width + j] = bias + under(image, filter, i - padding, j - padding);
  }
  return { values, height, width };
}

/**
 * max(x, 0) at every place.
 * @param {Grid} map
 * @returns {FeatureMap}
 */
export function relu({ values, height, width }) {
  return { values: Float64Array.from(values, (value) => Math.max(value, 0)), height, width };
}

/**
 * The largest value of each size x size block; rows and columns that fill no block are left out.
 *
 * Source: torch.nn.MaxPool2d.
 * @param {Grid} map
 * @param {number} [size]
 * @returns {FeatureMap}
 */
export function maxPool(map, size = 2) {
  return pooled(map, size, (block) => Math.max(...block));
}

/**
 * The mean of each size x size block; rows and columns that fill no block are left out.
 *
 * Source: torch.nn.AvgPool2d.
 * @param {Grid} map
 * @param {number} [size]
 * @returns {FeatureMap}
 */
export function meanPool(map, size = 2) {
  return pooled(map, size, (block) => block.reduce((sum, value) => sum + value, 0) / block.length);
}

/**
 * The sum of filter times image with the filter's first row and column at (top, left).
 * @param {Grid} image
 * @param {Grid} filter
 * @param {number} top
 * @param {number} left
 * @returns {number}
 */
function under(image, filter, top, left) {
  let sum = 0;
  for (let a = Math.max(0, -top); a < filter.height && top + a < image.height; a++) {
    for (let b = Math.max(0, -left); b < filter.width && left + b < image.width; b++) {
      sum += filter.values[a * filter.width + b] * image.values[(top + a) * image.width + left + b];
    }
  }
  return sum;
}

/**
 * @param {Grid} map
 * @param {number} size
 * @param {(block: number[]) => number} reduce
 * @returns {FeatureMap}
 */
function pooled(map, size, reduce) {
  const height = Math.floor(map.height / size);
  const width = Math.floor(map.width / size);
  const values = Float64Array.from({ length: height * width }, (_, place) => {
    const first = Math.floor(place / width) * size * map.width + (place % width) * size;
    return reduce(
      Array.from({ length: size * size }, (_, k) => map.values[first + Math.floor(k / size) * map.width + (k % size)]),
    );
  });
  return { values, height, width };
}
