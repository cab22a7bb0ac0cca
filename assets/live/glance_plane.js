/** What one network has learned on a plane: its decision boundary at the step shown, or that its numbers ended. */
/** @import { Arm, Box, Context2D, PanelMemory, Translate, View } from "./types" */
/** @import { BoundaryPicture } from "./boundary_picture.js" */

import { text } from "./axis.js";
import { probabilitiesAt } from "./boundary_picture.js";
import { classColor } from "./class_field.js";
import { drawCross, drawLabel } from "./crosshair.js";
import { endOf, lastFiniteBoundary } from "./divergence.js";
import { fitCanvas, shade } from "./draw.js";
import { integer, percent } from "./format.js";
import { alpha, font } from "./theme.js";

/**
 * @param {{picture: HTMLCanvasElement, boundary: BoundaryPicture}} parts
 * @param {View} view
 * @param {{arm: Arm, width: number, height: number, cross: PanelMemory["cross"] | null, t: Translate}} options
 */
export function drawPlane({ picture, boundary: painter }, view, { arm, width, height, cross, t }) {
  const { theme } = view;
  const end = endOf(view, arm.index);
  const shown = view.boundary && arm.index < view.boundary.arms ? view.boundary : null;
  const boundary = end ? lastFiniteBoundary(view, end) : shown;
  const box = { x0: 0, x1: width, y0: 0, y1: height };
  const plot = boundary && painter.draw(picture, view, { arm, boundary, width, height });
  const g = plot?.g ?? fitCanvas(picture, width, height);
  if (end) {
    shade(g, box, plot ? alpha(theme.card, 0.85) : theme.soft);
    const words = [t("glance.diverged", { step: integer(end.step) }), t("glance.not_finite")];
    if (boundary) words.push(t("glance.last_finite", { step: integer(boundary.step) }));
    writeLines(g, words, box, view);
    return;
  }
  if (!plot || !boundary) {
    writeLines(g, ["", t("glance.no_boundary")], box, view);
    return;
  }
  if (!cross?.place) return;
  const at = { x: plot.sx(cross.place[0]), y: plot.sy(cross.place[1]) };
  drawCross(g, box, at, theme);
  const p = probabilitiesAt(boundary, arm.index, ...cross.place);
  const best = p.reduce((most, value, c) => (value > p[most] ? c : most), 0);
  if (!Number.isFinite(p[best])) return;
  const words = answerWords(view, best, percent(p[best], 0), t);
  drawLabel(g, words, box, { ...at, color: classColor(theme, best), theme });
}

/**
 * The class by its name, or by its color where its name is only a number.
 * @param {View} view
 * @param {number} index of the class
 * @param {string} share
 * @param {Translate} t
 */
function answerWords({ hello }, index, share, t) {
  const { classes } = hello.dataset;
  const name = String(Array.isArray(classes) ? (classes[index] ?? index) : index);
  const color = t("glance.colors").split(" ")[index];
  return /^\d+$/.test(name) && color ? t("glance.answer_color", { color, share }) : t("glance.answer", { name, share });
}

/**
 * Lines in the middle of a picture, the first one strong; words too long for it are set smaller.
 * @param {Context2D} g
 * @param {string[]} lines
 * @param {Box} box
 * @param {View} view
 */
function writeLines(g, lines, { x1, y1 }, { theme }) {
  lines.forEach((words, k) => {
    const [size, weight] = k ? [13, 500] : [16, 650];
    g.font = font(theme, size, weight);
    const fitting = size * Math.min(1, (x1 - 12) / (g.measureText(words).width || 1));
    const style = { color: k ? theme.muted : theme.fg, font: font(theme, fitting, weight) };
    text(g, words, x1 / 2, y1 / 2 + (k - (lines.length - 1) / 2) * 21, {
      ...style,
      align: "center",
      baseline: "middle",
    });
  });
}
