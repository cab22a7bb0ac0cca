/** The marble: a bias on the flat loss, and the valley that a gradient without the mean believes in. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { clamp, fixed, layers, polyline, scale, set, svg } from "../../svg.js";
import { TRACK } from "./state.js";

/** The loss axis ends here. */
const MOST = 2.6;

export class Track {
  /** @param {Kit} kit @param {State} state @param {SVGGElement} parent */
  constructor(kit, state, parent) {
    this.kit = kit;
    this.state = state;
    this.across = scale(-TRACK, TRACK, 0, 1);
    const on = layers(parent, "ground", "curves", "marble", "words");
    for (const name of /** @type {const} */ (["ground", "curves", "words"])) on[name].classList.add("still");
    this.axis = svg("line", { class: "track-axis" }, on.ground);
    this.ticks = [-6, -4, -2, 0, 2, 4, 6].map((value) => ({
      value,
      label: svg("text", { class: "tick middle", text: fixed(value, 0) }, on.ground),
    }));
    this.believed = svg("path", { class: "believed", "data-s": "believed" }, on.curves);
    this.real = svg("line", { class: "real", "data-s": "loss" }, on.curves);
    this.push = svg("path", { class: "push", "data-s": "believed" }, on.curves);
    this.marble = svg("g", { style: "color:var(--plain)" }, on.marble);
    svg("circle", { class: "ring", r: 25 }, this.marble);
    this.ball = svg("circle", { class: "ball still", r: 15, "data-s": "b" }, this.marble);
    this.letter = svg("text", { class: "on-color letter still", y: 5, text: "b" }, this.marble);
    this.title = svg("text", { class: "title", x: 20, text: kit.say("track.title") }, on.words);
    this.subtitle = svg("text", { class: "muted", x: 20, text: kit.say("track.subtitle") }, on.words);
    this.realLabel = svg("text", { class: "real-label haloed" }, on.words);
    this.believedLabel = svg("text", { class: "believed-label middle haloed" }, on.words);
    this.numbers = svg("text", { class: "big middle haloed" }, on.words);
    this.axisTitle = svg("text", { class: "muted middle", text: kit.say("track.axis") }, on.words);
  }

  /** @param {number} clientX */
  biasAt(clientX) {
    return this.across.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Size} size */
  draw({ width, height, narrow }) {
    const { state, kit } = this;
    const side = narrow ? 26 : 60;
    this.across = scale(-TRACK, TRACK, side, width - side);
    const [top, bottom] = narrow ? [70, height - 44] : [150, height - 90];
    const down = scale(0, MOST, bottom, top);
    const loss = state.loss();
    const y = down.px(loss);
    set(this.axis, { x1: side, x2: width - side, y1: bottom, y2: bottom });
    for (const { value, label } of this.ticks) set(label, { x: this.across.px(value), y: bottom + 20 });
    set(this.real, { x1: side, x2: width - side, y1: y, y2: y });
    const curve = Array.from({ length: 81 }, (_, k) => state.bias - 4 + k * 0.1)
      .filter((b) => Math.abs(b) <= TRACK)
      .map((b) => /** @type {[number, number]} */ ([this.across.px(b), down.px(state.believed(b))]))
      .filter(([, py]) => py >= top - 20);
    set(this.believed, { d: polyline(curve), visibility: state.through ? "hidden" : "visible" });
    const x = this.across.px(state.bias);
    set(this.marble, { transform: `translate(${x.toFixed(2)} ${(y - 16).toFixed(2)})` });
    // At the end of the axis the push would point out of the frame.
    const reach = state.atWall() ? 0 : clamp(state.mean, -1, 1) * 80;
    set(this.push, {
      d: `M${x + Math.sign(reach) * 20} ${y - 16}h${reach}m${-6 * Math.sign(reach)} -5l${6 * Math.sign(reach)} 5l${-6 * Math.sign(reach)} 5`,
      visibility: state.through || Math.abs(reach) < 4 ? "hidden" : "visible",
    });
    set(this.title, { y: narrow ? 20 : 34 });
    set(this.subtitle, { y: 56, visibility: narrow ? "hidden" : "visible" });
    set(this.realLabel, { x: side, y: y + 20, text: kit.say("track.real", { loss: fixed(loss, 3) }) });
    const low = this.across.px(clamp(state.bias + state.mean, -TRACK + 0.8, TRACK - 0.8));
    set(this.believedLabel, {
      x: clamp(low, 120, width - 120),
      y: down.px(state.believed(state.bias + state.mean)) + 24,
      text: state.through ? "" : kit.say("track.believed"),
    });
    set(this.numbers, {
      x: width / 2,
      y: narrow ? 46 : 106,
      text: kit.say("track.numbers", { steps: fixed(state.steps, 0), b: fixed(state.bias) }),
    });
    set(this.axisTitle, { x: width / 2, y: bottom + 46, visibility: narrow ? "hidden" : "visible" });
  }
}
