/**
 * Plots that several panels share: lines over the steps of a run, axes that stay put, strips of layers over time.
 *
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./axis.js").ScaleFn} ScaleFn
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").ArmFrame} ArmFrame
 * @typedef {import("./panel.js").View} View
 * @typedef {CanvasRenderingContext2D} G
 * @typedef {{x0: number, x1: number, y0: number, y1: number}} Box left, right, top, bottom in CSS pixels
 * @typedef {{values: ArrayLike<number>, color: string, dash?: number[], width?: number, label?: string}} Line
 * @typedef {{low: ArrayLike<number>, high: ArrayLike<number>, color: string, opacity?: number}} Band
 */
import { alpha, axisX, axisY, band, font, linear, log, polyline, rule, shade, text } from "./draw.js";

const LADDER = [1, 2, 3, 4, 6, 8, 10];

/**
 * Smallest round number (1, 2, 3, 4, 6, 8 times a power of ten) not below a size.
 * @param {number} size > 0
 * @returns {number}
 */
export function roundUp(size) {
  if (!(size > 0) || size === Infinity) return 1;
  const unit = 10 ** Math.floor(Math.log10(size));
  return (LADDER.find((step) => step * unit >= size * (1 - 1e-9)) ?? 10) * unit;
}

/**
 * Whole decades around the positive values; they grow with the history, never with the cursor.
 * @param {Iterable<number>} values
 * @param {number} [least] decades to show at least
 * @param {number} [floor] nothing below is shown
 * @returns {[number, number]}
 */
export function decades(values, least = 3, floor = 1e-12) {
  let [low, high] = [Infinity, 0];
  for (const value of values) {
    if (!(value >= floor) || value === Infinity) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > 0)) [low, high] = [1e-3, 1];
  let [bottom, top] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  while (top - bottom < least) {
    top += 1;
    if (top - bottom < least) bottom -= 1;
  }
  return [Number(`1e${bottom}`), Number(`1e${top}`)]; // 10 ** -4 is not 1e-4
}

/**
 * Smallest and largest finite value.
 * @param {Iterable<number>} values
 * @returns {[number, number] | null}
 */
export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}

/**
 * A round range around values that need not contain 0.
 * @param {Iterable<number>} values
 * @param {[number, number]} otherwise
 * @param {number} [least] span
 * @returns {[number, number]}
 */
export function roundRange(values, otherwise, least = 0.2) {
  const found = extent(values);
  if (!found) return otherwise;
  const span = Math.max(found[1] - found[0], least);
  const middle = (found[0] + found[1]) / 2;
  const step = roundUp(span / 5);
  return [Math.floor((middle - span / 2) / step + 1e-9) * step, Math.ceil((middle + span / 2) / step - 1e-9) * step];
}

/**
 * Scale of the step axis; on a log axis step 0 sits at the left end.
 * @param {Frame[]} frames
 * @param {[number, number]} range
 * @param {boolean} [isLog]
 * @returns {ScaleFn}
 */
export function stepScale(frames, range, isLog = false) {
  const last = Math.max(frames.length ? frames[frames.length - 1].step : 0, 10);
  return isLog ? log([0.7, last], range) : linear([0, last], range);
}

/**
 * Positions of the frames worth drawing: at most one in `gap` pixels, the first and last always.
 * @param {Frame[]} frames
 * @param {ScaleFn} sx
 * @param {number} [gap]
 * @returns {number[]}
 */
export function drawable(frames, sx, gap = 1.5) {
  const kept = [];
  let from = -Infinity;
  for (let i = 0; i < frames.length; i++) {
    const x = sx(frames[i].step);
    if (x - from < gap && i < frames.length - 1) continue;
    kept.push(i);
    from = x;
  }
  return kept;
}

/**
 * One number per frame of an arm; NaN where the arm is missing.
 * @param {Frame[]} frames
 * @param {number[]} positions
 * @param {number} arm
 * @param {(frame: ArmFrame) => number} get
 */
export function series(frames, positions, arm, get) {
  const out = new Float64Array(positions.length);
  positions.forEach((at, k) => {
    const found = frames[at].arms[arm];
    out[k] = found ? get(found) : Number.NaN;
  });
  return out;
}

/**
 * Clip drawing to a box while `paint` runs.
 * @param {G} g
 * @param {Box} box
 * @param {() => void} paint
 */
export function inside(g, box, paint) {
  g.save();
  g.beginPath();
  g.rect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
  g.clip();
  paint();
  g.restore();
}

/**
 * A plot over steps: title, axes, bands, lines, guide lines, and the cursor; what lies after the cursor is paler.
 * @param {G} g
 * @param {Box} box
 * @param
 *   {{theme: Theme, sx: ScaleFn, sy: ScaleFn, steps: ArrayLike<number>, step: number, title?: string, stepTitle?: string, lines?: Line[], bands?: Band[],
 *     guides?: Array<{value: number, label?: string, color?: string}>, yFormat?: (value: number) => string, yCount?: number}} what
 */
export function timePlot(g, box, what) {
  const { theme, sx, sy, steps } = what;
  frameAxes(g, box, what);
  inside(g, { ...box, x1: box.x1 + 1, y0: box.y0 - 1, y1: box.y1 + 1 }, () => {
    for (const b of what.bands ?? []) band(g, steps, b.low, b.high, sx, sy, b.color, b.opacity ?? 0.2);
    for (const { value, color } of what.guides ?? [])
      rule(g, box.x0, sy(value), box.x1, sy(value), color ?? theme.muted, [4, 3]);
    for (const line of what.lines ?? [])
      polyline(g, steps, line.values, sx, sy, { color: line.color, dash: line.dash, width: line.width ?? 1.6 });
  });
  cursor(g, box, sx, what.step, theme);
  for (const { value, label } of what.guides ?? []) {
    const y = sy(value);
    if (label && y > box.y0 && y < box.y1) chip(g, label, box.x0 + 4, y - 4, theme);
  }
}

/**
 * The first of several wordings that fits, long to short; the last one is cut with an ellipsis. Set the font before.
 * @param {G} g
 * @param {number} width
 * @param {...string} wordings
 * @returns {string}
 */
export function fitting(g, width, ...wordings) {
  for (const words of wordings) if (g.measureText(words).width <= width) return words;
  let words = wordings[wordings.length - 1];
  while (words && g.measureText(`${words}…`).width > width) words = words.slice(0, -1).trimEnd();
  return words ? `${words}…` : "";
}

/**
 * Title above a plot, cut where there is no room.
 * @param {G} g
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {Theme} theme
 */
export function plotTitle(g, words, x, y, width, theme) {
  g.font = font(theme, 12);
  text(g, fitting(g, width, words), x, y, { color: theme.muted });
}

/**
 * Small text on a patch of the card, so that it reads over lines.
 * @param {G} g
 * @param {string} words
 * @param {number} x
 * @param {number} y baseline
 * @param {Theme} theme
 */
export function chip(g, words, x, y, theme) {
  g.font = font(theme, 11);
  shade(g, x - 2, y - 10, x + g.measureText(words).width + 2, y + 3, alpha(theme.card, 0.78));
  text(g, words, x, y, { color: theme.muted });
}

/**
 * Title and axes of a plot over steps.
 * @param {G} g
 * @param {Box} box
 * @param {any} what see timePlot
 */
function frameAxes(g, box, { theme, sx, sy, title, stepTitle, yFormat, yCount }) {
  if (title) plotTitle(g, title, 0, box.y0 - 12, box.x1, theme);
  axisY(g, sy, box.x0, theme, {
    count: yCount ?? Math.max(2, Math.floor((box.y1 - box.y0) / (sy.log ? 17 : 30))),
    grid: [box.x0, box.x1],
    format: yFormat,
  });
  axisX(g, sx, box.y1, theme, { count: Math.max(2, Math.round((box.x1 - box.x0) / 80)), title: stepTitle });
  rule(g, box.x0, box.y1, box.x1, box.y1, theme.border);
}

/**
 * The scrubbed step, with what comes later veiled.
 * @param {G} g
 * @param {Box} box
 * @param {ScaleFn} sx
 * @param {number} step
 * @param {Theme} theme
 */
export function cursor(g, box, sx, step, theme) {
  const x = sx(step);
  if (!(x >= box.x0 - 0.5 && x <= box.x1 + 0.5)) return;
  if (x < box.x1 - 1) shade(g, x + 1, box.y0, box.x1 + 1, box.y1, alpha(theme.card, 0.62));
  rule(g, x, box.y0, x, box.y1, theme.fg, [], 1);
}

/**
 * Labels right of lines, moved apart so that none covers another; too many are left out from the middle.
 * @param {G} g
 * @param {Array<{label: string, y: number, color: string}>} items
 * @param {number} x
 * @param {[number, number]} range top, bottom
 * @param {Theme} theme
 */
export function endLabels(g, items, x, range, theme) {
  const gap = 12;
  const room = Math.max(1, Math.floor((range[1] - range[0]) / gap) + 1);
  const placed = items.filter(({ y }) => Number.isFinite(y)).sort((a, b) => a.y - b.y);
  const stride = Math.ceil(placed.length / room);
  const kept = placed.filter((_, k) => k % stride === 0 || k === placed.length - 1).slice(-room);
  for (const [y, { label, color }] of spread(
    kept.map((item) => item.y),
    gap,
    range,
  ).map((y, k) => /** @type {const} */ ([y, kept[k]]))) {
    text(g, label, x, y, { color, font: font(theme, 11, 500), baseline: "middle" });
  }
}

/**
 * Move sorted positions apart to at least `gap`, as little as possible, inside a range.
 * @param {number[]} ys
 * @param {number} gap
 * @param {[number, number]} range
 * @returns {number[]}
 */
export function spread(ys, gap, [top, bottom]) {
  /**
   * @type {Array<{sum: number, count: number}>} groups that touch; `sum` of where their members would put the first one
   */
  const groups = [];
  const first = (/** @type {{sum: number, count: number}} */ { sum, count }) =>
    Math.max(top, Math.min(sum / count, bottom - (count - 1) * gap));
  for (const y of ys) {
    let group = { sum: y, count: 1 };
    for (let last = groups.at(-1); last && first(last) + last.count * gap > first(group); last = groups.at(-1)) {
      groups.pop();
      group = { sum: last.sum + group.sum - group.count * last.count * gap, count: last.count + group.count };
    }
    groups.push(group);
  }
  return groups.flatMap((group) => Array.from({ length: group.count }, (_, k) => first(group) + k * gap));
}

/**
 * Room that labels right of lines need.
 * @param {G} g
 * @param {string[]} labels
 * @param {number} least
 * @param {Theme} theme
 * @returns {number}
 */
export function rightOf(g, labels, least, theme) {
  g.font = font(theme, 11, 500);
  return Math.max(least, ...labels.map((label) => Math.ceil(g.measureText(label).width) + 9));
}
