/** Loads panels when they are first shown, and does without one that fails. */
/** @import { MountedPanel, Panel, PanelContext, PanelMemory, View } from "./types" */

import { el } from "./dom.js";

/** @type {Map<string, Promise<Panel>>} */
const loaded = new Map();

/**
 * Hand over panels that came with the page: then none is asked for.
 * @param {Panel[]} panels
 */
export function provide(panels) {
  for (const panel of panels) loaded.set(panel.id, Promise.resolve(panel));
}

/**
 * @param {string} id
 * @returns {Promise<Panel>}
 */
function load(id) {
  let promise = loaded.get(id);
  if (!promise) {
    promise = import(new URL(`./panels/${id}.js`, import.meta.url).href).then((module) => module.default);
    loaded.set(id, promise);
    promise.catch(() => loaded.delete(id)); // the next visit tries again
  }
  return promise;
}

export class PanelHost {
  /**
   * @param {HTMLElement} root
   * @param {Omit<PanelContext, "memory">} context
   */
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.id = "";
    /** @type {MountedPanel | null} */
    this.mounted = null;
    /** @type {Map<string, PanelMemory>} */
    this.memories = new Map();
  }

  /** Show a panel. @param {string} id */
  async show(id) {
    if (id === this.id) return;
    this.close();
    this.id = id;
    try {
      const panel = await load(id);
      if (this.id !== id) return;
      const memory = this.memories.get(id) ?? {};
      this.memories.set(id, memory);
      const panelRoot = el("div", { class: `panel panel-${id}` });
      this.root.replaceChildren(panelRoot);
      this.mounted = panel.mount(panelRoot, { ...this.context, memory });
    } catch (error) {
      if (this.id === id) this.fail(error);
    }
    this.context.invalidate();
  }

  /** @param {unknown} error */
  fail(error) {
    console.error(`bnviz: panel ${this.id}`, error);
    const id = this.id;
    this.close();
    this.id = id;
    this.root.replaceChildren(
      el(
        "p",
        { class: "empty", role: "alert" },
        this.context.t("panel.failed", { panel: this.context.t(`tabs.${id}`) }),
      ),
    );
  }

  /** @param {View} view */
  draw(view) {
    try {
      this.mounted?.draw(view);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Take the panel down. */
  close() {
    const { mounted } = this;
    this.mounted = null;
    this.id = "";
    try {
      mounted?.destroy();
    } catch (error) {
      console.error("bnviz: panel did not close", error);
    }
  }
}
