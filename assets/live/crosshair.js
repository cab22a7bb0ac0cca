/** The crosshair of a picture: where the pointer, or the arrow keys, point, and the value there on a small label. */
/** @import { Box, Context2D, Theme } from "./types" */

import { rule, text } from "./axis.js";
import { font } from "./theme.js";

/**
 * Two lines through a place; NaN leaves one out.
 * @param {Context2D} g
 * @param {Box} box
 * @param {{x: number, y: number}} at
 * @param {Theme} theme
 */
export function drawCross(g, box, { x, y }, theme) {
  const stroke = { color: theme.fg, dash: [4, 3] };
  if (Number.isFinite(x)) rule(g, { x0: x, x1: x, y0: box.y0, y1: box.y1 }, stroke);
  if (Number.isFinite(y)) rule(g, { x0: box.x0, x1: box.x1, y0: y, y1: y }, stroke);
}

/**
 * A label beside a place, inside the box.
 * @param {Context2D} g
 * @param {string} words
 * @param {Box} box
 * @param {{x: number, y: number, color: string, theme: Theme}} options color of its border
 */
export function drawLabel(g, words, box, { x, y, color, theme }) {
  g.font = font(theme, 12.5, 600);
  const width = g.measureText(words).width + 16;
  const left = Math.max(box.x0, Math.min(x + 8, box.x1 - width));
  const top = Math.max(box.y0 + 1, Math.min(y - 28, box.y1 - 23));
  g.fillStyle = theme.bg;
  g.strokeStyle = color;
  g.lineWidth = 1.5;
  g.beginPath();
  g.rect(left, top, width, 22);
  g.fill();
  g.stroke();
  text(g, words, left + 8, top + 11.5, { color: theme.fg, baseline: "middle", font: font(theme, 12.5, 600) });
}

/**
 * Follow the pointer over a canvas, in CSS pixels of the canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {(at: {x: number, y: number} | null) => void} onMove null when it leaves
 */
export function followPointer(canvas, onMove) {
  canvas.addEventListener("pointermove", (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    const zoom = width / (canvas.offsetWidth || width || 1) || 1; // the view may be zoomed
    onMove({ x: (event.clientX - left) / zoom, y: (event.clientY - top) / zoom });
  });
  canvas.addEventListener("pointerleave", () => onMove(null));
}
