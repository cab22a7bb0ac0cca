/** Draws the layers of one arm, a row each: the distribution on the left, three measured numbers on the right. */
import { peak } from "./density.js";
import {
  alpha,
  axisX,
  edgeBars,
  fit,
  fixed,
  font,
  linear,
  mix,
  percent,
  ridge,
  rule,
  shade,
  size,
  text,
} from "./draw.js";
import { BINS, histogramOf, total } from "./frame.js";

/**
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./panel.js").Arm} Arm
 * @typedef
 *   {{width: number, row: number, layers: number[], left: number, right: number, x0: number, x1: number, height: number, short: boolean}}
 *   Layout
 * @typedef {{stage: number, over: boolean, share: number, past: Array<{index: number, age: number, opacity: number}>,
 *     domain: [number, number], region: [number, number] | null}} Look share = mass of a bin that fills a row
 */

const AXIS = 18;
const TOP = 6;

/**
 * Where things stand in a card of this inner width.
 * @param {number} width
 * @param {number[]} layers to show
 * @param {boolean} single one layer has the card to itself
 * @param {number} [room] height there is, when it is more than usual
 */
export function layout(width, layers, single, room = 0) {
  const short = width < 420;
  const most = room ? 200 : 84;
  const row = single
    ? Math.max(340, room)
    : Math.round(Math.min(most, Math.max(50, Math.max(520, room) / layers.length)));
  const left = short ? (width < 300 ? 16 : 44) : 58;
  const right = short ? 88 : 124;
  return {
    width,
    row,
    layers,
    left,
    right,
    short,
    x0: left + (short ? 9 : 12),
    x1: width - right - (short ? 12 : 18),
    height: TOP + row * layers.length + AXIS,
  };
}

/**
 * Top of a row.
 * @param {Layout} at
 * @param {number} place
 */
export const rowTop = (at, place) => TOP + place * at.row;

/**
 * Row at a height, -1 when none.
 * @param {Layout} at
 * @param {number} y
 */
export function rowAt(at, y) {
  const place = Math.floor((y - TOP) / at.row);
  return place >= 0 && place < at.layers.length ? place : -1;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 * @param {Arm} arm
 * @param {Look} look
 * @param {Layout} at
 * @param {(key: string, values?: any) => string} t
 */
export function drawRows(canvas, view, arm, look, at, t) {
  const g = fit(canvas, at.width, at.height);
  const record = view.frame?.arms[arm.index];
  const scale = linear(look.domain, [at.x0, at.x1]);
  const end = rowTop(at, at.layers.length);
  at.layers.forEach((layer, place) => {
    const top = rowTop(at, place);
    const base = top + at.row - 7;
    if (place) rule(g, 0, top, at.width, top, view.theme.grid);
    if (record && look.over) drawPast(g, view, arm, look, at, layer, top, base);
    washes(g, look, scale, at, top + 3, base, view.theme);
    if (record) drawNow(g, view, arm, look, at, layer, top, base, t);
    if (record) numbers(g, view, arm, record, at, layer, top, t);
  });
  axisX(g, scale, end, view.theme, { count: Math.max(2, Math.min(6, Math.floor((at.x1 - at.x0) / 40))) });
}

/**
 * The saturated region, over the past, so that it tints what lay in it.
 * @param {CanvasRenderingContext2D} g
 * @param {Look} look
 * @param {import("./axis.js").ScaleFn} scale
 * @param {Layout} at
 * @param {number} top
 * @param {number} base
 * @param {import("./theme.js").Theme} theme
 */
function washes(g, look, scale, at, top, base, theme) {
  const zero = scale(0);
  if (zero > at.x0 && zero < at.x1) rule(g, zero, top, zero, base, alpha(theme.fg, 0.14), [2, 3]);
  if (!look.region) return;
  const [low, high] = look.region;
  const inside = (/** @type {number} */ x) => Math.min(at.x1, Math.max(at.x0, x));
  if (Number.isFinite(low)) shade(g, at.x0, top, inside(scale(low)), base, theme.saturated);
  if (Number.isFinite(high)) shade(g, inside(scale(high)), top, at.x1, base, theme.saturated);
}

/**
 * Height of a full row's ridge: the past needs room behind it.
 * @param {Look} look
 * @param {number} room
 */
const fullHeight = (look, room) => room * (look.over ? 0.56 : 0.9);

/**
 * Keep what runs over within its row.
 * @param {CanvasRenderingContext2D} g
 * @param {Layout} at
 * @param {number} top
 */
function clipRow(g, at, top) {
  g.save();
  g.beginPath();
  g.rect(at.x0 - 10, top + 1, at.x1 - at.x0 + 20, at.row - 2);
  g.clip();
}

/**
 * Older ridges, each covering those behind it a little.
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Arm} arm
 * @param {Look} look
 * @param {Layout} at
 * @param {number} layer
 * @param {number} top
 * @param {number} base
 */
function drawPast(g, view, arm, look, at, layer, top, base) {
  const { theme } = view;
  const fill = alpha(theme.card, 0.72);
  clipRow(g, at, top);
  for (const { index, age, opacity } of look.past) {
    const old = view.frames[index].arms[arm.index];
    if (!old || layer >= old.layers) continue;
    const counts = histogramOf(old, layer, look.stage);
    const scale = fullHeight(look, base - top) / look.share / (total(counts) || 1);
    const place = { x0: at.x0, x1: at.x1, base: base - (base - top) * 0.4 * age, scale, fill };
    ridge(g, counts, place, { color: mix(arm.color, theme.card, 0.25 + 0.45 * age), width: 1, opacity });
  }
  g.restore();
}

/**
 * The ridge at the cursor, and the mass beyond the axis.
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Arm} arm
 * @param {Look} look
 * @param {Layout} at
 * @param {number} layer
 * @param {number} top
 * @param {number} base
 * @param {(key: string, values?: any) => string} t
 */
function drawNow(g, view, arm, look, at, layer, top, base, t) {
  const { theme } = view;
  const record = /** @type {import("./frame.js").ArmFrame} */ (view.frame?.arms[arm.index]);
  if (layer >= record.layers) return;
  const counts = histogramOf(record, layer, look.stage);
  const sum = total(counts);
  const scale = fullHeight(look, base - top) / look.share / (sum || 1);
  clipRow(g, at, top);
  ridge(
    g,
    counts,
    { x0: at.x0, x1: at.x1, base, scale, fill: alpha(arm.color, theme.dark ? 0.34 : 0.24) },
    { color: arm.color, width: 2 },
  );
  const shares = edgeBars(g, counts, sum, { x0: at.x0, x1: at.x1, top: top + 4, base }, arm.color);
  g.restore();
  const style = { color: theme.muted, font: font(theme, 11), baseline: /** @type {CanvasTextBaseline} */ ("middle") };
  shares.forEach((share, side) => {
    if (share < 0.005) return;
    text(g, percent(share, share < 0.095 ? 1 : 0), side ? at.x1 - 3 : at.x0 + 3, top + 12, {
      ...style,
      align: side ? "right" : "left",
    });
  });
  const { share, bin } = peak(counts);
  if (share * sum * scale < base - top) return;
  // A peak that runs out of its row says how high it is.
  const x = at.x0 + ((bin - 0.5) * (at.x1 - at.x0)) / BINS;
  const words = t("distributions.peak", { share: percent(share, 0) });
  g.font = style.font;
  const width = g.measureText(words).width;
  const toLeft = x > (at.x0 + at.x1) / 2;
  const left = toLeft ? x - 12 - width : x + 12;
  const y = top + (shares[toLeft ? 0 : 1] >= 0.005 ? 26 : 12);
  shade(g, left - 3, y - 8, left + width + 3, y + 8, alpha(theme.card, 0.8));
  text(g, words, left, y, style);
}

/**
 * The three numbers of a layer.
 * @param {CanvasRenderingContext2D} g
 * @param {View} view
 * @param {Arm} arm
 * @param {import("./frame.js").ArmFrame} record
 * @param {Layout} at
 * @param {number} layer
 * @param {number} top
 * @param {(key: string, values?: any) => string} t
 */
function numbers(g, view, arm, record, at, layer, top, t) {
  const { theme } = view;
  const symbol = arm.config?.activation === "sigmoid" ? "σ" : arm.config?.activation === "tanh" ? "tanh" : "f";
  const form = at.short ? "_short" : "";
  const lines = [
    arm.saturation
      ? [t(`distributions.saturated${form}`), percent(record.saturated_fraction[layer])]
      : [t(`distributions.dead${form}`), percent(record.dead_fraction[layer])],
    [t(`distributions.derivative${form}`, { f: symbol }), fixed(record.derivative[layer])],
    [t("distributions.gradient"), size(record.grad_norm[layer])],
  ];
  const pitch = Math.min(18, (at.row - 8) / 3);
  const middle = top + at.row / 2 - 1;
  lines.forEach(([label, value], line) => {
    const y = middle + (line - 1) * pitch;
    text(g, label, at.width - at.right, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" });
    text(g, value, at.width, y, { color: theme.fg, font: font(theme, 12, 600), align: "right", baseline: "middle" });
  });
}
