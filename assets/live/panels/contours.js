/** Loss contours: the loss around every arm's weights on one kind of plane and one color scale, with the paths. */
/** @import { Arm, Panel, Surface, Theme, Translate, View } from "../types" */
/** @import { LossScale } from "../surface_scale.js" */
/** @import { PlanePlot } from "../plane_plot.js" */

import { text } from "../axis.js";
import { el, setText } from "../dom.js";
import { fitCanvas, shade } from "../draw.js";
import { bilinear } from "../field_image.js";
import { decimals, integer, percent } from "../format.js";
import { nearest } from "../frame_history.js";
import {
  canvas,
  controls,
  emptyState,
  isUnderway,
  labeled,
  memorySwitch,
  perArm,
  sentence,
  wideCard,
} from "../panel_parts.js";
import { CachedPicture, drawPlaneAxes, pictureSide, planePlot } from "../plane_plot.js";
import { addRegion } from "../probe_regions.js";
import { colorBar, drawDot, drawPath, surfacePicture } from "../surface_plot.js";
import { chooseSurface, flatRange, lossScale } from "../surface_scale.js";
import { alpha, font } from "../theme.js";

/** Room below the picture. */
const BOTTOM = 62;
const BAR_HEIGHT = 58;

/** @type {Panel} */
export default {
  id: "contours",
  mount(root, context) {
    const { t, memory, send } = context;
    const ask = () => send({ op: "contours", plane: memory.plane, bn_stats: memory.bnStats });
    const nameOf = (/** @type {string} */ value) => t(`contours.${value}`);
    const [plane, bnStats] = [t("contours.plane"), t("contours.bn_stats")];
    const planes = memorySwitch(context, "plane", { label: plane, values: ["pca", "random"], nameOf, onChange: ask });
    const stats = memorySwitch(context, "bnStats", {
      label: bnStats,
      values: ["batch", "running"],
      nameOf,
      onChange: ask,
    });
    const banner = sentence(t("contours.banner"));
    banner.setAttribute("role", "note");
    const content = el("div");
    const empty = emptyState(content);
    const state = sentence();
    banner.style.margin = state.style.margin = "0 2px 10px";
    content.append(state);
    const cards = perArm(content, context, (body) => {
      const plot = canvas(t("contours.loss"));
      body.append(plot);
      return { plot, cache: new CachedPicture() };
    });
    const bar = wideCard(t("contours.loss"));
    const caption = sentence();
    content.append(bar.root, caption);
    root.append(controls(labeled(plane, planes), labeled(bnStats, stats)), banner, empty.root, content);
    ask();
    /** @type {Surface | null} one of another kind that made us ask again: the first time may have been too early */
    let asked = null;
    /** @type {{surface: Surface, scale: LossScale | null} | null} */
    let scaled = null;

    /** @param {View} view */
    function draw(view) {
      const wanted = { plane: String(memory.plane), bnStats: String(memory.bnStats) };
      // The newest step is the run's own: a surface of the weights after the last update belongs to it.
      const { surface, matches } = chooseSurface(view.surfaces, view.following ? Infinity : view.step, wanted);
      if (empty.show(surface ? null : absence(view, t)) || !surface) return;
      if (!matches && view.following && asked !== surface) {
        asked = surface;
        ask();
      }
      if (scaled?.surface !== surface) scaled = { surface, scale: lossScale(surface) };
      const { scale } = scaled;
      setText(state, stateWords(surface, matches, t));
      const veil = surface.step === view.step ? null : veilWords(view, surface, t);
      for (const { arm, width, parts } of cards(viewAtStep(view, surface.step), (_, a) =>
        armWords(surface, scale, a, t),
      )) {
        if (arm.index >= surface.arms) continue;
        const side = pictureSide(view, width);
        const height = Math.round(Math.max(150, side * 0.86));
        const plot = planePlot(parts.plot, surface, { width, side, height, bottom: BOTTOM });
        drawSurface(plot, parts.cache, { surface, scale, arm, theme: view.theme, t });
        if (veil) drawVeil(plot, veil, view.theme);
        const lossAt = (/** @type {number} */ x, /** @type {number} */ y) => surfaceLossAt(surface, arm.index, x, y);
        addRegion(plot.g, {
          kind: "plane",
          box: plot.box,
          sx: plot.sx,
          sy: plot.sy,
          readings: (x, y) => [{ words: decimals(lossAt(x, y)), y: plot.sy(y), color: arm.color }],
        });
      }
      bar.root.hidden = !scale;
      if (scale) drawBar(bar.canvas, bar.width(view), { surface, scale, theme: view.theme, t });
      const keys = ["caption", `about_${surface.plane.replace("-", "_")}`, "about_share"];
      setText(caption, keys.map((key) => t(`contours.${key}`)).join(" "));
    }
    return { draw, destroy() {} };
  },
};

/**
 * Why there is nothing to draw, in words.
 * @param {View} view
 * @param {Translate} t
 */
function absence(view, t) {
  if (view.surfaces.length) return t("contours.none_before", { step: view.step, first: view.surfaces[0].step });
  return t(isUnderway(view) ? "contours.computing" : "contours.train");
}

/**
 * Which surface is shown.
 * @param {Surface} surface
 * @param {boolean} matches whether it is of the kind that was chosen
 * @param {Translate} t
 */
function stateWords({ step, bnStats }, matches, t) {
  const words = [t("contours.at_step", { step }), t(`contours.used_${bnStats}`)];
  return (matches ? words : [...words, t("contours.other")]).join(" · ");
}

/**
 * The loss at a place of the plane, between the grid points.
 * @param {Surface} surface
 * @param {number} arm
 * @param {number} x
 * @param {number} y
 */
function surfaceLossAt({ xs, ys, loss }, arm, x, y) {
  const [n, m] = [xs.length, ys.length];
  const values = loss.subarray(arm * n * m, (arm + 1) * n * m);
  const u = ((x - xs[0]) / (xs[n - 1] - xs[0])) * (n - 1);
  const v = ((y - ys[0]) / (ys[m - 1] - ys[0])) * (m - 1);
  return bilinear({ values, n, m }, u, v);
}

/**
 * The view as it was at a step: the numbers of the cards are of the step that is drawn.
 * @param {View} view
 * @param {number} step
 * @returns {View}
 */
function viewAtStep(view, step) {
  const index = nearest(view.frames, step);
  const frame = view.frames[index] ?? view.frame;
  return { ...view, frame, index, step: frame?.step ?? step };
}

/**
 * What is written over contours of another step than the one shown.
 * @param {View} view
 * @param {Surface} surface
 * @param {Translate} t
 */
function veilWords(view, { step }, t) {
  const isUpdating = view.following && view.hello.source === "live" && isUnderway(view);
  return t(isUpdating ? "contours.veil_updating" : "contours.veil", { step: integer(step) });
}

/**
 * @param {PlanePlot} plot
 * @param {string} words
 * @param {Theme} theme
 */
function drawVeil({ g, box }, words, theme) {
  shade(g, box, alpha(theme.bg, 0.45));
  g.font = font(theme, 13, 600);
  const width = g.measureText(words).width + 20;
  const [x, y] = [(box.x0 + box.x1) / 2, box.y0 + 20];
  shade(g, { x0: x - width / 2, x1: x + width / 2, y0: y - 13, y1: y + 13 }, theme.bg);
  text(g, words, x, y, { color: theme.fg, align: "center", baseline: "middle", font: font(theme, 13, 600) });
}

/**
 * How much of the path the plane holds, or that the loss is flat on it.
 * @param {Surface} surface
 * @param {LossScale | null} scale
 * @param {number} arm
 * @param {Translate} t
 */
function armWords(surface, scale, arm, t) {
  const range = flatRange(surface, arm, scale);
  if (!range) return capturedWords(surface, arm, t);
  return t("contours.flat", { low: decimals(range[0]), high: decimals(range[1]) });
}

/**
 * @param {Surface} surface
 * @param {number} arm
 * @param {Translate} t
 */
function capturedWords({ captured }, arm, t) {
  const share = captured[arm];
  if (!Number.isFinite(share)) return t("contours.captured_unknown");
  return t("contours.captured", { percent: share < 0.01 ? `< ${percent(0.01, 0)}` : percent(share, 0) });
}

/**
 * @param {PlanePlot} plot
 * @param {CachedPicture} cache
 * @param {{surface: Surface, scale: LossScale | null, arm: Arm, theme: Theme, t: Translate}} options
 */
function drawSurface(plot, cache, { surface, scale, arm, theme, t }) {
  const { g, box, sx, sy, side: width, height } = plot;
  if (scale) {
    cache.draw(surface, plot, theme, () => surfacePicture(surface, arm.index, { width, height, scale, theme }));
  } else {
    const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
    text(g, t("contours.diverged"), x, y, { color: theme.danger, align: "center", font: font(theme, 13) });
  }
  drawPath(g, box, { surface, arm, sx, sy });
  const plane = surface.plane === "random" ? "random" : "pca";
  drawPlaneAxes(plot, { theme, titles: [t(`contours.first_${plane}`), t(`contours.second_${plane}`)] });
  // What the two circles mean.
  const y = box.y1 + BOTTOM - 14;
  let x = box.x0 + 7;
  for (const [key, fill] of [
    ["start", "#ffffff"],
    ["current", arm.color],
  ]) {
    drawDot(g, x, y, fill);
    const words = t(`contours.${key}`);
    x += 12 + text(g, words, x + 12, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" }) + 22;
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {{surface: Surface, scale: LossScale, theme: Theme, t: Translate}} options
 */
function drawBar(canvas, width, { surface, scale, theme, t }) {
  const g = fitCanvas(canvas, width, BAR_HEIGHT);
  const diverged = surface.loss.some((value) => !Number.isFinite(value)) ? t("contours.diverged") : null;
  colorBar(g, { x0: 0, x1: width, y0: 18, y1: 36 }, { scale, theme, title: t("contours.loss"), diverged });
}
