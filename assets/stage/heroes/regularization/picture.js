/** The drawing of regularization: the rain with its handles, or the recorded study. */
/** @import { Kit, Size } from "../../types" */
/** @import { Recorded } from "./noise.js" */
/** @import { State } from "./state.js" */

import { layers, scale, set, svg } from "../../svg.js";
import { SIZES } from "./noise.js";
import { Rain } from "./rain.js";
import { STUDY } from "./state.js";
import { Study } from "./study.js";

const SIDE = 28;

/** The address of a picture of a digit. @param {string[]} rows of 0 to 9 @param {string} ink */
function thumbnailOf(rows, ink) {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext("2d");
  if (!context) return "";
  context.fillStyle = ink;
  rows.forEach((row, y) => {
    Array.from(row, Number).forEach((value, x) => {
      context.globalAlpha = value / 9;
      if (value) context.fillRect(x, y, 1, 1);
    });
  });
  return canvas.toDataURL();
}

export class RegularizationPicture {
  /** @param {Kit} kit @param {State} state @param {Recorded} data */
  constructor(kit, state, data) {
    this.kit = kit;
    this.state = state;
    this.data = data;
    this.ink = "";
    const on = layers(kit.svg, "back", "line", "drop", "label", "study", "guess", "handle");
    for (const name of /** @type {const} */ (["back", "drop", "label"])) on[name].classList.add("still");
    this.rain = new Rain(kit, state, on);
    this.study = new Study(kit, state, on);
    this.track = scale(0, SIZES.length - 1, 0, 1);
    this.sizeGroup = svg("g", {}, on.handle);
    this.rail = svg(
      "line",
      { stroke: "var(--bn-border)", "stroke-width": 4, "stroke-linecap": "round" },
      this.sizeGroup,
    );
    this.sizeLabel = svg("text", { style: "font-weight:650", "data-s": "size" }, this.sizeGroup);
    this.ends = [0, 1].map(() => svg("text", { class: "tick middle still" }, this.sizeGroup));
    this.sizeGrip = svg("g", { style: "color:var(--gradient)", "data-s": "size" }, this.sizeGroup);
    svg("circle", { class: "ring", r: 20 }, this.sizeGrip);
    svg("circle", { r: 11, fill: "var(--gradient)", stroke: "var(--bn-card)", "stroke-width": 2 }, this.sizeGrip);
    this.ghost = svg(
      "path",
      {
        fill: "var(--plain)",
        "fill-opacity": 0.12,
        stroke: "var(--plain)",
        "stroke-width": 2.5,
        "stroke-dasharray": "6 4",
        class: "still",
      },
      on.guess,
    );
    this.ghostLabel = svg("text", { class: "haloed middle", style: "fill:var(--plain);font-weight:650" }, on.guess);
    this.guessGrip = svg("g", { style: "color:var(--plain)" }, on.guess);
    svg("rect", { class: "ring", x: -22, y: -24, width: 44, height: 48, rx: 20 }, this.guessGrip);
    svg("rect", { x: -13, y: -17, width: 26, height: 34, rx: 13, fill: "var(--plain)" }, this.guessGrip);
    const arrows = { d: "M-3 -4.5l-4.5 4.5 4.5 4.5M3 -4.5l4.5 4.5-4.5 4.5", fill: "none", class: "still" };
    svg("path", { ...arrows, style: "stroke:light-dark(#fff, #10151c);stroke-width:1.8" }, this.guessGrip);
  }

  /** @param {Size} size */
  draw(size) {
    const study = this.kit.step() === STUDY;
    const ink = this.kit.theme().fg;
    if (ink !== this.ink) {
      this.ink = ink;
      set(this.rain.thumbnail, { href: thumbnailOf(this.data.picture, ink) });
    }
    const layout = this.rain.draw(size, !study);
    this.study.draw(size, study);
    this.drawSize(layout, !study);
    this.drawGuess(layout, !study);
  }

  /** The place in SIZES under a point of the screen. @param {number} clientX */
  placeAt(clientX) {
    return this.track.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** The distance from the middle, in deviations. @param {number} clientX */
  reachAt(clientX) {
    return this.rain.axis.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {ReturnType<Rain["layOut"]>} layout @param {boolean} shown */
  drawSize({ narrow, line, left, width }, shown) {
    set(this.sizeGroup, { display: shown ? null : "none" });
    const y = narrow ? 20 : line + 62;
    this.track = narrow ? scale(0, SIZES.length - 1, 96, width - 30) : scale(0, SIZES.length - 1, 28, left - 36);
    set(this.rail, { x1: this.track.px(0), x2: this.track.px(SIZES.length - 1), y1: y, y2: y });
    set(this.sizeLabel, { x: narrow ? 12 : 18, y: narrow ? 25 : y - 20, text: `m = ${this.state.size}` });
    this.ends.forEach((text, end) => {
      const place = end * (SIZES.length - 1);
      set(text, { x: this.track.px(place), y: y + 28, text: narrow ? "" : SIZES[place] });
    });
    set(this.sizeGrip, { transform: `translate(${this.track.px(this.state.place)} ${y})` });
  }

  /** @param {ReturnType<Rain["layOut"]>} layout @param {boolean} shown */
  drawGuess({ heap, narrow }, shown) {
    const { state, kit, rain } = this;
    const asking = kit.asking();
    const half = state.guess ?? state.population.expected(state.size);
    const visible = shown && (asking || (state.guess !== null && kit.step() === 0));
    const [from, to] = [rain.x(-half), rain.x(half)];
    const top = heap.top - (narrow ? 2 : 4);
    set(this.ghost, { display: visible ? null : "none", d: `M${from} ${heap.bottom}V${top}H${to}V${heap.bottom}` });
    const words = kit.say(
      asking ? (state.guess === null ? "picture.guess_drag" : "picture.guess_at") : "picture.guess_was",
    );
    set(this.ghostLabel, {
      display: visible ? null : "none",
      x: rain.x(0),
      y: top - (narrow ? 8 : 12) - (asking ? 0 : 20),
      text: words,
    });
    set(this.guessGrip, {
      visibility: asking && shown ? "visible" : "hidden",
      transform: `translate(${to.toFixed(1)} ${((top + heap.bottom) / 2).toFixed(1)})`,
    });
  }
}
