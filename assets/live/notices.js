/** The notices above the panels: what is wrong. What to press stands in the toolbar above them, once. */
/** @import { LinkState, Refusal, Status, Translate } from "./types" */

import { el, setAttr } from "./dom.js";
import { integer } from "./format.js";

/**
 * @typedef {object} Notice
 * @property {string} key
 * @property {"info" | "warning" | "error"} tone
 * @property {string} words
 */

/** Reasons for the slower route that have a sentence of their own. */
const REASONS = new Set(["origin", "viewers"]);

/**
 * @param {Status} status
 * @param {Array<{label: string}>} arms
 * @param {Translate} t
 * @returns {Notice[]}
 */
function divergences(status, arms, t) {
  return (status.diverged ?? []).map(({ arm, layer, step }) => {
    const other = arms.length > 1 && status.status === "running" ? ` ${t("trouble.others_go_on")}` : "";
    const values = { arm: arms[arm]?.label ?? arm + 1, layer: layerLabel(layer, t), step: integer(step) };
    const words = t("trouble.diverged", values) + other;
    return { key: `diverged-${arm}`, tone: "warning", words };
  });
}

/**
 * A layer's stable name in words: hidden3 is layer 3, head the last one.
 * @param {string} name
 * @param {Translate} t
 */
export function layerLabel(name, t) {
  const number = /^hidden(\d+)$/.exec(name);
  return number ? t("layers.hidden", { n: number[1] }) : name === "head" ? t("layers.head") : name;
}

/**
 * What is wrong now, gravest first.
 * @param {{status: Status | null, arms: {label: string}[], hello?: {source: string} | null}} view
 * @param {LinkState} link
 * @param {Translate} t
 * @param {{reason?: Refusal | undefined, lostStep?: number | null}} [way] why the socket is given up; the step of a run
 *   that the server has lost
 * @returns {Notice[]}
 */
export function noticesFor({ status, arms, hello = null }, link, t, { reason, lostStep = null } = {}) {
  /** @type {Notice[]} */
  const found = [];
  /** @type {(key: string, tone: Notice["tone"], words: string) => void} */
  const add = (key, tone, words) => found.push({ key, tone, words });
  if (link === "lost") add("lost", "warning", t("trouble.lost"));
  else if (link === "unknown") add("unknown", "warning", t("trouble.unknown"));
  else if (lostStep !== null && status?.message !== "kept")
    add(
      "renewed",
      "info",
      t(`trouble.${hello?.source === "recorded" ? "renewed_recorded" : "renewed"}`, { step: integer(lostStep) }),
    );
  if (link === "fallback")
    add("blocked", "info", t(REASONS.has(reason ?? "") ? `trouble.blocked_${reason}` : "trouble.blocked"));
  if (!status) return found;
  const { status: name, message } = status;
  const detail = status.detail ?? "";
  if (name === "queued") add("queued", "info", t("trouble.queued", { place: status.queue ?? "?" }));
  if (name === "failed" && !message) add("failed", "error", t("trouble.failed", { detail }));
  if (message) {
    const known = t(`trouble.${message}`, { detail });
    const words = known === `trouble.${message}` ? t("trouble.other", { message, detail }) : known;
    add(message, name === "failed" ? "error" : "info", words);
  }
  for (const note of status.notes ?? []) add(`note-${note}`, "info", t(`notes.${note}`));
  return [...found, ...divergences(status, arms, t)];
}

export class NoticeList {
  constructor() {
    this.shown = "";
    this.root = el("div", { class: "notices", role: "status", "aria-live": "polite", "data-testid": "live-trouble" });
  }

  /** @param {Notice[]} list */
  update(list) {
    const signature = JSON.stringify(list);
    if (signature === this.shown) return;
    this.shown = signature;
    const lines = list.map(({ key, tone, words }) =>
      el("div", { class: "notice", "data-tone": tone, "data-key": key }, words),
    );
    this.root.replaceChildren(...lines);
    setAttr(this.root, "data-count", String(list.length));
  }
}
