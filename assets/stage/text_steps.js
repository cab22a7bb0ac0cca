/** The text beside the picture: short steps, of which the one in view sets the state of the picture. */
/** @import { Hero, Say } from "./types" */

import { button, el } from "../live/dom.js";
import { paragraphs } from "./words.js";

/** @typedef {import("./words.js").LiveNumbers} LiveNumbers */
/** @typedef {{scroller: HTMLElement, column: Element, text: Element}} Watched */

/** A scroll within this time after a move of the keyboard is the browser's own, ms. */
const FOCUS_MS = 500;

/** The nearest ancestor that scrolls; a shadow root hands over to its host. @param {Node} from @returns {HTMLElement} */
export function scrollParent(from) {
  let node = /** @type {Node | null} */ (from);
  while (node) {
    node = node instanceof ShadowRoot ? node.host : node.parentNode;
    if (node instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(node).overflowY)) return node;
  }
  return document.documentElement;
}

/**
 * The step at a place of the text.
 *
 * The line that chooses moves from the top of what is visible to its bottom while the text scrolls from its start to its
 * end, so every step, the last too, is reached without empty space below it.
 * @param {number[]} tops where the steps begin, in pixels from the start of the text
 * @param {number} share how much of the way has been scrolled; outside 0..1 before and after
 * @param {number} height of the text
 */
export function stepInView(tops, share, height) {
  if (share <= 0) return 0;
  if (share >= 1) return tops.length - 1;
  return Math.max(
    0,
    tops.findLastIndex((top) => top <= share * height),
  );
}

export class TextSteps {
  /**
   * @param {{say: Say, kit: Say, numbers: LiveNumbers, actions: Hero["actions"],
   *   onEnter: (step: number) => void, onSkip: () => void, still: () => boolean}} settings
   *   onSkip: the visitor goes to a step that is closed
   */
  constructor(settings) {
    this.settings = settings;
    this.current = -1;
    /** The last step that may be read: those behind an open question tell its answer. */
    this.last = Number.POSITIVE_INFINITY;
    this.steps = this.build();
    this.dots = this.steps.map(({ title }, place) =>
      el("button", {
        type: "button",
        class: "dot",
        "aria-label": `${place + 1}: ${title}`,
        onclick: () => this.visit(place),
      }),
    );
    this.closedWords = el("p", { class: "closed-words", hidden: true }, settings.kit("closed"));
    this.nav = el("nav", { class: "dots", "aria-label": settings.kit("steps") }, ...this.dots);
    this.look = () => this.lookAtScroll();
    /** A scroll of our own passes steps on its way; they are not entered. */
    this.going = false;
    /** When the keyboard last moved into a step: the browser then scrolls, and that is no wish for another step. */
    this.focusedAt = Number.NEGATIVE_INFINITY;
    /** @type {Watched | null} */
    this.watched = null;
  }

  build() {
    const { say, numbers, actions = {} } = this.settings;
    const steps = [];
    for (let number = 1; say(`steps.${number}.title`) !== `steps.${number}.title`; number += 1) {
      const key = `steps.${number}`;
      const title = say(`${key}.title`);
      const place = number - 1;
      const acts = Object.keys(actions)
        .filter((name) => say(`${key}.do.${name}`) !== `${key}.do.${name}`)
        .map((name) => button(say(`${key}.do.${name}`), { "data-do": name, onclick: () => this.act(place, name) }));
      const heading = el(
        "h2",
        {},
        el(
          "button",
          { type: "button", class: "heading", onclick: () => this.go(place) },
          el("small", {}, String(number)),
          title,
        ),
      );
      const foot = el("div", { class: "acts" }, ...acts);
      const root = el(
        "section",
        { class: "step", "data-step": number },
        heading,
        ...paragraphs(say(`${key}.text`), numbers),
        foot,
      );
      // Whoever works in a step wants its picture: the keyboard too.
      root.addEventListener("focusin", (event) => {
        if (!(event.target instanceof Element) || event.target.closest(".heading")) return;
        this.focusedAt = performance.now();
        this.enter(place);
      });
      steps.push({ root, title, foot });
    }
    return steps;
  }

  /** Close all steps after one, or open all. @param {number} last place of the last step that may be read */
  close(last) {
    if (last === this.last) return;
    this.last = last;
    for (const [place, { root, title }] of this.steps.entries()) {
      const closed = place > last;
      root.classList.toggle("closed", closed);
      for (const child of root.children) child.toggleAttribute("inert", closed && child !== this.closedWords);
      this.dots[place].setAttribute("aria-label", closed ? String(place + 1) : `${place + 1}: ${title}`);
    }
    this.steps[last + 1]?.root.append(this.closedWords);
    this.closedWords.hidden = last + 1 >= this.steps.length;
  }

  /** Go to a step even if it is closed: the question is then answered first. @param {number} place */
  visit(place) {
    if (place > this.last) this.settings.onSkip();
    this.go(place);
  }

  /** @param {number} place @param {string} name */
  act(place, name) {
    this.enter(place);
    this.settings.actions?.[name]();
  }

  /**
   * Follow the scrolling of the page.
   * @param {Element} column text and picture
   * @param {Element} text what is scrolled past the picture
   */
  watch(column, text) {
    const scroller = scrollParent(column);
    this.watched = { scroller, column, text };
    const target = scroller === document.documentElement ? window : scroller;
    const arrived = () => {
      this.going = false;
    };
    target.addEventListener("scroll", this.look, { passive: true });
    target.addEventListener("scrollend", arrived);
    // A hand on the wheel or the page takes over from a scroll of ours.
    target.addEventListener("wheel", arrived, { passive: true });
    target.addEventListener("touchmove", arrived, { passive: true });
    window.addEventListener("resize", this.look);
    this.stop = () => {
      target.removeEventListener("scrollend", arrived);
      target.removeEventListener("wheel", arrived);
      target.removeEventListener("touchmove", arrived);
      target.removeEventListener("scroll", this.look);
      window.removeEventListener("resize", this.look);
    };
  }

  /** Where the page stands. The picture stays below the app's header, so that is where the window begins for us. */
  measure() {
    const { scroller, column, text } = /** @type {Watched} */ (this.watched);
    const panel = /** @type {HTMLElement} */ (this.nav.parentElement);
    const header = parseFloat(getComputedStyle(panel).top) || 0;
    const box = column.getBoundingClientRect();
    const start = text.getBoundingClientRect();
    const top = header + (scroller === document.documentElement ? 0 : scroller.getBoundingClientRect().top);
    const range = Math.max(1, box.height - (scroller.clientHeight - header));
    const places = this.steps.map(({ root }) => {
      const own = root.getBoundingClientRect();
      return { top: own.top - start.top, middle: own.top - start.top + own.height / 2 };
    });
    return { scroller, range, scrolled: top - box.top, height: start.height, places };
  }

  lookAtScroll() {
    if (!this.watched || this.going || performance.now() - this.focusedAt < FOCUS_MS) return;
    const { scrolled, range, height, places } = this.measure();
    if (height > 0)
      this.enter(
        Math.min(
          this.last,
          stepInView(
            places.map(({ top }) => top),
            scrolled / range,
            height,
          ),
        ),
      );
  }

  /** @param {number} place */
  enter(place) {
    if (place === this.current) return;
    this.current = place;
    for (const [index, { root }] of this.steps.entries()) root.classList.toggle("on", index === place);
    for (const [index, dot] of this.dots.entries()) {
      dot.classList.toggle("on", index === place);
      if (index === place) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    }
    this.settings.onEnter(place);
  }

  /** Scroll to a step and enter it. @param {number} place @param {boolean} [atOnce] */
  go(place, atOnce = false) {
    this.enter(place);
    const { scroller, range, scrolled, height, places } = this.measure();
    const by = place === 0 ? -scroller.scrollTop : (places[place].middle / height) * range - scrolled;
    if (Math.abs(by) < 2) return;
    this.going = true;
    scroller.scrollBy({ top: by, behavior: atOnce || this.settings.still() ? "auto" : "smooth" });
  }

  end() {
    this.stop?.();
  }
}
