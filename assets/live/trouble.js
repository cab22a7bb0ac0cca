/** The line of trouble above the panels: what is wrong, and what to press. */
import { el, put, say } from "./dom.js";
import { whole } from "./format.js";

/**
 * @typedef {import("./panel.js").Status} Status
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Words
 * @typedef {{key: string, tone: "info" | "warning" | "error", words: string, action: "restart" | "train" | null}}
 *   Trouble
 */

/** What to press after a message, by status: training that has ended starts again, paused training goes on. */
const NEXT = /** @type {Record<string, "restart" | "train">} */ ({
  failed: "restart",
  done: "restart",
  paused: "train",
});

/**
 * @param {Status} status
 * @param {Array<{label: string}>} arms
 * @param {Words} t
 * @returns {Trouble[]}
 */
function divergences(status, arms, t) {
  return (status.diverged ?? []).map(({ arm, layer, step }) => {
    const other = arms.length > 1 && status.status === "running" ? ` ${t("trouble.others_go_on")}` : "";
    const place = layerWords(layer, t);
    const words = t("trouble.diverged", { arm: arms[arm]?.label ?? arm + 1, layer: place, step: whole(step) }) + other;
    return { key: `diverged-${arm}`, tone: "warning", words, action: status.status === "diverged" ? "restart" : null };
  });
}

/**
 * A layer's stable name in words: hidden3 is layer 3, head the last one.
 * @param {string} name
 * @param {Words} t
 */
export function layerWords(name, t) {
  const number = /^hidden(\d+)$/.exec(name);
  return number ? t("layers.hidden", { n: number[1] }) : name === "head" ? t("layers.head") : name;
}

/**
 * What is wrong now, gravest first.
 * @param {Status | null} status
 * @param {string} link
 * @param {Array<{label: string}>} arms
 * @param {Words} t
 * @returns {Trouble[]}
 */
export function troubles(status, link, arms, t) {
  /** @type {Trouble[]} */
  const found = [];
  if (link === "lost") found.push({ key: "lost", tone: "warning", words: t("trouble.lost"), action: null });
  if (link === "fallback") found.push({ key: "blocked", tone: "info", words: t("trouble.blocked"), action: null });
  if (!status) return found;
  if (status.status === "queued")
    found.push({
      key: "queued",
      tone: "info",
      words: t("trouble.queued", { place: status.queue ?? "?" }),
      action: null,
    });
  if (status.status === "failed" && !status.message)
    found.push({
      key: "failed",
      tone: "error",
      words: t("trouble.failed", { detail: status.detail ?? "" }),
      action: "restart",
    });
  if (status.message) {
    const known = t(`trouble.${status.message}`, { detail: status.detail ?? "" });
    const words =
      known === `trouble.${status.message}`
        ? t("trouble.other", { message: status.message, detail: status.detail ?? "" })
        : known;
    found.push({
      key: status.message,
      tone: status.status === "failed" ? "error" : "info",
      words,
      action: NEXT[status.status] ?? null,
    });
  }
  for (const note of status.notes ?? [])
    found.push({ key: `note-${note}`, tone: "info", words: t(`notes.${note}`), action: null });
  return [...found, ...divergences(status, arms, t)];
}

export class TroubleLine {
  /** @param {{t: Words, restart: () => void}} context */
  constructor({ t, restart }) {
    this.t = t;
    this.restart = restart;
    this.shown = "";
    this.root = el("div", { class: "troubles", role: "status", "aria-live": "polite", "data-testid": "live-trouble" });
  }

  /** @param {Trouble[]} list */
  update(list) {
    const signature = JSON.stringify(list);
    if (signature === this.shown) return;
    this.shown = signature;
    this.root.replaceChildren(
      ...list.map(({ key, tone, words, action }) => {
        const line = el("div", { class: "trouble", "data-tone": tone, "data-key": key }, el("span", {}));
        say(line.firstChild, words);
        if (action)
          line.append(
            el(
              "button",
              { type: "button", class: "button small", onclick: this.restart, "data-testid": "live-restart" },
              this.t(`toolbar.${action}`),
            ),
          );
        return line;
      }),
    );
    put(this.root, "data-count", String(list.length));
  }
}
