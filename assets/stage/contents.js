/** All chapters as pictures with one question each, and three paths through them. */
/** @import { ContentsData, ContentsPath, PythonBridge } from "./types" */

import { el, setAttr } from "../live/dom.js";
import { applyTheme } from "../live/style_sheet.js";
import { readTheme } from "../live/theme.js";
import { followLink } from "./foot.js";
import { seenSteps } from "./progress.js";
import { thumbnail } from "./thumbnails.js";
import { choosePath, chosenPath } from "./way.js";
import { sayer } from "./words.js";

/** @typedef {{parentElement: Element | ShadowRoot, data: ContentsData} & PythonBridge} ContentsComponent */

export class Contents {
  /** @param {ContentsComponent} component */
  constructor(component) {
    this.parent = component.parentElement;
    this.root = el("div", { class: "bnviz contents", "data-testid": "contents" });
    this.ended = false;
    /** The path that is shown; "" is all. */
    this.path = component.data.paths.some(({ name }) => name === chosenPath()) ? chosenPath() : "";
    this.say = sayer(component.data.words);
    this.parent.append(this.root);
    this.update(component);
    window.dispatchEvent(new CustomEvent("bnviz:first-frame", { detail: { chapter: "contents" } }));
  }

  /** @param {ContentsComponent} component */
  update({ data, setStateValue, setTriggerValue }) {
    this.data = data;
    this.python = { setStateValue, setTriggerValue };
    this.say = sayer(data.words);
    this.retheme();
    const seen = seenSteps();
    this.cards = data.chapters.map((chapter) => this.card(chapter, seen[chapter.page] ?? 0));
    this.chips = data.paths.map((path) => this.chip(path));
    const done = data.chapters.filter(({ page, steps }) => steps > 0 && (seen[page] ?? 0) >= steps).length;
    const note = el("p", { class: "place" }, this.say("progress", { done, all: data.chapters.length }));
    const head = el(
      "header",
      { class: "contents-head" },
      el("div", {}, el("h1", {}, this.say("title")), el("p", { class: "lede" }, this.say("lede"))),
      el(
        "div",
        { class: "ways" },
        el("div", { class: "paths", role: "group", "aria-label": this.say("paths") }, ...this.chips),
        note,
      ),
    );
    this.grid = el("ol", { class: "cards" }, ...this.cards);
    this.root.replaceChildren(head, this.legend(), this.grid);
    this.choose(this.path);
  }

  /** What the marks on the cards mean. */
  legend() {
    const dots = el("span", { class: "progress", "aria-hidden": "true" }, el("i", { class: "seen" }), el("i", {}));
    const stop = el("span", { class: "stop", "data-path": "newcomer", "aria-hidden": "true" }, "1");
    return el(
      "p",
      { class: "legend" },
      el("span", {}, dots, this.say("legend.dots")),
      el("span", {}, stop, this.say("legend.stops")),
    );
  }

  /** @param {ContentsPath} path */
  chip({ name, title, about, pages }) {
    const words = el(
      "span",
      { class: "words" },
      el("b", {}, title),
      el("small", {}, `${about} · ${this.say("count", { count: pages.length })}`),
    );
    const settings = { type: "button", class: "path", "data-path": name, "aria-pressed": "false" };
    return el("button", { ...settings, onclick: () => this.take(this.path === name ? "" : name) }, el("i", {}), words);
  }

  /**
   * @param {ContentsData["chapters"][number]} chapter
   * @param {number} seen steps
   */
  card(chapter, seen) {
    const { page, title, question, steps } = chapter;
    const numbers = this.data?.paths.filter(({ pages }) => pages.includes(page)) ?? [];
    const badges = numbers.map(({ name, title: path, pages }) => {
      const number = pages.indexOf(page) + 1;
      return el("span", { class: "stop", "data-path": name, title: `${path}: ${number}` }, String(number));
    });
    const dots = Array.from({ length: steps }, (_, place) => el("i", { class: place < seen ? "seen" : "" }));
    const progress = el(
      "span",
      { class: "progress", role: "img", "aria-label": this.say("seen", { seen, steps }) },
      ...dots,
    );
    const link = el(
      "a",
      { class: "chapter-card", href: (this.data?.base ?? "") + chapter.address, "data-page": page },
      thumbnail(page),
      el("span", { class: "words" }, el("small", {}, title), el("b", {}, question)),
      el(
        "span",
        { class: "state" },
        ...(steps ? [progress] : [el("span", {})]),
        el("span", { class: "stops" }, ...badges),
      ),
    );
    if (this.python) followLink(link, page, this.python);
    return el("li", { "data-page": page }, link);
  }

  /** Choose a path, also for the way from chapter to chapter. @param {string} name */
  take(name) {
    choosePath(name);
    this.choose(name);
  }

  /** Show one path: its chapters first, in its order. @param {string} name */
  choose(name) {
    this.path = name;
    const pages = this.data?.paths.find((path) => path.name === name)?.pages ?? [];
    for (const chip of this.chips ?? []) setAttr(chip, "aria-pressed", String(chip.dataset.path === name));
    const order = (/** @type {HTMLElement} */ card) => {
      const place = pages.indexOf(card.dataset.page ?? "");
      return place < 0 ? pages.length : place;
    };
    const cards = [...(this.cards ?? [])].sort((a, b) => order(a) - order(b));
    for (const card of cards) card.classList.toggle("aside", name !== "" && !pages.includes(card.dataset.page ?? ""));
    this.root.dataset.path = name;
    this.grid?.replaceChildren(...cards);
  }

  retheme() {
    applyTheme(this.root, readTheme(this.parent));
  }

  end() {
    this.root.remove();
    this.ended = true;
  }
}
