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
    this.cells = cells.map((cell) => {
      const expression = el("div", { class: "expression" });
      const now = el("div", { class: "now" }, ...sentence(cell.numbers, numbers));
      return { cell, key: "", state: "", expression, part: el("div", { class: "part" }, expression, now) };
    });
    this.root = el(
      "div",
      { class: "formula", role: "group", "aria-label": label, tabindex: 0 },
      ...this.cells.map(({ part }) => part),
    );
    this.root.style.setProperty("--parts", String(cells.length));
    this.keepRoom();
  }

  /** Longer numbers may take one more line: its room is kept, so that the picture does not jump to and fro. */
  keepRoom() {
    let width = 0;
    new ResizeObserver(() =>
      requestAnimationFrame(() => {
        if (this.root.offsetWidth !== width) this.root.style.minHeight = "";
        width = this.root.offsetWidth;
        this.root.style.minHeight = `${this.root.offsetHeight}px`;
      }),
    ).observe(this.root);
  }

  /** @param {boolean} asking whether the question is open */
  sync(asking) {
    for (const one of this.cells) {
      this.show(one, asking && one.cell.answers === true, one.cell.shown?.() ?? true);
      const key = one.cell.key?.() ?? "fixed";
      if (key === one.key) continue;
      one.key = key;
      one.expression.replaceChildren(one.cell.math());
    }
  }

  /**
   * With every frame of the picture, so nothing is written that stands there already.
   * @param {Formula["cells"][number]} one
   * @param {boolean} isClosed
   * @param {boolean} isShown
   */
  show(one, isClosed, isShown) {
    const state = `${isClosed} ${isShown}`;
    if (state === one.state) return;
    one.state = state;
    one.part.classList.toggle("closed", isClosed);
    one.part.style.display = isShown ? "" : "none";
    this.root.style.minHeight = "";
    for (const child of one.part.children) child.toggleAttribute("inert", isClosed);
  }
}
