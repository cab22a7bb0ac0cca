/**
 * At a glance, for newcomers: what every network has learned, and above which layer its gradient ends. On a plane the
 * first is the decision boundary; for other data, the training loss so far.
 */
/** @import { Arm, Panel, PanelMemory, View } from "../types" */

import { BoundaryPicture, filledWidth, planeScales } from "../boundary_picture.js";
import { drawCross, drawLabel, followPointer } from "../crosshair.js";
import { endOf } from "../divergence.js";
import { el, setAttr, setText } from "../dom.js";
import { decimals, integer } from "../format.js";
import { drawPlane } from "../glance_plane.js";
import { drawGradientBars, layerAt } from "../gradient_bars.js";
import { HistoryRange } from "../history_range.js";
import { drawLossSoFar, lossOf } from "../loss_so_far.js";
import { canvas, depth, emptyState, perArm, sentence } from "../panel_parts.js";
import { wholeDecades } from "../plot.js";
import { bisectRight } from "../vendor/d3-array.js";

/** Heights: of the upper picture beside its width, and of the bars. */
const SHAPE = 0.56;
const BARS = 158;
/** From this width on the bars stand beside the picture of a network alone, and so far from it; live.css says it too. */
const BESIDE = 640;
const BETWEEN = 24;

/** @type {Panel} */
export default {
  id: "glance",
  mount(root, context) {
    const { t, memory, invalidate } = context;
    const content = el("div");
    const empty = emptyState(content);
    /** @type {View | null} */
    let drawn = null;
    const cards = perArm(content, context, (body) => {
      const what = el("span");
      const when = el("span");
      const picture = canvas(t("glance.picture"));
      const bars = canvas(t("glance.bars"));
      const norm = el("span", {}, t("glance.bars"));
      const parts = { body, what, when, picture, bars, boundary: new BoundaryPicture() };
      const flow = el("span", { class: "glance-flow" }, t("glance.flow"));
      body.append(
        el("div", {}, el("div", { class: "glance-head" }, what, when), picture),
        el("div", { class: "glance-bars" }, el("div", { class: "glance-head" }, norm, flow), bars),
      );
      setAttr(body, "class", `${body.className} glance-body`);
      followPointer(picture, (at) => point(at && drawn ? placeAt(drawn, picture, at) : null));
      followPointer(bars, (at) => {
        const layer = at && drawn ? layerAt(drawn, bars.offsetWidth, at.x) : null;
        point(layer === null ? null : { layer });
      });
      return parts;
    });
    const foot = sentence();
    content.append(foot);
    root.append(empty.root, content);
    const norms = new HistoryRange((arm, add) => arm.grad_norm.forEach(add), 1e-8);

    /** @param {PanelMemory["cross"]} cross */
    const point = (cross) => {
      memory.cross = cross;
      invalidate();
    };

    /** @param {View} view */
    function draw(view) {
      drawn = view;
      if (empty.show(view.frame ? null : t("glance.empty"))) return;
      const domain = wholeDecades(norms.update(view.frames).positiveExtent);
      const onPlane = view.hello.dataset.is_plane;
      // Side by side on a phone too: the point is the difference.
      for (const { arm, width, parts } of cards({ ...view, narrow: false })) {
        const size = sizesFor(view, width);
        setAttr(parts.body, "data-beside", String(size.isBeside));
        const options = { arm, ...size.picture, cross: memory.cross ?? null, t };
        setText(parts.what, t(onPlane ? "glance.boundary" : "glance.loss", { data: view.hello.dataset.name }));
        setText(parts.when, onPlane && !endOf(view, arm.index) ? boundaryStep(view, t) : "");
        if (onPlane) drawPlane(parts, view, options);
        else drawLoss(parts.picture, view, options);
        const picked = memory.cross?.layer ?? null;
        drawGradientBars(parts.bars, view, { arm, ...size.bars, domain, picked, t });
      }
      const ways = canHover() ? ` ${t(onPlane ? "glance.point_plane" : "glance.point")}` : "";
      setText(foot, t(onPlane ? "glance.foot_plane" : "glance.foot") + ways);
    }
    return { draw, probe: (dx, dy) => point(moved(drawn, memory.cross ?? null, dx, dy)), destroy() {} };
  },
};

/** Whether there is a pointer that can rest on a place without pressing it. */
const hovers = globalThis.matchMedia?.("(hover: hover)");
const canHover = () => hovers?.matches ?? true;

/**
 * Sizes of the two pictures: one above the other, and side by side where a network alone has the whole width.
 * @param {View} view
 * @param {number} width inside the card
 */
function sizesFor(view, width) {
  const height = view.enlarged ? 420 : Math.round(Math.max(140, Math.min(330, width * SHAPE)));
  if (view.arms.length > 1 || width < BESIDE)
    return { isBeside: false, picture: { width, height }, bars: { width, height: BARS } };
  const { is_plane, points } = view.hello.dataset;
  const filled = is_plane ? filledWidth(view.boundary, points, height) : Infinity;
  const left = Math.round(Math.min(filled, width * 0.56));
  return { isBeside: true, picture: { width: left, height }, bars: { width: width - left - BETWEEN, height } };
}

/**
 * @typedef {{arm: Arm, width: number, height: number, cross: PanelMemory["cross"] | null,
 *   t: import("../types").Translate}} Options
 */

/**
 * At which step the boundary was measured, if that is not the step shown.
 * @param {View} view
 * @param {import("../types").Translate} t
 */
function boundaryStep({ boundary, step }, t) {
  return boundary && boundary.step !== step ? t("glance.of_step", { step: integer(boundary.step) }) : "";
}

/**
 * The place under the pointer: of the plane, or a step.
 * @param {View} view
 * @param {HTMLCanvasElement} picture
 * @param {{x: number, y: number}} at
 * @returns {PanelMemory["cross"]}
 */
function placeAt(view, picture, at) {
  const size = { width: picture.offsetWidth, height: picture.offsetHeight };
  if (view.hello.dataset.is_plane) {
    if (!view.boundary) return null;
    const { sx, sy } = planeScales(view.boundary, view.hello.dataset.points, size);
    return { place: [sx.invert(at.x), sy.invert(at.y)] };
  }
  return { share: Math.min(1, Math.max(0, (at.x - 40) / Math.max(1, size.width - 48))) };
}

/**
 * The crosshair one arrow key further.
 * @param {View | null} view
 * @param {PanelMemory["cross"]} cross
 * @param {number} dx
 * @param {number} dy
 * @returns {PanelMemory["cross"]}
 */
function moved(view, cross, dx, dy) {
  if (!view) return null;
  const { boundary } = view;
  if (dy && cross?.layer !== undefined && boundary) return { place: middleOf(boundary) };
  if (cross?.place && boundary) {
    const [x, y] = cross.place;
    const [across, up] = [boundary.xs, boundary.ys].map((values) => (values[values.length - 1] - values[0]) / 40);
    return { place: [clampTo(boundary.xs, x + dx * across), clampTo(boundary.ys, y - dy * up)] };
  }
  if (dy && boundary) return { place: middleOf(boundary) };
  const layer = cross?.layer ?? -1;
  return { layer: Math.min(depth(view), Math.max(0, layer + dx)) };
}

/** @param {import("../types").Boundary} boundary @returns {[number, number]} */
const middleOf = ({ xs, ys }) => [(xs[0] + xs[xs.length - 1]) / 2, (ys[0] + ys[ys.length - 1]) / 2];

/** @param {Float32Array} values @param {number} value */
const clampTo = (values, value) => Math.min(values[values.length - 1], Math.max(values[0], value));

/**
 * @param {HTMLCanvasElement} picture
 * @param {View} view
 * @param {Options} options
 */
function drawLoss(picture, view, { arm, width, height, cross, t }) {
  const { g, box, sx, sy } = drawLossSoFar(picture, view, { arm, width, height });
  if (cross?.share === undefined) return;
  const { xs, ys } = lossOf(view, arm.index);
  if (!xs.length) return;
  const k = Math.min(xs.length - 1, bisectRight(xs, sx.domain[1] * cross.share));
  const at = { x: sx(xs[k]), y: sy(ys[k]) };
  drawCross(g, box, at, view.theme);
  const words = t("glance.loss_at", { loss: decimals(ys[k]), step: integer(xs[k]) });
  drawLabel(g, words, box, { ...at, color: arm.color, theme: view.theme });
}
