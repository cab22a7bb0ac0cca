/** Distributions: what each layer's values look like, now and over time, for every arm on the same axes. */
/** @import { Arm, Panel, PanelContext, View } from "../types" */
/** @import { RowLayout } from "../layer_rows.js" */

import { ArmCards } from "../arm_cards.js";
import { summaryFor } from "../arm_summary.js";
import { DensityScale, pastFrames } from "../density.js";
import { button, el, setAttr, setText } from "../dom.js";
import { STAGES } from "../frame.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark } from "../layer_names.js";
import { drawRows, layoutRows, rowAt, rowTop } from "../layer_rows.js";
import { layerLabel } from "../notices.js";
import { memorySwitch } from "../panel_parts.js";
import { sampleSentence } from "../sampling.js";

/**
 * Stage that feeds an arm's nonlinearity.
 * @param {Arm} arm
 * @returns {string}
 */
export const inputStage = (arm) => (arm.normalized && arm.position === "before" ? "norm" : "linear");

/**
 * Where this stage of an arm counts as saturated, null when it has no such region.
 * @param {Arm} arm
 * @param {string} stage
 * @returns {[number, number] | null}
 */
export function regionOf(arm, stage) {
  const known = arm.saturation;
  if (!known) return null;
  const limits =
    stage === "activation"
      ? [known.low, known.high]
      : stage === inputStage(arm) || !arm.normalized
        ? known.region
        : null;
  // Without a normalization its stage repeats the linear one, which is the input. After the activation it repeats nothing.
  return limits ? [limits[0] ?? -Infinity, limits[1] ?? Infinity] : null;
}

/** @param {number | null} value */
const plain = (value) => String(value ?? "").replace("-", "−");

class Distributions {
  /**
   * @param {HTMLElement} root
   * @param {PanelContext} context
   */
  constructor(root, context) {
    this.context = context;
    this.memory = context.memory;
    this.scale = new DensityScale();
    this.tools = el("div", { class: "panel-tools" });
    root.append(this.tools);
    this.cards = new ArmCards(root, context);
    this.caption = el("p", { class: "caption" });
    root.append(this.caption);
    /** @type {Array<{canvas: HTMLCanvasElement, labels: HTMLElement}>} */
    this.parts = [];
    this.signature = "";
    /** @type {RowLayout | null} */
    this.layout = null;
  }

  /** Switches depend on the source. @param {View} view */
  controls(view) {
    const positions = view.arms.filter((arm) => arm.normalized).map((arm) => arm.position);
    const kind = positions.length === 0 ? "without" : positions.includes("before") ? "before" : "after";
    const layer = this.memory.layer ?? null;
    const signature = JSON.stringify([kind, layer, view.arms[0]?.layers.length]);
    if (signature === this.signature) return;
    this.signature = signature;
    const { t } = this.context;
    const stages =
      kind === "without" ? ["linear", "activation"] : kind === "after" ? ["linear", "activation", "norm"] : STAGES;
    if (!this.memory.stage || !stages.includes(this.memory.stage))
      this.memory.stage = kind === "before" ? "norm" : "linear";
    const stage = memorySwitch(this.context, "stage", {
      label: t("distributions.stage"),
      values: stages,
      nameOf: (value) => t(`distributions.stage_${kind}_${value}`),
      titleOf: (value) => t(`distributions.stage_${value}_title`),
    });
    const mode = memorySwitch(this.context, "mode", {
      label: t("distributions.mode"),
      values: ["over", "now"],
      nameOf: (value) => t(`distributions.mode_${value}`),
    });
    this.tools.replaceChildren(stage, mode);
    if (layer === null) return;
    const onclick = () => this.choose(null);
    this.tools.append(button(t("distributions.all_layers"), { class: "button small", onclick }));
  }

  /** Show one layer alone, or all. @param {number | null} layer */
  choose(layer) {
    this.memory.layer = layer;
    this.context.invalidate();
  }

  /**
   * A layer alone gives way to the one picked above, and to all when it is no longer among those to draw.
   * @param {View} view
   */
  follow({ picked, layers }) {
    const alone = this.memory.layer ?? null;
    if (alone !== null && picked && picked.n !== this.memory.pick) this.memory.layer = picked.layer;
    else if (alone !== null && layers && !layers.includes(alone)) this.memory.layer = null;
    this.memory.pick = picked?.n;
  }

  /** @param {View} view */
  draw(view) {
    const count = Math.max(0, ...view.arms.map((arm) => arm.layers.length));
    if ((this.memory.layer ?? -1) >= count) this.memory.layer = null;
    this.follow(view);
    this.controls(view);
    const stage = STAGES.indexOf(this.memory.stage ?? "norm");
    const single = this.memory.layer ?? null;
    this.scale.update(view.hello, view.frames, stage);
    const share = single === null ? this.scale.sharedPeak : this.scale.peakOf(single);
    const overTime = this.memory.mode === "over";
    const past = overTime && view.frame ? pastFrames(view.frames, view.frame.step) : [];
    const domain = view.hello.edges[/** @type {"linear"} */ (STAGES[stage])];
    const width = this.cards.innerWidth(view);
    const room = view.enlarged ? innerHeight - 330 - (view.heightAbove ?? 0) : 0;
    const cards = this.cards.update(view, (_, index) => summaryFor(view, index, this.context.t));
    cards.forEach(({ body }, index) => {
      const arm = view.arms[index];
      const layers = single === null ? shownLayers(view, arm) : [single].filter((layer) => layer < arm.layers.length);
      const layout = layoutRows(width, layers, { single: single !== null, room });
      const style = { stage, overTime, share, past, domain, region: regionOf(arm, STAGES[stage]) };
      const { canvas, labels } = this.partsOf(body, index);
      this.layout = layout;
      this.updateLabels(labels, arm, layout);
      drawRows(canvas, { view, arm, style, layout, t: this.context.t });
      setAttr(canvas, "data-layers", layers.join());
    });
    setText(this.caption, this.captionOf(view, STAGES[stage], single));
  }

  /**
   * Canvas and labels of an arm's card.
   * @param {HTMLElement} body
   * @param {number} index
   */
  partsOf(body, index) {
    let parts = this.parts[index];
    if (!parts || parts.canvas.parentElement !== body) {
      const onclick = (/** @type {MouseEvent} */ event) => this.click(event);
      parts = this.parts[index] = { canvas: el("canvas", { "aria-hidden": "true", onclick }), labels: el("div") };
      body.replaceChildren(parts.canvas, parts.labels);
    }
    return parts;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = this.layout ? rowAt(this.layout, event.offsetY) : -1;
    if (row < 0 || !this.layout) return;
    this.choose((this.memory.layer ?? null) === null ? this.layout.layers[row] : null);
  }

  /**
   * A button per layer, so that the keyboard reaches them.
   * @param {HTMLElement} root
   * @param {Arm} arm
   * @param {RowLayout} layout
   */
  updateLabels(root, arm, layout) {
    const { t } = this.context;
    const signature = JSON.stringify([arm.layers, layout.layers, layout.row, layout.short, arm.label]);
    if (root.dataset.signature === signature) return;
    root.dataset.signature = signature;
    const single = (this.memory.layer ?? null) !== null;
    const labels = layout.layers.map((layer, index) => {
      const name = layerLabel(arm.layers[layer], t);
      const key = single ? "distributions.close_layer" : "distributions.open_layer";
      const title = t(key, { layer: name, arm: arm.label });
      const style = `top: ${Math.round(rowTop(layout, index) + layout.row / 2 - 12)}px`;
      const onclick = () => this.choose(single ? null : layer);
      const words = layout.left < 30 ? layerMark(arm.layers[layer]) : name;
      return button(words, { class: "layer-button", style, title, "aria-label": title, onclick });
    });
    root.replaceChildren(...labels);
  }

  /**
   * @param {View} view
   * @param {string} stage
   * @param {number | null} single
   * @returns {string}
   */
  captionOf(view, stage, single) {
    const { t } = this.context;
    const saturation = view.arms.find((arm) => regionOf(arm, stage))?.saturation;
    const { activation, low = null, high = null } = saturation ?? {};
    const values = { activation: String(activation), low: plain(low), high: plain(high) };
    const region = saturation ? t("distributions.shaded", values) : "";
    const sample = sampleSentence(view, t, single === null ? view.layers : [single]);
    return [
      region,
      t("distributions.axes"),
      sample,
      t(single === null ? "distributions.hint" : "distributions.hint_single"),
    ]
      .filter(Boolean)
      .join(" ");
  }

  /** Escape: from one layer back to all. */
  back() {
    if ((this.memory.layer ?? null) === null) return false;
    this.choose(null);
    return true;
  }

  /** Whether a layer has the card to itself. */
  showsOneLayer() {
    return (this.memory.layer ?? null) !== null;
  }

  destroy() {
    this.parts = [];
  }
}

/** @type {Panel} */
export default { id: "distributions", mount: (root, context) => new Distributions(root, context) };
