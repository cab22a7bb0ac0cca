/**
 * The crosshair of a panel: pointing at one plot shows the values at that place in every plot with the same axis, of
 * all networks; the arrow keys move it while the panel has the focus of the keyboard.
 */
/** @import { Context2D, Theme } from "./types" */
/** @import { AxisKind, Reading, Region } from "./probe_regions.js" */

import { rule, text } from "./axis.js";
import { el, setText } from "./dom.js";
import { spreadApart } from "./plot.js";
import { regionAt, regionsOf } from "./probe_regions.js";
import { font } from "./theme.js";

/** Most values beside one crosshair line. */
const MOST = 9;
const GAP = 15;

/** @typedef {{kind: AxisKind, x: number, y: number}} Place in units of the axes */

export class PanelCrosshair {
  /**
   * @param {HTMLElement} root of the panels
   * @param {() => void} onChange
   */
  constructor(root, onChange) {
    this.root = root;
    this.onChange = onChange;
    /** @type {Place | null} */
    this.place = null;
    /** Whether the arrow keys put it there: then it stays when the pointer is elsewhere. */
    this.byKeys = false;
    this.spoken = el("div", { class: "sr-only", "aria-live": "polite", "data-testid": "live-crosshair" });
    root.addEventListener("pointermove", (event) => this.point(event));
    root.addEventListener("pointerleave", () => this.put(null));
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { target } = event;
    if (!(target instanceof HTMLCanvasElement)) return this.put(null);
    const at = placeOn(target, event);
    const region = regionAt(target, at);
    this.byKeys = false;
    this.put(region && { kind: region.kind, x: region.sx.invert(at.x), y: region.sy ? region.sy.invert(at.y) : NaN });
  }

  /** @param {Place | null} place */
  put(place) {
    if (this.byKeys || (!place && !this.place)) return;
    this.place = place;
    this.onChange();
  }

  /**
   * One arrow key further; the first press puts it in the middle.
   * @param {number} dx
   * @param {number} dy
   * @returns {boolean} whether there is a plot to point at
   */
  move(dx, dy) {
    const all = [...this.root.querySelectorAll("canvas")].flatMap(regionsOf);
    const region = all.find(({ kind }) => kind === this.place?.kind) ?? all[0];
    if (!region) return false;
    const [low, high] = region.sx.domain;
    const middle = { x: (low + high) / 2, y: region.sy ? (region.sy.domain[0] + region.sy.domain[1]) / 2 : NaN };
    const known = this.place?.kind === region.kind ? this.place : null;
    const { x, y } = known ?? middle;
    const across = region.kind === "layer" ? dx : (dx * (high - low)) / 50;
    const up = region.sy ? (-dy * (region.sy.domain[1] - region.sy.domain[0])) / 50 : 0;
    const stepped = region.kind === "layer" ? Math.round(x) : x;
    this.place = known
      ? {
          kind: region.kind,
          x: clamp(stepped + across, region.sx.domain),
          y: region.sy ? clamp(y + up, region.sy.domain) : NaN,
        }
      : { kind: region.kind, x: stepped, y };
    this.byKeys = true;
    this.onChange();
    return true;
  }

  /** Take it away. @returns {boolean} whether the keys had put it there */
  clear() {
    const had = this.byKeys;
    this.byKeys = false;
    this.put(null);
    return had;
  }

  /** Draw it over what the panel has drawn. @param {Theme} theme */
  draw(theme) {
    const { place } = this;
    /** @type {string[]} */
    const spoken = [];
    for (const canvas of place ? this.root.querySelectorAll("canvas") : []) {
      for (const region of regionsOf(canvas)) {
        if (!place || region.kind !== place.kind) continue;
        const g = /** @type {Context2D} */ (canvas.getContext("2d"));
        const readings = drawPlace(g, region, place, theme);
        if (this.byKeys && !canvas.hidden) spoken.push(...readings.map(({ words }) => words));
      }
    }
    setText(this.spoken, this.byKeys ? spoken.join("; ") : "");
  }
}

/**
 * @param {number} value
 * @param {[number, number]} domain
 */
const clamp = (value, [a, b]) => Math.min(Math.max(a, b), Math.max(Math.min(a, b), value));

/**
 * CSS pixels of a canvas; the view may be zoomed.
 * @param {HTMLCanvasElement} canvas
 * @param {PointerEvent} event
 */
export function placeOn(canvas, { clientX, clientY }) {
  const { left, top, width } = canvas.getBoundingClientRect();
  const zoom = width / (canvas.offsetWidth || width || 1) || 1;
  return { x: (clientX - left) / zoom, y: (clientY - top) / zoom };
}

/**
 * The lines through a place of a plot, and the values there.
 * @param {Context2D} g
 * @param {Region} region
 * @param {Place} place
 * @param {Theme} theme
 * @returns {Reading[]}
 */
function drawPlace(g, { kind, box, sx, sy, readings, name }, place, theme) {
  const at = kind === "layer" ? Math.round(place.x) : place.x;
  const x = sx(at);
  if (!(x >= box.x0 - 1 && x <= box.x1 + 1)) return [];
  const stroke = { color: theme.fg, dash: [4, 3] };
  rule(g, { x0: x, x1: x, y0: box.y0, y1: box.y1 }, stroke);
  if (sy) rule(g, { x0: box.x0, x1: box.x1, y0: sy(place.y), y1: sy(place.y) }, stroke);
  const found = readings(at, place.y).filter(({ y }) => Number.isFinite(y));
  const shown = found.length > MOST ? [found[0], found[found.length - 1]] : found;
  const sorted = [...shown].sort((a, b) => a.y - b.y);
  const ys = spreadApart(
    sorted.map(({ y }) => y),
    GAP,
    [box.y0 + 8, box.y1 - 8],
  );
  for (const [index, reading] of sorted.entries())
    drawReading(g, reading, { x, y: ys[index] ?? reading.y, box, theme });
  if (name) drawWords(g, name(at), { x, y: Math.max(9, box.y0 - 2), color: theme.fg, box, theme, weight: 600 });
  return found;
}

/**
 * A dot at a value, and the value beside it.
 * @param {Context2D} g
 * @param {Reading} reading
 * @param {{x: number, y: number, box: Region["box"], theme: Theme}} options y of the words
 */
function drawReading(g, reading, { x, y, box, theme }) {
  g.beginPath();
  g.arc(reading.x ?? x, reading.y, 3.6, 0, 7);
  g.fillStyle = reading.color;
  g.fill();
  Object.assign(g, { strokeStyle: theme.card, lineWidth: 1.4 });
  g.stroke();
  drawWords(g, reading.words, { x: x + 7, y, color: theme.fg, box, theme, weight: 600 });
}

/**
 * Words on a patch of the page, left of the line where there is no room on the right.
 * @param {Context2D} g
 * @param {string} words
 * @param {{x: number, y: number, color: string, box: Region["box"], theme: Theme, weight: number}} options
 */
function drawWords(g, words, { x, y, color, box, theme, weight }) {
  g.font = font(theme, 11.5, weight);
  const width = g.measureText(words).width;
  const left = x + width + 8 > box.x1 + 24 ? x - width - 16 : x;
  g.globalAlpha = 0.86;
  g.fillStyle = theme.bg;
  g.fillRect(left - 3, y - 8, width + 6, 16);
  g.globalAlpha = 1;
  text(g, words, left, y, { color, baseline: "middle" });
}
