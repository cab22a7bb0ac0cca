/** Four small blocks, one per normalizer: samples to the right, channels down, positions into the depth. */
/** @import { Kit } from "../../types" */
/** @import { State } from "./state.js" */

import { clamp, set, svg } from "../../svg.js";
import { WAYS } from "./state.js";

/** Of the block's front, in pixels before scaling, and how far the depth goes right and up. */
const FRONT = 34;
const DEPTH = [15, -11];

/** @typedef {[number, number, number, number]} Slab first and last image, first and last channel, 0..1 */

/** Faces of a slab through the whole depth: front, top, right. @param {Slab} slab */
export function faces([left, right, top, bottom]) {
  const [l, r, t, b] = [left, right, top, bottom].map((value) => value * FRONT);
  const [dx, dy] = DEPTH;
  return [
    `M${l} ${t}H${r}V${b}H${l}Z`,
    `M${l} ${t}L${l + dx} ${t + dy}H${r + dx}L${r} ${t}Z`,
    `M${r} ${t}L${r + dx} ${t + dy}V${b + dy}L${r} ${b}Z`,
  ];
}

/** The part of the block that shares a mean with the entry that is shown. @param {State} state @param {string} way @returns {Slab} */
export function slabOf(state, way) {
  const { image, channel } = state.shown;
  const { channels, samples } = state.data;
  const per = channels / state.groups;
  const first = Math.floor(channel / per) * per;
  const images = way === "batch" ? [0, state.images] : [image, image + 1];
  const rows = way === "layer" ? [0, channels] : way === "group" ? [first, first + per] : [channel, channel + 1];
  return [images[0] / samples, images[1] / samples, rows[0] / channels, rows[1] / channels];
}

export class Cubes {
  /** @param {Kit} kit @param {State} state @param {Element} parent @param {(way: import("../../math/normalizers.js").Normalizer) => void} choose */
  constructor(kit, state, parent, choose) {
    this.kit = kit;
    this.state = state;
    this.chips = WAYS.map((way) => {
      const root = svg("g", { role: "button", tabindex: 0, style: "cursor:pointer;color:var(--batch)" }, parent);
      const ring = svg("rect", { class: "ring", rx: 13 }, root);
      const card = svg("rect", { rx: 11, "stroke-width": 1.5 }, root);
      const cube = svg("g", { class: "still" }, root);
      const outline = faces([0, 1, 0, 1]).map((d) =>
        svg(
          "path",
          { d, style: "fill:var(--bn-soft);stroke:var(--bn-muted);stroke-width:1;stroke-linejoin:round" },
          cube,
        ),
      );
      const slab = [1, 0.72, 0.5].map((opacity) =>
        svg("path", { style: `fill:color-mix(in srgb, var(--batch) ${100 * opacity}%, var(--bn-card))` }, cube),
      );
      const name = svg("text", { class: "still", text: kit.say(`picture.way.${way}`) }, root);
      const count = svg("text", { class: "muted still" }, root);
      root.addEventListener("click", () => choose(way));
      root.addEventListener("keydown", (event) => {
        const { key } = /** @type {KeyboardEvent} */ (event);
        if (key !== " " && key !== "Enter") return;
        event.preventDefault();
        choose(way);
      });
      return { way, root, ring, card, cube, outline, slab, name, count };
    });
  }

  /** @param {{left: number, top: number, width: number, height: number, narrow: boolean, asking: boolean}} place */
  draw({ left, top, width, height, narrow, asking }) {
    const gap = narrow ? 5 : 12;
    const each = (width - gap * (WAYS.length - 1)) / WAYS.length;
    const size = narrow ? clamp((height - 24) / 45, 0.4, 0.8) : clamp((height - 18) / 45, 0.6, 1.25);
    this.chips.forEach(({ way, root, ring, card, cube, slab, name, count }, number) => {
      const on = way === this.state.way;
      const values = this.state.countOf(way);
      const label = this.kit.say("picture.choose", { way: this.kit.say(`picture.way.${way}`), count: values });
      set(root, {
        transform: `translate(${left + number * (each + gap)} ${top})`,
        "aria-pressed": on,
        "aria-disabled": asking,
        opacity: asking && !on ? 0.55 : null,
        "aria-label": asking ? this.kit.say(`picture.way.${way}`) : label,
      });
      set(ring, { x: -3, y: -3, width: each + 6, height: height + 6 });
      set(card, {
        width: each,
        height,
        fill: on ? "color-mix(in srgb, var(--batch) 10%, var(--bn-card))" : "var(--bn-card)",
        stroke: on ? "var(--batch)" : "var(--bn-border)",
      });
      const wide = (FRONT + DEPTH[0]) * size;
      const cubeLeft = narrow ? (each - wide) / 2 : 14;
      const cubeTop = narrow ? 5 - DEPTH[1] * size : (height - (FRONT - DEPTH[1]) * size) / 2 - DEPTH[1] * size;
      set(cube, { transform: `translate(${cubeLeft} ${cubeTop}) scale(${size})` });
      const lit = faces(slabOf(this.state, way));
      slab.forEach((face, place) => {
        set(face, { d: lit[place], visibility: asking ? "hidden" : "inherit" });
      });
      const text = asking || each < 188 ? "" : this.kit.say("picture.shares", { count: values });
      const x = narrow ? each / 2 : 14 + wide + 14;
      set(name, {
        x,
        y: narrow ? height - 6 : height / 2 - (text ? 4 : -5),
        class: narrow ? "still middle" : "still",
        style: `font-weight:650;${on ? "fill:var(--batch)" : ""}`,
      });
      set(count, { x, y: height / 2 + 15, text });
    });
  }
}
