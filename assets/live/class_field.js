/**
 * Class probabilities over a plane as a picture: color of the likeliest class, paler where it is less sure, lines
 * where the likeliest class changes, and the training points.
 *
 * @typedef {import("./panel.js").Boundary} Boundary
 * @typedef {import("./theme.js").Theme} Theme
 */
import { contourSegments } from "./contour_lines.js";
import { fit, linear } from "./draw.js";
import { bilinear, fieldImage } from "./field_image.js";
import { parseColor } from "./theme.js";

/** Colors of classes, apart from those of the arms. */
const LIGHT = [
  "#8e4ec6",
  "#b58900",
  "#2f7f86",
  "#c2417a",
  "#5a6b1f",
  "#4059ad",
  "#9a4b2f",
  "#667085",
  "#a3228e",
  "#3d7d3d",
];
const DARK = [
  "#c39bff",
  "#f0cf5e",
  "#67c7cf",
  "#ff8fbd",
  "#b9cf6a",
  "#9db4ff",
  "#e2a184",
  "#b4bcc8",
  "#ef8be0",
  "#8fd08f",
];

/**
 * @param {Theme} theme
 * @param {number} index
 */
export const classColor = (theme, index) => (theme.dark ? DARK : LIGHT)[index % LIGHT.length];

/**
 * How far each class is ahead of the best other one; 0 where it becomes or stops being the likeliest.
 * @param {Float32Array} probability (C, m, n) of one arm
 * @param {number} classes C
 * @returns {Float32Array[]} per class, m * n
 */
export function leads(probability, classes) {
  const size = probability.length / classes;
  return Array.from({ length: classes }, (_, c) => {
    const lead = new Float32Array(size);
    for (let k = 0; k < size; k++) {
      let best = -Infinity;
      for (let other = 0; other < classes; other++)
        if (other !== c) best = Math.max(best, probability[other * size + k]);
      lead[k] = probability[c * size + k] - best;
    }
    return lead;
  });
}

/**
 * Likeliest class and its surety at a fractional grid position.
 * @param {Float32Array[]} planes probability per class
 * @param {number} n
 * @param {number} m
 * @param {number} u
 * @param {number} v
 * @returns {[number, number]} class (-1 when not finite), and 0 for a guess up to 1 for certainty
 */
export function likeliest(planes, n, m, u, v) {
  let [best, most] = [-1, -Infinity];
  planes.forEach((plane, c) => {
    const p = bilinear(plane, n, m, u, v);
    if (p > most) [best, most] = [c, p];
  });
  const guess = 1 / planes.length;
  return [best, Math.max(0, (most - guess) / (1 - guess || 1))];
}

/**
 * @param {Boundary} boundary
 * @param {number} arm
 * @param {number[][] | null} points x, y, class
 * @param {number} width
 * @param {number} height
 * @param {Theme} theme
 * @returns {HTMLCanvasElement}
 */
export function classPicture(boundary, arm, points, width, height, theme) {
  const { xs, ys, classes } = boundary;
  const [n, m] = [xs.length, ys.length];
  const own = boundary.probability.subarray(arm * classes * n * m, (arm + 1) * classes * n * m);
  const planes = Array.from({ length: classes }, (_, c) => own.subarray(c * n * m, (c + 1) * n * m));
  const colors = planes.map((_, c) => parseColor(classColor(theme, c)) ?? [128, 128, 128]);
  const strength = theme.dark ? 150 : 135;
  const node = document.createElement("canvas");
  const g = fit(node, width, height);
  const image = fieldImage(Math.min(width, 220), Math.min(height, 220), n, m, (u, v, out, at) => {
    const [c, sure] = likeliest(planes, n, m, u, v);
    if (c < 0) return;
    [out[at], out[at + 1], out[at + 2]] = colors[c];
    out[at + 3] = 18 + strength * sure;
  });
  g.drawImage(image, 0, 0, width, height);
  const sx = linear([xs[0], xs[n - 1]], [0, width]);
  const sy = linear([ys[0], ys[m - 1]], [height, 0]);
  g.beginPath();
  for (const lead of leads(own, classes).slice(0, classes > 2 ? classes : 1)) {
    const pieces = contourSegments(lead, xs, ys, 0);
    for (let k = 0; k < pieces.length; k += 4) {
      g.moveTo(sx(pieces[k]), sy(pieces[k + 1]));
      g.lineTo(sx(pieces[k + 2]), sy(pieces[k + 3]));
    }
  }
  Object.assign(g, { strokeStyle: theme.fg, lineWidth: 1.6, lineJoin: "round", lineCap: "round" });
  g.stroke();
  for (const [x, y, c] of points ?? []) marker(g, sx(x), sy(y), c, theme);
  return node;
}

/**
 * A training point: classes differ in color and in shape.
 * @param {CanvasRenderingContext2D} g
 * @param {number} x
 * @param {number} y
 * @param {number} c
 * @param {Theme} theme
 */
export function marker(g, x, y, c, theme) {
  g.beginPath();
  if (c % 3 === 0) g.arc(x, y, 2.7, 0, 7);
  else if (c % 3 === 1) g.rect(x - 2.4, y - 2.4, 4.8, 4.8);
  else {
    g.moveTo(x, y - 3.4);
    g.lineTo(x + 3.2, y + 2.5);
    g.lineTo(x - 3.2, y + 2.5);
    g.closePath();
  }
  g.fillStyle = classColor(theme, c);
  g.strokeStyle = theme.card;
  g.lineWidth = 1.6;
  g.stroke();
  g.fill();
}
