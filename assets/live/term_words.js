/** What a term means in the run that is shown: its sentence, and the numbers that the server sent. */
/** @import { Translate, View } from "./types" */

import { CURVES } from "./activation_curves.js";
import { integer, percent } from "./format.js";
import { activationOf } from "./function_plot.js";
import { measuredOn, spanWords } from "./sampling.js";

/**
 * @param {string} term
 * @param {View | null} view
 * @param {Translate} t
 * @returns {string}
 */
export function termWords(term, view, t) {
  const more = view?.hello ? (MORE[term]?.(view, t) ?? []) : [];
  return [t(`terms.${term}`), ...more].join(" ");
}

/** @type {Record<string, (view: View, t: Translate) => string[]>} */
const MORE = { accuracy: testedOn, sample: sampledFrom, saturated: saturatedWords };

/**
 * How many samples an accuracy is measured on.
 * @param {View} view
 * @param {Translate} t
 */
function testedOn({ hello }, t) {
  const { n_evaluated: n, n_test: all, n_train: train } = hello.dataset;
  if (!n) return [];
  const words = { n: integer(n), all: integer(all), train: integer(train) };
  return [t(n < all ? "terms.accuracy_part" : "terms.accuracy_all", words), t("terms.accuracy_error")];
}

/**
 * @param {View} view
 * @param {Translate} t
 */
function sampledFrom({ arms }, t) {
  const measured = measuredOn(arms, "values");
  return measured ? [t("terms.sample_of", { kept: spanWords(measured.kept, t), all: spanWords(measured.all, t) })] : [];
}

/**
 * Slope at the edge of the saturated region, as a share of the steepest slope.
 * @param {string} activation
 * @param {number} edge input at which the output counts as saturated
 */
export const slopeAtEdge = (activation, edge) => CURVES[activation].derivative(edge) / CURVES[activation].steepest;

/** Whether a unit of this nonlinearity can be dead: output 0 on every example. @param {string} activation */
export const canDie = (activation) => activation === "relu" || activation === "gelu";

/** @param {number | null} value */
const bound = (value) => String(value ?? "–").replace("-", "−");

/**
 * What counts as saturated for each nonlinearity of the arms, and that its shares are not those of another.
 * @param {View} view
 * @param {Translate} t
 * @returns {string[]}
 */
export function saturatedWords({ arms }, t) {
  const names = [...new Set(arms.map((arm) => activationOf(arm)))].filter((name) => name !== "mixed");
  const words = names.map((activation) => {
    const known = arms.find((arm) => arm.saturation && activationOf(arm) === activation)?.saturation;
    if (!known) return t(canDie(activation) ? "saturation.not_saturated" : "saturation.no_dead", { activation });
    const slope = percent(slopeAtEdge(activation, known.region[1] ?? NaN), 0);
    return t("saturation.edge", { activation, low: bound(known.low), high: bound(known.high), slope });
  });
  return names.length > 1 && arms.some((arm) => arm.saturation) ? [...words, t("saturation.not_comparable")] : words;
}
