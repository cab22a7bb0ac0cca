/** What the badges say: where the numbers come from, and whether the arms are twins. */
/** @import { Hello, LinkState, Status, Translate } from "./types" */

import { integer, percent } from "./format.js";

/** A run that trains sends something at least once a second; after this silence, in ms, the picture is not live. */
export const SILENCE_MS = 1500;

/**
 * @param {{hello: Hello | null, status: Status | null}} view
 * @param {{link: LinkState, fps: number, t: Translate, silence?: number, readOnly?: boolean}} options silence: ms
 *   since the last message; readOnly: the view has no button that trains
 * @returns {{words: string, tone: string, title: string}}
 */
export function sourceBadge({ hello, status }, { link, fps, t, silence = 0, readOnly = false }) {
  if (link === "connecting") return { words: t("badge.connecting"), tone: "wait", title: "" };
  if (link === "lost" || link === "unknown") return { words: t("badge.lost"), tone: "wait", title: "" };
  if (!hello && status?.status === "failed") return { words: t("badge.failed"), tone: "bad", title: "" };
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
  const rate = status ? t("badge.speed_title", { steps: integer(status.steps_per_s) }) : "";
  const speed = [rate, deviceWords(hello, t), engineWords(status, t)].filter(Boolean).join(" ");
  if (name === "running") return { words: t("badge.running", { fps: Math.round(fps) }), tone: "live", title: speed };
  if (name === "queued") return { words: t("badge.queued", { place: status?.queue ?? "?" }), tone: "wait", title: "" };
  return { words: t(`badge.${name}`), tone: name === "failed" || name === "diverged" ? "bad" : "rest", title: "" };
}

/**
 * The device that the run computes on, and what it was chosen by.
 * @param {Hello} hello
 * @param {Translate} t
 */
export function deviceWords({ provenance, experiment }, t) {
  const name = (/** @type {string} */ device) => t(`badge.on_${device.split(":")[0]}`);
  if (!provenance?.device) return "";
  const device = name(provenance.device);
  const rates = Object.entries(provenance.device_rates ?? {}).map(([tried, rate]) =>
    t(rate ? "badge.device_rate" : "badge.device_unable", { device: name(tried), steps: integer(rate) }),
  );
  if (rates.length) return t("badge.device_trial", { device, rates: rates.join(t("badge.device_and")) });
  return t(experiment?.base?.device === "auto" ? "badge.device_only" : "badge.device_asked", { device });
}

/**
 * What computes the steps, and why a GPU does not replay them.
 * @param {Status | null} status
 * @param {Translate} t
 */
export function engineWords(status, t) {
  const engines = status?.engines ?? [];
  if (!engines.length) return "";
  const unique = (/** @type {string[]} */ words) => [...new Set(words)].join(t("badge.device_and"));
  const ways = unique(engines.map(({ name }) => t(`badge.engine_${name.replaceAll(" ", "_")}`)));
  const why = unique(
    engines.flatMap(({ refusal }) => (refusal ? [t(`badge.refused_${refusal.key}`, { detail: refusal.detail })] : [])),
  );
  return [t("badge.engine", { ways }), why && t("badge.refused", { why })].filter(Boolean).join(" ");
}

/** Whether messages are due at least once a second. @param {Status | null} status */
export const isTraining = (status) => status?.status === "running" || status?.status === "queued";

/** First digits of a hash. @param {string | undefined} hash */
const short = (hash) => (hash ?? "").slice(0, 4);

/** From this share of equal weights on, networks are called twins. */
export const TWINS_FROM = 0.9;

/** Share of the drawn weights that all networks start from; NaN where it is not known. @param {Hello | null} hello */
export function sharedShare(hello) {
  const shared = hello?.shared_weights;
  return shared ? shared.same / shared.of : NaN;
}

/** In per cent, never rounded up to a whole that it is not. @param {number} share */
const atLeast = (share) => percent(Math.floor(1000 * share) / 1000, share < 1 ? 1 : 0);

/**
 * @param {{hello: Hello | null, status: Status | null}} view
 * @param {Translate} t
 * @returns {{words: string, title: string, twins: boolean} | null} null when there is nothing to compare
 */
export function twinsBadge({ hello, status }, t) {
  const hashes = status?.hashes;
  if (!hello || hello.arms.length < 2 || !hashes?.weights?.length) return null;
  const share = sharedShare(hello);
  const seen = Boolean(hashes.batches?.length); // before the first step there is no batch to compare
  const twins = share >= TWINS_FROM && (!seen || hashes.same_batches);
  const words = Number.isNaN(share)
    ? t(hashes.same_weights ? "twins.seed" : "twins.no")
    : share < TWINS_FROM
      ? t("twins.part", { share: atLeast(share) })
      : t(twins ? "twins.yes" : "twins.batches", { share: atLeast(share) });
  return { words, title: [...weightWords(hello, hashes, t), ...batchWords(hello, hashes, t)].join(" "), twins };
}

/**
 * What the networks have in common before the first step.
 * @param {Hello} hello
 * @param {Status["hashes"]} hashes
 * @param {Translate} t
 */
function weightWords({ shared_weights: shared }, hashes, t) {
  const hash = short(hashes.weights[0]);
  if (!shared) return [t(hashes.same_weights ? "twins.weights_seed" : "twins.weights_differ", { hash })];
  const counts = { same: integer(shared.same), of: integer(shared.of), hash };
  const words = [t("twins.weights_count", counts)];
  if (!hashes.same_weights) words.push(t("twins.weights_differ", { hash }));
  if (shared.filled_apart) words.push(t("twins.filled", { count: integer(shared.filled_apart) }));
  return words;
}

/**
 * What they are trained on, and which random draws the hash does not cover.
 * @param {Hello} hello
 * @param {Status["hashes"]} hashes
 * @param {Translate} t
 */
function batchWords({ arms }, hashes, t) {
  const uses = (/** @type {string} */ field) => arms.some(({ config }) => Number(config[field]) > 0);
  const key = !hashes.batches?.length ? "none" : hashes.same_batches ? "same" : "differ";
  const words = [t(`twins.batches_${key}`, { hash: short(hashes.batches?.[0]) })];
  if (uses("distortion")) words.push(t("twins.distortion"));
  if (uses("dropout")) words.push(t("twins.dropout"));
  return words;
}
