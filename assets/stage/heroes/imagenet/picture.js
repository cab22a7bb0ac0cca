/** The drawing of the race: one lane per network, a cursor through all of them, flags at the printed steps. */
/** @import { Kit, Size } from "../../types" */
/** @import { RaceData, Runner } from "./race.js" */
/** @import { State } from "./hero.js" */

import { layers, scale, set, svg } from "../../svg.js";
import { ASKED, beside, counted, END, LAST, stateAt } from "./race.js";

const COLORS = /** @type {Record<string, string>} */ ({ plain: "var(--plain)", sigmoid: "var(--gradient)" });
/** @param {string} key */
const colorOf = (key) => COLORS[key] ?? "var(--batch)";

/** Lanes below this height, in pixels, have no room for a name above a flag. */
const LOW = 66;
/** A flag before this step would meet the name; there is the place of a name that makes way. */
const EARLY = 8e6;
const ASIDE = 29.5e6;

/** @param {Element} parent @param {string} color */
function flag(parent, color) {
  const root = svg("g", { style: `color:${color}` }, parent);
  svg("circle", { class: "ring", r: 22, cy: -8 }, root);
  svg("line", { y1: 0, y2: -30, stroke: color, "stroke-width": 2.5 }, root);
  svg("path", { d: "M0 -30L20 -24.5L0 -19Z", fill: color }, root);
  svg("circle", { r: 4.5, fill: color }, root);
  return root;
}

export class RacePicture {
  /** @param {Kit} kit @param {State} state @param {RaceData} data */
  constructor(kit, state, data) {
    this.kit = kit;
    this.state = state;
    this.data = data;
    this.axis = scale(0, LAST, 0, 1);
    this.root = svg("g", {}, kit.svg);
    const on = layers(this.root, "axis", "lane", "cursor", "flag", "label");
    this.ticks = [0, 5, 10, 15, 20, 25, 30].map((value) => ({
      value: value * 1e6,
      line: svg("line", { stroke: "var(--bn-border)" }, on.axis),
      label: svg(
        "text",
        { class: "tick middle", text: String((value * 1e6) / Number(kit.say("picture.unit"))) },
        on.axis,
      ),
    }));
    this.axisTitle = svg("text", { class: "muted end", text: kit.say("picture.axis") }, on.axis);
    this.lanes = data.runners.map((runner) => this.lane(on, runner));
    this.guessFlag = flag(on.flag, "var(--bn-fg)");
    this.ghostLabel = svg("text", { class: "middle haloed still" }, on.label);
    this.cursor = svg("g", { style: "color:var(--bn-fg)" }, on.cursor);
    this.cursorLine = svg(
      "line",
      { stroke: "var(--bn-fg)", "stroke-width": 1.5, "stroke-dasharray": "4 4" },
      this.cursor,
    );
    const grip = svg("g", {}, this.cursor);
    svg("rect", { class: "ring", x: -46, y: -20, width: 92, height: 40, rx: 20 }, grip);
    svg("rect", { x: -40, y: -14, width: 80, height: 28, rx: 14, fill: "var(--bn-fg)" }, grip);
    this.grip = grip;
    this.gripLabel = svg(
      "text",
      { y: 4.5, style: "fill:var(--bn-card);font-weight:650;text-anchor:middle", class: "still" },
      grip,
    );
  }

  /** @param {Record<"lane" | "flag" | "label", SVGGElement>} on @param {Runner} runner */
  lane(on, runner) {
    const color = colorOf(runner.key);
    const root = svg("g", { role: "button", tabindex: 0, style: `cursor:pointer;color:${color}` }, on.lane);
    const area = svg("rect", { class: "ring", rx: 8 }, root);
    const known = runner.bestSteps !== null && runner.bestSteps !== runner.steps;
    return {
      runner,
      root,
      area,
      // Words stand beside the button, not in it: its spoken name says more than they do.
      name: svg("text", { class: "title still", text: runner.name }, on.label),
      rate: svg("text", { class: "muted still" }, on.label),
      track: svg("line", { stroke: "var(--bn-border)", "stroke-width": 3, "stroke-linecap": "round" }, root),
      way: svg(
        "line",
        {
          stroke: color,
          "stroke-width": 3,
          "stroke-linecap": "round",
          "stroke-dasharray": runner.key === "plain" ? "7 6" : null,
        },
        root,
      ),
      dot: svg("circle", { r: 7, fill: color, stroke: "var(--bn-card)", "stroke-width": 2 }, root),
      flag: flag(on.flag, color),
      steps: svg("text", { class: "haloed still", style: `fill:${color};font-weight:650` }, on.label),
      best: known ? svg("text", { class: "haloed still muted" }, on.label) : null,
      bestMark: svg("path", { class: "still", d: "M0 -6L6 0L0 6L-6 0Z", fill: color }, on.flag),
      top: svg("text", { class: "end title still" }, on.label),
    };
  }

  /** The step under a point of the screen. @param {number} clientX */
  stepAt(clientX) {
    return this.axis.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {Size} size @param {boolean} asking */
  draw({ width, height, narrow }, asking) {
    const left = narrow ? 26 : 40;
    const right = width - (narrow ? 62 : 104);
    this.axis = scale(0, LAST, left, right);
    const top = narrow ? 34 : 60;
    const bottom = height - (narrow ? 26 : 48);
    const gap = (bottom - top) / this.lanes.length;
    for (const { value, line, label } of this.ticks) {
      const x = this.axis.px(value);
      set(line, { x1: x, x2: x, y1: top - 8, y2: bottom });
      set(label, { x, y: bottom + 16 });
    }
    set(this.axisTitle, { x: right, y: bottom + (narrow ? 0 : 38), visibility: narrow ? "hidden" : "visible" });
    this.lanes.forEach((lane, place) => {
      this.drawLane(lane, { y: top + gap * (place + 0.72), gap, left, right, width, narrow, asking });
    });
    const x = this.axis.px(this.state.step);
    const at = narrow ? 16 : 28;
    set(this.cursor, { visibility: asking ? "hidden" : "visible" });
    set(this.cursorLine, { x1: x, x2: x, y1: at, y2: bottom });
    set(this.grip, { transform: `translate(${Math.max(48, Math.min(x, width - 48))} ${at})` });
    set(this.gripLabel, { text: this.kit.say("picture.millions", { steps: counted(this.state.step, this.kit.say) }) });
    this.drawGuess(asking, top + gap * (this.lanes.findIndex(({ runner }) => runner.key === ASKED) + 0.72));
  }

  /**
   * @param {ReturnType<RacePicture["lane"]>} lane
   * @param {{y: number, gap: number, left: number, right: number, width: number, narrow: boolean, asking: boolean}} where
   */
  drawLane(lane, { y, gap, left, right, width, narrow, asking }) {
    const { runner } = lane;
    const { kit, state, data } = this;
    const given = runner === data.runners[0];
    const state_ = asking ? (given ? "reached" : "way") : stateAt(runner, state.step);
    const { rate, gain } = beside(runner, data.runners[0]);
    const chosen = !asking && state.chosen === runner.key;
    set(lane.root, { "aria-label": this.spoken(runner, asking), "aria-pressed": chosen });
    set(lane.area, { x: 6, y: y - gap * 0.68, width: width - 12, height: gap * 0.94 });
    lane.area.style.fill = chosen ? "color-mix(in srgb, currentColor 9%, transparent)" : "";
    // In a low lane, an early flag stands where the name would: the name goes to the other end.
    const isAside = !asking && gap < LOW && runner.steps !== null && runner.steps < EARLY;
    const nameAt = isAside ? this.axis.px(ASIDE) : left + 8;
    const beyond = 12 + lane.name.getComputedTextLength();
    const line = { y: isAside ? y - 12 : y - gap * 0.4, style: `text-anchor:${isAside ? "end" : "start"}` };
    set(lane.name, { x: nameAt, ...line });
    set(lane.rate, {
      x: isAside ? nameAt - beyond : nameAt + beyond,
      ...line,
      text: narrow ? "" : given ? kit.say("picture.without") : kit.say("picture.rate", { factor: rate.toFixed(0) }),
    });
    set(lane.track, { x1: left, x2: right, y1: y, y2: y });
    const reached = runner.steps ?? LAST;
    const step = asking ? (given ? END : 0) : Math.min(state.step, reached);
    const x = this.axis.px(step);
    set(lane.way, { x1: left, x2: x, y1: y, y2: y });
    set(lane.dot, { cx: x, cy: y, visibility: state_ === "way" ? "visible" : "hidden" });
    const there = state_ === "reached" || state_ === "best";
    const flagX = this.axis.px(reached);
    set(lane.flag, { transform: `translate(${flagX} ${y})`, visibility: there ? "visible" : "hidden", class: "still" });
    const far = flagX > right - 120;
    set(lane.steps, {
      x: far ? flagX - 12 : flagX + 26,
      y: y - 12,
      "text-anchor": far ? "end" : "start",
      text: there
        ? kit.say(narrow ? "picture.at_short" : "picture.at", {
            percent: data.threshold,
            steps: counted(reached, kit.say),
          })
        : "",
    });
    this.drawBest(lane, { y, shown: state_ === "best", narrow });
    const never = state_ === "never" && !narrow ? kit.say("picture.never") : "";
    if (never) set(lane.steps, { x: right - 8, y: y - 12, "text-anchor": "end", text: never });
    const all = !asking && state.step >= END;
    set(lane.top, { x: width - 14, y: y + 5, text: all || (given && asking) ? `${runner.accuracy.toFixed(1)} %` : "" });
    lane.top.style.fill = gain > 0 ? "var(--batch)" : "";
  }

  /**
   * The step of the highest accuracy, where the paper prints it.
   * @param {ReturnType<RacePicture["lane"]>} lane
   * @param {{y: number, shown: boolean, narrow: boolean}} where
   */
  drawBest({ runner, best, bestMark }, { y, shown, narrow }) {
    const x = this.axis.px(runner.bestSteps ?? 0);
    set(bestMark, { transform: `translate(${x} ${y})`, visibility: best && shown ? "visible" : "hidden" });
    if (!best || !runner.bestSteps) return;
    const values = { percent: runner.accuracy.toFixed(1), steps: counted(runner.bestSteps, this.kit.say) };
    set(best, { x: x + 12, y: y + 19, text: shown && !narrow ? this.kit.say("picture.best_at", values) : "" });
  }

  /** @param {boolean} asking @param {number} y of the lane that is asked about */
  drawGuess(asking, y) {
    const { state, kit } = this;
    const x = this.axis.px(state.guess ?? 0);
    const shown = asking || state.ghost;
    set(this.guessFlag, {
      transform: `translate(${x} ${y})`,
      visibility: shown ? "visible" : "hidden",
      opacity: asking ? 1 : 0.45,
    });
    const text = asking
      ? kit.say("picture.guess", { steps: counted(state.guess ?? 0, kit.say) })
      : kit.say("picture.your_guess");
    set(this.ghostLabel, { x, y: y + 22, text: shown ? text : "" });
  }

  /** @param {Runner} runner @param {boolean} asking then only what is known is told */
  spoken(runner, asking) {
    const { kit, data } = this;
    if (asking && runner !== data.runners[0]) return runner.name;
    const percent = runner.accuracy.toFixed(1);
    if (runner.steps === null) return kit.say("picture.spoken_never", { name: runner.name, percent });
    return kit.say("picture.spoken", {
      name: runner.name,
      threshold: data.threshold,
      steps: counted(runner.steps, kit.say),
      percent,
    });
  }
}
