/** The picture in words, for those who do not see it; renewed at most once a second. */
/** @import { Translate, View } from "./types" */

import { decimals, integer, percent } from "./format.js";
import { scalar } from "./frame.js";
import { measuredAt } from "./measured_at.js";
import { sampleMark } from "./sampling.js";
import { mean } from "./vendor/d3-array.js";

/**
 * @param {View} view
 * @param {string} panel
 * @param {Translate} t
 * @returns {string}
 */
export function describeView(view, panel, t) {
  if (!view.frame) return t("summary.empty");
  const { frame } = view;
  const arms = view.arms.map((arm, index) => {
    const record = frame.arms[index];
    if (!record) return "";
    const saturated = mean(record.saturated_fraction);
    const accuracy = scalar(record, "test_accuracy");
    const measured = measuredAt(view.curves[index], accuracy, frame.step);
    const words = t(measured === undefined ? "summary.arm" : "summary.arm_at", {
      arm: arm.label,
      accuracy: percent(accuracy),
      step: integer(measured ?? NaN),
      loss: decimals(scalar(record, "train_loss")),
    });
    return saturated === undefined
      ? words
      : `${words} ${t("summary.saturated", { share: percent(saturated), sample: sampleMark([arm], t) })}`;
  });
  const source = t(view.hello.source === "recorded" ? "summary.recorded" : "summary.live", {
    status: t(`status.${view.status?.status ?? "idle"}`),
  });
  return [t("summary.head", { panel: t(`tabs.${panel}`), step: frame.step }), source, ...arms].join(" ");
}
