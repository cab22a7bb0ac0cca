/**
 * All layers of a deep net at a glance, and the choice of those that the panels draw: a list box whose options lie over
 * the columns of cells.
 *
 * @typedef {import("./panel.js").View} View
 * @typedef {import("./overview_cells.js").Grid} Grid
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Words
 */
import { PADDING, swatch } from "./armcards.js";
import { el, put, say } from "./dom.js";
import { font } from "./draw.js";
import { MOST } from "./layer_choice.js";
import { labeled, namesOf } from "./layer_names.js";
import { drawCells, gridOf } from "./overview_cells.js";
import { Measures } from "./overview_measures.js";
import { OverviewTip } from "./overview_tip.js";
import { layerWords } from "./trouble.js";

/** Panels that draw layers. */
export const LAYERED = ["distributions", "figure1", "saturation", "gradients", "parameters"];

export class Overview {
  /** @param {{t: Words, choice: import("./layer_choice.js").LayerChoice, changed: () => void}} context */
  constructor({ t, choice, changed }) {
    this.t = t;
    this.choice = choice;
    this.changed = changed;
    this.measures = new Measures();
    this.title = el("b", {});
    this.arms = el("span", { class: "overview-arms" });
    this.even = el(
      "button",
      {
        type: "button",
        class: "button small",
        title: t("overview.even_title"),
        onclick: () => this.spread(),
        "data-testid": "live-even",
      },
      t("overview.even"),
    );
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.list = el("div", {
      class: "overview-list",
      role: "listbox",
      "aria-multiselectable": "true",
      "aria-orientation": "horizontal",
      "aria-label": t("overview.label", { most: MOST }),
    });
    this.tip = new OverviewTip(t);
    this.hint = el("p", { class: "caption" });
    this.one = false;
    const cells = el("div", { class: "overview-cells" }, this.canvas, this.list, this.tip.root);
    this.root = el(
      "section",
      { class: "card overview", "data-testid": "live-overview" },
      el("div", { class: "overview-head" }, this.title, this.arms, this.even),
      cells,
      this.hint,
    );
    this.list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.list.addEventListener("pointerleave", () => this.look(null));
    this.list.addEventListener("focusout", () => this.look(null));
    this.signature = "";
    /** @type {number | null} layer under the pointer or the focus */
    this.seen = null;
    this.root.hidden = true;
  }

  spread() {
    this.choice.spread();
    this.changed();
  }

  /**
   * @param {View} view
   * @param {string} panel
   * @param {boolean} [one] whether the panel shows one layer in detail
   */
  draw(view, panel, one = false) {
    this.one = one;
    const on = this.choice.many && LAYERED.includes(panel);
    this.root.hidden = !on;
    if (!on) return;
    const width = Math.max(200, Math.floor(view.width) - 2 * PADDING - 2);
    const measures = this.measures.update(view);
    const g = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    g.font = font(view.theme, 11.5, 650);
    const grid = gridOf(width, view.arms.length, measures.length, namesOf(view), (words) => g.measureText(words).width);
    say(this.title, this.t("overview.title", { count: this.choice.count }));
    say(this.hint, this.t(one ? "overview.hint_one" : "overview.hint", { most: MOST }));
    this.place(view, grid);
    this.mark(grid);
    drawCells(this.canvas, view, grid, measures, this.t);
    const chosen = this.choice.layers.includes(this.seen ?? -1);
    this.tip.draw(view, grid, measures, this.seen, one ? "show" : chosen ? "drop" : "add");
  }

  /**
   * Options and names of the arms, made anew when the net, the width or the words change.
   * @param {View} view
   * @param {Grid} grid
   */
  place(view, grid) {
    const names = namesOf(view);
    const signature = JSON.stringify([
      names,
      grid.width,
      grid.height,
      view.arms.map(({ label, color }) => [label, color]),
    ]);
    if (signature === this.signature) return;
    this.signature = signature;
    const held = [...this.list.children].findIndex((option) => option.matches?.(":focus"));
    this.arms.replaceChildren(...view.arms.map((arm) => el("span", { class: "curve-value" }, swatch(arm), arm.label)));
    this.list.replaceChildren(
      ...names.map((name, layer) => this.option(layer, layerWords(name, this.t), grid.names[layer], grid)),
    );
    if (held >= 0) this.list.children[held]?.focus();
  }

  /**
   * @param {number} layer
   * @param {string} name
   * @param {string} short what fits over the column
   * @param {Grid} grid
   */
  option(layer, name, short, grid) {
    const node = el(
      "button",
      {
        type: "button",
        role: "option",
        class: "overview-option",
        "aria-label": name,
        "aria-describedby": this.tip.id,
        "data-layer": layer,
        onclick: (/** @type {MouseEvent} */ event) => this.choose(layer, event.shiftKey),
        onpointerenter: () => this.look(layer),
        onfocus: () => this.look(layer),
      },
      el("span", { class: "overview-name", "aria-hidden": "true" }, short),
    );
    const gap = grid.column > 14 ? 1 : 0; // two frames side by side stay two
    node.style.left = `${grid.x0 + layer * grid.column + gap}px`;
    node.style.height = `${grid.bottom}px`;
    node.style.width = `${grid.column - 2 * gap}px`;
    return node;
  }

  /** What is chosen, what is named, and the one option that the Tab key stops at. @param {Grid} grid */
  mark(grid) {
    const chosen = this.choice.layers;
    const named = labeled(grid.names.length, grid.every, chosen);
    const stop = this.seen ?? (chosen.includes(this.choice.anchor) ? this.choice.anchor : chosen[0]);
    [...this.list.children].forEach((option, layer) => {
      put(option, "aria-selected", String(chosen.includes(layer)));
      put(option, "tabindex", layer === stop ? "0" : "-1");
      option.firstChild.hidden = !named.includes(layer);
    });
  }

  /** @param {number | null} layer */
  look(layer) {
    this.seen = layer;
    this.changed();
  }

  /**
   * The tip gives way, for it would cover what now changes.
   * @param {number} layer
   * @param {boolean} all up to it
   */
  choose(layer, all) {
    if (all) this.choice.stretch(layer);
    else if (this.one) this.choice.show(layer);
    else this.choice.toggle(layer);
    this.look(null);
  }

  /**
   * Arrows walk, with Shift they take the layers on the way; Space and Enter are the button's own.
   * @param {KeyboardEvent} event
   */
  key(event) {
    const options = [...this.list.children];
    const at = Number(/** @type {any} */ (event.target).dataset?.layer ?? 0);
    const last = options.length - 1;
    /** @type {Record<string, number>} */
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere in the view these keys go through time
    const to = Math.min(last, Math.max(0, moves[event.key]));
    if (event.shiftKey) this.choice.stretch(to);
    options[to].focus();
    this.look(to);
  }
}
