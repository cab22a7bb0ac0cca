/** What can be grabbed: mean and spread of the bell, beta and gamma behind BN, its switch, the recorded step. */
/** @import { Kit } from "../../types" */
/** @import { Recorded, Shape } from "./distribution.js" */
/** @import { State } from "./state.js" */

import { normalDensity } from "../../math/gaussian.js";
import { between, clamp, polyline, set, svg } from "../../svg.js";
import { bell } from "./distribution.js";
import { timeLine } from "./layout.js";
import { entering, GOES_TO, grouped } from "./state.js";

/** @typedef {import("./layout.js").Layout} Layout */

/**
 * A round grip with a letter.
 * @param {Element} parent
 * @param {{letter: string, color: string}} look
 */
function knob(parent, { letter, color }) {
  const root = svg("g", { style: `color:${color}` }, parent);
  svg("circle", { class: "ring", r: 20 }, root);
  svg("circle", { r: 14, fill: color, stroke: "var(--bn-card)", "stroke-width": 1.5 }, root);
  const arrows = { d: "M-18 -5l-5 5 5 5M18 -5l5 5-5 5", fill: "none", class: "still", "stroke-linecap": "round" };
  svg("path", { ...arrows, stroke: color, "stroke-width": 2 }, root);
  svg("text", { class: "on-color letter", y: 5, text: letter }, root);
  return root;
}

/** The switch of BN. @param {Kit} kit @param {Element} parent @param {() => void} flip */
function bnSwitch(kit, parent, flip) {
  const root = svg("g", { role: "switch", tabindex: 0, class: "switch", "data-s": "switch" }, parent);
  svg("rect", { class: "ring", x: -8, y: -20, width: 64, height: 40, rx: 20 }, root);
  const track = svg("rect", { x: 0, y: -12, width: 44, height: 24, rx: 12 }, root);
  const thumb = svg("circle", { r: 9, fill: "var(--bn-card)" }, root);
  const name = svg("text", { y: 5, style: "font-weight:650" }, root);
  root.addEventListener("click", flip);
  root.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    flip();
  });
  return { root, track, thumb, name, kit };
}

export class Grips {
  /**
   * @param {Kit} kit
   * @param {State} state
   * @param {{layers: Record<"before" | "after" | "grip" | "label" | "top", SVGGElement>, flip: () => void, recorded: Recorded}} made
   */
  constructor(kit, state, { layers: on, flip, recorded }) {
    this.kit = kit;
    this.state = state;
    this.recorded = recorded;
    this.before = on.before;
    this.after = on.after;
    this.mean = knob(on.before, { letter: "μ", color: "var(--plain)" });
    this.beta = knob(on.after, { letter: "β", color: "var(--batch)" });
    this.spread = knob(on.grip, { letter: "s", color: "var(--plain)" });
    this.gamma = knob(on.grip, { letter: "γ", color: "var(--batch)" });
    set(on.before, { "data-s": "mu" });
    set(on.after, { "data-s": "beta" });
    set(this.spread, { "data-s": "spread" });
    set(this.gamma, { "data-s": "gamma" });
    const line = { fill: "none", stroke: "var(--plain)", "stroke-width": 2 };
    this.goal = svg("path", { ...line, "stroke-linecap": "round" }, on.label);
    this.ghost = svg("path", { ...line, "stroke-dasharray": "2 5", opacity: 0.7 }, on.label);
    this.goalName = svg("text", { class: "haloed", style: "fill:var(--plain);font-weight:650" }, on.label);
    this.switch = bnSwitch(kit, on.top, flip);
    this.time = svg("g", {}, on.top);
    this.timeTrack = svg(
      "line",
      { stroke: "var(--bn-border)", "stroke-width": 4, "stroke-linecap": "round" },
      this.time,
    );
    this.notches = recorded.scenes[0].steps.map(() => ({
      dot: svg("circle", { r: 4, fill: "var(--bn-muted)" }, this.time),
      text: svg("text", { class: "tick middle" }, this.time),
    }));
    this.timeName = svg("text", { class: "muted" }, this.time);
    this.timeGrip = svg("g", { style: "color:var(--bn-fg)" }, this.time);
    svg("circle", { class: "ring", r: 20 }, this.timeGrip);
    svg("circle", { r: 10, fill: "var(--bn-fg)", stroke: "var(--bn-card)", "stroke-width": 2 }, this.timeGrip);
  }

  /** The input under a point of the screen. @param {number} clientX @param {Layout} at */
  inputAt(clientX, at) {
    return at.x.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** The place on the line of steps under a point of the screen. @param {number} clientX @param {Layout} at */
  momentAt(clientX, at) {
    return timeLine(at, this.notches.length).value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Layout} at @param {{shown: Shape}} shapes @param {boolean} asking */
  draw(at, { shown }, asking) {
    const recorded = this.state.scene !== null;
    this.drawKnobs(at, recorded);
    this.drawGoal(at, asking && !recorded, shown);
    this.drawSwitch(at);
    this.drawTime(at, recorded);
  }

  /** @param {Layout} at @param {boolean} recorded */
  drawKnobs(at, recorded) {
    const { bell: now, snap } = this.state;
    const size = at.narrow ? " scale(.8)" : "";
    const put = (/** @type {Element} */ element, /** @type {number} */ x, /** @type {number} */ y) => {
      const inside = clamp(at.x.px(x), at.left + 12, at.right - 12);
      set(element, { transform: `translate(${inside.toFixed(2)} ${y.toFixed(2)})${size}` });
    };
    const peak = at.density.px(normalDensity(0, 0, now.deviation));
    const shoulder = at.density.px(normalDensity(1, 0, 1) / now.deviation);
    // With BN on, the grips of the bell behind stand on the axis, where the bell in front does not cover them.
    put(this.mean, now.mean, between(peak, at.base, snap));
    put(this.spread, now.mean + Math.max(now.deviation, (30 * snap) / at.x.slope), between(shoulder, at.base, snap));
    const after = entering(this.state);
    put(this.beta, after.mean, at.density.px(normalDensity(0, 0, after.deviation)));
    put(this.gamma, after.mean + after.deviation, at.density.px(normalDensity(1, 0, 1) / after.deviation));
    const shows = (/** @type {boolean} */ yes) => (yes ? "visible" : "hidden");
    set(this.spread, { visibility: shows(!recorded) });
    set(this.mean, { visibility: shows(!recorded) });
    for (const one of [this.gamma, this.beta]) set(one, { visibility: shows(!recorded && snap === 1) });
    this.before.style.pointerEvents = recorded ? "none" : "";
    this.after.style.pointerEvents = recorded || snap < 1 ? "none" : "";
    const holds = (/** @type {boolean} */ yes) => ({ tabindex: yes ? 0 : -1, "aria-hidden": yes ? null : true });
    set(this.before, holds(!recorded));
    set(this.after, { ...holds(!recorded && snap === 1), visibility: shows(recorded || snap > 0) });
  }

  /** Where the question's bell will go. @param {Layout} at @param {boolean} asking @param {Shape} shown */
  drawGoal(at, asking, shown) {
    const y = at.density.px(shown.top) - (at.narrow ? 18 : 30);
    const [from, to] = [at.x.px(entering(this.state).mean) + 8, at.x.px(GOES_TO)];
    const away = asking && to - from > 20;
    set(this.goal, { d: away ? `M${from} ${y}H${to}m-7 -5l7 5l-7 5` : "" });
    const ghost = bell(GOES_TO, 1).outline.map(
      ([x, height]) => /** @type {const} */ ([at.x.px(x), at.density.px(height)]),
    );
    set(this.ghost, { d: away ? polyline(ghost) : "" });
    set(this.goalName, { x: to + 6, y: y + 5, text: away ? this.kit.say("picture.goal") : "" });
  }

  /** @param {Layout} at */
  drawSwitch({ right, narrow }) {
    const { bn, snap, scene } = this.state;
    const { root, track, thumb, name } = this.switch;
    const share = scene === null ? snap : bn ? 1 : 0;
    const words = this.kit.say(narrow ? "picture.switch_short" : "picture.switch");
    set(name, { x: 52, text: words });
    const width = 52 + name.getComputedTextLength();
    set(root, {
      transform: `translate(${right - width} ${narrow ? 16 : 28})`,
      "aria-checked": bn,
      "aria-label": this.kit.say("picture.switch"),
    });
    set(track, { fill: bn ? "var(--batch)" : "var(--bn-muted)" });
    set(thumb, { cx: between(12, 32, share) });
  }

  /** @param {Layout} at @param {boolean} recorded */
  drawTime(at, recorded) {
    set(this.time, { visibility: recorded ? "visible" : "hidden" });
    const { steps } = this.recorded.scenes[this.state.scene ?? 0];
    const line = timeLine(at, steps.length);
    const y = at.narrow ? 14 : 22;
    set(this.timeTrack, { x1: line.px(0), x2: line.px(steps.length - 1), y1: y, y2: y });
    this.notches.forEach(({ dot, text }, place) => {
      set(dot, { cx: line.px(place), cy: y });
      const shown = !at.narrow || place === this.state.moment || place === 0 || place === steps.length - 1;
      set(text, {
        x: line.px(place),
        y: y + (at.narrow ? 20 : 24),
        text: shown && !(at.narrow && place !== this.state.moment) ? grouped(steps[place]) : "",
      });
    });
    set(this.timeName, { x: at.narrow ? 8 : at.left, y: y + 5, text: this.kit.say("picture.step") });
    set(this.timeGrip, { transform: `translate(${line.px(this.state.moment)} ${y})`, tabindex: recorded ? 0 : -1 });
  }
}
