/**
 * A decision boundary quickly, many times a second: each grid point is one pixel of a small picture that the browser
 * stretches, and the training points, which never change, are drawn once.
 */
/** @import { Arm, Boundary, Context2D, Scale, Scales, Theme, View } from "./types" */

import { linear } from "./axis.js";
import { classColor, drawMarker, margins } from "./class_field.js";
import { contourSegments } from "./contour_lines.js";
import { addSegments, fitCanvas } from "./draw.js";
import { parseColor } from "./theme.js";

/** Share of the picture that the points may take: the rest is a margin around them. */
const ROOM = 0.92;

/**
 * Scales of a picture that shows the whole width of the plane, or its whole height, with one unit as long along both
 * axes, around the middle of the training points; it shows more of the plane where points would be cut off.
 * @param {Boundary} boundary
 * @param {number[][] | null} points x, y, class
 * @param {{width: number, height: number}} size
 * @returns {Scales}
 */
export function planeScales({ xs, ys }, points, { width, height }) {
  const axes = [xs, ys].map((values, axis) => {
    const places = (points ?? []).map((point) => point[axis]);
    const ends = [values[0], values[values.length - 1]];
    const [low, high] = places.length ? [Math.min(...places), Math.max(...places)] : ends;
    const length = axis ? height : width;
    const fill = length / (ends[1] - ends[0]);
    return { ends, length, fill, middle: (low + high) / 2, fit: places.length ? (ROOM * length) / (high - low) : fill };
  });
  const [across, up] = axes;
  const perUnit = Math.min(Math.max(across.fill, up.fill), across.fit, up.fit) || 1;
  const [sx, sy] = axes.map(({ ends: [low, high], length, middle }, axis) => {
    const half = length / perUnit / 2;
    const isWider = 2 * half >= high - low;
    const center = isWider ? (low + high) / 2 : Math.min(high - half, Math.max(low + half, middle));
    return linear([center - half, center + half], axis ? [height, 0] : [0, width]);
  });
  return { sx, sy };
}

/**
 * Width of a picture of this height that the plane fills while all points are in it.
 * @param {Boundary | null} boundary
 * @param {number[][] | null} points
 * @param {number} height
 */
export function filledWidth(boundary, points, height) {
  if (!boundary || !points?.length) return Infinity;
  const { xs } = boundary;
  const places = points.map((point) => point[1]);
  const perUnit = (ROOM * height) / (Math.max(...places) - Math.min(...places));
  return (xs[xs.length - 1] - xs[0]) * perUnit;
}

/**
 * Red, green, blue and opacity of every grid point, the highest row first: the likeliest class, paler where less sure.
 * @param {Float32Array} probability (C, m, n) of one arm
 * @param {{n: number, m: number, colors: number[][], strength: number}} options
 * @returns {Uint8ClampedArray}
 */
export function gridColors(probability, { n, m, colors, strength }) {
  const size = n * m;
  const out = new Uint8ClampedArray(4 * size);
  const guess = 1 / colors.length;
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      const from = j * n + i;
      let [best, most] = [-1, -Infinity];
      for (let c = 0; c < colors.length; c++) {
        const p = probability[c * size + from];
        if (p > most) [best, most] = [c, p];
      }
      if (best < 0) continue; // not finite: left transparent
      const at = 4 * ((m - 1 - j) * n + i);
      [out[at], out[at + 1], out[at + 2]] = colors[best];
      out[at + 3] = 14 + strength * Math.max(0, (most - guess) / (1 - guess));
    }
  }
  return out;
}

/**
 * The probability of every class at a place, between the grid points; NaN outside.
 * @param {Boundary} boundary
 * @param {number} arm
 * @param {number} x
 * @param {number} y
 * @returns {number[]}
 */
export function probabilitiesAt({ xs, ys, probability, classes }, arm, x, y) {
  const [n, m] = [xs.length, ys.length];
  const u = ((x - xs[0]) / (xs[n - 1] - xs[0])) * (n - 1);
  const v = ((y - ys[0]) / (ys[m - 1] - ys[0])) * (m - 1);
  if (!(u >= 0 && v >= 0 && u <= n - 1 && v <= m - 1)) return Array(classes).fill(NaN);
  const [i, j] = [Math.min(n - 2, Math.floor(u)), Math.min(m - 2, Math.floor(v))];
  const [fu, fv] = [u - i, v - j];
  return Array.from({ length: classes }, (_, c) => {
    const k = (arm * classes + c) * n * m + j * n + i;
    const low = probability[k] * (1 - fu) + probability[k + 1] * fu;
    return low * (1 - fv) + (probability[k + n] * (1 - fu) + probability[k + n + 1] * fu) * fv;
  });
}

/** One arm's picture; keeps what did not change. */
export class BoundaryPicture {
  constructor() {
    this.field = document.createElement("canvas");
    this.dots = document.createElement("canvas");
    /** @type {Boundary | null} */
    this.boundary = null;
    this.fieldKey = "";
    this.dotsKey = "";
    /** @type {number[]} */
    this.line = [];
  }

  /**
   * @param {HTMLCanvasElement} node
   * @param {View} view
   * @param {{arm: Arm, boundary: Boundary, width: number, height: number}} options
   * @returns {Scales & {g: Context2D}}
   */
  draw(node, view, { arm, boundary, width, height }) {
    const { theme, hello } = view;
    const g = fitCanvas(node, width, height);
    const scales = planeScales(boundary, hello.dataset.points, { width, height });
    this.updateField(boundary, arm.index, theme);
    drawGrid(g, this.field, boundary, scales);
    this.updateDots(hello.dataset.points ?? [], scales, { width, height, theme });
    g.drawImage(this.dots, 0, 0, width, height);
    g.beginPath();
    addSegments(g, this.line, scales);
    Object.assign(g, { strokeStyle: theme.fg, lineWidth: 2.4, lineJoin: "round", lineCap: "round" });
    g.stroke();
    return { g, ...scales };
  }

  /**
   * @param {Boundary} boundary
   * @param {number} arm
   * @param {Theme} theme
   */
  updateField(boundary, arm, theme) {
    const key = `${arm} ${theme.dark}`;
    if (this.boundary === boundary && this.fieldKey === key) return;
    [this.boundary, this.fieldKey] = [boundary, key];
    const { xs, ys, classes } = boundary;
    const [n, m] = [xs.length, ys.length];
    const own = boundary.probability.subarray(arm * classes * n * m, (arm + 1) * classes * n * m);
    const colors = Array.from({ length: classes }, (_, c) => parseColor(classColor(theme, c)) ?? [128, 128, 128]);
    [this.field.width, this.field.height] = [n, m];
    const g = /** @type {Context2D} */ (this.field.getContext("2d"));
    const image = g.createImageData(n, m);
    image.data.set(gridColors(own, { n, m, colors, strength: theme.dark ? 165 : 150 }));
    g.putImageData(image, 0, 0);
    const fields = margins(own, classes).slice(0, classes > 2 ? classes : 1);
    this.line = fields.flatMap((margin) => Array.from(contourSegments(margin, xs, ys, 0)));
  }

  /**
   * @param {number[][]} points
   * @param {Scales} scales
   * @param {{width: number, height: number, theme: Theme}} options
   */
  updateDots(points, { sx, sy }, { width, height, theme }) {
    const key = [width, height, theme.dark, points.length, sx.domain, sy.domain, globalThis.devicePixelRatio].join();
    if (this.dotsKey === key) return;
    this.dotsKey = key;
    const g = fitCanvas(this.dots, width, height);
    for (const [x, y, c] of points) drawMarker(g, { x: sx(x), y: sy(y), c, theme });
  }
}

/**
 * Stretch the small picture so that the middle of each pixel is where its grid point is.
 * @param {Context2D} g
 * @param {HTMLCanvasElement} field
 * @param {Boundary} boundary
 * @param {{sx: Scale, sy: Scale}} scales
 */
function drawGrid(g, field, { xs, ys }, { sx, sy }) {
  const [dx, dy] = [(xs[1] - xs[0]) / 2, (ys[1] - ys[0]) / 2];
  const [x0, y0] = [sx(xs[0] - dx), sy(ys[ys.length - 1] + dy)];
  g.imageSmoothingEnabled = true;
  g.imageSmoothingQuality = "high";
  g.drawImage(field, x0, y0, sx(xs[xs.length - 1] + dx) - x0, sy(ys[0] - dy) - y0);
}
