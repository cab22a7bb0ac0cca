/** The formula under the picture: each part with its numbers of this moment. */
/** @import { FormulaCell } from "./types" */

import { el } from "../live/dom.js";
import { sentence } from "./words.js";

export class Formula {
  /**
   * @param {FormulaCell[]} cells
   * @param {{label: string, numbers: import("./words.js").LiveNumbers}} settings
   */
  constructor(cells, { label, numbers }) {
    this.cells = cells.map((cell) => ({ cell, key: "", expression: el("div", { class: "expression" }) }));
    this.root = el(
      "div",
      { class: "formula", role: "group", "aria-label": label, tabindex: 0 },
      ...this.cells.map(({ cell, expression }) =>
        el("div", { class: "part" }, expression, el("div", { class: "now" }, ...sentence(cell.numbers, numbers))),
      ),
    );
    this.root.style.setProperty("--parts", String(cells.length));
  }

  sync() {
    for (const one of this.cells) {
      const key = one.cell.key?.() ?? "fixed";
      if (key === one.key) continue;
      one.key = key;
      one.expression.replaceChildren(one.cell.math());
    }
  }
}
