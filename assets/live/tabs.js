/** The list of panels: ARIA tabs with one stop for the Tab key and arrows within. */
import { el, put } from "./dom.js";

/** Every panel, in the order of the keys 1 to 9; the last only for data on a plane. */
export const PANELS = [
  "distributions",
  "figure1",
  "saturation",
  "contours",
  "gradients",
  "parameters",
  "curves",
  "boundary",
];

/**
 * Panels that make sense for a source.
 * @param {import("./panel.js").Hello | null} hello
 * @returns {string[]}
 */
export const panelsFor = (hello) => PANELS.filter((id) => id !== "boundary" || hello?.dataset?.is_plane);

const CORNERS = '<svg viewBox="0 0 14 14" aria-hidden="true"><path d="M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9"/></svg>';

let count = 0;

export class Tabs {
  /** @param {{t: (key: string) => string, open: (id: string) => void, enlarge: () => void}} context */
  constructor({ t, open, enlarge }) {
    this.t = t;
    this.open = open;
    this.prefix = `bnviz-${++count}`;
    this.list = el("div", { class: "tab-list", role: "tablist", "aria-label": t("tabs.label") });
    this.larger = el("button", {
      type: "button",
      class: "button small enlarge",
      "aria-label": t("tabs.enlarge"),
      title: t("tabs.enlarge"),
      onclick: enlarge,
      "data-testid": "live-enlarge",
    });
    this.larger.innerHTML = CORNERS;
    this.root = el("div", { class: "tabs" }, this.list, this.larger);
    this.list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    /** @type {string[]} */
    this.ids = [];
  }

  /**
   * @param {string[]} ids
   * @param {string} chosen
   */
  update(ids, chosen) {
    if (ids.join() !== this.ids.join()) {
      this.ids = ids;
      this.list.replaceChildren(...ids.map((id, index) => this.tab(id, index)));
    }
    for (const tab of this.list.children) {
      const on = tab.dataset.panel === chosen;
      put(tab, "aria-selected", String(on));
      put(tab, "tabindex", on ? "0" : "-1");
    }
  }

  /**
   * @param {string} id
   * @param {number} index
   */
  tab(id, index) {
    return el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `${this.prefix}-${id}`,
        "aria-controls": `${this.prefix}-panel`,
        "data-panel": id,
        title: `${this.t(`tabs.${id}_title`)} (${index + 1})`,
        onclick: () => this.open(id),
      },
      this.t(`tabs.${id}`),
    );
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const at = this.ids.findIndex(
      (id) => this.list.children[this.ids.indexOf(id)].getAttribute("aria-selected") === "true",
    );
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: this.ids.length - 1,
    });
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    const to = (moves[event.key] + this.ids.length) % this.ids.length;
    this.open(this.ids[to]);
    this.list.children[to].focus();
  }
}
