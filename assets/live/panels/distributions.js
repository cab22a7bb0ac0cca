/** Distributions: what each layer's values look like, now and over time, for every arm on the same axes. */
import { ArmCards } from "../armcards.js";
import { DensityScale, ridges } from "../density.js";
import { el, put, say, segmented } from "../dom.js";
import { STAGES } from "../frame.js";
import { shownLayers } from "../layer_choice.js";
import { layerMark } from "../layer_names.js";
import { drawRows, layout, rowAt, rowTop } from "../layer_rows.js";
import { reading } from "../reading.js";
import { layerWords } from "../trouble.js";

/**
 * @typedef {import("../panel.js").View} View
 * @typedef {import("../panel.js").Arm} Arm
 * @typedef {import("../panel.js").Context} Context
 */

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
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    this.memory = /** @type {{stage?: string, mode?: string, layer?: number | null, pick?: number}} */ (context.memory);
    this.scale = new DensityScale();
    this.tools = el("div", { class: "panel-tools" });
    root.append(this.tools);
    this.cards = new ArmCards(root, context);
    this.caption = el("p", { class: "caption" });
    root.append(this.caption);
    /** @type {Array<{canvas: HTMLCanvasElement, labels: HTMLElement}>} */
    this.places = [];
    this.signature = "";
    /** @type {import("../layer_rows.js").Layout | null} */
    this.at = null;
  }

  /** Switches depend on the source. @param {View} view */
  controls(view) {
    const positions = view.arms.filter((arm) => arm.normalized).map((arm) => arm.position);
    const kind = positions.length === 0 ? "without" : positions.includes("before") ? "before" : "after";
    const layer = this.memory.layer ?? null;
    const signature = JSON.stringify([kind, layer, view.arms[0]?.layers.length]);
    if (signature === this.signature) return;
    this.signature = signature;
    const { t, invalidate } = this.context;
    const stages =
      kind === "without" ? ["linear", "activation"] : kind === "after" ? ["linear", "activation", "norm"] : STAGES;
    if (!this.memory.stage || !stages.includes(this.memory.stage))
      this.memory.stage = kind === "before" ? "norm" : "linear";
    const stage = segmented({
      label: t("distributions.stage"),
      options: stages.map((value) => ({
        value,
        label: t(`distributions.stage_${kind}_${value}`),
        title: t(`distributions.stage_${value}_title`),
      })),
      value: this.memory.stage,
      onChange: (value) => {
        this.memory.stage = value;
        invalidate();
      },
    });
    this.memory.mode ??= "over";
    const mode = segmented({
      label: t("distributions.mode"),
      options: ["over", "now"].map((value) => ({ value, label: t(`distributions.mode_${value}`) })),
      value: this.memory.mode,
      onChange: (value) => {
        this.memory.mode = value;
        invalidate();
      },
    });
    this.tools.replaceChildren(stage.root, mode.root);
    if (layer === null) return;
    const back = el(
      "button",
      { type: "button", class: "button small", onclick: () => this.choose(null) },
      t("distributions.all_layers"),
    );
    this.tools.append(back);
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
    const share = single === null ? this.scale.common : this.scale.of(single);
    const over = this.memory.mode === "over";
    const past = over && view.frame ? ridges(view.frames, view.frame.step) : [];
    const domain = view.hello.edges[/** @type {"linear"} */ (STAGES[stage])];
    const width = this.cards.inner(view);
    this.cards
      .update(view, (seen, index) => reading(seen, index, this.context.t))
      .forEach((card, index) => {
        const arm = view.arms[index];
        const layers = single === null ? shownLayers(view, arm) : [single].filter((layer) => layer < arm.layers.length);
        const at = layout(width, layers, single !== null, view.enlarged ? innerHeight - 330 - (view.taken ?? 0) : 0);
        this.at = at;
        const place = this.place(card.body, index);
        this.labels(place.labels, arm, at);
        drawRows(
          place.canvas,
          view,
          arm,
          { stage, over, share, past, domain, region: regionOf(arm, STAGES[stage]) },
          at,
          this.context.t,
        );
        put(place.canvas, "data-layers", layers.join());
      });
    say(this.caption, this.captionOf(view, STAGES[stage], single));
  }

  /**
   * Canvas and labels of an arm's card.
   * @param {HTMLElement} body
   * @param {number} index
   */
  place(body, index) {
    let place = this.places[index];
    if (!place || place.canvas.parentElement !== body) {
      const canvas = el("canvas", {
        "aria-hidden": "true",
        onclick: (/** @type {MouseEvent} */ event) => this.click(event),
      });
      place = this.places[index] = { canvas, labels: el("div", {}) };
      body.replaceChildren(canvas, place.labels);
    }
    return place;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = this.at ? rowAt(this.at, event.offsetY) : -1;
    if (row < 0 || !this.at) return;
    this.choose((this.memory.layer ?? null) === null ? this.at.layers[row] : null);
  }

  /**
   * A button per layer, so that the keyboard reaches them.
   * @param {HTMLElement} root
   * @param {Arm} arm
   * @param {import("../layer_rows.js").Layout} at
   */
  labels(root, arm, at) {
    const { t } = this.context;
    const signature = JSON.stringify([arm.layers, at.layers, at.row, at.short, arm.label]);
    if (root.dataset.signature === signature) return;
    root.dataset.signature = signature;
    const single = (this.memory.layer ?? null) !== null;
    root.replaceChildren(
      ...at.layers.map((layer, place) => {
        const words = at.left < 30 ? layerMark(arm.layers[layer]) : layerWords(arm.layers[layer], t);
        const title = t(single ? "distributions.close_layer" : "distributions.open_layer", {
          layer: layerWords(arm.layers[layer], t),
          arm: arm.label,
        });
        const style = `top: ${Math.round(rowTop(at, place) + at.row / 2 - 12)}px`;
        return el(
          "button",
          {
            type: "button",
            class: "layer-button",
            style,
            title,
            "aria-label": title,
            onclick: () => this.choose(single ? null : layer),
          },
          words,
        );
      }),
    );
  }

  /**
   * @param {View} view
   * @param {string} stage
   * @param {number | null} single
   * @returns {string}
   */
  captionOf(view, stage, single) {
    const { t } = this.context;
    const shaded = view.arms.find((arm) => regionOf(arm, stage));
    const region = shaded?.saturation
      ? t("distributions.shaded", {
          activation: shaded.saturation.activation,
          low: plain(shaded.saturation.low),
          high: plain(shaded.saturation.high),
        })
      : "";
    return [region, t("distributions.axes"), t(single === null ? "distributions.hint" : "distributions.hint_single")]
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
  one() {
    return (this.memory.layer ?? null) !== null;
  }

  destroy() {
    this.places = [];
  }
}

/** @type {import("../panel.js").Panel} */
export default { id: "distributions", mount: (root, context) => new Distributions(root, context) };
