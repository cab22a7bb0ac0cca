/**
 * Class probabilities over a plane as a picture: color of the likeliest class, paler where it is less sure, lines
 * where the likeliest class changes, and the training points.
 */
/** @import { Boundary, Context2D, Theme } from "./types" */
/** @import { Field, Paint } from "./field_image.js" */

import { linear } from "./axis.js";
import { contourSegments } from "./contour_lines.js";
import { addSegments, fitCanvas } from "./draw.js";
import { bilinear, fieldImage } from "./field_image.js";
import { parseColor } from "./theme.js";

/** Colors of classes, apart from those of the arms. */
const LIGHT = "#8e4ec6 #b58900 #2f7f86 #c2417a #5a6b1f #4059ad #9a4b2f #667085 #a3228e #3d7d3d".split(" ");
const DARK = "#c39bff #f0cf5e #67c7cf #ff8fbd #b9cf6a #9db4ff #e2a184 #b4bcc8 #ef8be0 #8fd08f".split(" ");

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
export function margins(probability, classes) {
  const size = probability.length / classes;
  return Array.from({ length: classes }, (_, c) => {
    const margin = new Float32Array(size);
    for (let k = 0; k < size; k++) {
      let best = -Infinity;
      for (let other = 0; other < classes; other++)
        if (other !== c) best = Math.max(best, probability[other * size + k]);
      margin[k] = probability[c * size + k] - best;
    }
    return margin;
  });
}

/**
 * The likeliest class and its certainty at a fractional position.
 * @param {Field[]} fields probability per class
 * @param {number} u
 * @param {number} v
 * @returns {[number, number]} class (-1 when not finite), and 0 for a guess up to 1 for certainty
 */
export function likeliest(fields, u, v) {
  let [best, most] = [-1, -Infinity];
  fields.forEach((field, c) => {
    const p = bilinear(field, u, v);
    if (p > most) [best, most] = [c, p];
  });
  const guess = 1 / fields.length;
  return [best, Math.max(0, (most - guess) / (1 - guess || 1))];
}

/**
 * @param {Boundary} boundary
 * @param {number} arm
 * @param {{width: number, height: number, points: number[][] | null, theme: Theme}} options points: x, y, class
 * @returns {HTMLCanvasElement}
 */
export function classPicture(boundary, arm, { width, height, points, theme }) {
  const { xs, ys, classes } = boundary;
  const [n, m] = [xs.length, ys.length];
  const own = boundary.probability.subarray(arm * classes * n * m, (arm + 1) * classes * n * m);
  const fields = Array.from({ length: classes }, (_, c) => ({
    values: own.subarray(c * n * m, (c + 1) * n * m),
    n,
    m,
  }));
  const colors = fields.map((_, c) => parseColor(classColor(theme, c)) ?? [128, 128, 128]);
  const strength = theme.dark ? 150 : 135;
  const node = document.createElement("canvas");
  const g = fitCanvas(node, width, height);
  /** @type {Paint} */
  const paint = (u, v, out, at) => {
    const [c, certainty] = likeliest(fields, u, v);
    if (c < 0) return;
    [out[at], out[at + 1], out[at + 2]] = colors[c];
    out[at + 3] = 18 + strength * certainty;
  };
  g.drawImage(fieldImage(Math.min(width, 220), Math.min(height, 220), { n, m, paint }), 0, 0, width, height);
  const sx = linear([xs[0], xs[n - 1]], [0, width]);
  const sy = linear([ys[0], ys[m - 1]], [height, 0]);
  g.beginPath();
  for (const margin of margins(own, classes).slice(0, classes > 2 ? classes : 1))
    addSegments(g, contourSegments(margin, xs, ys, 0), { sx, sy });
  Object.assign(g, { strokeStyle: theme.fg, lineWidth: 1.6, lineJoin: "round", lineCap: "round" });
  g.stroke();
  for (const [x, y, c] of points ?? []) drawMarker(g, { x: sx(x), y: sy(y), c, theme });
  return node;
}

/**
 * A training point: classes differ in color and in shape.
 * @param {Context2D} g
 * @param {{x: number, y: number, c: number, theme: Theme}} options c: number of the class
 */
export function drawMarker(g, { x, y, c, theme }) {
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
