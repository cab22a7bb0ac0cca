/** Layers over time as an image: one row per layer, time to the right, the value of now beside each row. */
/** @import { ArmFrame, Box, Context2D, Frame, Ramp, Scale, TextStyle, Theme } from "./types" */

import { axisX, linear, rule, text } from "./axis.js";
import { RAMP_SIZE, rampImage } from "./color_ramp.js";
import { shade } from "./draw.js";
import { integer } from "./format.js";
import { firstAfter } from "./frame_history.js";
import { clipTo, drawCursor, plotTitle } from "./plot.js";
import { addRegion } from "./probe_regions.js";
import { font } from "./theme.js";

/** CSS pixels of time per column of the image. */
const COLUMN = 2;

/**
 * @typedef {object} HeatStrip
 * @property {Theme} theme
 * @property {Frame[]} frames
 * @property {number} arm
 * @property {number[]} layers to draw, a row each
 * @property {string[]} names of these layers
 * @property {(frame: ArmFrame, layer: number) => number} get
 * @property {Scale} sx
 * @property {Ramp} ramp
 * @property {number} top value at the end of the ramp
 * @property {number} step at the cursor
 * @property {ArmFrame | undefined} now the frame at the cursor
 * @property {(value: number) => string} format
 * @property {string} title
 * @property {string} [stepTitle]
 */

/**
 * @param {Context2D} g
 * @param {Box} box
 * @param {HeatStrip} strip
 */
export function heatStrip(g, box, strip) {
  const { theme, sx, layers, names, now, get } = strip;
  const row = (box.y1 - box.y0) / layers.length;
  plotTitle(g, strip.title, { x: 0, y: box.y0 - 12, width: box.x1 + 50, theme });
  clipTo(g, box, () => {
    g.imageSmoothingEnabled = false;
    const image = picture(box, strip);
    g.drawImage(image, box.x0, box.y0, image.width * COLUMN, box.y1 - box.y0);
    g.imageSmoothingEnabled = true;
  });
  /** @type {TextStyle} */
  const nameStyle = { color: theme.faint, font: font(theme, 11), align: "right", baseline: "middle" };
  /** @type {TextStyle} */
  const valueStyle = { color: theme.fg, font: font(theme, 11, 600), baseline: "middle" };
  const every = Math.ceil(11 / row);
  layers.forEach((layer, k) => {
    const y = box.y0 + k * row;
    if (k) shade(g, { ...box, y0: y - 0.5, y1: y + 0.5 }, theme.card);
    if (k % every) return;
    text(g, names[k], box.x0 - 6, y + row / 2, nameStyle);
    if (now) text(g, strip.format(get(now, layer)), box.x1 + 6, y + row / 2, valueStyle);
  });
  axisX(g, sx, box.y1, { theme, count: Math.max(2, Math.round((box.x1 - box.x0) / 80)), title: strip.stepTitle });
  drawCursor(g, box, { sx, step: strip.step, theme });
  addRegion(g, { kind: "step", box, sx, readings: (at) => rowReadings(box, strip, at), name: integer });
}

/**
 * The value of every row at a step.
 * @param {Box} box
 * @param {HeatStrip} strip
 * @param {number} at
 */
function rowReadings(box, { frames, arm, layers, get, format, theme }, at) {
  const frame = frames[firstAfter(frames, at) - 1]?.arms[arm];
  const row = (box.y1 - box.y0) / layers.length;
  if (!frame) return [];
  return layers.map((layer, k) => ({
    words: format(get(frame, layer)),
    y: box.y0 + (k + 0.5) * row,
    color: theme.fg,
  }));
}

/**
 * One column per COLUMN pixels, each the newest frame at or before it.
 * @param {Box} box
 * @param {HeatStrip} strip
 */
function picture(box, { frames, arm, layers, get, sx, top, ramp }) {
  const columns = Math.max(1, Math.ceil((box.x1 - box.x0) / COLUMN));
  const node = document.createElement("canvas");
  [node.width, node.height] = [columns, layers.length];
  const g = /** @type {Context2D} */ (node.getContext("2d"));
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
 * @typedef {object} RampKey
 * @property {Ramp} ramp
 * @property {string} [from] what the low end is called
 * @property {number} top value at the high end
 * @property {(value: number) => string} format
 * @property {Theme} theme
 * @property {number[]} [marks] values with a tick
 * @property {number} [width]
 */

/**
 * A small color scale; its right end is at x, its middle at y.
 * @param {Context2D} g
 * @param {{x: number, y: number}} at
 * @param {RampKey} key
 */
export function rampKey(g, { x, y }, { ramp, from = "0", top, format, theme, marks = [], width = 72 }) {
  /** @type {TextStyle} */
  const style = { color: theme.faint, font: font(theme, 10.5), baseline: "middle" };
  const label = text(g, format(top), x, y, { ...style, align: "right" });
  const x1 = Math.round(x - label - 5);
  const sx = linear([0, top], [x1 - width, x1]);
  g.drawImage(rampImage(ramp), sx(0), y - 4, width, 8);
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.strokeRect(sx(0) - 0.5, y - 4.5, width + 1, 9);
  for (const mark of marks) rule(g, { x0: sx(mark), x1: sx(mark), y0: y - 6, y1: y + 6 }, { color: theme.fg });
  text(g, from, sx(0) - 5, y, { ...style, align: "right" });
}
