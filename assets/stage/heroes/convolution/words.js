/** What the picture of the convolution says: headings, statistics, the line over the batch, and its switch. */
/** @import { Kit, Size } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { State } from "./state.js" */

import { fit } from "../../fit.js";
import { fixed, set, svg } from "../../svg.js";
import { REACH } from "./state.js";

/** From the middle of the filters to the end of the heading before theirs, pixels. */
const ROOM_OF_FILTERS = 46;

export class Words {
  /** @param {Kit} kit @param {State} state @param {Element} block */
  constructor(kit, state, block) {
    this.kit = kit;
    this.state = state;
    this.block = block;
    const { filters } = state.data;
    this.arrows = filters.map(() => svg("path", { class: "still", fill: "none", stroke: "var(--bn-faint)" }, block));
    const text = (/** @type {string} */ css) => svg("text", { class: `still ${css}` }, block);
    this.heads = ["digit", "filters", "maps", "normalized"].map((name) => ({ name, node: text("title") }));
    this.numbers = filters.map(() => [text("tick"), text("tick"), text("tick")]);
    this.line = text("muted");
    this.message = text("end");
    this.message.style.fontWeight = "650";
    this.choice = this.waySwitch();
  }

  /** The switch between one mean per map and one per pixel. */
  waySwitch() {
    const root = svg("g", { role: "switch", tabindex: 0, style: "cursor:pointer;color:var(--batch)" }, this.block);
    svg("rect", { class: "ring", x: -4, y: -8, width: 184, height: 44, rx: 16 }, root);
    svg("rect", { width: 176, height: 28, rx: 14, style: "fill:var(--bn-soft);stroke:var(--bn-border)" }, root);
    const knob = svg("rect", { y: 2, width: 86, height: 24, rx: 12, fill: "var(--batch)" }, root);
    const words = ["map", "pixel"].map((way, place) =>
      svg("text", { class: "middle still", x: 45 + 86 * place, y: 19, text: this.kit.say(`picture.per_${way}`) }, root),
    );
    return { root, knob, words };
  }

  /** @param {Layout} layout @param {Size} size @param {boolean} asking @param {boolean} moving */
  draw(layout, { width }, asking, moving) {
    const { state, kit } = this;
    const { head, narrow, short, line } = layout;
    const lefts = [layout.digit.x, layout.filters[0].x, layout.maps[0].x, layout.normalized[0].x];
    const filtersAt = lefts[1] + layout.filters[0].width / 2;
    const last = layout.normalized[0];
    const atRight = last.width < 110;
    this.heads.forEach(({ name, node }, place) => {
      const x = place === 1 ? filtersAt : place === 3 && atRight ? last.x + last.width : lefts[place];
      const anchor = place === 1 ? " middle" : place === 3 && atRight ? " end" : "";
      set(node, { x, y: head, class: `still title${anchor}` });
      const words = [`picture.${name}`, `picture.short.${name}`].map((key) => kit.say(key, { reach: REACH }));
      if (place || narrow) set(node, { text: words[narrow ? 1 : 0] });
      else fit(node, filtersAt - ROOM_OF_FILTERS - x, words);
    });
    const digits = narrow ? 2 : 4;
    this.numbers.forEach(([mean, spread, change], filter) => {
      const box = layout.maps[filter];
      const now = state.statistics(filter);
      const middle = box.y + box.height / 2;
      const on = filter === state.shown.filter && !asking;
      const style = on ? "fill:var(--bn-fg);font-weight:650" : "";
      set(mean, { x: layout.text, y: middle - 3, text: `μ ${fixed(now.mean, digits)}`, style });
      set(spread, { x: layout.text, y: middle + 15, text: `σ ${fixed(Math.sqrt(now.variance), digits)}`, style });
      const origin = now && moving && !short && (state.dx || state.dy) ? state.origin(filter) : null;
      const same = origin && Math.abs(now.mean - origin.mean) < 1e-9 && Math.abs(now.variance - origin.variance) < 1e-9;
      const words = origin ? kit.say(same ? "picture.same" : "picture.changed") : "";
      set(change, {
        x: layout.text,
        y: middle + 34,
        text: words,
        style: same ? "fill:var(--gradient);font-weight:650" : "",
      });
    });
    this.arrows.forEach((arrow, row) => {
      const box = layout.maps[row];
      const y = box.y + box.height / 2;
      const end = layout.normalized[row].x;
      // Only behind the numbers: a line before them would read as their minus sign.
      const [from, to] = [layout.text + (narrow ? 46 : 74), end - 6];
      set(arrow, { d: narrow ? "" : `M${from} ${y}H${to}M${to - 5} ${y - 4}L${to} ${y}L${to - 5} ${y + 4}` });
    });
    const { count, size } = state;
    const places = {
      m: state.m,
      size,
      count: count.toLocaleString("en-US"),
      sheets: state.painted.size,
      filter: state.data.numbers[state.shown.filter],
    };
    const key = asking ? "picture.batch_asked" : state.way === "map" ? "picture.batch_map" : "picture.batch_pixel";
    set(this.line, { x: layout.batch[0].x, y: line, text: kit.say(narrow ? `${key}_short` : key, places) });
    const { root, knob, words } = this.choice;
    set(root, {
      transform: `translate(${width - 196} ${line - 24})`,
      visibility: asking || narrow ? "hidden" : "inherit",
      "aria-checked": state.way === "pixel",
      "aria-label": kit.say("picture.way"),
    });
    set(knob, { x: state.way === "map" ? 2 : 88 });
    words.forEach((word, place) => {
      set(word, {
        style: (place === 1) === (state.way === "pixel") ? "fill:light-dark(#fff, #10151c);font-weight:650" : "",
      });
    });
    set(this.message, { x: width - 18, y: line, text: asking && !narrow ? kit.say("picture.painted", places) : "" });
  }
}
