/** One chapter in the hand: text on one side, a picture that answers the hand on the other. */
/** @import { Component, Hero, HeroModule, Kit, Size } from "./types" */

import { el } from "../live/dom.js";
import { applyTheme } from "../live/style_sheet.js";
import { readTheme } from "../live/theme.js";
import { readAddress, writeAddress } from "./address.js";
import { keepFingers } from "./fingers.js";
import { Formula } from "./formula.js";
import { GuessRow } from "./guess.js";
import { Handles } from "./handles.js";
import { linkSymbols } from "./lights.js";
import { Loop } from "./loop.js";
import { markSeen } from "./progress.js";
import { set, svg } from "./svg.js";
import { TextSteps } from "./text_steps.js";
import { chosenPath, numberOn } from "./way.js";
import { LiveNumbers, paragraphs, sayer, scrubbable } from "./words.js";

/** Below this width of the picture, in pixels, it is drawn for a phone. */
const NARROW = 560;
/** Time between two spoken summaries, ms. */
const SUMMARY_MS = 1000;

export class Stage {
  /**
   * @param {Component} component
   * @param {HeroModule} module
   * @param {URLSearchParams} moment what to show first: what the address says, or what the former stage showed
   */
  constructor({ parentElement, data }, module, moment) {
    this.parent = parentElement;
    this.data = data;
    this.say = sayer(data.words);
    this.kitSay = sayer(data.kit);
    this.numbers = new LiveNumbers();
    this.drawn = 0;
    this.ready = false;
    this.ended = false;
    this.spokenAt = 0;
    /** @type {number} */
    this.speaking = 0;
    this.root = el("div", { class: "bnviz stage-root" });
    parentElement.append(this.root);
    this.picture = el("div", {
      class: "picture",
      "data-testid": "stage",
      "data-chapter": data.chapter,
      role: "group",
      "aria-label": this.say("label"),
      "aria-describedby": "summary",
    });
    /** The chapter's place in the menu or on the path. */
    this.place = el("span", {});
    this.summary = el("p", { class: "sr-only", id: "summary" });
    this.drawing = svg("svg", {}, this.picture);
    this.picture.append(this.summary);
    this.loop = new Loop(() => this.draw(), this.picture);
    keepFingers(this.picture);
    this.handles = new Handles({
      changed: () => this.loop.redraw(),
      taken: () => this.loop.halt(),
      released: () => this.save(),
    });
    this.theme = readTheme(this.parent);
    applyTheme(this.root, this.theme);
    /** @type {Hero} */
    this.hero = module.hero(this.kit());
    this.steps = new TextSteps({
      say: this.say,
      kit: this.kitSay,
      numbers: this.numbers,
      actions: this.hero.actions,
      onEnter: (step) => this.enter(step),
      onSkip: () => this.skip(),
      still: () => this.loop.still(),
    });
    this.guess = this.hero.guess ? this.guessRow(this.hero.guess) : null;
    this.close();
    this.formula = this.hero.formula
      ? new Formula(this.hero.formula, { label: this.kitSay("formula"), numbers: this.numbers })
      : null;
    this.sized = new ResizeObserver(() => this.fit());
    this.onAddress = () => this.followAddress();
    window.addEventListener("hashchange", this.onAddress);
    this.onPath = () => {
      this.place.textContent = this.crumb();
    };
    window.addEventListener("bnviz:path", this.onPath);
    this.layOut();
    this.start(moment);
  }

  layOut() {
    const text = el("section", { class: "text" }, this.head(), ...this.steps.steps.map(({ root }) => root));
    const under = this.formula ? [this.formula.root] : [];
    const panel = el("section", { class: "panel" }, this.steps.nav, this.picture, ...under);
    const columns = el("div", { class: "columns" }, text, panel);
    this.root.classList.toggle("lecture", this.data.lecture);
    this.root.replaceChildren(columns);
    for (const { name, node } of this.numbers.spots) {
      const options = this.hero.scrubs?.[name];
      if (options) scrubbable(node, options, (element, all) => this.handles.add(element, all));
    }
    linkSymbols(this.root);
    this.sized.observe(this.picture);
    this.steps.watch(columns, text);
  }

  /** The chapter's place: on the path that was chosen, else in its section. */
  crumb() {
    const on = numberOn(this.data.paths, this.data.chapter, chosenPath());
    return on ? this.kitSay("on_path", on) : this.data.crumb;
  }

  head() {
    const { kind, label, help } = this.data.badge;
    this.place.textContent = this.crumb();
    const badge = el("span", { class: "origin", "data-kind": kind, title: help }, label);
    const lede = paragraphs(this.say("lede"), this.numbers);
    for (const one of lede) one.className = "lede";
    return el(
      "header",
      { class: "head" },
      el("p", { class: "crumb" }, this.place, badge),
      el("h1", {}, this.say("title")),
      ...lede,
    );
  }

  /** @param {NonNullable<Hero["guess"]>} guess */
  guessRow(guess) {
    const row = new GuessRow(guess, {
      say: this.say,
      kit: this.kitSay,
      numbers: this.numbers,
      key: `steps.${guess.step + 1}.guess`,
      changed: () => {
        this.close();
        this.loop.redraw();
        this.save();
      },
    });
    if (!this.data.lecture) this.steps.steps[guess.step].foot.before(row.root);
    return row;
  }

  /** While the question is open, the steps after it cannot be read: they tell the answer. */
  close() {
    this.steps.close(this.guess?.asking ? this.guess.guess.step : Number.POSITIVE_INFINITY);
  }

  /** Answer the question without playing the answer: its picture is not the one that is wanted. */
  skip() {
    this.loop.atOnce = true;
    if (this.guess?.asking) this.guess.reveal("shown");
    this.loop.atOnce = false;
  }

  /** @param {URLSearchParams} moment */
  start(moment) {
    this.restore(moment);
    const asked = this.asked(moment);
    this.steps.enter(asked);
    // After the page's own layout: before it, nothing can be scrolled.
    if (asked > 0) requestAnimationFrame(() => requestAnimationFrame(() => this.ended || this.steps.go(asked, true)));
    this.ready = true;
    // An address that was typed or followed keeps only what we understood of it.
    if (location.hash) this.save();
  }

  /** Take up a moment: the answer first, because it moves the picture, then what the visitor had made of it. @param {URLSearchParams} moment */
  restore(moment) {
    // A step behind the question cannot be shown without its answer.
    if (moment.get("shown") === "1" || this.data.lecture || this.asked(moment) > this.steps.last) this.skip();
    this.hero.load?.(moment);
    this.loop.redraw();
  }

  /** Somebody typed another moment into the address. Our own writing of it calls nothing. */
  followAddress() {
    const moment = readAddress();
    this.restore(moment);
    this.steps.go(this.asked(moment));
    this.save();
  }

  /** The step that a moment names, from 0. @param {URLSearchParams} moment */
  asked(moment) {
    return Math.min(Math.max(1, Math.floor(Number(moment.get("step")) || 1)), this.steps.steps.length) - 1;
  }

  fit() {
    const { width, height } = this.size();
    if (!width || !height) return;
    set(this.drawing, { viewBox: `0 0 ${width} ${height}` });
    this.loop.redraw();
  }

  /** @returns {Size} */
  size() {
    const { clientWidth: width, clientHeight: height } = this.picture;
    return { width, height, narrow: width < NARROW };
  }

  /** @returns {Kit} what a hero may use */
  kit() {
    return {
      svg: this.drawing,
      box: this.picture,
      size: () => this.size(),
      redraw: () => this.loop.redraw(),
      animate: (ms, fn, done) => this.loop.animate(ms, fn, done),
      play: (fn) => this.loop.play(fn),
      halt: () => this.loop.halt(),
      still: () => this.loop.still(),
      handle: (element, options) => this.handles.add(element, options),
      handle2D: (element, options) => this.handles.add2D(element, options),
      answered: () => {
        if (this.guess?.asking) this.guess.reveal("deed");
      },
      saved: () => this.save(),
      say: this.say,
      language: this.data.language,
      theme: () => this.theme,
      data: this.data.data,
      step: () => Math.max(0, this.steps?.current ?? 0),
      asking: () => Boolean(this.guess?.asking) && this.steps.current === this.guess?.guess.step,
    };
  }

  /** @param {number} step */
  enter(step) {
    this.picture.dataset.step = String(step + 1);
    this.hero.enter(step, !this.ready);
    this.loop.redraw();
    if (this.ready) this.save();
    markSeen(this.data.chapter, step + 1);
  }

  draw() {
    const size = this.size();
    if (!size.width || !size.height) return;
    this.hero.draw(size);
    this.numbers.write(this.hero.values?.() ?? {});
    this.formula?.sync(Boolean(this.guess?.asking));
    this.guess?.sync();
    // What would play the answer waits until it is given.
    if (this.guess) this.steps.steps[this.guess.guess.step].foot.hidden = this.guess.asking;
    this.handles.sync();
    this.drawn += 1;
    set(this.picture, { "data-drawn": this.drawn, "data-asking": String(Boolean(this.guess?.asking)) });
    this.speak();
    if (this.drawn === 1) {
      window.dispatchEvent(new CustomEvent("bnviz:first-frame", { detail: { chapter: this.data.chapter } }));
    }
  }

  /** The summary follows the picture, but not with every frame. */
  speak() {
    if (this.speaking) return;
    const wait = Math.max(0, this.spokenAt + SUMMARY_MS - performance.now());
    this.speaking = window.setTimeout(() => {
      this.speaking = 0;
      this.spokenAt = performance.now();
      this.summary.textContent = this.hero.summary();
    }, wait);
  }

  /** What the address has to carry to show this moment. @returns {Record<string, string>} */
  moment() {
    const step = this.steps.current > 0 ? String(this.steps.current + 1) : "";
    const shown = this.guess && !this.guess.asking ? "1" : "";
    return { step, shown, ...this.hero.save?.() };
  }

  save() {
    if (this.ready && !this.ended) writeAddress(this.moment());
  }

  /** The theme may have changed. */
  retheme() {
    this.theme = readTheme(this.parent);
    applyTheme(this.root, this.theme);
    this.loop.redraw();
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.speaking);
    this.sized.disconnect();
    window.removeEventListener("hashchange", this.onAddress);
    window.removeEventListener("bnviz:path", this.onPath);
    this.steps.end();
    this.loop.end();
    this.hero.end?.();
    this.root.remove();
  }
}
