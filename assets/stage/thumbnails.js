/** Small pictures of the chapters: drawn here, in the theme's colors. */

import { el } from "../live/dom.js";

/** Bodies of svg elements with the viewBox 0 0 104 66. @type {Record<string, string>} */
const PICTURES = {
  transform:
    '<path class="line" d="M12 16h80M12 50h80"/><path class="thread" d="M26 16C26 34 34 32 34 50M52 16C52 34 46 32 46 50M82 16C82 34 66 32 66 50"/><circle class="plain" cx="26" cy="16" r="6"/><circle class="plain" cx="52" cy="16" r="6"/><circle class="plain" cx="82" cy="16" r="6"/><circle class="bn" cx="34" cy="50" r="6"/><circle class="bn" cx="46" cy="50" r="6"/><circle class="bn" cx="66" cy="50" r="6"/>',
};

/**
 * The picture of a page; an empty one where there is none.
 * @param {string} page
 */
export function thumbnail(page) {
  const box = el("span", { class: "thumbnail", "aria-hidden": "true" });
  box.innerHTML = `<svg viewBox="0 0 104 66">${PICTURES[page] ?? ""}</svg>`;
  return box;
}
