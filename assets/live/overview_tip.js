/** What the overview says about one layer: its name, its width, and its numbers in every arm. */
/** @import { Translate, View } from "./types" */
/** @import { Grid } from "./overview_cells.js" */
/** @import { Measure } from "./overview_measures.js" */

import { swatch } from "./arm_cards.js";
import { el, setText } from "./dom.js";
import { MISSING } from "./format.js";
import { namesOf } from "./layer_names.js";
import { layerLabel } from "./notices.js";

/** Widest the tip gets; live.css says the same. */
const WIDTH = 340;

let made = 0;

export class OverviewTip {
  /** @param {Translate} t */
  constructor(t) {
    this.t = t;
    this.id = `bnviz-layer-${++made}`;
    this.name = el("b");
    this.width = el("span", { class: "overview-units" });
    this.table = el("table");
    this.action = el("div", { class: "overview-action" });
    this.root = el(
      "div",
      { class: "overview-tip", role: "tooltip", id: this.id },
      el("div", {}, this.name, this.width),
      this.table,
      this.action,
    );
    this.root.hidden = true;
    this.signature = "";
    /** @type {HTMLElement[][]} a row per measure, a cell per arm */
    this.cells = [];
  }

  /**
   * @param {View} view
   * @param {number | null} layer
   * @param {{grid: Grid, measures: Measure[], action: "add" | "drop" | "show"}} options action: what a click does
   */
  draw(view, layer, { grid, measures, action }) {
    this.root.hidden = layer === null;
    if (layer === null) return;
    this.build(view, measures);
    setText(this.name, layerLabel(namesOf(view)[layer] ?? "", this.t));
    const widths = [...new Set(view.arms.map((arm) => arm.widths?.[layer]).filter((width) => width !== undefined))];
    setText(this.width, widths.length ? this.t("overview.units", { count: widths.join(" / ") }) : "");
    measures.forEach((measure, m) => {
      view.arms.forEach((arm, a) => {
        const frame = view.frame?.arms[arm.index];
        const value = frame && layer < frame.layers ? measure.get(frame, arm, layer) : NaN;
        setText(this.cells[m][a], Number.isFinite(value) ? measure.format(value) : MISSING);
      });
    });
    setText(this.action, this.t(`overview.${action}`));
    const middle = grid.x0 + (layer + 0.5) * grid.column;
    this.root.style.left = `${Math.round(Math.max(0, Math.min(middle - WIDTH / 2, grid.width - WIDTH)))}px`;
    this.root.style.top = `${grid.bottom + 6}px`;
  }

  /**
   * @param {View} view
   * @param {Measure[]} measures
   */
  build(view, measures) {
    const signature = JSON.stringify([
      measures.map(({ id }) => id),
      view.arms.map(({ label, color }) => [label, color]),
    ]);
    if (signature === this.signature) return;
    this.signature = signature;
    this.cells = measures.map(() => view.arms.map(() => el("td")));
    const head = el(
      "tr",
      {},
      el("th"),
      ...view.arms.map((arm) =>
        el("th", { scope: "col", title: arm.label }, swatch(arm), el("span", { class: "sr-only" }, arm.label)),
      ),
    );
    this.table.replaceChildren(
      head,
      ...measures.map(({ id }, m) =>
        el("tr", {}, el("th", { scope: "row" }, this.t(`overview.${id}`)), ...this.cells[m]),
      ),
    );
  }
}
