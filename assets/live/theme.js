/** Colors and type from the page around us, so that the view belongs to it in light and in dark. */
/** @import { Theme } from "./types" */

const LIGHT = { arms: ["#d55e00", "#0072b2", "#009e73"], good: "#0a7d4f", danger: "#b3261e" };
const DARK = { arms: ["#ff9a4d", "#56b4e9", "#2ec4a0"], good: "#5fd39a", danger: "#ff8a80" };

/** What is read in Chinese where the page's own fonts have no such characters. */
export const CHINESE = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';

/** Dash pattern per slot: arms are told apart without color too. */
export const DASHES = [[6, 3], [], [2, 2]];

/** @typedef {[number, number, number]} Rgb */

/** @type {Map<string, Rgb | null>} colors that were read before: a picture mixes the same few again and again */
const known = new Map();
const MOST_KNOWN = 500;

/**
 * Red, green and blue of a CSS color written #rgb, #rrggbb or rgb(...).
 * @param {string} text
 * @returns {Rgb | null} shared: not to be changed
 */
export function parseColor(text) {
  let rgb = known.get(text);
  if (rgb !== undefined) return rgb;
  if (known.size >= MOST_KNOWN) known.clear();
  rgb = readColor(text);
  known.set(text, rgb);
  return rgb;
}

/**
 * @param {string} text
 * @returns {Rgb | null}
 */
function readColor(text) {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})[0-9a-f]{0,2}$/i.exec(text.trim());
  if (hex) {
    const digits = hex[1].length === 3 ? [...hex[1]].map((d) => d + d) : (hex[1].match(/../g) ?? []);
    return /** @type {Rgb} */ (digits.map((d) => parseInt(d, 16)));
  }
  const parts = /^rgba?\(([^)]+)\)$/.exec(text.trim());
  if (!parts) return null;
  const numbers = parts[1]
    .split(/[\s,/]+/)
    .slice(0, 3)
    .map(Number);
  return numbers.length === 3 && numbers.every(Number.isFinite) ? [numbers[0], numbers[1], numbers[2]] : null;
}

/**
 * Mix two colors: share 0 gives a, 1 gives b.
 * @param {string} a
 * @param {string} b
 * @param {number} share
 * @returns {string}
 */
export function mix(a, b, share) {
  const [p, q] = [parseColor(a), parseColor(b)];
  if (!p || !q) return a;
  return `rgb(${p.map((v, i) => Math.round(v + (q[i] - v) * share)).join(", ")})`;
}

/**
 * A color with an opacity.
 * @param {string} color
 * @param {number} opacity 0..1
 * @returns {string}
 */
export function alpha(color, opacity) {
  const rgb = parseColor(color);
  return rgb ? `rgba(${rgb.join(", ")}, ${opacity})` : color;
}

/**
 * @param {[number, number, number]} rgb
 * @returns {number} 0 black .. 1 white
 */
const lightness = ([r, g, b]) => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;

/**
 * Build a theme from CSS variables.
 * @param {(name: string) => string} variable value of a CSS variable, "" when absent
 * @returns {Theme}
 */
export function themeFrom(variable) {
  const bg = variable("--st-background-color") || "#ffffff";
  const dark = lightness(parseColor(bg) ?? [255, 255, 255]) < 0.5;
  const fg = variable("--st-text-color") || (dark ? "#e8edf4" : "#1a2233");
  const own = dark ? DARK : LIGHT;
  const border = mix(bg, fg, dark ? 0.16 : 0.12);
  return {
    bg,
    fg,
    muted: mix(fg, bg, 0.3),
    faint: mix(fg, bg, 0.38),
    grid: mix(bg, fg, 0.09),
    card: dark ? mix(bg, fg, 0.035) : bg,
    soft: variable("--st-secondary-background-color") || mix(bg, fg, 0.05),
    border,
    primary: variable("--st-primary-color") || own.arms[1],
    saturated: alpha(own.arms[0], dark ? 0.13 : 0.09),
    healthy: alpha(own.good, dark ? 0.16 : 0.1),
    danger: own.danger,
    arms: own.arms,
    font: `${variable("--st-font") || "system-ui, sans-serif"}, ${CHINESE}`,
    dark,
  };
}

/**
 * Read the theme at an element; a shadow root's host carries the variables.
 * @param {Element | ShadowRoot} element
 * @returns {Theme}
 */
export function readTheme(element) {
  const host = element instanceof Element ? element : element.host;
  const style = getComputedStyle(host);
  return themeFrom((name) => style.getPropertyValue(name).trim());
}

/**
 * Canvas font of the theme.
 * @param {Theme} theme
 * @param {number} [size] CSS pixels
 * @param {number} [weight]
 */
export const font = (theme, size = 12, weight = 400) => `${weight} ${size}px ${theme.font}`;

/**
 * Color slot per arm: without BN is always 0, with BN always 1, whatever their order; others take what is free.
 * @param {Array<{changes: Record<string, unknown>}>} arms
 * @returns {number[]}
 */
export function armSlots(arms) {
  /** @type {Record<string, number>} */
  const fixed = { none: 0, batch: 1 };
  /** @type {Array<number | undefined>} */
  const slots = arms.map(({ changes }) => {
    const names = Object.keys(changes);
    return names.length === 1 ? fixed[String(changes.norm)] : undefined;
  });
  const free = [0, 1, 2].filter((slot) => !slots.includes(slot));
  return slots.map((slot, index) => (slot !== undefined && slots.indexOf(slot) === index ? slot : (free.shift() ?? 2)));
}
