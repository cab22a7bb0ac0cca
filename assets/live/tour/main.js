/**
 * The tour's hands: rings what a card speaks of, docks the card beside it, and goes on when the thing was done. The
 * card itself, with its words and buttons, is the page's.
 */
/** @import { PythonBridge } from "../types" */
/** @import { Seen } from "./docking.js" */

import { dock, isDone } from "./docking.js";

/**
 * @typedef {{step: number, target: string, inView: boolean, thing: string | null}} TourData target: CSS selector, in
 *   the live view or in the page; thing: key of DONE
 */

/** How often the page is looked at, and how long a thing must have been done, ms. */
const [EVERY, SETTLED] = [150, 900];
/** What only the visitor does. */
const HANDS = ["pointerdown", "keydown"];
/** Below this width of the window, the card lies at its foot. */
const NARROW = 700;

/** @param {Document | ShadowRoot} root @returns {HTMLElement | null} */
function findView(root) {
  for (const node of root.querySelectorAll("*")) {
    const found = node.shadowRoot?.querySelector('[data-testid="live-view"]');
    if (found) return /** @type {HTMLElement} */ (found);
  }
  return root.querySelector('[data-testid="live-view"]');
}

/**
 * A target in the sidebar reaches to the sidebar's end: the card lies in the page beside it, and would be under it.
 * @param {HTMLElement} target
 * @param {DOMRect} box
 * @returns {import("./docking.js").Rect}
 */
function besideSidebar(target, box) {
  const sidebar = target.closest('[data-testid="stSidebar"]')?.getBoundingClientRect();
  return sidebar ? { left: 0, top: box.top, width: sidebar.right, height: box.height } : box;
}

class Guide {
  /** @param {HTMLElement} mark of the component, which is empty */
  constructor(mark) {
    this.mark = mark;
    /** @type {TourData | null} */
    this.data = null;
    /** @type {HTMLElement | null} */
    this.view = null;
    /** @type {Seen | null} what was seen as the step began */
    this.before = null;
    this.beganAt = this.since = 0;
    this.told = this.scrolled = this.acted = false;
    this.act = () => {
      this.acted = true;
    };
    /** @type {PythonBridge["setTriggerValue"] | null} */
    this.tell = null;
    this.ring = document.createElement("div");
    this.ring.className = "bnviz-ring";
    this.ring.setAttribute("data-testid", "tour-ring");
    document.body.append(this.ring);
    this.timer = setInterval(() => this.look(), EVERY);
    this.follow = () => this.place();
    addEventListener("scroll", this.follow, true);
    addEventListener("resize", this.follow);
    for (const kind of HANDS) addEventListener(kind, this.act, true);
  }

  /**
   * @param {TourData} data
   * @param {PythonBridge["setTriggerValue"]} tell
   */
  update(data, tell) {
    this.tell = tell;
    if (data.step === this.data?.step) return;
    this.data = data;
    this.before = null;
    this.since = 0;
    this.told = this.scrolled = this.acted = false;
  }

  /** @returns {HTMLElement | null} */
  get target() {
    if (!this.data) return null;
    const root = this.data.inView ? this.view : document;
    return root?.querySelector(this.data.target) ?? null;
  }

  /** @returns {Seen | null} */
  get seen() {
    if (!this.view?.dataset.source) return null;
    const { status = "", step = "0", panel = "", source = "" } = this.view.dataset;
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector(".st-key-second_bn input"));
    return { status, step: Number(step), panel, source, isOn: Boolean(input?.checked) };
  }

  /** Look at the page: place the ring and the card, and notice what was done. */
  look() {
    if (!this.mark.isConnected) return this.end();
    if (!this.view?.isConnected) this.view = findView(document);
    if (!this.scrolled && this.target) {
      this.scrolled = true;
      this.target.scrollIntoView({ block: "nearest" });
    }
    this.place();
    const { seen, data } = this;
    if (!seen || !data) return;
    // What the page itself does at the beginning of a step is not the visitor's doing; a quick hand is.
    if (!this.before || (!this.acted && performance.now() - this.beganAt < SETTLED)) {
      if (!this.before) this.beganAt = performance.now();
      this.before = seen;
      return;
    }
    if (!this.acted || !isDone(data.thing, seen, this.before)) this.since = 0;
    else if (!this.since) this.since = performance.now();
    else if (!this.told && performance.now() - this.since >= SETTLED) {
      this.told = true;
      this.tell?.("done", data.step);
    }
  }

  /** Put the ring around the target, and the card beside it. */
  place() {
    const card = /** @type {HTMLElement | null} */ (document.querySelector(".st-key-tour"));
    const { target } = this;
    const box = target?.getBoundingClientRect();
    const isSeen = Boolean(box?.width && box.bottom > 0 && box.top < innerHeight);
    this.ring.hidden = !isSeen;
    if (box && isSeen)
      Object.assign(this.ring.style, {
        left: `${box.left - 5}px`,
        top: `${box.top - 5}px`,
        width: `${box.width + 10}px`,
        height: `${box.height + 10}px`,
      });
    if (!card) return;
    const isNarrow = innerWidth < NARROW;
    card.dataset.docked = isNarrow ? "foot" : "beside";
    if (isNarrow) return card.removeAttribute("style");
    const size = { width: card.offsetWidth, height: card.offsetHeight };
    const page = { width: innerWidth, height: innerHeight };
    const corner = { left: innerWidth, top: innerHeight, width: 0, height: 0 };
    const at = dock(box && isSeen && target ? besideSidebar(target, box) : corner, size, page);
    Object.assign(card.style, { left: `${at.left}px`, top: `${at.top}px` });
  }

  /** Take the ring away; safe to call twice. */
  end() {
    clearInterval(this.timer);
    removeEventListener("scroll", this.follow, true);
    removeEventListener("resize", this.follow);
    for (const kind of HANDS) removeEventListener(kind, this.act, true);
    this.ring.remove();
  }
}

/** @type {WeakMap<object, Guide>} */
const guides = new WeakMap();

/**
 * Mount the guide, or tell it the next step.
 * @param {{parentElement: HTMLElement, data: TourData} & PythonBridge} component
 * @returns {() => void}
 */
export function mount({ parentElement, data, setTriggerValue }) {
  const host = /** @type {HTMLElement} */ (parentElement instanceof ShadowRoot ? parentElement.host : parentElement);
  const known = guides.get(parentElement);
  const guide = known ?? new Guide(host);
  guides.set(parentElement, guide);
  guide.update(data, setTriggerValue);
  return () => {
    setTimeout(() => {
      if (host.isConnected) return;
      guide.end();
      guides.delete(parentElement);
    }, 50);
  };
}
