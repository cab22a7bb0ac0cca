/** The style sheet of the view and the theme's colors as its variables. */
/** @import { Theme } from "./types" */

const NAMES = /** @type {const} */ ([
  "bg",
  "fg",
  "muted",
  "faint",
  "grid",
  "card",
  "soft",
  "border",
  "primary",
  "danger",
  "font",
]);

/**
 * @param {HTMLElement} root
 * @param {Theme} theme
 */
export function applyTheme(root, theme) {
  for (const name of NAMES) root.style.setProperty(`--bn-${name}`, theme[name]);
  for (const [slot, color] of theme.arms.entries()) root.style.setProperty(`--bn-arm-${slot}`, color);
  root.dataset.dark = String(theme.dark);
  root.style.colorScheme = theme.dark ? "dark" : "light";
}

/**
 * Draw everything larger, for a lecture hall.
 * @param {HTMLElement} root
 * @param {number} [factor]
 */
export function zoom(root, factor = 1) {
  if (root.style.zoom !== String(factor)) root.style.zoom = String(factor);
}

/**
 * Add the style sheet to a parent, once; resolves when it applies (or fails: then the view is plain, but there).
 * @param {Element | ShadowRoot} parent
 * @returns {Promise<void>}
 */
export function addStyleSheet(parent) {
  const href = new URL("./live.css", import.meta.url).href;
  const found = Array.from(parent.querySelectorAll("link")).find((link) => link.href === href);
  if (found) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    link.href = href;
    parent.append(link);
  });
}
