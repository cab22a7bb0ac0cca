/** Decision boundary: what every arm answers over a plane of inputs, with the training points. */
/** @import { Boundary, Panel, Scale, TextStyle, Translate, View } from "../types" */
/** @import { PlanePlot } from "../plane_plot.js" */

import { text } from "../axis.js";
import { probabilitiesAt } from "../boundary_picture.js";
import { classColor, classPicture, drawMarker } from "../class_field.js";
import { el, setText } from "../dom.js";
import { percent } from "../format.js";
import { canvas, emptyState, isUnderway, perArm, sentence } from "../panel_parts.js";
import { CachedPicture, drawPlaneAxes, pictureSide, planePlot } from "../plane_plot.js";
import { addRegion } from "../probe_regions.js";
import { font } from "../theme.js";

/** Room below the picture. */
const BOTTOM = 66;

/** @type {Panel} */
export default {
  id: "boundary",
  mount(root, context) {
    const { t } = context;
    const content = el("div");
    const empty = emptyState(content);
    const state = sentence();
    state.style.margin = "0 2px 10px";
    content.append(state);
    const cards = perArm(content, context, (body) => {
      const plot = canvas(t("boundary.probability"));
      body.append(plot);
      return { plot, cache: new CachedPicture() };
    });
    content.append(sentence(t("boundary.caption")));
    root.append(empty.root, content);

    /** @param {View} view */
    function draw(view) {
      const { boundary, theme, hello } = view;
      if (empty.show(boundary ? null : absence(view, t)) || !boundary) return;
      setText(state, t("boundary.step", { step: boundary.step }));
      for (const { arm, width, parts } of cards(view)) {
        if (arm.index >= boundary.arms) continue;
        const side = pictureSide(view, width);
        const height = Math.round(Math.min(860, Math.max(150, side * Math.min(1.2, aspect(boundary)))));
        const plot = planePlot(parts.plot, boundary, { width, side, height, bottom: BOTTOM });
        const options = { width: side, height, points: hello.dataset.points, theme };
        parts.cache.draw(boundary, plot, theme, () => classPicture(boundary, arm.index, options));
        drawPlaneAxes(plot, { theme, titles: [t("boundary.first"), t("boundary.second")] });
        drawKey(view, boundary, plot, t);
        addRegion(plot.g, {
          kind: "plane",
          box: plot.box,
          sx: plot.sx,
          sy: plot.sy,
          readings: (x, y) =>
            [likeliestAt(view, arm.index, { x, y, sy: plot.sy })].filter((reading) => reading !== null),
        });
      }
    }
    return { draw, destroy() {} };
  },
};

/**
 * The likeliest class at a place and its probability.
 * @param {View} view
 * @param {number} arm
 * @param {{x: number, y: number, sy: Scale}} at
 */
function likeliestAt({ boundary, theme, hello }, arm, { x, y, sy }) {
  if (!boundary) return null;
  const p = probabilitiesAt(boundary, arm, x, y);
  const best = p.reduce((most, value, c) => (value > p[most] ? c : most), 0);
  if (!Number.isFinite(p[best])) return null;
  const name = Array.isArray(hello.dataset.classes) ? (hello.dataset.classes[best] ?? best) : best;
  return { words: `${name}: ${percent(p[best], 0)}`, y: sy(y), color: classColor(theme, best) };
}

/** Height over width of the plane. @param {Boundary} boundary */
const aspect = ({ xs, ys }) => (ys[ys.length - 1] - ys[0]) / (xs[xs.length - 1] - xs[0]) || 1;

/**
 * Why there is nothing to draw, in words.
 * @param {View} view
 * @param {Translate} t
 */
function absence(view, t) {
  if (!view.hello.dataset.is_plane) return t("boundary.only_plane");
  if (!view.following) return t("boundary.none_before", { step: view.step });
  return t(isUnderway(view) ? "boundary.computing" : "boundary.train");
}

/**
 * Below the plot: the classes.
 * @param {View} view
 * @param {Boundary} boundary
 * @param {PlanePlot} plot
 * @param {Translate} t
 */
function drawKey({ theme, hello }, { classes }, { g, box }, t) {
  const names = hello.dataset.classes;
  const y = box.y1 + BOTTOM - 14;
  /** @type {TextStyle} */
  const style = { color: theme.muted, font: font(theme, 12), baseline: "middle" };
  g.font = font(theme, 12);
  let x = box.x0 + 4;
  for (let c = 0; c < Math.min(classes, 6); c++) {
    const words = t("boundary.class", { name: Array.isArray(names) ? (names[c] ?? c) : c });
    if (x + 10 + g.measureText(words).width > box.x1) return;
    drawMarker(g, { x, y, c, theme });
    x += 10 + text(g, words, x + 10, y, style) + 18;
  }
}
