/**
 * Layers over time as an image: one row per layer, time to the right, the value of now beside each row.
 *
 * @typedef {import("./plot.js").Box} Box
 * @typedef {import("./plot.js").G} G
 * @typedef {import("./color_ramp.js").Ramp} Ramp
 * @typedef {import("./theme.js").Theme} Theme
 */
import { RAMP_SIZE, rampImage } from "./color_ramp.js";
import { axisX, font, rule, shade, text } from "./draw.js";
import { cursor, inside, plotTitle } from "./plot.js";
import { firstAfter } from "./thin.js";

/** CSS pixels of time per column of the image. */
const COLUMN = 2;

/**
 * @param {G} g
 * @param {Box} box
 * @param
 *   {{theme: Theme, frames: import("./frame.js").Frame[], arm: number, layers: number[], names: string[], get: (frame: import("./frame.js").ArmFrame, layer: number) => number,
 *     sx: import("./axis.js").ScaleFn, top: number, ramp: Ramp, step: number, now: import("./frame.js").ArmFrame | undefined,
 *     format: (value: number) => string, title: string, stepTitle?: string}} what `layers` are those to draw, a row each; `top` is the value at the end of the ramp
 */
export function heatStrip(g, box, what) {
  const { theme, sx, layers, now, get } = what;
  const row = (box.y1 - box.y0) / layers.length;
  plotTitle(g, what.title, 0, box.y0 - 12, box.x1 + 50, theme);
  inside(g, box, () => {
    g.imageSmoothingEnabled = false;
    const image = picture(box, what);
    g.drawImage(image, box.x0, box.y0, image.width * COLUMN, box.y1 - box.y0);
    g.imageSmoothingEnabled = true;
  });
  const every = Math.ceil(11 / row);
  for (let k = 0; k < layers.length; k++) {
    const y = box.y0 + (k + 0.5) * row;
    if (k) shade(g, box.x0, box.y0 + k * row - 0.5, box.x1, box.y0 + k * row + 0.5, theme.card);
    if (k % every) continue;
    text(g, what.names[k], box.x0 - 6, y, {
      color: theme.faint,
      font: font(theme, 11),
      align: "right",
      baseline: "middle",
    });
    if (now)
      text(g, what.format(get(now, layers[k])), box.x1 + 6, y, {
        color: theme.fg,
        font: font(theme, 11, 600),
        baseline: "middle",
      });
  }
  axisX(g, sx, box.y1, theme, { count: Math.max(2, Math.round((box.x1 - box.x0) / 80)), title: what.stepTitle });
  cursor(g, box, sx, what.step, theme);
}

/**
 * One column per COLUMN pixels, each the newest frame at or before it.
 * @param {Box} box
 * @param {any} what
 */
function picture(box, { frames, arm, layers, get, sx, top, ramp }) {
  const columns = Math.max(1, Math.ceil((box.x1 - box.x0) / COLUMN));
  const node = document.createElement("canvas");
  [node.width, node.height] = [columns, layers.length];
  const g = /** @type {CanvasRenderingContext2D} */ (node.getContext("2d"));
  const image = g.createImageData(columns, layers.length);
  const last = frames.length ? sx(frames[frames.length - 1].step) : -1;
  for (let c = 0; c < columns; c++) {
    const x = box.x0 + c * COLUMN;
    const at = x > last + COLUMN ? -1 : firstAfter(frames, sx.invert(x + COLUMN)) - 1;
    const found = at >= 0 ? frames[at].arms[arm] : undefined;
    if (!found) continue;
    for (let k = 0; k < layers.length; k++) {
      const value = get(found, layers[k]);
      if (!Number.isFinite(value)) continue;
      const from = 3 * Math.round(Math.min(1, Math.max(0, value / top)) * (RAMP_SIZE - 1));
      const to = 4 * (k * columns + c);
      for (let part = 0; part < 3; part++) image.data[to + part] = ramp[from + part];
      image.data[to + 3] = 255;
    }
  }
  g.putImageData(image, 0, 0);
  return node;
}

/**
 * A small color scale from 0 or what `from` says, right-aligned; `marks` are values with a tick.
 * @param {G} g
 * @param {number} right
 * @param {number} y middle
 * @param
 *   {{ramp: Ramp, top: number, format: (value: number) => string, theme: Theme, marks?: number[], width?: number, from?: string}}
 *   what
 */
export function rampKey(g, right, y, { ramp, top, format, theme, marks = [], width = 72, from = "0" }) {
  const style = { color: theme.faint, font: font(theme, 10.5), baseline: /** @type {CanvasTextBaseline} */ ("middle") };
  const label = text(g, format(top), right, y, { ...style, align: "right" });
  const x1 = Math.round(right - label - 5);
  const x0 = x1 - width;
  g.drawImage(rampImage(ramp), x0, y - 4, width, 8);
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.strokeRect(x0 - 0.5, y - 4.5, width + 1, 9);
  for (const mark of marks) rule(g, x0 + (mark / top) * width, y - 6, x0 + (mark / top) * width, y + 6, theme.fg);
  text(g, from, x0 - 5, y, { ...style, align: "right" });
}
