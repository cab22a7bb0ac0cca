/** The drawing of a misconception: a card to pull to true or false, and the measurement that decides. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */
/** @import { Card, Test } from "./evidence.js" */

import { el } from "../../../live/dom.js";
import { set, svg } from "../../svg.js";
import { brief, dotSize, groundSpan, LEAST_GROUND, passKey, placeOf, sentenceRanges } from "./evidence.js";

const HEIGHT = 90;
const SIDE = 18;
/** Where the ground begins, below its name, and how far above the lower edge it ends. */
const TOP = 24;
const FOOT = 26;
const GAP = 14;

export class CardPicture {
  /** @param {Kit} kit @param {State} state @param {Card[]} cards @param {() => string} told what the judgments come to */
  constructor(kit, state, cards, told) {
    this.told = told;
    this.kit = kit;
    this.state = state;
    this.cards = cards;
    this.sentence = el("p", { class: "sentence" });
    this.stamp = el("span", { class: "stamp" });
    this.card = el("div", { class: "sentence-card" }, this.sentence, this.stamp);
    this.zones = ["false", "true"].map((name) =>
      el("button", { type: "button", class: "zone", "data-answer": name }, kit.say(`picture.${name}`)),
    );
    this.table = el("div", { class: "table" }, this.zones[0], this.card, this.zones[1]);
    this.why = el("p", { class: "why" });
    this.tests = el("div", { class: "tests" });
    this.next = el("button", { type: "button", class: "button" }, kit.say("picture.next"));
    this.done = el("p", { class: "done", role: "status" });
    this.below = el(
      "div",
      { class: "below" },
      this.why,
      this.tests,
      el("div", { class: "acts" }, this.next, this.done),
    );
    this.hint = el("p", { class: "hint" }, kit.say("picture.hint"));
    this.chips = cards.map((_, place) => el("button", { type: "button", class: "chip" }, String(place + 1)));
    this.deck = el("div", { class: "deck", role: "group", "aria-label": kit.say("picture.deck") }, ...this.chips);
    this.root = el("div", { class: "misconceptions" }, this.table, this.hint, this.below, this.deck);
    kit.box.append(this.root);
    this.shown = -1;
    /** @type {Array<{test: Test, picture: SVGSVGElement}>} */
    this.axes = [];
  }

  /** Pixels from the middle to a decision. */
  get reach() {
    return Math.max(60, this.table.clientWidth * 0.28);
  }

  /** @param {Size} size */
  draw({ narrow }) {
    const { state, kit, cards } = this;
    const card = cards[state.card];
    if (this.shown !== state.card) this.write(card);
    const known = state.known(card.id);
    const answer = state.answers[card.id] ?? "";
    this.card.style.transform = `translateX(${(state.pull * this.reach).toFixed(1)}px) rotate(${(state.pull * 4).toFixed(2)}deg)`;
    for (const zone of this.zones) {
      const toward = zone.dataset.answer === "true" ? state.pull : -state.pull;
      zone.style.setProperty("--pull", String(Math.max(0, Math.min(1, toward * 2))));
      zone.setAttribute("aria-pressed", String(answer === zone.dataset.answer));
    }
    this.stamp.textContent = answer ? kit.say(`picture.said_${answer}`) : "";
    this.root.classList.toggle("known", known);
    this.hint.hidden = known;
    this.below.hidden = !known;
    this.next.hidden = state.finished;
    this.done.hidden = !state.finished;
    const words = state.finished ? this.told() : "";
    if (this.done.textContent !== words) this.done.textContent = words;
    this.chips.forEach((chip, place) => {
      const given = state.answers[cards[place].id] ?? "";
      chip.dataset.answer = given;
      if (place === state.card) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
      chip.setAttribute("aria-label", kit.say("picture.chip", { number: place + 1, sentence: cards[place].wrong }));
    });
    if (known) for (const { test, picture } of this.axes) this.drawAxis(test, picture, narrow);
  }

  /** @param {Card} card */
  write(card) {
    const { kit } = this;
    this.shown = this.state.card;
    this.sentence.textContent = `“${card.wrong}”`;
    this.why.replaceChildren(
      card.why,
      " ",
      el("span", { class: "standing" }, kit.say("picture.about", { standing: card.standing })),
      " ",
      el("small", {}, card.source),
    );
    this.axes = card.tests.map((test) => ({
      test,
      picture: svg("svg", { role: "img", "aria-label": this.spoken(test) }),
    }));
    const rows = this.axes.map(({ test, picture }) => {
      const words = kit.say(test.opposite ? "picture.says_opposite" : "picture.says", {
        statement: test.statement,
        passes: this.passes(test),
      });
      return el("div", { class: "row" }, el("p", {}, words), picture);
    });
    this.tests.replaceChildren(
      ...rows,
      el("p", { class: "verdict" }, kit.say("picture.verdict", { verdict: card.verdict })),
    );
  }

  /** @param {Test} test @param {SVGSVGElement} picture @param {boolean} narrow */
  drawAxis(test, picture, narrow) {
    const { kit } = this;
    const width = picture.clientWidth || picture.parentElement?.clientWidth || 300;
    const height = picture.clientHeight || HEIGHT;
    const size = `${width} ${height}`;
    if (picture.dataset.size === size) return;
    picture.dataset.size = size;
    set(picture, { viewBox: `0 0 ${size}` });
    picture.replaceChildren();
    const line = (TOP + height - FOOT) / 2;
    const px = (/** @type {number} */ value) => SIDE + placeOf(test, value) * (width - 2 * SIDE);
    this.drawGround(test, picture, { px, line, width });
    const { radius, apart } = dotSize(test.values.length, height - TOP - FOOT, narrow);
    test.values.forEach((value, seed) => {
      const dot = { fill: "var(--batch)", "fill-opacity": 0.75, stroke: "var(--bn-card)", "stroke-width": 1.5 };
      // Seeds stand one above the other, because equal values would hide each other.
      const y = line + (seed - (test.values.length - 1) / 2) * apart;
      svg("circle", { cx: px(value), cy: y, r: radius, ...dot }, picture);
    });
    if (test.interval) this.drawInterval(test.interval, picture, px, line);
    const all = test.values.length ? [Math.min(...test.values), Math.max(...test.values)] : [];
    const range = test.interval ?? all;
    const values = [...new Set(range.map(brief))].join(" … ");
    const words = kit.say("picture.measured", { values, unit: test.unit, seeds: test.values.length });
    const middle = range.length ? (px(range[0]) + px(range[1])) / 2 : width / 2;
    const label = svg(
      "text",
      {
        y: Math.min(height - 6, line + (apart * test.values.length) / 2 + radius + 16),
        "text-anchor": "middle",
        style: "fill:var(--batch);font-weight:650",
        text: words,
      },
      picture,
    );
    this.keepInside(label, middle, width);
  }

  /**
   * The interval around the mean, as a bar with ends.
   * @param {[number, number]} interval
   * @param {SVGSVGElement} picture
   * @param {(value: number) => number} px
   * @param {number} line
   */
  drawInterval([low, high], picture, px, line) {
    const ink = { stroke: "var(--bn-fg)", "stroke-width": 2.5 };
    svg("line", { x1: px(low), x2: px(high), y1: line, y2: line, ...ink }, picture);
    for (const x of [px(low), px(high)]) svg("line", { x1: x, x2: x, y1: line - 7, y2: line + 7, ...ink }, picture);
  }

  /**
   * The ground on which the sentence would hold, the limit, and 0.
   * @param {Test} test
   * @param {SVGSVGElement} picture
   * @param {{px: (value: number) => number, line: number, width: number}} where
   */
  drawGround(test, picture, { px, line, width }) {
    const { kit } = this;
    const tall = { y: TOP, height: Math.max(6, 2 * (line - TOP)) };
    // The opposite of a statement begins beyond its limit: the gap shows that the limit itself does not belong to it.
    const gap = test.opposite ? GAP : 0;
    const grounds = sentenceRanges(test).map(([low, high]) => {
      const from = px(low) + (Number.isFinite(low) ? gap : 0);
      const to = px(high) - (Number.isFinite(high) ? gap : 0);
      const [x, size] = groundSpan(from, to);
      const opacity = size > LEAST_GROUND ? 0.18 : 0.4;
      svg("rect", { x, width: size, rx: Math.min(6, size / 2), ...tall, fill: "var(--plain)", opacity }, picture);
      return { middle: (from + to) / 2, size };
    });
    svg(
      "line",
      { x1: SIDE, x2: width - SIDE, y1: line, y2: line, stroke: "var(--bn-border)", "stroke-width": 2 },
      picture,
    );
    const limits = test.rule === "within" ? [-test.limit, test.limit] : [test.limit];
    for (const limit of limits) {
      svg(
        "line",
        { x1: px(limit), x2: px(limit), y1: TOP, y2: 2 * line - TOP, stroke: "var(--plain)", "stroke-width": 2 },
        picture,
      );
    }
    const widest = grounds.reduce((best, one) => (one.size > best.size ? one : best), { middle: width / 2, size: -1 });
    const style = "fill:var(--plain);font-weight:650";
    const label = svg(
      "text",
      { y: 17, "text-anchor": "middle", style, class: "haloed", text: kit.say("picture.ground") },
      picture,
    );
    this.keepInside(label, widest.middle, width);
  }

  /** Words at a place, but never beyond the edges. @param {SVGTextElement} label @param {number} middle @param {number} width */
  keepInside(label, middle, width) {
    const half = label.getComputedTextLength() / 2 + 4;
    set(label, { x: Math.min(width - half, Math.max(half, middle)) });
  }

  /** @param {Test} test */
  spoken(test) {
    return this.kit.say("picture.spoken", {
      values: (test.interval ?? test.values).map(brief).join(test.interval ? " … " : ", "),
      unit: test.unit,
      passes: this.passes(test),
    });
  }

  /** Where the bar or the dots would have to lie, in words. @param {Test} test */
  passes(test) {
    return this.kit.say(passKey(test), { limit: brief(test.limit) });
  }
}
