/** The row of controls above the panels. */
import { sourceBadge, twinsBadge } from "./badges.js";
import { dropdown, el, put, say } from "./dom.js";
import { whole } from "./format.js";
import { Scrub } from "./scrub.js";

/** Steps per second one may choose; 0 is as fast as it goes. */
export const SPEEDS = [0, 100, 20, 5];

const MOVING = ["running", "queued"];
const ENDED = ["done", "diverged", "failed"];

/**
 * What the main button does now; to train what has ended, the server starts it again from the same seed.
 * @param {{status: import("./panel.js").Status | null, hello: import("./panel.js").Hello | null}} now
 * @returns {"pause" | "restart" | "train"}
 */
export function mainAction({ status, hello }) {
  const name = status?.status ?? "idle";
  if (MOVING.includes(name)) return "pause";
  return ENDED.includes(name) && hello?.source !== "recorded" ? "restart" : "train";
}

const ICONS = { train: "▶", pause: "❚❚", restart: "↺", reset: "↺", live: "⇥" };

/**
 * A button with an icon that screen readers skip.
 * @param {string} icon
 * @param {string} words
 * @param {Record<string, any>} attributes
 */
function button(icon, words, attributes) {
  const label = el("span", { class: "button-words" }, words);
  const sign = el("span", { class: "icon", "aria-hidden": "true" }, icon);
  return {
    root: /** @type {HTMLButtonElement} */ (
      el("button", { type: "button", class: "button", ...attributes }, ...(icon ? [sign] : []), label)
    ),
    sign,
    label,
  };
}

/** A badge whose explanation shows on hover and on focus. @param {string} name */
function badge(name) {
  const words = el("span", { class: "badge-words" });
  const tip = el("span", { class: "tip", role: "tooltip" });
  return {
    root: el("span", { class: `badge ${name}`, tabindex: "0", "data-testid": `live-badge-${name}` }, words, tip),
    words,
    tip,
  };
}

export class Toolbar {
  /**
   * @param
   *   {{t: (key: string, values?: any) => string, toggle: () => void, step: () => void, reset: () => void, newSeed: () => void,
   *     speed: (value: number) => void, seek: (step: number | null) => void, move: (frames: number) => void}} context
   */
  constructor(context) {
    const { t } = context;
    this.t = t;
    this.main = button(ICONS.train, t("toolbar.train"), {
      class: "button primary",
      onclick: context.toggle,
      "data-testid": "live-train",
    });
    this.one = button("", t("toolbar.step"), {
      onclick: context.step,
      title: t("toolbar.step_title"),
      "aria-label": t("toolbar.step_title"),
      "data-testid": "live-step",
    });
    const reset = button(ICONS.reset, t("toolbar.reset"), {
      onclick: context.reset,
      title: t("toolbar.reset_title"),
      "aria-label": t("toolbar.reset_title"),
      "data-testid": "live-reset",
    });
    const seed = button("", t("toolbar.new_seed"), {
      onclick: context.newSeed,
      title: t("toolbar.new_seed_title"),
      "aria-label": t("toolbar.new_seed_title"),
      "data-testid": "live-new-seed",
    });
    this.speed = dropdown({
      label: t("toolbar.speed"),
      hideLabel: true,
      options: SPEEDS.map((value) => ({
        value: String(value),
        label: value ? t("toolbar.speed_value", { steps: value }) : t("toolbar.speed_full"),
      })),
      value: "0",
      onChange: (value) => context.speed(Number(value)),
    });
    put(this.speed.select, "data-testid", "live-speed");
    this.scrub = new Scrub(context);
    this.live = button(ICONS.live, t("toolbar.live"), {
      class: "button small",
      onclick: () => context.seek(null),
      title: t("toolbar.live_title"),
      "aria-label": t("toolbar.live_title"),
      "data-testid": "live-follow",
    });
    this.counter = el("span", { class: "counter", "data-testid": "live-counter" });
    this.source = badge("source");
    this.twins = badge("twins");
    this.root = el(
      "div",
      { class: "toolbar", role: "group", "aria-label": t("toolbar.label") },
      el("div", { class: "tools" }, this.main.root, this.one.root, reset.root, seed.root, this.speed.root),
      this.scrub.root,
      el("div", { class: "readout" }, this.live.root, this.counter, this.source.root, this.twins.root),
    );
  }

  /**
   * @param {import("./panel.js").View} view
   * @param {{link: string, fps: number, lastStep: number}} state
   */
  draw(view, { link, fps, lastStep }) {
    const action = mainAction(view);
    say(this.main.sign, ICONS[action]);
    say(this.main.label, this.t(`toolbar.${action}`));
    put(this.main.root, "data-action", action);
    put(this.main.root, "aria-label", this.t(`toolbar.${action}_title`));
    put(this.main.root, "title", this.t(`toolbar.${action}_title`));
    this.one.root.disabled = action === "restart";
    const speed = String(view.status?.speed ?? 0);
    if (this.speed.select.value !== speed && SPEEDS.includes(Number(speed)) && !this.speed.select.matches(":focus"))
      this.speed.select.value = speed;
    say(
      this.counter,
      view.following
        ? this.t("toolbar.counter", { step: whole(view.step) })
        : this.t("toolbar.counter_of", { step: whole(view.step), last: whole(lastStep) }),
    );
    put(this.live.root, "data-off", String(view.following));
    this.live.root.disabled = view.following;
    this.badges(view, link, fps);
    this.scrub.draw(view, lastStep);
  }

  /**
   * @param {import("./panel.js").View} view
   * @param {string} link
   * @param {number} fps
   */
  badges(view, link, fps) {
    const source = sourceBadge(view.hello, view.status, link, fps, this.t);
    say(this.source.words, source.words);
    say(this.source.tip, source.title);
    put(this.source.root, "data-tone", source.tone);
    const twins = twinsBadge(view.status, view.arms.length, this.t);
    this.twins.root.hidden = !twins;
    if (!twins) return;
    say(this.twins.words, twins.words);
    say(this.twins.tip, twins.title);
    put(this.twins.root, "data-tone", twins.twins ? "yes" : "differ");
  }
}
