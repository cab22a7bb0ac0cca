/**
 * All layers of a deep net at a glance, and the choice of those that the panels draw: a list box with an option over
 * each column of cells.
 */
/** @import { Context2D, Translate, View } from "./types" */
/** @import { Grid } from "./overview_cells.js" */
/** @import { LayerChoice } from "./layer_choice.js" */

import { PADDING, swatch } from "./arm_cards.js";
import { button, el, setAttr, setText } from "./dom.js";
import { MAX_LAYERS } from "./layer_choice.js";
import { labeledTicks, namesOf } from "./layer_names.js";
import { layerLabel } from "./notices.js";
import { drawCells, gridOf } from "./overview_cells.js";
import { Measures } from "./overview_measures.js";
import { OverviewTip } from "./overview_tip.js";
import { font } from "./theme.js";

/** Panels that draw layers. */
export const LAYERED = ["distributions", "figure1", "saturation", "gradients", "parameters"];

export class Overview {
  /** @param {{t: Translate, choice: LayerChoice, onChange: () => void}} context */
  constructor({ t, choice, onChange }) {
    this.t = t;
    this.choice = choice;
    this.onChange = onChange;
    this.measures = new Measures();
    this.title = el("b");
    this.arms = el("span", { class: "overview-arms" });
    const even = { title: t("overview.even_title"), onclick: () => this.chooseEvenly(), "data-testid": "live-even" };
    const evenButton = button(t("overview.even"), { class: "button small", ...even });
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.list = el("div", {
      class: "overview-list",
      role: "listbox",
      "aria-multiselectable": "true",
      "aria-orientation": "horizontal",
      "aria-label": t("overview.label", { most: MAX_LAYERS }),
    });
    this.tip = new OverviewTip(t);
    this.hint = el("p", { class: "caption" });
    /** @type {HTMLButtonElement[]} one per layer */
    this.options = [];
    this.singleLayer = false;
    const cells = el("div", { class: "overview-cells" }, this.canvas, this.list, this.tip.root);
    this.root = el(
      "section",
      { class: "card overview", "data-testid": "live-overview" },
      el("div", { class: "overview-head" }, this.title, this.arms, evenButton),
      cells,
      this.hint,
    );
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("pointerleave", () => this.hover(null));
    this.list.addEventListener("focusout", () => this.hover(null));
    this.signature = "";
    /** @type {number | null} layer under the pointer or the focus */
    this.hovered = null;
    this.root.hidden = true;
  }

  chooseEvenly() {
    this.choice.chooseEvenly();
    this.onChange();
  }

  /**
   * @param {View} view
   * @param {string} panel
   * @param {boolean} [singleLayer] whether the panel shows one layer in detail
   */
  draw(view, panel, singleLayer = false) {
    this.singleLayer = singleLayer;
    const on = this.choice.isNeeded && LAYERED.includes(panel);
    this.root.hidden = !on;
    if (!on) return;
    const width = Math.max(200, Math.floor(view.width) - 2 * PADDING - 2);
    const measures = this.measures.update(view);
    const g = /** @type {Context2D} */ (this.canvas.getContext("2d"));
    g.font = font(view.theme, 11.5, 650);
    const grid = gridOf(width, namesOf(view), {
      arms: view.arms.length,
      measures: measures.length,
      widthOf: (words) => g.measureText(words).width,
    });
    setText(this.title, this.t("overview.title", { count: this.choice.count }));
    setText(this.hint, this.t(singleLayer ? "overview.hint_one" : "overview.hint", { most: MAX_LAYERS }));
    this.rebuild(view, grid);
    this.markChosen(grid);
    drawCells(this.canvas, view, { grid, measures, t: this.t });
    const chosen = this.choice.layers.includes(this.hovered ?? -1);
    const action = singleLayer ? "show" : chosen ? "drop" : "add";
    this.tip.draw(view, this.hovered, { grid, measures, action });
  }

  /**
   * Options and names of the arms, made again when the net, the width or the words change.
   * @param {View} view
   * @param {Grid} grid
   */
  rebuild(view, grid) {
    const names = namesOf(view);
    const arms = view.arms.map(({ label, color }) => [label, color]);
    const signature = JSON.stringify([names, grid.width, grid.height, arms]);
    if (signature === this.signature) return;
    this.signature = signature;
    const focused = this.options.findIndex((option) => option.matches?.(":focus"));
    this.arms.replaceChildren(...view.arms.map((arm) => el("span", { class: "curve-value" }, swatch(arm), arm.label)));
    this.options = names.map((name, layer) => this.option(layer, layerLabel(name, this.t), grid));
    this.list.replaceChildren(...this.options);
    this.options[focused]?.focus();
  }

  /**
   * @param {number} layer
   * @param {string} label
   * @param {Grid} grid
   */
  option(layer, label, grid) {
    const node = button("", {
      role: "option",
      class: "overview-option",
      "aria-label": label,
      "aria-describedby": this.tip.id,
      "data-layer": layer,
      onclick: (/** @type {MouseEvent} */ event) => this.choose(layer, event.shiftKey),
      onpointerenter: () => this.hover(layer),
      onfocus: () => this.hover(layer),
    });
    node.replaceChildren(el("span", { class: "overview-name", "aria-hidden": "true" }, grid.names[layer]));
    const gap = grid.column > 14 ? 1 : 0; // two frames side by side stay two
    node.style.left = `${grid.x0 + layer * grid.column + gap}px`;
    node.style.height = `${grid.bottom}px`;
    node.style.width = `${grid.column - 2 * gap}px`;
    return node;
  }

  /** What is chosen, what is named, and the one option that the Tab key stops at. @param {Grid} grid */
  markChosen(grid) {
    const chosen = this.choice.layers;
    const named = labeledTicks(grid.names.length, grid.every, chosen);
    const stop = this.hovered ?? (chosen.includes(this.choice.anchor) ? this.choice.anchor : chosen[0]);
    this.options.forEach((option, layer) => {
      setAttr(option, "aria-selected", String(chosen.includes(layer)));
      setAttr(option, "tabindex", layer === stop ? "0" : "-1");
      const name = /** @type {HTMLElement} */ (option.firstChild);
      name.hidden = !named.includes(layer);
    });
  }

  /** @param {number | null} layer */
  hover(layer) {
    this.hovered = layer;
    this.onChange();
  }

  /**
   * The tip gives way, for it would cover what now changes.
   * @param {number} layer
   * @param {boolean} isRange whether all up to it are chosen
   */
  choose(layer, isRange) {
    if (isRange) this.choice.chooseRange(layer);
    else if (this.singleLayer) this.choice.show(layer);
    else this.choice.toggle(layer);
    this.hover(null);
  }

  /**
   * Arrows walk, with Shift they take the layers on the way; Space and Enter are the button's own.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const at = Number(/** @type {HTMLElement} */ (event.target).dataset?.layer ?? 0);
    const last = this.options.length - 1;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere in the view these keys go through time
    const to = Math.min(last, Math.max(0, moves[event.key]));
    if (event.shiftKey) this.choice.chooseRange(to);
    this.options[to].focus();
    this.hover(to);
  }
}
