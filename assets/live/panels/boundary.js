/** Decision boundary: what every arm answers over a plane of inputs, with the training points. */

import { classPicture, marker } from "../class_field.js";
import { say } from "../dom.js";
import { axisX, axisY, fit, font, linear, rule, text } from "../draw.js";
import { canvas, emptyState, perArm, sentence } from "../panel_parts.js";

/** @typedef {import("../panel.js").View} View */
/** @typedef {import("../panel.js").Boundary} Boundary */

const LEFT = 42;
const TOP = 12;
const BOTTOM = 66;

/** @type {import("../panel.js").Panel} */
export default {
  id: "boundary",
  mount(root, context) {
    const { t } = context;
    const content = document.createElement("div");
    const empty = emptyState(content);
    const state = sentence();
    state.style.margin = "0 2px 10px";
    content.append(state);
    const cards = perArm(content, context, (body) => {
      const plot = canvas(t("boundary.probability"));
      body.append(plot);
      return {
        plot,
        picture: /** @type {HTMLCanvasElement | null} */ (null),
        of: /** @type {Boundary | null} */ (null),
        key: "",
      };
    });
    content.append(sentence(t("boundary.caption")));
    root.append(empty.root, content);

    /** @param {View} view */
    function draw(view) {
      const { boundary } = view;
      if (empty.say(boundary ? null : absence(view, t)) || !boundary) return;
      say(state, t("boundary.step", { step: boundary.step }));
      for (const { arm, width, parts } of cards(view))
        if (arm.index < boundary.arms) drawArm(view, boundary, arm.index, parts, width, t);
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
  if (!view.hello.dataset.is_plane) return t("boundary.only_plane");
  const status = view.status?.status;
  return t(
    status === "running" || status === "queued" || status === "paused" ? "boundary.computing" : "boundary.train",
  );
}

/**
 * @param {View} view
 * @param {Boundary} boundary
 * @param {number} arm
 * @param {any} kept
 * @param {number} width
 * @param {(key: string, values?: any) => string} t
 */
function drawArm(view, boundary, arm, kept, width, t) {
  const { theme } = view;
  const { xs, ys } = boundary;
  const ratio = (ys[ys.length - 1] - ys[0]) / (xs[xs.length - 1] - xs[0]) || 1;
  const side = Math.min(width - LEFT - 10, view.enlarged ? 720 : 460);
  const height = Math.round(Math.min(860, Math.max(150, side * Math.min(1.2, ratio))));
  const g = fit(kept.plot, width, TOP + height + BOTTOM);
  const box = { x0: LEFT, x1: LEFT + side, y0: TOP, y1: TOP + height };
  const key = [side, height, theme.dark, theme.card, globalThis.devicePixelRatio].join();
  if (kept.of !== boundary || kept.key !== key) {
    Object.assign(kept, {
      of: boundary,
      key,
      picture: classPicture(boundary, arm, view.hello.dataset.points, side, height, theme),
    });
  }
  g.drawImage(kept.picture, box.x0, box.y0, side, height);
  const sx = linear([xs[0], xs[xs.length - 1]], [box.x0, box.x1]);
  const sy = linear([ys[0], ys[ys.length - 1]], [box.y1, box.y0]);
  axisX(g, sx, box.y1, theme, { count: 5, title: t("boundary.first") });
  axisY(g, sy, box.x0, theme, { count: 5 });
  text(g, t("boundary.second"), 9, box.y0, {
    color: theme.muted,
    font: font(theme, 11),
    rotate: -Math.PI / 2,
    align: "right",
    baseline: "middle",
  });
  rule(g, box.x0, box.y1, box.x1, box.y1, theme.border);
  classKey(g, box, boundary, view, t);
}

/**
 * Below the plot: classes and the line.
 * @param {CanvasRenderingContext2D} g
 * @param {import("../plot.js").Box} box
 * @param {Boundary} boundary
 * @param {View} view
 * @param {(key: string, values?: any) => string} t
 */
function classKey(g, box, boundary, view, t) {
  const { theme } = view;
  const names = view.hello.dataset.classes;
  const y = box.y1 + BOTTOM - 14;
  const style = { color: theme.muted, font: font(theme, 12), baseline: /** @type {CanvasTextBaseline} */ ("middle") };
  let x = box.x0 + 4;
  for (let c = 0; c < Math.min(boundary.classes, 6); c++) {
    const words = t("boundary.class", { name: Array.isArray(names) ? (names[c] ?? c) : c });
    g.font = style.font;
    if (x + 10 + g.measureText(words).width > box.x1) return;
    marker(g, x, y, c, theme);
    x += 10 + text(g, words, x + 10, y, style) + 18;
  }
}
