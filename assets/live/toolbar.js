/** The row of controls above the panels. */
/** @import { Hello, LinkState, Status, Translate, View } from "./types" */

import { isTraining, sourceBadge, twinsBadge } from "./badges.js";
import { dropdown, el, setAttr, setText } from "./dom.js";
import { integer } from "./format.js";
import { Scrubber } from "./scrubber.js";

/** Steps per second one may choose; 0 is as fast as it goes. */
export const SPEEDS = [0, 100, 20, 5];

const MOVING = ["running", "queued"];
const ENDED = ["done", "diverged", "failed"];

/**
 * What the main button does now; to train what has ended, the server starts it again from the same seed.
 * @param {{status: Status | null, hello: Hello | null}} now
 * @returns {"pause" | "restart" | "train"}
 */
export function mainAction({ status, hello }) {
  const name = status?.status ?? "idle";
  if (MOVING.includes(name)) return "pause";
  return ENDED.includes(name) && hello?.source !== "recorded" ? "restart" : "train";
}

const ICONS = { train: "▶", pause: "❚❚", restart: "↺", reset: "↺", live: "⇥", replay: "▷" };

/**
 * A button with an icon that screen readers skip.
 * @param {string} icon
 * @param {string} words
 * @param {Record<string, unknown>} attributes
 */
function iconButton(icon, words, attributes) {
  const label = el("span", { class: "button-words" }, words);
  const sign = el("span", { class: "icon", "aria-hidden": "true" }, icon);
  const children = icon ? [sign, label] : [label];
  return { root: el("button", { type: "button", class: "button", ...attributes }, ...children), sign, label };
}

/** A badge whose explanation shows on hover. @param {string} name */
function badge(name) {
  const words = el("span", { class: "badge-words" });
  const tip = el("span", { class: "tip", role: "tooltip" });
  const attributes = { class: `badge ${name}`, "data-testid": `live-badge-${name}` };
  return { root: el("span", attributes, words, tip), words, tip };
}

/**
 * @typedef {object} ToolbarActions
 * @property {Translate} t
 * @property {() => void} toggle
 * @property {() => void} step
 * @property {() => void} reset
 * @property {() => void} replay
 * @property {() => void} newSeed
 * @property {(stepsPerSecond: number) => void} speed
 * @property {(step: number | null) => void} seek
 * @property {(frames: number) => void} move
 */

export class Toolbar {
  /** @param {ToolbarActions} actions */
  constructor(actions) {
    const { t } = actions;
    this.t = t;
    /** @type {(key: string, onclick: () => void, more: Record<string, unknown>, icon?: string) => ReturnType<typeof iconButton>} */
    const tool = (key, onclick, more, icon = "") => {
      const title = t(`toolbar.${key}_title`);
      return iconButton(icon, t(`toolbar.${key}`), { title, "aria-label": title, onclick, ...more });
    };
    const main = { class: "button primary", onclick: actions.toggle, "data-testid": "live-train" };
    const follow = { class: "button small", "data-testid": "live-follow" };
    this.main = iconButton(ICONS.train, t("toolbar.train"), main);
    this.step = tool("step", actions.step, { "data-testid": "live-step" });
    this.reset = tool("reset", actions.reset, { "data-testid": "live-reset" }, ICONS.reset);
    this.seed = tool("new_seed", actions.newSeed, { "data-testid": "live-new-seed" });
    this.speed = dropdown({
      label: t("toolbar.speed"),
      hideLabel: true,
      options: SPEEDS.map((value) => ({
        value: String(value),
        label: value ? t("toolbar.speed_value", { steps: value }) : t("toolbar.speed_full"),
      })),
      value: "0",
      onChange: (value) => actions.speed(Number(value)),
    });
    setAttr(this.speed.select, "data-testid", "live-speed");
    this.replay = tool("replay", actions.replay, { "data-testid": "live-replay" }, ICONS.replay);
    this.scrubber = new Scrubber(actions);
    this.follow = tool("live", () => actions.seek(null), follow, ICONS.live);
    this.counter = el("span", { class: "counter", "data-testid": "live-counter" });
    this.source = badge("source");
    this.twins = badge("twins");
    /** One stop of the Tab key, where both explanations show. */
    this.badges = el("span", { class: "badges", tabindex: "0", role: "group" }, this.source.root, this.twins.root);
    const tools = [this.main.root, this.step.root, this.reset.root, this.seed.root, this.speed.root];
    this.tools = el("div", { class: "tools" }, ...tools);
    this.root = el(
      "div",
      { class: "toolbar", role: "group", "aria-label": t("toolbar.label") },
      this.tools,
      el("div", { class: "strip" }, this.replay.root, this.scrubber.root),
      el("div", { class: "readout" }, this.follow.root, this.counter, this.badges),
    );
  }

  /**
   * @param {View} view
   * @param {{link: LinkState, fps: number, lastStep: number, silence: number, replaying: boolean, readOnly?: boolean}} state
   */
  draw(view, { link, fps, lastStep, silence, replaying, readOnly = false }) {
    const action = mainAction(view);
    setText(this.main.sign, ICONS[action]);
    setText(this.main.label, this.t(`toolbar.${action}`));
    setAttr(this.main.root, "data-action", action);
    setAttr(this.main.root, "aria-label", this.t(`toolbar.${action}_title`));
    setAttr(this.main.root, "title", this.t(`toolbar.${action}_title`));
    this.step.root.disabled = action === "restart";
    const speed = String(view.status?.speed ?? 0);
    if (this.speed.select.value !== speed && SPEEDS.includes(Number(speed)) && !this.speed.select.matches(":focus"))
      this.speed.select.value = speed;
    const at = { step: integer(view.step), last: integer(lastStep) };
    const atEnd = view.following && !replaying;
    setText(this.counter, this.t(atEnd ? "toolbar.counter" : "toolbar.counter_of", at));
    setAttr(this.follow.root, "data-off", String(view.following || replaying));
    this.follow.root.disabled = view.following || replaying;
    this.drawReplay(view, replaying, readOnly);
    this.updateBadges(view, { link, fps, silence, readOnly });
    this.scrubber.draw(view, lastStep);
  }

  /** Point at the main button once. */
  pulse() {
    const { root } = this.main;
    setAttr(root, "data-pulse", "true");
    root.addEventListener("animationend", () => setAttr(root, "data-pulse", null), { once: true });
  }

  /**
   * The button that plays a recording, or holds it.
   * @param {View} view
   * @param {boolean} replaying
   * @param {boolean} readOnly
   */
  drawReplay({ hello, status }, replaying, readOnly) {
    const key = replaying ? "hold" : "replay";
    const isRecorded = hello?.source === "recorded";
    const plays = isRecorded || (readOnly && Boolean(hello) && !isTraining(status));
    this.replay.root.hidden = !plays;
    // What steers a run has nothing to steer yet.
    setAttr(this.root, "data-recorded", String(isRecorded || readOnly));
    this.tools.hidden = readOnly;
    for (const { root } of [this.step, this.reset, this.seed, this.speed]) root.hidden = isRecorded;
    setText(this.replay.sign, replaying ? ICONS.pause : ICONS.replay);
    setText(this.replay.label, this.t(`toolbar.${key}`));
    setAttr(this.replay.root, "aria-label", this.t(`toolbar.${key}_title`));
    setAttr(this.replay.root, "title", this.t(`toolbar.${key}_title`));
  }

  /**
   * @param {View} view
   * @param {{link: LinkState, fps: number, silence: number, readOnly: boolean}} now
   */
  updateBadges(view, now) {
    const source = sourceBadge(view, { ...now, t: this.t });
    setText(this.source.words, source.words);
    setText(this.source.tip, source.title);
    setAttr(this.badges, "aria-label", [source.words, source.title].filter(Boolean).join(". "));
    setAttr(this.source.root, "data-tone", source.tone);
    const twins = twinsBadge(view, this.t);
    this.twins.root.hidden = !twins;
    if (!twins) return;
    setText(this.twins.words, twins.words);
    setText(this.twins.tip, twins.title);
    setAttr(this.twins.root, "data-tone", twins.twins ? "yes" : "differ");
  }
}
