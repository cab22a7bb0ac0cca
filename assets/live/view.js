/** The live view: puts its parts together and keeps them in step. */
import { describeArms } from "./arms.js";
import { put, say } from "./dom.js";
import { translator } from "./format.js";
import { listen } from "./keys.js";
import { LayerChoice } from "./layer_choice.js";
import { ServerLink } from "./link.js";
import { Loop, Rate } from "./loop.js";
import { RESTING, Rest } from "./rest.js";
import { stepAway } from "./scrub.js";
import { Store } from "./store.js";
import { applyTheme, zoom } from "./style.js";
import { summarize } from "./summary.js";
import { PANELS, panelsFor } from "./tabs.js";
import { readTheme } from "./theme.js";
import { mainAction } from "./toolbar.js";
import { troubles } from "./trouble.js";
import { buildParts, inOrder, keyActions, makeRoot } from "./view_parts.js";
import { watchVisible } from "./visible.js";
import { FRAME, HELLO, STATUS } from "./wire.js";

/** Below this width, in CSS pixels, arms stack. */
export const NARROW = 640;

/**
 * @typedef {{panel?: string, step?: number | null, n: number}} Show what the page wants to be seen: taken once, when n
 *   changes; step null is the newest
 * @typedef
 *   {{token: string, base: string, transport: string, panel?: string, show?: Show | null, zoom?: number, strings: any, labels?: any, height?: number}}
 *   Data
 * @typedef {{setStateValue: (key: string, value: any) => void, setTriggerValue: (key: string, value: any) => void}}
 *   Python
 */

export class LiveView {
  /**
   * @param {Element | ShadowRoot} parent
   * @param {Data} data
   * @param {Python} python
   */
  constructor(parent, data, python) {
    this.parent = parent;
    this.data = data;
    this.python = python;
    this.store = new Store();
    this.choice = new LayerChoice();
    this.link = "connecting";
    this.shown = data.show?.n;
    this.wantedStep = data.show?.step;
    this.panel = [data.show?.panel, data.panel].find((id) => PANELS.includes(id ?? "")) ?? PANELS[0];
    this.width = 0;
    this.painted = 0;
    this.lastReceived = 0;
    this.rate = new Rate();
    this.t = translator({ ...data.strings, ...data.labels });
    const parts = buildParts(this);
    this.toolbar = parts.toolbar;
    this.tabs = parts.tabs;
    this.trouble = parts.trouble;
    this.overview = parts.overview;
    this.waiting = parts.waiting;
    this.stage = parts.stage;
    this.words = parts.words;
    this.host = parts.host;
    this.root = makeRoot(data, parts);
    this.ended = false;
    this.parent.append(this.root);
    this.attributes();
    this.theme = readTheme(parent);
    applyTheme(this.root, this.theme);
    zoom(this.root, data.zoom);
    const reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.loop = new Loop(() => this.draw(), {
      calm: () => reduced.matches,
      visible: () => this.visible?.now() ?? true,
    });
    this.rest = new Rest((value) => this.python.setStateValue("rest", value));
    this.visible = watchVisible(this.root, () => this.sight());
    this.server = new ServerLink({
      onMessage: (message) => this.take(message),
      onLink: (link) => this.linked(link),
      sendOp: (op) => this.python.setTriggerValue("op", op),
    });
    this.sizes = new ResizeObserver((entries) => this.resized(entries[entries.length - 1].contentRect.width));
    this.sizes.observe(this.stage);
    this.stopKeys = listen(this.root, keyActions(this));
    this.clock = setInterval(() => this.everySecond(), 1000);
    this.host.show(this.panel);
    this.server.open(data);
  }

  /**
   * A rerun of the page: new words, theme or way to the server.
   * @param {Data} data
   * @param {Python} python
   */
  update(data, python) {
    this.python = python;
    const former = this.data;
    this.data = data;
    if (JSON.stringify([data.strings, data.labels]) !== JSON.stringify([former.strings, former.labels])) this.reword();
    this.theme = readTheme(this.parent);
    applyTheme(this.root, this.theme);
    zoom(this.root, data.zoom);
    if (data.show && data.show.n !== this.shown) this.show(data.show);
    this.server.open(this.link === "fallback" ? { ...data, transport: "rerun" } : data);
    this.loop.mark(true);
  }

  /** The same run in another language: what was measured, the cursor and each panel's switches stay. */
  reword() {
    const { memories } = this.host;
    this.host.close();
    this.t = translator({ ...this.data.strings, ...this.data.labels });
    const parts = buildParts(this);
    Object.assign(this, parts);
    this.root.replaceChildren(...inOrder(parts));
    this.sizes.disconnect();
    this.sizes.observe(this.stage);
    this.host.memories = memories;
    this.host.show(this.panel);
  }

  /** Let the page decide once what is seen. @param {Show} show */
  show({ panel, step, n }) {
    this.shown = n;
    this.wantedStep = step;
    if (panel && panelsFor(this.store.hello).includes(panel)) this.open(panel);
    this.seekWanted();
  }

  /** Go to the step that the page wants, as soon as its frames are here: the status comes after them. */
  seekWanted() {
    if (this.wantedStep === undefined || !this.store.status) return;
    this.seek(this.wantedStep);
    this.wantedStep = undefined;
  }

  /** @param {import("./wire.js").Message} message */
  take(message) {
    const kind = this.store.take(message);
    if (kind === HELLO && !panelsFor(this.store.hello).includes(this.panel)) this.open(PANELS[0]);
    if (kind === HELLO) this.choice.follow(this.store.hello);
    if (kind === STATUS) this.seekWanted();
    if (kind !== FRAME || this.store.cursor === null) this.attributes();
    this.loop.mark(kind === HELLO);
  }

  /** @param {string} link */
  linked(link) {
    this.link = link;
    if (link === "fallback" && this.data.transport !== "rerun") this.python.setStateValue("transport", "rerun");
    if (link === "open") this.sight();
    this.loop.mark(true);
  }

  /** Tell the server whether anybody looks, and at what. */
  sight() {
    const seen = this.visible?.now() ?? true;
    this.op(seen ? { op: "visible", panel: this.panel } : { op: "hidden" });
    if (seen) this.loop.mark();
  }

  /** @param {Record<string, unknown>} op */
  op(op) {
    if (["train", "step", "reset"].includes(String(op.op))) this.store.seek(null);
    this.server.send(op);
    this.loop.mark(true);
  }

  /** The main button, and the space bar. */
  toggle() {
    this.op({ op: mainAction(this.store) === "pause" ? "pause" : "train" });
  }

  /** @param {number | null} step */
  seek(step) {
    this.store.seek(step);
    this.loop.mark(true);
  }

  /** @param {number} frames */
  move(frames) {
    const step = this.store.frames[this.store.index]?.step;
    if (step !== undefined) this.seek(stepAway(this.store.frames, step, frames));
  }

  /** @param {string} id */
  open(id) {
    if (id === this.panel) return;
    this.panel = id;
    put(this.stage, "aria-label", this.t(`tabs.${id}`));
    this.host.show(id);
    this.sight();
    this.loop.mark(true);
  }

  /** Whether the view has the whole screen. @returns {boolean} */
  get enlarged() {
    return Boolean(/** @type {any} */ (this.root.getRootNode()).fullscreenElement);
  }

  /** The whole screen for this view, and back. */
  enlarge() {
    if (this.enlarged) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => {});
  }

  /**
   * One way out at a time: the panel's own enlargement, the full screen, the past.
   * @returns {boolean} whether there was one
   */
  back() {
    if (this.host.mounted?.back?.()) return true;
    const away = this.enlarged || this.store.cursor !== null;
    if (this.enlarged) this.enlarge();
    else this.seek(null);
    return away;
  }

  /** @param {number} width */
  resized(width) {
    const whole = Math.floor(width);
    if (whole === this.width) return;
    this.width = whole;
    this.loop.mark(true);
  }

  /** @returns {import("./panel.js").View} */
  view() {
    const { store, theme, width, enlarged, choice } = this;
    const arms = describeArms(store.hello, this.t, theme);
    return {
      ...store.picture,
      arms,
      layers: choice.layers,
      picked: choice.picked,
      theme,
      width,
      narrow: width < NARROW,
      enlarged,
    };
  }

  draw() {
    const view = this.view();
    const { lastStep, received } = this.store;
    const fresh = received !== this.lastReceived && view.following;
    this.lastReceived = received;
    if (fresh) {
      this.painted++;
      this.rate.add(performance.now());
    }
    this.toolbar.draw(view, { link: this.link, fps: this.rate.at(performance.now()), lastStep });
    this.trouble.update(troubles(view.status, this.link, view.arms, this.t));
    this.tabs.update(panelsFor(view.hello), this.panel);
    this.waiting.hidden = Boolean(view.hello);
    if (this.width && view.hello) {
      this.overview.draw(view, this.panel, this.host.mounted?.one?.());
      this.host.draw({ ...view, taken: view.enlarged ? this.overview.root.offsetHeight : 0 });
    }
    this.attributes(view.step);
    const status = view.status?.status ?? "idle";
    this.rest.update(
      RESTING.includes(status) || (view.hello?.source === "recorded" && status !== "running"),
      this.panel,
      view.step,
      this.store.generation,
    );
  }

  /** What tests and style sheets read. @param {number} [step] */
  attributes(step = this.store.picture.step) {
    const { hello, status } = this.store;
    put(this.root, "data-status", status?.status ?? "idle");
    put(this.root, "data-step", String(step));
    put(this.root, "data-frames", String(this.painted));
    put(this.root, "data-source", hello?.source ?? "");
    put(this.root, "data-panel", this.panel);
    put(this.root, "data-link", this.link);
  }

  everySecond() {
    if (!this.root.isConnected) {
      this.end();
      return;
    }
    put(this.root, "data-fps", this.rate.at(performance.now()).toFixed(1));
    if (this.store.hello && this.visible.now()) {
      const words = summarize(this.view(), this.panel, this.t);
      say(this.words, words);
      put(this.words, "aria-label", words);
    }
  }

  /** Take everything down; safe to call twice. */
  end() {
    if (this.ended) return;
    this.ended = true;
    this.server.close();
    this.loop.end();
    this.rest.end();
    this.visible.end();
    this.sizes.disconnect();
    this.stopKeys();
    clearInterval(this.clock);
    this.host.close();
    this.root.remove();
  }
}
