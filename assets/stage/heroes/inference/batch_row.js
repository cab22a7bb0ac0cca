/** The digits of the batch: yours, its mates, the bracket around them, the switch of the mode. */
/** @import { Kit } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { State } from "./state.js" */

import { set, svg } from "../../svg.js";
import { batchEnd, GRIP_WIDTH, INSET, mateX } from "./layout.js";
import { MATES, QUESTION } from "./state.js";

/** @typedef {{root: SVGGElement, frame: SVGRectElement, ring: SVGRectElement, image: SVGImageElement, marks: SVGPathElement}} Cell */

/** @param {Element} parent @returns {Cell} */
function cell(parent) {
  const root = svg("g", { class: "digit" }, parent);
  const frame = svg("rect", { class: "frame", rx: 8 }, root);
  const image = svg("image", { class: "still" }, root);
  const marks = svg("path", { class: "still marks", fill: "none", "stroke-width": 1.8 }, root);
  const ring = svg("rect", { class: "ring", rx: 9 }, root);
  return { root, frame, ring, image, marks };
}

export class BatchRow {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {(digit: number) => string} image
   * @param {Record<"row" | "grip" | "label", SVGGElement>} on
   */
  constructor(kit, state, image, on) {
    this.kit = kit;
    this.state = state;
    this.image = image;
    this.caption = svg("text", { class: "title" }, on.label);
    this.bracket = svg("rect", { class: "still", fill: "none", "stroke-width": 2, rx: 12 }, on.row);
    this.mates = Array.from({ length: MATES }, () => cell(on.row));
    this.yours = cell(on.row);
    this.incoming = cell(on.row);
    this.incoming.root.classList.add("still");
    this.arrow = svg("path", { class: "still", fill: "none", stroke: "var(--plain)", "stroke-width": 2.5 }, on.row);
    this.note = svg("text", { class: "haloed", style: "fill:var(--plain);font-weight:650" }, on.label);
    this.hint = svg("text", { class: "muted end haloed" }, on.label);
    this.grip = svg("g", {}, on.grip);
    this.gripRing = svg("rect", { class: "ring" }, this.grip);
    this.gripBody = svg("rect", { rx: 6 }, this.grip);
    this.gripLines = svg(
      "path",
      { class: "still", style: "stroke:light-dark(#fff, #10151c);stroke-width:1.6" },
      this.grip,
    );
    this.mode = svg("g", { role: "switch", tabindex: 0, class: "mode" }, on.grip);
    this.modeRing = svg("rect", { class: "ring", rx: 12 }, this.mode);
    this.modeFrame = svg("rect", { rx: 9, fill: "var(--bn-card)", stroke: "var(--bn-border)" }, this.mode);
    this.modeBack = svg("rect", { rx: 8, opacity: 0.17 }, this.mode);
    this.modeWords = ["training", "evaluation"].map((name) =>
      svg("text", { class: "middle still", text: kit.say(`picture.${name}`) }, this.mode),
    );
  }

  /** @param {Layout} layout @param {string} color of the mode */
  draw(layout, color) {
    const { state, kit } = this;
    const { batch, narrow, pad } = layout;
    const { yours, mate, top, middle } = batch;
    const words = state.size === 1 ? "alone" : narrow ? "batch_short" : "batch";
    set(this.caption, {
      x: pad,
      y: narrow ? 25 : 33,
      text: kit.say(`picture.${words}`, { size: state.size, digit: state.label }),
    });
    this.place(this.yours, { x: batch.left, y: top, side: yours, digit: state.yours });
    set(this.yours.frame, { style: "stroke:var(--bn-fg);stroke-width:2.5" });
    this.mates.forEach((one, place) => {
      const inside = place < state.size - 1;
      this.place(one, { x: mateX(layout, place), y: middle - mate / 2, side: mate, digit: state.mates[place] });
      set(one.root, { opacity: !inside ? 0.22 : state.training ? 1 : 0.6 });
    });
    const end = batchEnd(layout, state.size);
    set(this.bracket, {
      x: batch.left - (narrow ? 5 : 8),
      y: top - (narrow ? 5 : 8),
      width: end - batch.left + (narrow ? 5 : 8),
      height: yours + (narrow ? 10 : 16),
      stroke: color,
      "stroke-dasharray": state.training ? null : "5 5",
    });
    this.drawGrip(end, layout, color);
    this.drawMode(layout, color);
    this.drawIncoming(layout);
  }

  /** @param {Cell} one @param {{x: number, y: number, side: number, digit: number}} where */
  place({ frame, ring, image, marks }, { x, y, side, digit }) {
    const inset = side * INSET;
    set(frame, { x, y, width: side, height: side });
    set(ring, { x: x - 2, y: y - 2, width: side + 4, height: side + 4 });
    set(image, {
      x: x + inset,
      y: y + inset,
      width: side - 2 * inset,
      height: side - 2 * inset,
      href: this.image(digit),
    });
    const [middle, wing] = [x + side / 2, side < 60 ? 4 : 6];
    set(marks, {
      d: `M${middle - wing} ${y - 3}l${wing} ${-wing * 0.7} ${wing} ${wing * 0.7}M${middle - wing} ${y + side + 3}l${wing} ${wing * 0.7} ${wing} ${-wing * 0.7}`,
    });
  }

  /** @param {number} end @param {Layout} layout @param {string} color */
  drawGrip(end, { batch, narrow, width }, color) {
    const { gripBody, gripRing, gripLines } = this;
    set(this.grip, {
      transform: `translate(${narrow ? Math.min(end, width - 22) : end} ${narrow ? batch.top + batch.yours + 9 : batch.middle})`,
      style: `color:${color}`,
    });
    const [w, h] = narrow ? [30, 18] : [GRIP_WIDTH, 34];
    set(gripBody, { x: -w / 2, y: -h / 2, width: w, height: h, fill: color });
    const [rw, rh] = narrow ? [44, 40] : [28, 44];
    set(gripRing, { x: -rw / 2, y: narrow ? -9 : -rh / 2, width: rw, height: rh, rx: 14 });
    set(gripLines, { d: "M-2.5-5v10M2.5-5v10" });
  }

  /** @param {Layout} layout @param {string} color */
  drawMode({ width, pad, narrow }, color) {
    const { training } = this.state;
    const [half, h] = narrow ? [78, 28] : [104, 32];
    const [x, y] = [width - pad - 2 * half, narrow ? 6 : 12];
    set(this.mode, {
      "aria-checked": !training,
      "aria-label": this.kit.say("picture.mode"),
      style: `color:${color}`,
    });
    set(this.modeRing, { x: x - 3, y: y - 6, width: 2 * half + 6, height: h + 12 });
    set(this.modeFrame, { x, y, width: 2 * half, height: h });
    set(this.modeBack, { x: training ? x + 2 : x + half, y: y + 2, width: half - 2, height: h - 4, fill: color });
    this.modeWords.forEach((text, side) => {
      const on = (side === 0) === training;
      set(text, {
        x: x + (side + 0.5) * half,
        y: y + h / 2 + 5,
        style: on ? `fill:${color};font-weight:700` : "fill:var(--bn-muted)",
      });
    });
  }

  /** While the question is open: the digit that will take a mate's place. @param {Layout} layout */
  drawIncoming(layout) {
    const asking = this.kit.asking();
    const { batch, narrow } = layout;
    const side = narrow ? 30 : 42;
    const middle = mateX(layout, QUESTION.mate) + batch.mate / 2;
    const y = batch.top + batch.yours + (narrow ? 12 : 18);
    this.place(this.incoming, { x: middle - side / 2, y, side, digit: QUESTION.digit });
    set(this.incoming.root, { visibility: asking ? "visible" : "hidden" });
    set(this.incoming.frame, { style: "stroke:var(--plain);stroke-width:2" });
    set(this.arrow, {
      d: `M${middle} ${y - 2}v${narrow ? -12 : -18}m-5 6l5-6 5 6`,
      visibility: asking ? "visible" : "hidden",
    });
    set(this.mates[QUESTION.mate].frame, {
      style: asking ? "stroke:var(--plain);stroke-width:2.5;stroke-dasharray:5 4" : null,
    });
    const free = !asking && !narrow && this.state.size > 1 && this.kit.step() < 2;
    set(this.hint, { x: layout.width - layout.pad, y: y + 14, text: free ? this.kit.say("picture.roll") : "" });
    set(this.note, {
      x: middle + side / 2 + 8,
      y: y + side / 2 + 5,
      text: asking ? this.kit.say("picture.incoming") : "",
    });
  }
}
