/** Loss contours: the loss around every arm's weights on one kind of plane and one color scale, with the paths. */

import { el, say, segmented } from "../dom.js";
import { axisX, axisY, fit, font, linear, percent, rule, text } from "../draw.js";
import { canvas, controls, emptyState, perArm, sentence, wideCard } from "../panel_parts.js";
import { colorBar, dot, drawPath, surfacePicture } from "../surface_plot.js";
import { chooseSurface, lossScale } from "../surface_scale.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../panel.js").Surface} Surface */
/** @typedef {import("../surface_scale.js").LossScale} LossScale */

const LEFT = 42;
const TOP = 12;
const BOTTOM = 62;
const BAR_HEIGHT = 58;

/** @type {import("../panel.js").Panel} */
export default {
  id: "contours",
  mount(root, context) {
    const { t, memory, send, invalidate } = context;
    const choose = (/** @type {string} */ name, /** @type {string} */ value) => {
      memory[name] = value;
      ask();
      invalidate();
    };
    const switchOf = (/** @type {string} */ name, /** @type {string[]} */ values, /** @type {string} */ label) => {
      memory[name] ??= values[0];
      const made = segmented({
        label,
        options: values.map((value) => ({ value, label: t(`contours.${value}`) })),
        value: String(memory[name]),
        onChange: (value) => choose(name, value),
      });
      return el("span", { class: "field" }, el("span", { class: "field-label" }, label), made.root);
    };
    const tools = controls(
      switchOf("plane", ["random", "pca"], t("contours.plane")),
      switchOf("bnStats", ["batch", "running"], t("contours.bn_stats")),
    );
    const banner = sentence(t("contours.banner"));
    banner.setAttribute("role", "note");
    const content = document.createElement("div");
    const empty = emptyState(content);
    const state = sentence();
    content.append(state);
    const cards = perArm(content, context, (body) => {
      const plot = canvas(t("contours.loss"));
      body.append(plot);
      return { plot, picture: /** @type {HTMLCanvasElement | null} */ (null), key: "" };
    });
    const bar = wideCard(t("contours.loss"));
    const caption = sentence();
    content.append(bar.root, caption);
    root.append(tools, banner, empty.root, content);
    Object.assign(banner.style, { margin: "0 2px 10px" });
    Object.assign(state.style, { margin: "0 2px 10px" });
    const ask = () => send({ op: "contours", plane: memory.plane, bn_stats: memory.bnStats });
    ask();
    /**
     * Surface of another kind that made us ask again: the first time may have come before the connection.
     * @type {Surface | null}
     */
    let asked = null;
    /** @type {{surface: Surface, scale: LossScale | null} | null} */
    let scaled = null;

    /** @param {View} view */
    function draw(view) {
      const { surface, matches } = chooseSurface(view.surfaces, view.step, {
        plane: String(memory.plane),
        bnStats: String(memory.bnStats),
      });
      if (empty.say(surface ? null : absence(view, t)) || !surface) return;
      if (!matches && view.following && asked !== surface) {
        asked = surface;
        ask();
      }
      if (scaled?.surface !== surface) scaled = { surface, scale: lossScale(surface) };
      const { scale } = scaled;
      const used = t(surface.bnStats === "batch" ? "contours.used_batch" : "contours.used_running");
      const parts = [t("contours.at_step", { step: surface.step }), used];
      say(state, `${parts.join(" · ")}${matches ? "" : ` · ${t("contours.other")}`}`);
      const reading = (/** @type {View} */ _, /** @type {number} */ a) => capturedWords(surface, a, t);
      for (const { arm, width, parts: kept } of cards(view, reading)) {
        if (arm.index < surface.arms) drawArm(view, { surface, scale, arm, kept, width, t });
      }
      drawBar(view, surface, scale, bar, t);
      say(
        caption,
        ["caption", `about_${surface.plane.replace("-", "_")}`, "about_share"]
          .map((key) => t(`contours.${key}`))
          .join(" "),
      );
    }
    return { draw, destroy() {} };
  },
};

/**
 * Why there is nothing to draw, in words.
 * @param {View} view
 * @param {(key: string, values?: any) => string} t
 */
function absence(view, t) {
  if (view.surfaces.length) return t("contours.none_before", { step: view.step, first: view.surfaces[0].step });
  const status = view.status?.status;
  return t(
    status === "running" || status === "queued" || status === "paused" ? "contours.computing" : "contours.train",
  );
}

/**
 * @param {Surface} surface
 * @param {number} arm
 * @param {(key: string, values?: any) => string} t
 */
function capturedWords(surface, arm, t) {
  const share = surface.captured[arm];
  if (!Number.isFinite(share)) return t("contours.captured_unknown");
  return t("contours.captured", { percent: share < 0.01 ? `< ${percent(0.01, 0)}` : percent(share, 0) });
}

/**
 * @param {View} view
 * @param
 *   {{surface: Surface, scale: LossScale | null, arm: import("../panel.js").Arm, kept: any, width: number, t: any}}
 *   what
 */
function drawArm(view, { surface, scale, arm, kept, width, t }) {
  const { theme } = view;
  const side = Math.min(width - LEFT - 10, view.enlarged ? 720 : 460);
  const height = Math.round(Math.max(150, side * 0.86));
  const g = fit(kept.plot, width, TOP + height + BOTTOM);
  const box = { x0: LEFT, x1: LEFT + side, y0: TOP, y1: TOP + height };
  const [n, m] = [surface.xs.length, surface.ys.length];
  const sx = linear([surface.xs[0], surface.xs[n - 1]], [box.x0, box.x1]);
  const sy = linear([surface.ys[0], surface.ys[m - 1]], [box.y1, box.y0]);
  const key = [
    surface.step,
    surface.plane,
    surface.bnStats,
    side,
    height,
    theme.dark,
    theme.soft,
    globalThis.devicePixelRatio,
  ].join();
  if (scale && (kept.key !== key || kept.of !== surface)) {
    kept.picture = surfacePicture(surface, arm.index, scale, side, height, theme);
    kept.key = key;
    kept.of = surface;
  }
  if (scale) g.drawImage(kept.picture, box.x0, box.y0, side, height);
  else
    text(g, t("contours.diverged"), (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, {
      color: theme.danger,
      align: "center",
      font: font(theme, 13),
    });
  drawPath(g, box, surface, arm, sx, sy);
  axisY(g, sy, box.x0, theme, { count: 5 });
  const pca = surface.plane !== "random";
  axisX(g, sx, box.y1, theme, { count: 5, title: t(pca ? "contours.first_pca" : "contours.first_random") });
  text(g, t(pca ? "contours.second_pca" : "contours.second_random"), 9, box.y0, {
    color: theme.muted,
    font: font(theme, 11),
    rotate: -Math.PI / 2,
    align: "right",
    baseline: "middle",
  });
  rule(g, box.x0, box.y1, box.x1, box.y1, theme.border);
  pathKey(g, box, arm, theme, t);
}

/**
 * What the two circles mean.
 * @param {import("../plot.js").G} g
 * @param {import("../plot.js").Box} box
 * @param {import("../panel.js").Arm} arm
 * @param {import("../theme.js").Theme} theme
 * @param {(key: string) => string} t
 */
function pathKey(g, box, arm, theme, t) {
  const y = box.y1 + BOTTOM - 14;
  let x = box.x0 + 7;
  for (const [words, fill] of [
    [t("contours.start"), "#ffffff"],
    [t("contours.current"), arm.color],
  ]) {
    dot(g, x, y, fill);
    x += 12 + text(g, words, x + 12, y, { color: theme.muted, font: font(theme, 12), baseline: "middle" }) + 22;
  }
}

/**
 * @param {View} view
 * @param {Surface} surface
 * @param {LossScale | null} scale
 * @param {ReturnType<typeof wideCard>} bar
 * @param {(key: string) => string} t
 */
function drawBar(view, surface, scale, bar, t) {
  bar.root.hidden = !scale;
  if (!scale) return;
  const width = bar.width(view);
  const g = fit(bar.canvas, width, BAR_HEIGHT);
  const diverged = surface.loss.some((value) => !Number.isFinite(value)) ? t("contours.diverged") : null;
  colorBar(g, { x0: 0, x1: width, y0: 18, y1: 36 }, scale, view.theme, { title: t("contours.loss"), diverged });
}
