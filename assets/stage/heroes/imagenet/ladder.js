/** The drawing of the seven changes: a column for each with the accuracies of our runs, and a card of words below. */
/** @import { Kit, Size } from "../../types" */
/** @import { ChangesData } from "./changes.js" */
/** @import { State } from "./hero.js" */

import { el, setText } from "../../../live/dom.js";
import { polyline, scale, set, svg } from "../../svg.js";
import { measuredWords, range } from "./changes.js";

/** Arms before the first change: Inception, and Inception with BN. */
const BEFORE = 2;
/** Room for the words below the chips, in pixels. */
const CARD = 150;
const FACTS = ["paper", "why", "here"];

export class Ladder {
  /** @param {Kit} kit @param {State} state @param {ChangesData} data @param {(at: number) => void} choose */
  constructor(kit, state, data, choose) {
    this.kit = kit;
    this.state = state;
    this.data = data;
    this.root = svg("g", { class: "ladder" }, kit.svg);
    this.title = svg("text", { class: "title still" }, this.root);
    this.facts = svg("text", { class: "muted still" }, this.root);
    this.wash = svg("rect", { class: "wash still", rx: 8 }, this.root);
    const [low, high] = data.measured ? range(data.measured) : [0, 0];
    this.range = [low, high];
    this.grid = data.measured
      ? Array.from({ length: (high - low) / 10 + 1 }, (_, place) => ({
          value: low + 10 * place,
          line: svg("line", { class: "grid still" }, this.root),
          text: svg("text", { class: "tick end still", text: low + 10 * place }, this.root),
        }))
      : [];
    const seeds = data.measured?.seeds ?? 0;
    this.threads = Array.from({ length: seeds }, () => svg("path", { class: "thread still" }, this.root));
    this.steps = Array.from({ length: seeds }, () => svg("path", { class: "thread on still" }, this.root));
    this.arms = (data.measured?.accuracy ?? []).map((values, place) => ({
      values,
      mean: svg("line", { class: "mean still" }, this.root),
      dots: values.map(() => svg("circle", { class: place ? "run batch still" : "run plain still" }, this.root)),
    }));
    this.firsts = ["inception", "bn"].map((name) => ({
      name,
      text: svg("text", { class: "muted middle still" }, this.root),
    }));
    this.columns = data.changes.map((change, at) => this.column(change.key, () => choose(at)));
    this.card = el("div", { class: "change-card" });
    this.heading = el("h3", {});
    this.words = FACTS.map((name) => el("span", { "data-fact": name }));
    const blocks = FACTS.map((name, at) =>
      el("p", {}, el("b", {}, kit.say(`picture.changes.${name}`)), this.words[at]),
    );
    this.card.append(this.heading, el("div", { class: "facts" }, ...blocks));
    kit.box.append(this.card);
  }

  /** @param {string} key @param {() => void} press */
  column(key, press) {
    const root = svg("g", { role: "button", tabindex: 0, class: "chip change" }, this.root);
    const hit = svg("rect", { class: "hit", fill: "transparent" }, root);
    const face = svg("rect", { class: "face", rx: 10 }, root);
    // Words stand beside the button, not in it: its spoken name says more than they do.
    const lines = [0, 1].map(() => svg("text", { class: "middle still chip-word" }, this.root));
    root.addEventListener("click", press);
    root.addEventListener("keydown", (event) => {
      const { key: pressed } = /** @type {KeyboardEvent} */ (event);
      if (pressed !== "Enter" && pressed !== " ") return;
      event.preventDefault();
      press();
    });
    return { key, root, hit, face, lines };
  }

  /** @param {Size} size */
  draw({ width, height, narrow }) {
    const { kit, data } = this;
    const count = data.changes.length + BEFORE;
    const left = narrow ? 26 : 48;
    const each = (width - left - (narrow ? 6 : 14)) / count;
    const top = narrow ? 30 : 76;
    const chip = narrow ? 40 : 50;
    const bottom = narrow ? top + 0.3 * height : height - chip - CARD;
    const middle = (/** @type {number} */ place) => left + (place + 0.5) * each;
    const { steps = 0, seeds = 0, tested = 0 } = data.measured ?? {};
    const facts = { steps, seeds, tested: tested.toLocaleString("en") };
    set(this.title, {
      x: narrow ? 8 : 16,
      y: narrow ? 19 : 30,
      text: kit.say(`picture.changes.${narrow ? "short" : "title"}`, facts),
    });
    this.title.style.fontSize = narrow ? "13px" : "";
    set(this.facts, { x: 16, y: 53, text: narrow || !data.measured ? "" : kit.say("picture.changes.runs", facts) });
    this.drawRuns({ left, right: left + count * each, top, bottom, each, middle, narrow });
    const chosen = data.changes[this.state.change];
    this.columns.forEach((column, at) => {
      const name = kit.say(`picture.changes.name.${column.key}`);
      const x = left + (at + BEFORE) * each;
      set(column.root, {
        "aria-label": `${name}. ${measuredWords(data, data.changes[at], kit.say)}`,
        "aria-pressed": at === this.state.change,
      });
      set(column.hit, { x, y: top, width: each, height: bottom + 6 + chip - top });
      set(column.face, { x: x + 2, y: bottom + 8, width: each - 4, height: chip - 6 });
      const words = narrow ? [String(at + 1)] : kit.say(`picture.changes.chip.${column.key}`).split("|");
      column.lines.forEach((line, row) => {
        const y = bottom + 8 + (chip - 6) / 2 + 5 + (row - (words.length - 1) / 2) * 17;
        const on = at === this.state.change ? " on" : "";
        set(line, { x: x + each / 2, y, text: words[row] ?? "", class: `middle still chip-word${on}` });
      });
    });
    const below = bottom + chip + (narrow ? 8 : 16);
    this.card.style.top = `${below}px`;
    const number = `${this.state.change + 1} · `;
    setText(this.heading, `${narrow ? number : ""}${kit.say(`picture.changes.name.${chosen.key}`)}`);
    const [paper, why, here] = this.words;
    setText(paper, kit.say(`picture.changes.paper_says.${chosen.key}`));
    setText(why, kit.say(`picture.changes.why_says.${chosen.key}`));
    setText(here, measuredWords(data, chosen, kit.say));
  }

  /** @param {{left: number, right: number, top: number, bottom: number, each: number, middle: (place: number) => number, narrow: boolean}} box */
  drawRuns({ left, right, top, bottom, each, middle, narrow }) {
    const { state, data } = this;
    const y = scale(this.range[0], this.range[1], bottom, top + 6);
    for (const { value, line, text } of this.grid) {
      set(line, { x1: left, x2: right, y1: y.px(value), y2: y.px(value) });
      set(text, { x: left - 6, y: y.px(value) + 4 });
    }
    for (const { name, text } of this.firsts) {
      const place = name === "bn" ? 1 : 0;
      const words = this.kit.say(`picture.changes.first.${name}`);
      set(text, { x: middle(place), y: bottom + (narrow ? 30 : 34), text: data.measured ? words : "" });
      text.style.fontSize = narrow ? "11.5px" : "";
    }
    const to = data.changes[state.change].place ?? 0;
    const point = (/** @type {number} */ arm, /** @type {number | null} */ value) =>
      /** @type {[number, number]} */ ([middle(arm), y.px(value ?? this.range[0])]);
    const known = (/** @type {number} */ seed) =>
      this.arms.flatMap(({ values }, arm) => (values[seed] === null ? [] : [point(arm, values[seed])]));
    this.threads.forEach((thread, seed) => {
      set(thread, { d: polyline(known(seed)) });
      const ends = [to - 1, to].map((arm) => this.arms[arm]?.values[seed] ?? null);
      const drawn = to && ends.every((value) => value !== null);
      set(this.steps[seed], { d: drawn ? polyline(ends.map((value, at) => point(to - 1 + at, value))) : "" });
    });
    this.arms.forEach(({ values, mean, dots }, arm) => {
      const now = arm === to || arm === to - 1;
      const found = values.filter((value) => value !== null);
      const level = y.px(found.reduce((sum, value) => sum + value, 0) / Math.max(1, found.length));
      const half = Math.min(18, each * 0.32);
      set(mean, { x1: middle(arm) - half, x2: middle(arm) + half, y1: level, y2: level, opacity: now ? 1 : 0.4 });
      dots.forEach((dot, seed) => {
        const [cx, cy] = point(arm, values[seed]);
        const r = (now ? 5.5 : 4) * (narrow ? 0.75 : 1);
        set(dot, { cx, cy, r, opacity: now ? 1 : 0.5, visibility: values[seed] === null ? "hidden" : "inherit" });
      });
    });
    set(this.wash, {
      x: left + (to - 1) * each,
      y: top - 2,
      width: 2 * each,
      height: bottom - top + 6,
      opacity: to ? 1 : 0,
    });
  }
}
