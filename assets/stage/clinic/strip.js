/** Every BN layer as a row of cells, one per channel: how far its running statistics are from its batch. */
/** @import { Say } from "../types" */
/** @import { Layer, Measure } from "./types" */

import { el, setAttr, setText } from "../../live/dom.js";
import { fixed } from "../svg.js";
import { gap, gaps, notFinite, worst, worstChannels } from "./state.js";

/** The gap whose cell has the full color: standard deviations, and powers of two of the variance. */
const FULL = { mean: 3, variance: 3 };

/** A layer's number in words. @param {Layer} layer @param {Measure} measure @param {Say} say */
export function layerNumber(layer, measure, say) {
  if (!layer.rm) return say("strip.none");
  const broken = notFinite(layer);
  if (broken) return say("strip.broken", { count: broken });
  const size = worst(layer, measure);
  return measure === "mean"
    ? say("strip.z", { z: fixed(size, 1) })
    : say("strip.times", { times: fixed(2 ** size, 1) });
}

/** Gaps below this are those of one batch to the next: 0.1 standard deviations, a variance 7 % larger. */
const CLOSE = 0.1;

/** Which channels to look at, or that none is apart. @param {Layer} layer @param {Measure} measure @param {Say} say */
export function channelsNote(layer, measure, say) {
  if (!layer.rm) return say("channels.keeps_none");
  const channels = worstChannels(layer, measure, 3);
  const widest = gap(layer, channels[0], measure);
  if (widest === null || Math.abs(widest) >= CLOSE) return say("channels.worst", { channels: channels.join(", ") });
  const size = Math.ceil(100 * (measure === "mean" ? Math.abs(widest) : 2 ** Math.abs(widest))) / 100;
  const words = say(measure === "mean" ? "strip.z" : "strip.times", { z: fixed(size, 2), times: fixed(size, 2) });
  return say("channels.agree", { size: words });
}

export class Strip {
  /** @param {{say: Say, choose: (layer: number) => void}} settings */
  constructor({ say, choose }) {
    this.say = say;
    this.choose = choose;
    this.rows = el("div", { class: "rows", role: "listbox", "aria-label": say("strip.label") });
    this.scale = el("div", { class: "scale", "aria-hidden": "true" });
    this.root = el("div", { class: "clinic-strip" }, this.rows, this.scale);
    /** @type {Array<{row: HTMLButtonElement, cells: HTMLElement, number: HTMLElement}>} */
    this.made = [];
  }

  /** @param {Layer[]} layers */
  make(layers) {
    this.made = layers.map((layer, place) => {
      const cells = el("span", { class: "cells", "aria-hidden": "true" }, ...layer.m.map(() => el("i", {})));
      const number = el("span", { class: "gap" });
      const row = el(
        "button",
        {
          type: "button",
          role: "option",
          onclick: () => this.choose(place),
          onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event, place),
        },
        el("span", { class: "layer" }, layer.name),
        cells,
        number,
      );
      return { row, cells, number };
    });
    this.rows.replaceChildren(...this.made.map(({ row }) => row));
  }

  /** @param {KeyboardEvent} event @param {number} place */
  key(event, place) {
    const last = this.made.length - 1;
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const to = Math.min(last, Math.max(0, next));
    this.choose(to);
    this.made[to].row.focus();
  }

  /**
   * @param {{layers: Layer[], was: Layer[] | null, chosen: number, measure: Measure}} what was: before a cure, if one is shown
   */
  draw({ layers, was, chosen, measure }) {
    if (
      this.made.length !== layers.length ||
      layers.some(({ m }, place) => this.made[place].cells.children.length !== m.length)
    ) {
      this.make(layers);
    }
    const { say } = this;
    layers.forEach((layer, place) => {
      const { row, cells, number } = this.made[place];
      const on = place === chosen;
      setAttr(row, "aria-selected", String(on));
      row.tabIndex = on ? 0 : -1;
      gaps(layer, measure).forEach((one, channel) => {
        const cell = /** @type {HTMLElement} */ (cells.children[channel]);
        const state = one === null ? "broken" : Number.isNaN(one) ? "none" : "gap";
        setAttr(cell, "data-state", state);
        const share = state === "gap" ? Math.min(1, Math.abs(/** @type {number} */ (one)) / FULL[measure]) : 0;
        cell.style.setProperty("--share", `${Math.round(100 * share ** 0.75)}%`);
      });
      const now = layerNumber(layer, measure, say);
      const before = was ? layerNumber(was[place], measure, say) : now;
      setText(number, before === now ? now : `${before} → ${now}`);
    });
    this.scale.replaceChildren(
      el("span", {}, measure === "mean" ? "0" : say("strip.equal")),
      el("i", {}),
      el("span", {}, say(`strip.full.${measure}`)),
      el("i", { class: "broken" }),
      el("span", {}, say("strip.not_finite")),
    );
  }
}
