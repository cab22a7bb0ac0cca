/** Feature maps as pixels on a canvas under the picture, in the colors of the page. */
/** @import { Kit, Size } from "../../types" */

import { between } from "../../svg.js";

/** @typedef {[number, number, number]} Color */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** How dark a value is drawn, 0..1: the root of its size, so that weak responses show. @param {number} value @param {number} full what is drawn in full color */
export function tone(value, full) {
  const size = Math.sqrt(Math.min(1, Math.abs(value) / full));
  return value < 0 ? 0.32 - 0.32 * size : 0.32 + 0.68 * size;
}

export class Raster {
  /** @param {Kit} kit */
  constructor(kit) {
    this.kit = kit;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.canvas.setAttribute("aria-hidden", "true");
    kit.box.insertBefore(this.canvas, kit.svg);
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.small = document.createElement("canvas");
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.small.getContext("2d"));
    /** @type {Record<string, Color>} */
    this.colors = {};
    /** @type {unknown} */
    this.theme = null;
  }

  /** @param {Size} size */
  start({ width, height }) {
    const density = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      Object.assign(this.canvas, { width: w, height: h });
      Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    }
    this.context.setTransform(density, 0, 0, density, 0, 0);
    this.context.clearRect(0, 0, width, height);
    this.context.imageSmoothingEnabled = false;
    if (this.theme !== this.kit.theme()) this.readColors();
  }

  readColors() {
    this.theme = this.kit.theme();
    for (const name of ["batch", "bn-fg", "bn-card"]) {
      this.canvas.style.color = `var(--${name})`;
      const [r, g, b] = getComputedStyle(this.canvas)
        .color.match(/[\d.]+/g)
        ?.map(Number) ?? [0, 0, 0];
      this.colors[name] = [r, g, b];
    }
  }

  /**
   * @param {ArrayLike<number>} values row by row, a square
   * @param {Box} box
   * @param {{lit: boolean, full: number, faint?: boolean, plain?: boolean}} how full: what is drawn in full color; plain: no
   *   value is negative, so 0 is the color of paper
   */
  draw(values, box, { lit, full, faint = false, plain = false }) {
    const side = Math.sqrt(values.length);
    if (this.small.width !== side) Object.assign(this.small, { width: side, height: side });
    const pixels = this.pen.createImageData(side, side);
    const [ink, paper] = [this.colors[lit ? "batch" : "bn-fg"], this.colors["bn-card"]];
    for (let place = 0; place < values.length; place++) {
      const dark = plain ? 0.06 + (1.2 * values[place]) / full : tone(values[place], full);
      const share = (lit ? 0.92 : 0.72) * dark * (faint ? 0.2 : 1);
      for (let channel = 0; channel < 3; channel++)
        pixels.data[4 * place + channel] = between(paper[channel], ink[channel], share);
      pixels.data[4 * place + 3] = 255;
    }
    this.pen.putImageData(pixels, 0, 0);
    this.context.drawImage(this.small, box.x, box.y, box.width, box.height);
  }
}
