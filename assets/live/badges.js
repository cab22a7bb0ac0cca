/** What the badges say: where the numbers come from, and whether the arms are twins. */
/** @import { Hello, LinkState, Status, Translate } from "./types" */

import { integer } from "./format.js";

/** A run that trains sends something at least once a second; after this silence, in ms, the picture is not live. */
export const SILENCE_MS = 1500;

/**
 * @param {{hello: Hello | null, status: Status | null}} view
 * @param {{link: LinkState, fps: number, t: Translate, silence?: number, readOnly?: boolean}} options silence: ms
 *   since the last message; readOnly: the view has no button that trains
 * @returns {{words: string, tone: string, title: string}}
 */
export function sourceBadge({ hello, status }, { link, fps, t, silence = 0, readOnly = false }) {
  if (link === "lost" || link === "connecting") return { words: t(`badge.${link}`), tone: "wait", title: "" };
  if (!hello) return { words: t("badge.waiting"), tone: "wait", title: "" };
  const { date = "", seed = null } = hello.provenance ?? {}; // a watched model's seed is unknown
  if (hello.source === "recorded") {
    const versions = Object.entries(hello.provenance?.versions ?? {})
      .map((pair) => pair.join(" "))
      .join(", ");
    const made = { date: String(date).slice(0, 10), versions };
    const title = seed === null ? t("badge.recorded_watched", made) : t("badge.recorded_title", { ...made, seed });
    const way = readOnly || seed === null ? "" : t("badge.recorded_train");
    return { words: t("badge.recorded"), tone: "recorded", title: [title, way].filter(Boolean).join(" ") };
  }
  const name = status?.status ?? "idle";
  if (isTraining(status) && silence > SILENCE_MS)
    return { words: t("badge.silent", { seconds: Math.round(silence / 1000) }), tone: "wait", title: "" };
  const speed = status ? t("badge.speed_title", { steps: integer(status.steps_per_s) }) : "";
  if (name === "running") return { words: t("badge.running", { fps: Math.round(fps) }), tone: "live", title: speed };
  if (name === "queued") return { words: t("badge.queued", { place: status?.queue ?? "?" }), tone: "wait", title: "" };
  return { words: t(`badge.${name}`), tone: name === "failed" || name === "diverged" ? "bad" : "rest", title: "" };
}

/** Whether messages are due at least once a second. @param {Status | null} status */
export const isTraining = (status) => status?.status === "running" || status?.status === "queued";

/** First digits of a hash. @param {string | undefined} hash */
const short = (hash) => (hash ?? "").slice(0, 4);

/**
 * @param {Status | null} status
 * @param {number} arms
 * @param {Translate} t
 * @returns {{words: string, title: string, twins: boolean} | null} null when there is nothing to compare
 */
export function twinsBadge(status, arms, t) {
  const hashes = status?.hashes;
  if (arms < 2 || !hashes?.weights?.length) return null;
  const weights = short(hashes.weights[0]);
  const batches = short(hashes.batches?.[0]);
  const seen = Boolean(batches); // before the first step there is no batch to compare
  const title = [
    t(hashes.same_weights ? "twins.weights_same" : "twins.weights_differ", { hash: weights }),
    t(!seen ? "twins.batches_none" : hashes.same_batches ? "twins.batches_same" : "twins.batches_differ", {
      hash: batches,
    }),
  ].join(" ");
  const twins = hashes.same_weights && (!seen || hashes.same_batches);
  const key = !hashes.same_weights
    ? "twins.no"
    : !seen
      ? "twins.start"
      : hashes.same_batches
        ? "twins.yes"
        : "twins.batches";
  return { words: t(key, { weights, batches }), title, twins };
}
