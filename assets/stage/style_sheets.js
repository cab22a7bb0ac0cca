/** The style sheets of the stage, in the shadow root that it lives in. */

const FILES = ["../live/live.css", "./stage.css"];

/**
 * Add the sheets that are missing; resolves when they apply (or fail: then the page is plain, but there).
 * @param {Element | ShadowRoot} parent
 * @param {string[]} [more] addresses of sheets beyond those that everything here needs
 * @returns {Promise<unknown>}
 */
export function addStyleSheets(parent, more = []) {
  const shared = FILES.map((file) => new URL(file, import.meta.url).href);
  return Promise.all([...shared, ...more].map((href) => addOne(parent, href)));
}

/** @param {Element | ShadowRoot} parent @param {string} href @returns {Promise<void>} */
function addOne(parent, href) {
  if (Array.from(parent.querySelectorAll("link")).some((link) => link.href === href)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  return new Promise((resolve) => {
    link.onload = link.onerror = () => resolve();
    link.href = href;
    parent.append(link);
  });
}
