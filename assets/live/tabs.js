/** The list of panels: ARIA tabs with one stop for the Tab key and arrows within. */
/** @import { Hello, Translate } from "./types" */

import { button, el, setAttr } from "./dom.js";
import { LAYERED } from "./frame.js";

/** Every panel, in the order of the keys 1 to 9. */
export const PANELS = [
  "distributions",
  "figure1",
  "saturation",
  "contours",
  "gradients",
  "parameters",
  "curves",
  "boundary",
  "glance",
];

/** What each panel draws beside the numbers that every frame carries: details of frames, and surfaces. */
const DETAILS_OF = {
  distributions: ["histogram"],
  figure1: ["histogram", "quantiles", "unit_percentiles"],
  saturation: ["histogram"],
  parameters: ["parameters"],
  contours: ["surfaces"],
};

/**
 * The details that a panel draws.
 * @param {string} panel
 * @param {number} [layer] the one that it draws alone, if it does
 * @returns {readonly string[]}
 */
export function detailsOf(panel, layer) {
  const names = DETAILS_OF[/** @type {keyof typeof DETAILS_OF} */ (panel)] ?? [];
  return layer === undefined ? names : names.map((name) => (LAYERED.includes(name) ? `${name}@${layer}` : name));
}

/** The panel for newcomers: its tab is the first. */
export const FIRST = "glance";

/**
 * Panels that make sense for a source, in the order of their tabs; the boundary only for data on a plane.
 * @param {Hello | null} hello
 * @param {{readOnly?: boolean, surfaces?: number}} [page] contours that nothing can compute any more need a kept surface
 * @returns {string[]}
 */
export const panelsFor = (hello, { readOnly = false, surfaces = 0 } = {}) =>
  [FIRST, ...PANELS.filter((id) => id !== FIRST)].filter((id) => {
    if (id === "contours") return !readOnly || surfaces > 0;
    return id !== "boundary" || hello?.dataset?.is_plane;
  });

const CORNERS = '<svg viewBox="0 0 14 14" aria-hidden="true"><path d="M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9"/></svg>';

let made = 0;

/** @param {HTMLElement} tab */
const idOf = (tab) => tab.dataset.panel ?? "";

export class Tabs {
  /** @param {{t: Translate, open: (id: string) => void, enlarge: () => void}} context */
  constructor({ t, open, enlarge }) {
    this.t = t;
    this.open = open;
    this.prefix = `bnviz-${++made}`;
    this.list = el("div", { class: "tab-list", role: "tablist", "aria-label": t("tabs.label") });
    const title = t("tabs.enlarge");
    const attributes = { class: "button small enlarge", title, "aria-label": title, "data-testid": "live-enlarge" };
    const enlargeButton = button("", { ...attributes, onclick: enlarge });
    enlargeButton.innerHTML = CORNERS;
    this.enlarge = enlargeButton;
    this.root = el("div", { class: "tabs" }, this.list, enlargeButton);
    this.list.addEventListener("keydown", (event) => this.key(event));
    /** @type {HTMLButtonElement[]} */
    this.tabs = [];
  }

  /**
   * @param {string[]} ids
   * @param {string} chosen
   */
  update(ids, chosen) {
    if (ids.join() !== this.tabs.map(idOf).join()) {
      this.tabs = ids.map((id) => this.tab(id));
      this.list.replaceChildren(...this.tabs);
    }
    for (const tab of this.tabs) {
      const on = idOf(tab) === chosen;
      setAttr(tab, "aria-selected", String(on));
      setAttr(tab, "tabindex", on ? "0" : "-1");
    }
  }

  /** @param {string} id */
  tab(id) {
    return button(this.t(`tabs.${id}`), {
      role: "tab",
      class: "tab",
      id: `${this.prefix}-${id}`,
      "aria-controls": `${this.prefix}-panel`,
      "data-panel": id,
      title: `${this.t(`tabs.${id}_title`)} (${PANELS.indexOf(id) + 1})`,
      onclick: () => this.open(id),
    });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const at = this.tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const count = this.tabs.length;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: count - 1 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    const to = this.tabs[(moves[event.key] + count) % count];
    this.open(idOf(to));
    to.focus();
  }
}
