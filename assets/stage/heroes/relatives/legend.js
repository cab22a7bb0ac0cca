/** What the grays of the table mean: from negative, light, to positive, dark. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { between, set, svg } from "../../svg.js";
import { FULL, tone } from "./table.js";

const SWATCHES = 5;
const [WIDTH, HEIGHT] = [12, 12];

export class Legend {
  /** @param {Kit} kit @param {State} state @param {Element} parent */
  constructor(kit, state, parent) {
    this.state = state;
    this.root = svg("g", { class: "still", role: "img", "aria-label": kit.say("picture.legend") }, parent);
    svg("text", { class: "tick middle", x: 8, y: 10, text: "−" }, this.root);
    svg("text", { class: "tick middle", x: 80, y: 10, text: "+" }, this.root);
    this.swatches = Array.from({ length: SWATCHES }, (_, place) =>
      svg(
        "rect",
        { x: 14 + place * WIDTH, width: WIDTH, height: HEIGHT, stroke: "var(--bn-border)", "stroke-width": 0.5 },
        this.root,
      ),
    );
  }

  /** @param {number} x @param {number} y @param {boolean} shown */
  draw(x, y, shown) {
    set(this.root, { transform: `translate(${x} ${y})`, visibility: shown ? "inherit" : "hidden" });
    this.swatches.forEach((swatch, place) => {
      const share = between(-1, 1, place / (SWATCHES - 1));
      const dark = tone(share * FULL[0], share * FULL[1], this.state.morph);
      set(swatch, { style: `fill:color-mix(in srgb, var(--bn-fg) ${Math.round(3 + 42 * dark)}%, var(--bn-card))` });
    });
  }
}
