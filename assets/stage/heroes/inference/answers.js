/** The net's answer: ten bars, a mark to guess with, and the answers that the same image got in other batches. */
/** @import { Kit } from "../../types" */
/** @import { Layout } from "./layout.js" */
/** @import { State } from "./state.js" */

import { fixed, scale, set, svg } from "../../svg.js";

const CLASSES = 10;
/** Answers beside the bar of your class. */
const MOST = 60;

export class Answers {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {Record<string, string>} origin steps, seed and accuracy of the net
   * @param {Record<"axis2" | "bar" | "label" | "guess", SVGGElement>} on
   */
  constructor(kit, state, origin, on) {
    this.origin = origin;
    this.kit = kit;
    this.state = state;
    this.levelScale = scale(0, 1, 1, 0);
    this.lines = [0, 0.5, 1].map((level) => ({
      level,
      line: svg("line", { stroke: "var(--bn-border)", "stroke-dasharray": level ? "2 4" : null }, on.axis2),
      label: svg("text", { class: "tick end", text: level === 0.5 ? "0.5" : level }, on.axis2),
    }));
    this.bars = Array.from({ length: CLASSES }, (_, place) => ({
      body: svg("rect", { rx: 4 }, on.bar),
      halo: svg("path", { fill: "none", stroke: "var(--bn-card)", "stroke-width": 6 }, on.bar),
      tick: svg("path", { fill: "none", stroke: "var(--batch)", "stroke-width": 2.5 }, on.bar),
      name: svg("text", { class: "middle", text: place }, on.label),
      value: svg("text", { class: "middle tick haloed" }, on.label),
    }));
    this.seen = Array.from({ length: MOST }, () => svg("circle", { fill: "var(--gradient)" }, on.bar));
    this.title = svg("text", { class: "title" }, on.label);
    this.big = svg("text", { style: "font-weight:700" }, on.label);
    this.small = svg("text", { class: "muted" }, on.label);
    this.keys = ["key_evaluation", "key_seen"].map((name, place) => {
      const color = place ? "var(--gradient)" : "var(--batch)";
      return { name, text: svg("text", { class: "tick", style: `fill:${color}` }, on.label) };
    });
    this.made = ["net_made", "net_right"].map((name) => ({ name, text: svg("text", { class: "tick" }, on.label) }));
    this.ghost = svg("line", { stroke: "var(--plain)", "stroke-width": 2.5, "stroke-dasharray": "6 4" }, on.guess);
    this.ghostLabel = svg("text", { class: "haloed end", style: "fill:var(--plain);font-weight:650" }, on.guess);
    this.grip = svg("g", { style: "color:var(--plain)" }, on.guess);
    svg("rect", { class: "ring", x: -24, y: -21, width: 48, height: 42, rx: 20 }, this.grip);
    svg("rect", { x: -17, y: -13, width: 34, height: 26, rx: 13, fill: "var(--plain)" }, this.grip);
    svg(
      "path",
      {
        d: "M-4.5 -3l4.5-4.5 4.5 4.5M-4.5 3l4.5 4.5 4.5-4.5",
        fill: "none",
        class: "still",
        style: "stroke:light-dark(#fff, #10151c);stroke-width:1.8",
      },
      this.grip,
    );
  }

  /** The probability at a point of the screen. @param {number} clientY */
  levelAt(clientY) {
    return this.levelScale.value(clientY - this.kit.svg.getBoundingClientRect().top);
  }

  /** @param {Layout} layout @param {string} color of the mode */
  draw(layout, color) {
    const { bars, narrow, pad } = layout;
    const left = narrow ? pad + 26 : bars.left;
    this.levelScale = scale(0, 1, bars.bottom, bars.top);
    const step = (bars.right - left) / CLASSES;
    for (const { level, line, label } of this.lines) {
      const y = this.levelScale.px(level);
      set(line, { x1: left - 4, x2: bars.right, y1: y, y2: y });
      set(label, { x: left - 9, y: y + 4 });
    }
    const width = step * (narrow ? 0.62 : 0.56);
    this.bars.forEach((_, place) => {
      this.drawBar(place, { x: left + step * place + step * 0.16, width, color }, layout);
    });
    this.drawSeen(left + step * this.state.label + step * 0.16 + width, step, layout);
    this.drawWords(layout, color);
    this.drawOrigin(layout);
    this.drawGuess(left + step * this.state.label + step * 0.16, width, layout);
  }

  /** @param {number} place @param {{x: number, width: number, color: string}} where @param {Layout} layout */
  drawBar(place, { x, width, color }, { bars, narrow }) {
    const { state, levelScale } = this;
    const { body, halo, tick, name, value } = this.bars[place];
    const p = state.shown.answer[place];
    const other = state.shown.evaluation[place];
    const y = levelScale.px(p);
    const own = place === state.label;
    set(body, {
      x: x.toFixed(1),
      width: width.toFixed(1),
      y: y.toFixed(1),
      height: Math.max(1, bars.bottom - y).toFixed(1),
      fill: color,
      opacity: own ? 1 : 0.42,
    });
    const line = levelScale.px(other).toFixed(1);
    const mark = {
      d: `M${(x - 4).toFixed(1)} ${line}H${(x + width + 4).toFixed(1)}`,
      visibility: state.training && other > 0.01 && !this.kit.asking() ? "visible" : "hidden",
    };
    set(tick, mark);
    set(halo, { ...mark, visibility: own ? mark.visibility : "hidden" });
    set(name, {
      x: x + width / 2,
      y: bars.bottom + (narrow ? 15 : 22),
      style: own ? "font-weight:700" : "fill:var(--bn-muted)",
    });
    const under =
      mark.visibility === "visible" && Math.abs(Number(line) - (y - 8)) < 12 ? Math.min(y, Number(line)) : y;
    set(value, { x: x + width / 2, y: under - 7, text: narrow || p < 0.02 ? "" : fixed(p) });
  }

  /** @param {number} x @param {number} step @param {Layout} layout */
  drawSeen(x, step, { narrow }) {
    const { seen, training, size } = this.state;
    this.seen.forEach((circle, place) => {
      const p = seen[place];
      // That the answer varies is what the question asks.
      const shown = training && size > 1 && p !== undefined && !this.kit.asking();
      set(circle, {
        visibility: shown ? "visible" : "hidden",
        cx: (x + step * (narrow ? 0.14 : 0.18)).toFixed(1),
        cy: shown ? this.levelScale.px(p).toFixed(1) : 0,
        r: narrow ? 2.2 : 3.4,
        opacity: 0.5,
      });
    });
  }

  /** @param {Layout} layout @param {string} color */
  drawWords({ bars, pad, narrow }, color) {
    const { state, kit } = this;
    const p = state.shown.answer[state.label];
    const { top } = bars;
    const mode = kit.say(state.training ? "picture.in_training" : "picture.in_evaluation");
    set(this.title, { x: pad, y: top + 4, text: narrow ? "" : kit.say("picture.answer") });
    set(this.big, {
      x: narrow ? pad : pad - 1,
      y: narrow ? top - 9 : top + 48,
      text: narrow ? `p(${state.label}) = ${fixed(p)}` : fixed(p),
      style: `font-weight:700;font-size:${narrow ? 15 : 38}px;fill:${color}`,
    });
    set(this.small, {
      x: pad,
      y: top + 72,
      text: narrow ? "" : kit.say("picture.p_in_mode", { digit: state.label, mode }),
    });
    this.drawKeys({ bars, pad, narrow });
  }

  /** What lines and dots mean: in the column on the left, or on a phone above the bars. @param {Pick<Layout, "bars" | "pad" | "narrow">} layout */
  drawKeys({ bars, pad, narrow }) {
    const { state, kit } = this;
    const asking = kit.asking();
    let right = bars.right;
    for (const { name, text } of [...this.keys].reverse()) {
      const shown = !asking && state.training && (name === "key_evaluation" || state.size > 1);
      const column = name === "key_seen" ? 117 : 98;
      set(text, {
        class: narrow ? "tick haloed end" : "tick",
        x: narrow ? right : pad,
        y: narrow ? bars.top - 10 : bars.top + column,
        visibility: shown ? "visible" : "hidden",
        text: kit.say(`picture.${name}${narrow ? "_short" : ""}`),
      });
      if (narrow && shown) right -= text.getComputedTextLength() + 12;
    }
  }

  /** Where the net comes from. @param {Layout} layout */
  drawOrigin({ bars, pad, narrow }) {
    this.made.forEach(({ name, text }, place) => {
      set(text, {
        x: pad,
        y: bars.bottom - 16 + 17 * place,
        text: narrow || bars.bottom - bars.top < 170 ? "" : this.kit.say(`picture.${name}`, this.origin),
      });
    });
  }

  /** @param {number} x @param {number} width @param {Layout} layout */
  drawGuess(x, width, { narrow }) {
    const { state, kit } = this;
    const asking = kit.asking();
    const level = state.guess ?? state.shown.answer[state.label];
    const y = this.levelScale.px(level);
    const shown = asking || (state.guess !== null && kit.step() === 0);
    const visibility = shown ? "visible" : "hidden";
    const reach = narrow ? 8 : 14;
    set(this.ghost, { x1: x - reach, x2: x + width + reach, y1: y, y2: y, visibility });
    set(this.ghostLabel, {
      x: asking ? x - reach - 40 : x - reach - 6,
      y: y + 5,
      visibility,
      text: kit.say(asking ? "picture.your_guess_drag" : "picture.your_guess"),
    });
    set(this.grip, {
      transform: `translate(${(x - reach - 16).toFixed(1)} ${y.toFixed(1)})`,
      visibility: asking ? "visible" : "hidden",
    });
  }
}
