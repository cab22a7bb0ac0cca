/** The whole picture: chips on top, two walks side by side on the same axes, and the training below them. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { chip, placeChip } from "../../chip.js";
import { polyline, set, svg } from "../../svg.js";
import { ceiling, farthestGrip, GRIPS, NETS, readOff } from "./state.js";
import { TrainingPanel } from "./training_panel.js";
import { WalkPanel } from "./walk_panel.js";

export class WhyPicture {
  /** @param {Kit} kit @param {State} state @param {{net: (net: string) => void, seed: () => void}} press */
  constructor(kit, state, press) {
    this.kit = kit;
    this.state = state;
    this.chips = NETS.map((net) => chip(kit.svg, () => press.net(net)));
    this.seedChip = chip(kit.svg, press.seed);
    this.stem = svg("line", { class: "still", stroke: "var(--bn-fg)", "stroke-width": 1.5, opacity: 0.5 }, kit.svg);
    this.stemAcross = svg(
      "line",
      { class: "still", stroke: "var(--bn-fg)", "stroke-width": 1.5, opacity: 0.5 },
      kit.svg,
    );
    this.canvas = svg("rect", { fill: "transparent", class: "why-canvas" }, kit.svg);
    this.panels = { none: new WalkPanel(kit, state, "none"), batch: new WalkPanel(kit, state, "batch") };
    this.training = new TrainingPanel(kit, state);
    this.ghost = svg(
      "path",
      { class: "still", fill: "none", stroke: "var(--bn-fg)", "stroke-width": 2.5, "stroke-dasharray": "7 5" },
      kit.svg,
    );
    this.ghostLabel = svg("text", { class: "muted haloed end still" }, kit.svg);
    this.hint = svg("text", { class: "middle still haloed", style: "font-weight:650" }, kit.svg);
    this.hintMore = svg("text", { class: "middle still haloed muted" }, kit.svg);
    this.grips = GRIPS.map(() => {
      const root = svg("g", { style: "color:var(--bn-fg)" }, kit.svg);
      svg("circle", { r: 22, fill: "transparent" }, root);
      svg("circle", { class: "ring", r: 17 }, root);
      svg("circle", { r: 10, fill: "var(--bn-card)", stroke: "var(--bn-fg)", "stroke-width": 2.5 }, root);
      svg(
        "path",
        { d: "M-3 -1.5l3 -3 3 3M-3 1.5l3 3 3 -3", fill: "none", class: "still", stroke: "var(--bn-fg)" },
        root,
      );
      return root;
    });
  }

  /** The loss at the upper end of both walks' axes. */
  top() {
    const { state } = this;
    const losses = [...state.walk("none").loss, ...state.walk("batch").loss];
    return ceiling(Math.max(...losses));
  }

  /** @param {Size} size @param {boolean} asking */
  draw({ width, height, narrow }, asking) {
    const chips = narrow ? 40 : 46;
    const [left, gap, right] = narrow ? [44, 48, 10] : [56, 126, 84];
    const panel = (width - left - gap - right) / 2;
    const [head, feet] = narrow ? [24, 18] : [28, 24];
    const lowerHead = narrow ? 25 : 32;
    const foot = narrow ? 40 : 46;
    const rest = height - chips - head - feet - lowerHead - foot;
    const high = Math.round(rest * (narrow ? 0.6 : 0.62));
    const walk = { y: chips + head, width: panel, height: high, narrow };
    const mode = { top: this.top(), asking };
    this.panels.none.draw({ x: left, ...walk }, mode);
    this.panels.batch.draw({ x: left + panel + gap, ...walk }, mode);
    const lower = {
      x: left,
      y: chips + head + high + feet + lowerHead,
      width: width - left - right,
      height: rest - high,
      narrow,
    };
    this.training.draw(lower, { asking });
    this.drawChips(width, left, right, narrow);
    this.drawGuess(asking, narrow);
    this.drawStem(walk, asking);
  }

  /** @param {number} width @param {number} left @param {number} right @param {boolean} narrow */
  drawChips(width, left, right, narrow) {
    const { kit, state } = this;
    const each = narrow ? 108 : 150;
    this.chips.forEach((one, place) => {
      placeChip(one, left - (narrow ? 36 : 0) + place * (each + 6), each, kit.say(`picture.net.${NETS[place]}`));
      set(one.root, { "aria-pressed": NETS[place] === state.net });
    });
    const wide = narrow ? 86 : 150;
    const words = kit.say(`picture.seed${narrow ? "_short" : ""}`, {
      seed: state.data.seeds[state.seed],
      number: state.seed + 1,
      count: state.data.seeds.length,
    });
    placeChip(this.seedChip, width - right - wide + (narrow ? 4 : 0), wide, words);
  }

  /** @param {boolean} asking @param {boolean} narrow */
  drawGuess(asking, narrow) {
    const { state, kit } = this;
    const { axis, losses } = this.panels.none;
    const kept = state.drawn && state.showsAsked;
    const visibility = asking ? "visible" : "hidden";
    const points = GRIPS.map(
      (s, place) => /** @type {[number, number]} */ ([axis.px(s), losses.px(state.guess[place])]),
    );
    const start = /** @type {[number, number]} */ ([axis.px(0), losses.px(state.asked().loss[0])]);
    set(this.ghost, { d: asking || kept ? polyline([start, ...points]) : "", opacity: asking ? 0.9 : 0.6 });
    this.grips.forEach((grip, place) => {
      set(grip, { visibility, transform: `translate(${points[place][0].toFixed(2)} ${points[place][1].toFixed(2)})` });
    });
    const grip = farthestGrip(state.guess, state.asked());
    const over = state.guess[grip] > readOff(state.asked().s, state.asked().loss, GRIPS[grip]);
    const middle = (axis.px(0) + axis.px(4)) / 2;
    set(this.ghostLabel, {
      x: Math.max(points[grip][0] - 4, axis.px(0) + 76),
      y: Math.max(points[grip][1] + (over ? -8 : 20), losses.px(8) + 12),
      text: kept && !asking ? kit.say("picture.guess") : "",
    });
    const y = losses.px(state.drawn || narrow ? 7.2 : 5.2);
    set(this.hint, { x: middle, y, visibility, text: kit.say(narrow ? "picture.draw_short" : "picture.draw") });
    set(this.hintMore, { x: middle, y: y + 20, visibility, text: kit.say(narrow ? "picture.or_short" : "picture.or") });
    set(this.canvas, {
      visibility,
      x: axis.px(0) + 20,
      width: Math.max(0, axis.px(4) - axis.px(0) - 4),
      y: losses.px(8),
      height: losses.px(0) - losses.px(8),
    });
  }

  /** One line through both hands: they walk together. @param {{y: number, height: number}} walk @param {boolean} asking */
  drawStem({ y, height }, asking) {
    const visibility = asking ? "hidden" : "visible";
    const at = this.state.place;
    for (const [line, panel] of /** @type {const} */ ([
      [this.stem, this.panels.none],
      [this.stemAcross, this.panels.batch],
    ])) {
      const x = panel.axis.px(at);
      set(line, { x1: x, x2: x, y1: y, y2: y + height, visibility });
    }
  }
}
