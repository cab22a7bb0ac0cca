/** The live view: puts its parts together and keeps them in step. */
/** @import { Hello, LinkState, Message, MountData, Op, PythonBridge, Refusal, ShowRequest, Theme, View } from "./types" */

import { describeView } from "./alt_text.js";
import { describeArms } from "./arms.js";
import { isTraining, SILENCE_MS } from "./badges.js";
import { setAttr, setText } from "./dom.js";
import { forgetZooms } from "./draw.js";
import { DrawLoop, PaintCounter } from "./draw_loop.js";
import { translator } from "./format.js";
import { FramePace } from "./frame_pace.js";
import { listenToKeys } from "./keyboard.js";
import { LayerChoice } from "./layer_choice.js";
import { Leaving } from "./leaving.js";
import { noticesFor } from "./notices.js";
import { PAUSED_STATUSES, PausedState } from "./paused_state.js";
import { keepInAddress, memoryOf, PlaceReport, placeIn } from "./place.js";
import { Renewal } from "./renewal.js";
import { Replay } from "./replay.js";
import { stepAfter } from "./scrubber.js";
import { ServerLink } from "./server_link.js";
import { Store } from "./store.js";
import { applyTheme, zoom } from "./style_sheet.js";
import { detailsOf, PANELS, panelsFor } from "./tabs.js";
import { termWords } from "./term_words.js";
import { TermTip } from "./terms.js";
import { readTheme } from "./theme.js";
import { mainAction } from "./toolbar.js";
import { buildParts, childrenInOrder, keyActions, makeRoot } from "./view_parts.js";
import { watchVisibility } from "./visibility.js";
import { FRAME, HELLO, STATUS } from "./wire.js";

/** Below this width, in CSS pixels, arms stack. */
export const NARROW = 640;

/** How long a view waits for its place in the page, ms. */
const EARLY_MS = 60_000;

/** How long a recording plays that names no pace of its own, s. */
const REPLAY_S = 12;

/** Commands that make another moment of the run the newest. */
const STEERING = ["train", "step", "reset"];

export class LiveView {
  /**
   * @param {Element | ShadowRoot} parent
   * @param {MountData} data
   * @param {PythonBridge} python
   */
  constructor(parent, data, python) {
    /** What the page gave; a rerun of the page renews it. */
    this.page = { parent, data, python };
    /** Whether it stands in the poster's place, before the page's script has run. */
    this.early = Boolean(data.early);
    this.madeAt = performance.now();
    /** What the page wants to be seen, until its frames are here. */
    this.wanted = { n: data.show?.n, step: data.show ? data.show.step : (data.place?.step ?? undefined) };
    this.store = new Store();
    this.layerChoice = new LayerChoice();
    this.panel = [data.show?.panel, data.panel].find((id) => PANELS.includes(id ?? "")) ?? PANELS[0];
    /** @type {LinkState} */
    this.linkState = "connecting";
    /** @type {Refusal | undefined} why the socket was given up */
    this.refusal = undefined;
    this.renewal = new Renewal();
    /** @type {string | null} token of a lost session, until the page knows the one that the server has opened for it */
    this.lostToken = null;
    this.width = 0;
    this.painted = new PaintCounter();
    this.pace = new FramePace((message) => this.take(message));
    this.lastMessageAt = performance.now();
    this.replay = new Replay({
      seek: (step) => {
        this.store.seek(step);
        this.loop.request();
      },
      visible: () => this.visibility.now(),
    });
    /** Whether the visitor has taken over: then nothing plays by itself. */
    this.takenOver = false;
    this.t = translator({ ...data.strings, ...data.labels });
    this.parts = buildParts(this);
    this.root = makeRoot(data, this.parts);
    this.termTip = new TermTip(this.root, (term) => termWords(term, this.view(), this.t));
    this.root.append(this.termTip.node);
    parent.append(this.root);
    this.writeAttributes();
    this.theme = this.applyPage();
    this.visibility = watchVisibility(this.root, () => this.reportVisibility());
    this.reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
    this.loop = new DrawLoop(() => this.draw(), {
      reducedMotion: () => this.reducedMotion.matches && !this.replay.playing,
      visible: () => this.visibility.now(),
    });
    this.leaving = new Leaving();
    const mustWait = () => this.early || this.lostToken !== null || this.leaving.now();
    this.pausedState = new PausedState((value) => this.page.python.setStateValue("rest", value), mustWait);
    this.server = new ServerLink({
      onMessage: (message) => this.receive(message),
      onLink: (link, reason) => this.onLinkChange(link, reason),
      onSession: (session) => this.return(session),
      sendOp: (op) => this.page.python.setTriggerValue("op", op),
    });
    this.resizeObserver = new ResizeObserver((entries) => this.onResize(entries));
    this.observeSizes();
    this.stopKeys = listenToKeys(this.root, keyActions(this), !data.embedded);
    this.timer = setInterval(() => this.everySecond(), 1000);
    this.ended = false;
    this.announced = false;
    /** The panel whose picture is there, and the details that the server was asked for. */
    this.drawn = "";
    /** @type {string | null} */
    this.asked = null;
    this.place = new PlaceReport((op) => this.server.send(op));
    this.parts.host.memories.set(this.panel, memoryOf(data.place));
    this.parts.host.show(this.panel);
    this.server.open({ ...data, details: detailsOf(this.panel) });
    keepInAddress(data.handle);
  }

  /** From the poster's place to that which the page has for it, with picture and socket. @param {Element | ShadowRoot} parent */
  moveTo(parent) {
    if (this.ended) return;
    this.page.parent = parent;
    parent.append(this.root);
    this.early = this.announced = false;
    this.applyPage();
    // What an earlier place told went nowhere.
    if (this.linkState === "fallback") this.page.python.setStateValue("transport", "rerun");
    this.loop.request(true);
  }

  /** Read the theme of the page and follow it. @returns {Theme} */
  applyPage() {
    this.theme = readTheme(this.page.parent);
    applyTheme(this.root, this.theme);
    zoom(this.root, this.page.data.zoom);
    forgetZooms();
    setAttr(this.root, "data-bare", String(Boolean(this.page.data.bare)));
    return this.theme;
  }

  /**
   * A rerun of the page: new words, theme or way to the server.
   * @param {MountData} given
   * @param {PythonBridge} python
   */
  update(given, python) {
    const former = this.page.data;
    const data = this.known(given);
    this.page = { ...this.page, data, python };
    if (JSON.stringify([data.strings, data.labels]) !== JSON.stringify([former.strings, former.labels]))
      this.changeLanguage();
    this.applyPage();
    if (data.show && data.show.n !== this.wanted.n) this.show(data.show);
    // The page may find the server before the view's own socket does, and comes with another session unasked.
    if (data.token !== former.token) this.renewal.lose(this.trainedStep());
    const details = detailsOf(this.panel);
    this.server.open({ ...data, details, transport: this.transportFor(data) });
    this.loop.request(true);
  }

  /**
   * The server does not know the session any more, and has opened one for the page's address. The page's script, whose
   * state is lost with it, takes that over at its next run.
   * @param {{token: string, handle: string}} session
   */
  return({ token, handle }) {
    const { data } = this.page;
    this.lostToken ??= data.token;
    this.page.data = { ...data, token, handle };
    keepInAddress(handle);
    this.renewal.lose(this.trainedStep());
  }

  /** What the page gives; it may not have heard yet that its session was lost. @param {MountData} data @returns {MountData} */
  known(data) {
    if (this.lostToken === null) return data;
    if (data.token === this.lostToken) {
      const { token, handle } = this.page.data;
      return { ...data, token, ...(handle ? { handle } : {}) };
    }
    this.lostToken = null;
    this.renewal.end();
    return data;
  }

  /** The route that is open, of which the page may not have heard yet. @param {MountData} data */
  transportFor({ transport }) {
    if (this.linkState === "fallback") return "rerun";
    return this.linkState === "open" && transport === "rerun" ? "socket" : transport;
  }

  /** The same run in another language: what was measured, the cursor and each panel's switches are kept. */
  changeLanguage() {
    const { strings, labels } = this.page.data;
    const { host } = this.parts;
    host.close();
    this.t = translator({ ...strings, ...labels });
    this.parts = buildParts(this);
    this.root.replaceChildren(...childrenInOrder(this.parts), this.termTip.node);
    this.observeSizes();
    this.parts.host.memories = host.memories;
    this.parts.host.show(this.panel);
  }

  /** Ids of the panels that have something to show here. */
  panels() {
    const { hello, surfaces } = this.store;
    return panelsFor(hello, { readOnly: this.page.data.readOnly, surfaces: surfaces.length });
  }

  /** Let the page decide once what is seen. @param {ShowRequest} show */
  show({ panel, step, n }) {
    this.wanted = { n, step };
    if (panel && this.panels().includes(panel)) this.open(panel);
    this.seekWanted();
  }

  /** Go to the step that the page wants, as soon as its frames are here: the status comes after them. */
  seekWanted() {
    if (this.wanted.step === undefined || !this.store.status) return;
    this.seek(this.wanted.step);
    this.wanted.step = undefined;
  }

  /** @param {Message} message */
  receive(message) {
    this.lastMessageAt = performance.now();
    if (message.kind === FRAME) this.pace.offer(message, this.isFrameUnpainted());
    else {
      this.pace.flush();
      this.take(message);
    }
  }

  /** Whether a newer frame than the one on screen will be painted at the next animation frame. */
  isFrameUnpainted() {
    const follows = this.store.cursor === null && isTraining(this.store.status) && !this.reducedMotion.matches;
    return follows && this.loop.pending !== 0 && this.store.received !== this.painted.received;
  }

  /** @param {Message} message */
  take(message) {
    const former = this.store.status?.status;
    const kind = this.store.receive(message);
    if (kind === HELLO && !panelsFor(this.store.hello).includes(this.panel)) this.open(PANELS[0]);
    if (kind === HELLO) this.layerChoice.reset(this.store.hello);
    if (kind === HELLO && this.store.generation === 1) this.showLinkedLayer();
    this.parts.toast.receive(kind, this.store);
    if (kind === HELLO) this.replay.stop();
    if (kind === STATUS && isTraining(this.store.status)) this.renewal.forget();
    // The page's script waits until there is something to be seen: with it, the server has no time for the view.
    if (kind === STATUS && this.lostToken !== null) this.renewal.begin(null);
    if (kind === STATUS) this.playRecording();
    if (kind === STATUS) this.seekWanted();
    if (kind !== FRAME || this.store.cursor === null) this.writeAttributes();
    // Beside the frames of a run come as many numbers and boundaries again: they are drawn with the next frame.
    const isBeside = kind !== FRAME && kind !== HELLO && former === "running" && this.store.status?.status === former;
    if (isBeside) this.loop.requestSoon();
    else this.loop.request(kind === HELLO);
  }

  /** The layer that the link names is among those drawn. */
  showLinkedLayer() {
    const layer = this.page.data.place?.layer;
    if (layer && this.layerChoice.isNeeded) this.layerChoice.show(layer - 1);
  }

  /** Play a recording by itself where the page asks for it; never for visitors who asked for less motion. */
  playRecording() {
    const { loop } = this.page.data;
    const isAsked = loop && !this.takenOver && !this.reducedMotion.matches && this.wanted.step === undefined;
    if (!isAsked || this.replay.playing || this.store.hello?.source !== "recorded") return;
    this.replay.start({ until: Math.min(loop.until, this.store.lastStep), stepsPerS: loop.steps_per_s });
  }

  /** Play the recording from the step shown, or hold it there. */
  toggleReplay() {
    if (this.replay.playing) this.takeOver();
    else {
      const until = this.store.lastStep;
      const stepsPerS = this.page.data.loop?.steps_per_s ?? Math.max(1, until / REPLAY_S);
      this.replay.start({ until, stepsPerS, from: this.store.snapshot.step });
    }
    this.loop.request(true);
  }

  /** The visitor decides from here on which step is shown. */
  takeOver() {
    this.takenOver = true;
    this.replay.stop();
  }

  /** The step of the run that is shown; null for a recording, and where no step was made. @returns {number | null} */
  trainedStep() {
    const { hello, status } = this.store;
    return hello?.source === "live" && status?.step ? status.step : null;
  }

  /** @param {LinkState} link @param {Refusal} [reason] */
  onLinkChange(link, reason) {
    this.linkState = link;
    if (link === "unknown") this.renewal.begin(this.trainedStep());
    else if ((link === "open" && this.lostToken === null) || link === "fallback") this.renewal.end();
    if (reason) this.refusal = reason;
    const { transport } = this.page.data;
    if (link === "fallback" && transport !== "rerun") this.page.python.setStateValue("transport", "rerun");
    if (link === "open" && transport === "rerun") this.page.python.setStateValue("transport", "socket");
    if (link === "open") {
      this.reportVisibility();
      this.place.repeat();
    }
    this.loop.request(true);
  }

  /** Tell the server whether the view is visible, and which panel it shows. */
  reportVisibility() {
    const seen = this.visibility.now();
    this.send(seen ? { op: "visible", panel: this.panel } : { op: "hidden" });
    this.asked = null;
    this.askForDetails();
    if (seen) this.loop.request();
  }

  /** @param {Op} op */
  send(op) {
    if (this.page.data.readOnly && STEERING.includes(op.op)) return;
    if (STEERING.includes(op.op)) {
      this.takeOver();
      this.store.seek(null);
    }
    this.server.send(op);
    this.loop.request(true);
  }

  /** The main button, and the space bar. A run that follows the loop goes on at its pace. */
  toggle() {
    const { loop, readOnly } = this.page.data;
    if (readOnly) {
      if (!isTraining(this.store.status)) this.toggleReplay();
      return;
    }
    if (loop && this.store.hello?.source === "recorded")
      this.server.send({ op: "speed", steps_per_s: loop.steps_per_s });
    this.send({ op: mainAction(this.store) === "pause" ? "pause" : "train" });
  }

  /** @param {number | null} step */
  seek(step) {
    this.takeOver();
    this.store.seek(step);
    this.loop.request(true);
  }

  /** @param {number} frames */
  move(frames) {
    const step = this.store.frames[this.store.index]?.step;
    if (step !== undefined) this.seek(stepAfter(this.store.frames, step, frames));
  }

  /** @param {string} id */
  open(id) {
    if (id === this.panel) return;
    this.panel = id;
    setAttr(this.parts.panelRoot, "aria-label", this.t(`tabs.${id}`));
    this.parts.host.show(id);
    this.reportVisibility();
    this.loop.request(true);
  }

  /**
   * Arrow keys move the crosshair while the panel itself has the focus of the keyboard; a click does not give it that.
   * @param {KeyboardEvent} event
   */
  probeKey(event) {
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    });
    const { panelRoot, host, crosshair } = this.parts;
    const move = moves[event.key];
    if (!move || event.target !== panelRoot || !panelRoot.matches(":focus-visible")) return;
    if (host.mounted?.probe) host.mounted.probe(...move);
    else if (!crosshair.move(...move)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Whether the view has the whole screen. @returns {boolean} */
  get enlarged() {
    return Boolean(/** @type {Document | ShadowRoot} */ (this.root.getRootNode()).fullscreenElement);
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
    if (this.parts.host.mounted?.back?.() || this.parts.crosshair.clear()) return true;
    const away = this.enlarged || this.store.cursor !== null;
    if (this.enlarged) this.enlarge();
    else this.seek(null);
    return away;
  }

  /** Follow the widths of the panel and of the timeline, which are made again with the words. */
  observeSizes() {
    this.resizeObserver.disconnect();
    this.resizeObserver.observe(this.parts.panelRoot);
    this.resizeObserver.observe(this.parts.toolbar.scrubber.root);
  }

  /** @param {ResizeObserverEntry[]} entries */
  onResize(entries) {
    const { panelRoot, toolbar } = this.parts;
    const former = [this.width, toolbar.scrubber.width];
    for (const { target, contentRect } of entries) {
      if (target === panelRoot) this.width = Math.floor(contentRect.width);
      else toolbar.scrubber.measure();
    }
    if (this.width !== former[0] || toolbar.scrubber.width !== former[1]) this.loop.request(true);
  }

  /** @returns {View} */
  view() {
    const { store, theme, width, enlarged, layerChoice } = this;
    const arms = describeArms(store.hello, this.t, theme);
    const { layers, picked } = layerChoice;
    const former = store.former && {
      arms: describeArms(/** @type {Hello} */ ({ arms: store.former.arms }), this.t, theme),
      curves: store.former.curves,
    };
    const given = { former, arms, layers, picked, theme, width, narrow: width < NARROW, enlarged };
    const details = this.detailsFor({ ...store.snapshot, ...given });
    return { ...store.snapshotWith(details), ...given, details };
  }

  /** What the panel draws of frames; one that shows a layer alone needs no other one's. @param {View} view */
  detailsFor(view) {
    return detailsOf(this.panel, view.hello ? this.parts.host.mounted?.layerOf?.(view) : undefined);
  }

  /** Ask the server for what the panel draws, where it has come to draw something else; once it is there to tell. */
  askForDetails() {
    const { details = [] } = this.view();
    if (details.join() === this.asked || !this.parts.host.mounted) return;
    if (this.server.send({ op: "details", names: details })) this.asked = details.join();
  }

  /**
   * Whether the frames that the panel draws are on their way: a layer was chosen that was not sent before. Until they
   * come, the former picture is kept. @param {View} view
   */
  isComing({ frame }) {
    return !frame && this.linkState === "open" && this.store.frames.length > 0 && this.drawn === this.panel;
  }

  draw() {
    if (!this.isHidden()) this.paint();
    this.pace.flush();
  }

  /** Whether the poster's place does not show it yet: what is drawn before all is there delays what will be seen. */
  isHidden() {
    const { frame } = this.store.snapshot;
    return this.early && !this.announced && !(frame && this.store.status);
  }

  paint() {
    const view = this.view();
    const { captionLine, toolbar, notices, tabs, waiting, overview, host } = this.parts;
    const replaying = this.replay.playing;
    const { lastStep, received } = this.store;
    this.painted.count(received, view.following || replaying);
    const silence = performance.now() - this.lastMessageAt;
    const readOnly = Boolean(this.page.data.readOnly);
    toolbar.draw(view, { link: this.linkState, fps: this.painted.perSecond, lastStep, silence, replaying, readOnly });
    captionLine.draw(view, replaying || view.status?.status === "running");
    const way = { reason: this.refusal, lostStep: this.renewal.lostStep };
    notices.update(noticesFor(view, this.linkState, this.t, way));
    tabs.update(this.panels(), this.panel);
    tabs.enlarge.hidden = replaying;
    this.parts.terms.update(this.panel, view);
    waiting.hidden = Boolean(view.hello);
    setText(waiting, this.t(view.status?.status === "failed" ? "panel.not_begun" : "panel.waiting"));
    if (this.width && view.hello) {
      overview.draw(view, this.panel, host.mounted?.showsOneLayer?.());
      if (!this.isComing(view)) host.draw({ ...view, heightAbove: view.enlarged ? overview.root.offsetHeight : 0 });
      if (view.frame && host.mounted) this.drawn = this.panel;
      this.askForDetails();
      this.parts.crosshair.draw(view.theme);
      this.termTip.again();
      // Before Streamlit runs, all that a new viewer is sent comes first: its scripts would hold up the rest.
      if (!this.early || (view.frame && view.status)) this.announce();
    }
    this.writeAttributes(view.step);
    const status = view.status?.status ?? "idle";
    const isRecording = view.hello?.source === "recorded" && status !== "running" && !replaying;
    const isPaused = PAUSED_STATUSES.includes(status) || isRecording;
    const state = { panel: this.panel, step: view.step, run: this.store.generation };
    this.pausedState.update(isPaused ? state : null);
    const chosen = view.following || replaying ? null : view.step;
    const seen = placeIn(host.memories.get(this.panel) ?? {});
    this.place.update({ panel: this.panel, ...seen, step: chosen, shown: this.wanted.n ?? null });
  }

  /** The picture is there: the page's poster goes (assets/page/page.js). */
  announce() {
    if (this.announced) return;
    this.announced = true;
    window.dispatchEvent(new CustomEvent(this.early ? "bnviz:early-frame" : "bnviz:first-frame"));
  }

  /** What tests and style sheets read. @param {number} [step] */
  writeAttributes(step = this.store.snapshot.step) {
    const { hello, status } = this.store;
    setAttr(this.root, "data-status", status?.status ?? "idle");
    setAttr(this.root, "data-arrived", String(Boolean(status)));
    setAttr(this.root, "data-step", String(step));
    setAttr(this.root, "data-frames", String(this.painted.total));
    setAttr(this.root, "data-source", hello?.source ?? "");
    setAttr(this.root, "data-panel", this.panel);
    setAttr(this.root, "data-link", this.linkState);
    setAttr(this.root, "data-claimed", String(this.lostToken === null));
    setAttr(this.root, "data-replay", String(this.replay.playing));
  }

  everySecond() {
    if (!this.root.isConnected) {
      // The poster's place may be gone before the page has one for the view.
      const isAwaited = this.early && performance.now() - this.madeAt < EARLY_MS;
      if (!this.page.data.embedded && !isAwaited) this.end();
      return;
    }
    keepInAddress(this.page.data.handle);
    setAttr(this.root, "data-fps", this.painted.perSecond.toFixed(1));
    const isSilent = performance.now() - this.lastMessageAt > SILENCE_MS;
    if (isSilent && isTraining(this.store.status)) this.loop.request(true);
    if (this.store.hello && this.visibility.now()) {
      const words = describeView(this.view(), this.panel, this.t);
      setText(this.parts.altText, words);
      setAttr(this.parts.altText, "aria-label", words);
    }
  }

  /** Take everything down; safe to call twice. */
  end() {
    if (this.ended) return;
    this.ended = true;
    this.server.close();
    this.renewal.end();
    this.replay.stop();
    this.loop.end();
    this.pausedState.end();
    this.leaving.end();
    this.place.end();
    this.visibility.end();
    this.resizeObserver.disconnect();
    this.stopKeys();
    clearInterval(this.timer);
    this.parts.host.close();
    this.root.remove();
  }
}
