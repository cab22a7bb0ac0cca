/** The picture in words, for those who do not see it; renewed at most once a second. */
import { fixed, percent } from "./format.js";
import { scalar } from "./frame.js";

/**
 * @param {import("./panel.js").View} view
 * @param {string} panel
 * @param {(key: string, values?: Record<string, string | number>) => string} t
 * @returns {string}
 */
export function summarize(view, panel, t) {
  if (!view.frame) return t("summary.empty");
  const { frame } = view;
  const arms = view.arms.map((arm, index) => {
    const record = frame.arms[index];
    if (!record) return "";
    const shares = Array.from(record.saturated_fraction).filter(Number.isFinite);
    const saturated = shares.length ? shares.reduce((sum, share) => sum + share, 0) / shares.length : NaN;
    const words = t("summary.arm", {
      arm: arm.label,
      accuracy: percent(scalar(record, "test_accuracy")),
      loss: fixed(scalar(record, "train_loss")),
    });
    return Number.isFinite(saturated) ? `${words} ${t("summary.saturated", { share: percent(saturated) })}` : words;
  });
  const source = t(view.hello.source === "recorded" ? "summary.recorded" : "summary.live", {
    status: t(`status.${view.status?.status ?? "idle"}`),
  });
  return [t("summary.head", { panel: t(`tabs.${panel}`), step: frame.step }), source, ...arms].join(" ");
}
