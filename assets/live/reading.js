/** One short measured sentence about an arm. It says what was measured, never why. */
import { percent, size, whole } from "./format.js";
import { layerWords } from "./trouble.js";

/** From this mean share of saturated outputs on, saturation is what to look at. */
const SATURATED = 0.2;

/**
 * @param {ArrayLike<number>} values
 * @returns {number} NaN when there is none
 */
function meanOf(values) {
  const finite = Array.from(values).filter(Number.isFinite);
  return finite.length ? finite.reduce((sum, value) => sum + value, 0) / finite.length : NaN;
}

/**
 * @param {import("./panel.js").View} view
 * @param {number} index of the arm
 * @param {(key: string, values?: Record<string, string | number>) => string} t
 * @returns {string}
 */
export function reading(view, index, t) {
  const record = view.frame?.arms[index];
  if (!record) return "";
  const end = view.status?.diverged?.find(({ arm }) => arm === index);
  if (end && end.step <= view.step + 1)
    return t("reading.diverged", { layer: layerWords(end.layer, t), step: whole(end.step) });
  const share = meanOf(record.saturated_fraction);
  if (share >= SATURATED) return t("reading.saturated", { share: percent(share, 0) });
  const ratio = record.grad_norm[0] / record.grad_norm[record.grad_norm.length - 1];
  if (!Number.isFinite(ratio)) return "";
  return t("reading.gradient", { ratio: size(ratio) });
}
