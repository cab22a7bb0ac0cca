/** Who the arms are: their names in words, their colors and dashes. */
/** @import { Arm, Hello, Theme, Translate } from "./types" */

import { armSlots, DASHES } from "./theme.js";

/**
 * A word, or a fallback where there is none.
 * @param {Translate} t
 * @param {string} key
 * @param {string} fallback
 */
function translateOr(t, key, fallback) {
  const found = t(key);
  return found === key ? fallback : found;
}

/**
 * Name of an arm: "With BN", or "learning rate = 0.1, ...".
 * @param {Record<string, unknown>} changes
 * @param {Translate} t
 * @returns {string}
 */
export function armLabel(changes, t) {
  const parts = Object.entries(changes).map(([field, value]) => {
    const name = translateOr(t, `fields.${field}`, field);
    const shown =
      typeof value === "boolean" ? t(value ? "arms.yes" : "arms.no") : value === null ? t("arms.none") : String(value);
    return translateOr(t, `arms.${field}=${value}`, t("arms.other", { field: name, value: shown }));
  });
  return parts.length ? parts.join(", ") : t("arms.only");
}

/**
 * The arms of a HELLO, ready to draw.
 * @param {Hello | null} hello
 * @param {Translate} t
 * @param {Theme} theme
 * @returns {Arm[]}
 */
export function describeArms(hello, t, theme) {
  const arms = hello?.arms ?? [];
  const slots = armSlots(arms);
  return arms.map((arm, index) => ({
    ...arm,
    index,
    label: armLabel(arm.changes, t),
    color: theme.arms[slots[index]],
    ink: `var(--bn-arm-${slots[index]})`,
    dash: DASHES[slots[index]],
  }));
}
