/** The curves of the run before a restart, as a ghost behind the present ones. */
/** @import { Context2D, FormerView, Scales, Translate } from "./types" */

import { button, el, setText } from "./dom.js";
import { dots, polyline } from "./draw.js";
import { integer } from "./format.js";

const OPACITY = 0.4;
const DASH = [2, 3];

/**
 * @param {Context2D} g
 * @param {FormerView | null} former
 * @param {Scales & {values: "mean" | "testAccuracy"}} options
 */
export function drawFormer(g, former, { sx, sy, values }) {
  if (!former) return;
  former.arms.forEach((arm, index) => {
    const curve = former.curves[index];
    if (!curve) return;
    if (values === "mean")
      polyline(
        g,
        { xs: curve.step, ys: curve.mean, sx, sy },
        { color: arm.color, dash: DASH, width: 1.4, opacity: OPACITY },
      );
    else
      dots(
        g,
        { xs: curve.testStep, ys: curve.testAccuracy, sx, sy },
        { color: arm.color, dash: DASH, opacity: OPACITY },
      );
  });
}

/** Last step of the former run. @param {FormerView | null} former */
export const formerEnd = (former) => Math.max(0, ...(former?.curves ?? []).map(({ step }) => step.at(-1) ?? 0));

/**
 * A line that names the ghost, and brings it back.
 * @param {Translate} t
 * @param {(() => void) | null} undo
 */
export function formerLegend(t, undo) {
  const words = el("span", {});
  const attributes = { class: "button small", "data-testid": "live-bring-back" };
  const act = undo ? [button(t("restart.bring_back"), { ...attributes, onclick: undo })] : [];
  const root = el("p", { class: "caption former", hidden: true, "data-testid": "live-former" }, words, " ", ...act);
  const sync = (/** @type {FormerView | null} */ former) => {
    root.hidden = !former;
    if (!former) return;
    const arms = former.arms.map(({ label }) => label).join(t("restart.and"));
    setText(words, t("restart.ghost", { arms, step: integer(formerEnd(former)) }));
  };
  return { root, sync };
}
