/** A picture over a plane of two coordinates, with its axes: what loss contours and decision boundaries share. */
/** @import { Box, Context2D, Scales, TextStyle, Theme, View } from "./types" */

import { axisX, axisY, linear, rule, text } from "./axis.js";
import { fitCanvas } from "./draw.js";
import { font } from "./theme.js";

const LEFT = 42;
const TOP = 12;

/** @typedef {Scales & {g: Context2D, box: Box, side: number, height: number}} PlanePlot side: width of the picture */

/**
 * Width of the picture in a card of this inner width.
 * @param {View} view
 * @param {number} width
 */
export const pictureSide = (view, width) => Math.min(width - LEFT - 10, view.enlarged ? 720 : 460);

/**
 * Make room for a picture with something below it.
 * @param {HTMLCanvasElement} canvas
 * @param {{xs: Float32Array, ys: Float32Array}} plane coordinates of the grid
 * @param {{width: number, side: number, height: number, bottom: number}} size of the card, the picture, and below it
 * @returns {PlanePlot}
 */
export function planePlot(canvas, { xs, ys }, { width, side, height, bottom }) {
  const g = fitCanvas(canvas, width, TOP + height + bottom);
  const box = { x0: LEFT, x1: LEFT + side, y0: TOP, y1: TOP + height };
  const sx = linear([xs[0], xs[xs.length - 1]], [box.x0, box.x1]);
  const sy = linear([ys[0], ys[ys.length - 1]], [box.y1, box.y0]);
  return { g, box, sx, sy, side, height };
}

/**
 * @param {PlanePlot} plot
 * @param {{theme: Theme, titles: [string, string]}} options of the axes along x and y
 */
export function drawPlaneAxes({ g, box, sx, sy }, { theme, titles }) {
  /** @type {TextStyle} */
  const upright = { rotate: -Math.PI / 2, align: "right", baseline: "middle" };
  axisX(g, sx, box.y1, { theme, count: 5, title: titles[0] });
  axisY(g, sy, box.x0, { theme, count: 5 });
  text(g, titles[1], 9, box.y0, { color: theme.muted, font: font(theme, 11), ...upright });
  rule(g, { ...box, y0: box.y1 }, { color: theme.border });
}

/** A picture that is costly to make and changes only with its data, its size and the theme. */
export class CachedPicture {
  constructor() {
    /** @type {HTMLCanvasElement | null} */
    this.picture = null;
    /** @type {object | null} */
    this.source = null;
    this.key = "";
  }

  /**
   * @param {object} source what is drawn
   * @param {PlanePlot} plot
   * @param {Theme} theme
   * @param {() => HTMLCanvasElement} make
   */
  draw(source, { g, box, side, height }, theme, make) {
    const key = [side, height, theme.dark, theme.card, theme.soft, globalThis.devicePixelRatio].join();
    if (!this.picture || this.source !== source || this.key !== key) this.picture = make();
    [this.source, this.key] = [source, key];
    g.drawImage(this.picture, box.x0, box.y0, side, height);
  }
}
