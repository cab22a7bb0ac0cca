/** Entry of a notebook's cell: the live view as an anywidget, whose messages come from the kernel's own loop. */
/** @import { Connect } from "../live/types" */
/** @import { ViewWords } from "./mount_data.js" */

import { provideAll } from "../live/all_panels.js";
import { split } from "../live/rerun_feed.js";
import { LiveView } from "../live/view.js";
import { firstLanguage, mountData, NO_PYTHON } from "./mount_data.js";

/**
 * The widget's state in the browser.
 * @typedef {object} Model
 * @property {(name: string) => unknown} get
 * @property {(event: string, callback: () => void) => void} on
 * @property {(event: string, callback: () => void) => void} off
 */

/** What the view reads of Streamlit's colors, from what notebooks call theirs. */
const COLORS = {
  "--st-background-color": "var(--jp-layout-color0, var(--vscode-editor-background, Canvas))",
  "--st-text-color": "var(--jp-content-font-color1, var(--vscode-editor-foreground, CanvasText))",
};
const FONT = "var(--jp-ui-font-family, var(--vscode-font-family, system-ui, sans-serif))";

/** Write the notebook's colors where the view looks for them, as rgb(). @param {HTMLElement} el */
function takeTheme(el) {
  const probe = document.createElement("i");
  el.append(probe);
  for (const [name, color] of Object.entries(COLORS)) {
    probe.style.color = color;
    el.style.setProperty(name, getComputedStyle(probe).color);
  }
  probe.style.fontFamily = FONT;
  el.style.setProperty("--st-font", getComputedStyle(probe).fontFamily);
  probe.remove();
}

/**
 * The messages in a trait of the widget.
 * @param {Model} model
 * @param {string} name
 * @returns {ArrayBuffer[]}
 */
function messagesIn(model, name) {
  const data = /** @type {DataView<ArrayBuffer> | null} */ (model.get(name));
  return data?.byteLength ? split(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) : [];
}

/**
 * The whole history whenever the kernel sends it, and what is new.
 * @param {Model} model
 * @param {() => void} keepPlace called before the whole history comes again
 * @returns {Connect}
 */
const fromKernel = (model, keepPlace) => (handlers) => {
  let isOpen = true;
  const take = (/** @type {string} */ name) => messagesIn(model, name).forEach(handlers.onMessage);
  const onBacklog = () => {
    keepPlace();
    take("backlog");
  };
  const onNews = () => take("news");
  queueMicrotask(() => {
    if (!isOpen) return;
    handlers.onLink("open");
    onBacklog();
    onNews();
    model.on("change:backlog", onBacklog);
    model.on("change:news", onNews);
  });
  const close = () => {
    isOpen = false;
    model.off("change:backlog", onBacklog);
    model.off("change:news", onNews);
  };
  return { send: () => true, close };
};

/**
 * Plain keys that are pressed in the view are not the notebook's: JupyterLab leaves alone what carries this attribute.
 * @param {HTMLElement} el
 * @returns {() => void} stop
 */
function keepKeys(el) {
  const mark = (/** @type {KeyboardEvent} */ event) => {
    const { target } = event;
    if (!(target instanceof Element) || !el.contains(target)) return;
    target.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey || event.altKey));
  };
  window.addEventListener("keydown", mark, true); // before the notebook looks
  return () => window.removeEventListener("keydown", mark, true);
}

/** @param {{model: Model, el: HTMLElement}} widget */
function render({ model, el }) {
  provideAll();
  el.classList.add("bnviz-cell");
  const words = /** @type {Record<string, ViewWords>} */ (model.get("words"));
  const connect = fromKernel(model, () => {
    if (view.store.cursor !== null) view.wanted.step = view.store.cursor;
  });
  const data = { ...mountData(words[firstLanguage(words)], connect, String(model.get("panel"))), embedded: true };
  takeTheme(el);
  const view = new LiveView(el, data, NO_PYTHON);
  const freeKeys = keepKeys(el);
  const follow = () => {
    takeTheme(el);
    view.update(data, NO_PYTHON);
  };
  const theme = new MutationObserver(follow);
  theme.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  // The colors of the page are known once the cell stands in it.
  requestAnimationFrame(follow);
  return () => {
    theme.disconnect();
    freeKeys();
    view.end();
  };
}

export default { render };
