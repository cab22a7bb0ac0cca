/** The drawing of the transform: three lines of dots, threads between them, bands of one deviation, grips. */
/** @import { Kit, Size } from "../../types" */
/** @import { State } from "./state.js" */

import { jacobian } from "../../math/batch_norm.js";
import { clamp, fixed, layers, scale, set, svg } from "../../svg.js";
import { arrowFactor, EPS, HIGH, LOW, MOVED, normalize, START } from "./state.js";

const COLORS = ["var(--plain)", "var(--bn-muted)", "var(--batch)"];
const LIMIT = Math.sqrt(START.length - 1);
/** Arrows of the gradient are drawn at most this much longer than one unit of the axis. */
const PULL = 4;
/** From the frame to the head of an arrow, pixels. */
const MARGIN = 10;
/** While the outputs are to be tapped on a phone, every other one stands this much higher or lower, pixels. */
const STAGGER = 11;

/** @typedef {{root: SVGGElement, halo: SVGCircleElement, body: SVGCircleElement, label: SVGTextElement}} Dot */
/** @typedef {ReturnType<typeof normalize>} Numbers */

/** @param {Element} parent @param {string} color @param {number} place @param {string} mark @returns {Dot} */
function dot(parent, color, place, mark) {
  const root = svg("g", { "data-s": mark, style: `color:${color}` }, parent);
  svg("circle", { class: "ring", r: 17 }, root);
  const halo = svg("circle", { r: 14, fill: "none", "stroke-width": 2.5 }, root);
  const body = svg("circle", { r: 11, fill: color, stroke: "var(--bn-card)", "stroke-width": 1.5 }, root);
  const label = svg("text", { class: "on-color", y: 4, text: place + 1 }, root);
  return { root, halo, body, label };
}

/** @param {Element} parent @param {string} letter @param {string} mark */
function grip(parent, letter, mark) {
  const root = svg("g", { "data-s": mark, style: "color:var(--batch)" }, parent);
  svg("rect", { class: "ring", x: -26, y: -19, width: 52, height: 38, rx: 19 }, root);
  svg("rect", { x: -19, y: -14, width: 38, height: 28, rx: 14, fill: "var(--batch)" }, root);
  const arrows = { d: "M-12 -3.5l-3.5 3.5 3.5 3.5M12 -3.5l3.5 3.5-3.5 3.5", fill: "none", class: "still" };
  svg("path", { ...arrows, style: "stroke:light-dark(#fff, #10151c);stroke-width:1.6" }, root);
  svg("text", { class: "on-color letter", y: 5, text: letter }, root);
  return root;
}

/** @param {Element} parent @param {string} id @param {string} color */
function arrowHead(parent, id, color) {
  const options = { viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 8, markerHeight: 8 };
  const marker = svg("marker", { id, ...options, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, parent);
  svg("path", { d: "M0 0 8 4 0 8z", fill: color }, marker);
}

export class TransformPicture {
  /** @param {Kit} kit @param {State} state */
  constructor(kit, state) {
    this.kit = kit;
    this.state = state;
    // Sizes, set by every drawing: pixels.
    this.axis = scale(LOW, HIGH, 40, 800);
    this.ys = [0, 0, 0];
    this.band = 30;
    this.radii = [12, 8.5, 11];
    this.narrow = false;
    this.width = 0;
    this.height = 0;
    const each = START.map((_, place) => place);
    const defs = svg("defs", {}, kit.svg);
    this.gradient = svg("linearGradient", { id: "thread", gradientUnits: "userSpaceOnUse", x1: 0, x2: 0 }, defs);
    COLORS.forEach((color, row) => {
      svg("stop", { offset: row / 2, style: `stop-color:${color}` }, this.gradient);
    });
    arrowHead(defs, "pull", "var(--gradient)");
    arrowHead(defs, "push", "var(--plain)");
    const on = layers(kit.svg, "funnel", "axis", "band", "trail", "thread", "ring", "dot", "arrow", "grip", "label");
    on.label.setAttribute("class", "still");
    for (const name of /** @type {const} */ (["funnel", "axis", "trail", "ring", "arrow"]))
      on[name].classList.add("still");
    this.funnels = [0, 1].map(() => svg("path", { fill: "url(#thread)", opacity: 0.1 }, on.funnel));
    this.rows = ["x", "hat", "y"].map((name, row) => this.row(on, name, row));
    this.limits = [-LIMIT, LIMIT].map((at) => ({
      at,
      line: svg("line", { stroke: "var(--bn-muted)", "stroke-dasharray": "2 4" }, on.axis),
      label: svg("text", { class: "tick middle", text: at < 0 ? "−√7" : "√7" }, on.axis),
    }));
    this.threads = each.map(() => svg("path", { fill: "none", stroke: "url(#thread)", class: "still" }, on.thread));
    this.trails = COLORS.map((color) =>
      each.map(() => svg("line", { stroke: color, "stroke-width": 4, "stroke-opacity": 0.35 }, on.trail)),
    );
    this.rings = COLORS.map(() =>
      each.map(() =>
        svg(
          "circle",
          { fill: "none", stroke: "var(--bn-fg)", "stroke-opacity": 0.6, "stroke-dasharray": "2 2.5" },
          on.ring,
        ),
      ),
    );
    this.hats = each.map((place) => dot(on.dot, COLORS[1], place, "hat"));
    this.outputs = each.map((place) => dot(on.dot, COLORS[2], place, "y"));
    this.inputs = each.map((place) => dot(on.dot, COLORS[0], place, "x"));
    for (const { root } of this.outputs)
      set(root, { role: "checkbox", tabindex: 0, style: "cursor:pointer;color:var(--batch)" });
    // The chosen sample is drawn once more on top: moving the element itself would take the focus from it.
    this.tops = COLORS.map(() => dot(on.arrow, "var(--bn-fg)", 0, ""));
    for (const { root } of this.tops) root.removeAttribute("data-s");
    const arrow = {
      stroke: "var(--gradient)",
      "stroke-width": 3.5,
      "marker-end": "url(#pull)",
      "stroke-linecap": "round",
    };
    this.arrows = each.map(() => svg("line", arrow, on.arrow));
    this.pull = svg("line", arrow, on.arrow);
    this.stems = [0, 1].map(() =>
      svg("line", { class: "still", stroke: "var(--batch)", "stroke-width": 1.5 }, on.band),
    );
    this.betaGrip = grip(on.grip, "β", "beta");
    this.gammaGrip = grip(on.grip, "γ", "gamma");
    this.meanLabel = svg(
      "text",
      { class: "middle haloed", "data-s": "mean", style: "fill:var(--plain);font-weight:650" },
      on.label,
    );
    this.sigmaLabel = svg(
      "text",
      { class: "middle haloed", "data-s": "sigma", style: "fill:var(--plain);font-weight:650" },
      on.label,
    );
    this.sigmaLine = svg("line", { "data-s": "sigma", stroke: "var(--plain)", "stroke-width": 1.5 }, on.label);
    this.hint = svg("line", { stroke: "var(--plain)", "stroke-width": 3.5, "marker-end": "url(#push)" }, on.label);
    this.hintLabel = svg("text", { class: "end haloed", style: "fill:var(--plain);font-weight:650" }, on.label);
    this.message = svg("text", { class: "muted end" }, on.label);
    /** Outputs beyond either end of the axis, in words. */
    this.beyond = ["start", "end"].map((anchor) =>
      svg("text", { class: "haloed", "text-anchor": anchor, style: "fill:var(--batch);font-weight:650" }, on.label),
    );
  }

  /** @param {Record<"axis" | "band" | "label", SVGGElement>} on @param {string} name @param {number} row */
  row(on, name, row) {
    const count = HIGH - LOW + 1;
    const marks = ["sigma mean", "hat", "gamma"];
    const means = ["mean", "hat", "beta"];
    return {
      line: svg("line", { stroke: "var(--bn-border)", "stroke-width": 2 }, on.axis),
      ticks: Array.from({ length: count }, (_, place) => ({
        value: LOW + place,
        line: svg("line", { stroke: "var(--bn-border)" }, on.axis),
        label: svg("text", { class: "tick middle" }, on.axis),
      })),
      band: svg(
        "rect",
        { class: "still", rx: 8, fill: COLORS[row], opacity: 0.16, "data-s": marks[row].split(" ")[0] },
        on.band,
      ),
      mean: svg("line", { class: "still", stroke: COLORS[row], "stroke-width": 2.5, "data-s": means[row] }, on.band),
      title: svg("text", { class: "title haloed", x: 14, text: this.kit.say(`picture.${name}`) }, on.label),
      subtitle: svg("text", { class: "muted haloed", x: 14, text: this.kit.say(`picture.${name}_means`) }, on.label),
    };
  }

  /** How far each output is from a point of the screen, pixels. @param {number} clientX @param {number} clientY */
  distancesTo(clientX, clientY) {
    return this.outputs.map(({ body }) => {
      const { left, right, top, bottom } = body.getBoundingClientRect();
      return Math.hypot((left + right) / 2 - clientX, (top + bottom) / 2 - clientY);
    });
  }

  /** The value under a point of the screen. @param {number} clientX */
  valueAt(clientX) {
    return this.axis.value(clientX - this.kit.svg.getBoundingClientRect().left);
  }

  /** @param {number} value */
  x(value) {
    return this.axis.px(clamp(value, LOW - 0.3, HIGH + 0.3));
  }

  /** @param {Size} size @param {{asking: boolean, back: boolean}} mode */
  draw({ width, height, narrow }, mode) {
    const side = narrow ? 24 : 46;
    this.axis = scale(LOW, HIGH, side, width - side);
    // A low picture is as tight as a narrow one.
    this.narrow = narrow || height < 460;
    this.width = width;
    this.height = height;
    this.ys = [height * (this.narrow ? 0.19 : 0.2), height * 0.51, height * 0.81];
    this.band = this.narrow ? 17 : 30;
    const now = normalize(this.state.batch);
    set(this.gradient, { y1: this.ys[0], y2: this.ys[2] });
    this.drawRows(now);
    this.drawFunnels(now);
    this.drawDots(now, mode);
    this.drawBefore(now, mode);
    this.drawGrips();
    this.drawLabels(now, mode);
    this.drawGradient(now, mode.back);
  }

  /** @param {Numbers} now */
  drawRows({ mean, deviation }) {
    const { gamma, beta } = this.state.batch;
    const bands = [
      [mean - deviation, mean, mean + deviation],
      [-1, 0, 1],
      [beta - Math.abs(gamma), beta, beta + Math.abs(gamma)],
    ];
    const { ys, band } = this;
    this.rows.forEach((one, row) => {
      const y = ys[row];
      const [low, middle, high] = bands[row].map((value) => this.x(value));
      set(one.line, { x1: this.x(LOW) - 12, x2: this.x(HIGH) + 12, y1: y, y2: y });
      for (const { value, line, label } of one.ticks) {
        const x = this.x(value);
        const shown = value % 5 === 0 || !this.narrow;
        set(line, { x1: x, x2: x, y1: y - 4, y2: y + 4 });
        set(label, { x, y: y + band + (this.narrow ? 12 : 17), text: shown ? fixed(value, 0) : "" });
      }
      set(one.band, { x: low, y: y - band, width: Math.max(2, high - low), height: 2 * band });
      set(one.mean, { x1: middle, x2: middle, y1: y - band - (row === 0 ? 8 : 0), y2: y + band });
      set(one.title, { y: y - band - (this.narrow ? 6 : 26) });
      set(one.subtitle, { y: y - band - 8, visibility: this.narrow ? "hidden" : "visible" });
    });
    for (const { at, line, label } of this.limits) {
      const x = this.x(at);
      set(line, { x1: x, x2: x, y1: ys[1] - band, y2: ys[1] + band });
      set(label, { x: x + (at < 0 ? -20 : 18), y: ys[1] - band + 12, visibility: this.narrow ? "hidden" : "visible" });
    }
  }

  /** The bands of one deviation, followed from line to line. @param {Numbers} now */
  drawFunnels({ mean, deviation }) {
    const { gamma, beta } = this.state.batch;
    const { ys, band } = this;
    const trapezium = (/** @type {number[]} */ [a, b, c, d], /** @type {number} */ row) =>
      `M${this.x(a)} ${ys[row] + band}L${this.x(b)} ${ys[row] + band}L${this.x(d)} ${ys[row + 1] - band}L${this.x(c)} ${ys[row + 1] - band}Z`;
    set(this.funnels[0], { d: trapezium([mean - deviation, mean + deviation, -1, 1], 0) });
    set(this.funnels[1], { d: trapezium([-1, 1, beta - gamma, beta + gamma], 1) });
  }

  /** @param {Numbers} now @param {{asking: boolean, back: boolean}} mode */
  drawDots({ normalized, output }, { asking, back }) {
    const { batch, chosen, guessed } = this.state;
    const { ys } = this;
    const radii = this.narrow ? [9, 6, 8.5] : [12, 8.5, 11];
    this.radii = radii;
    const dots = [this.inputs, this.hats, this.outputs];
    batch.x.forEach((value, place) => {
      const at = [value, normalized[place], output[place]].map((one) => this.x(one));
      const bend = [(ys[0] + ys[1]) / 2, (ys[1] + ys[2]) / 2];
      const end = ys[2] + (asking && this.narrow ? (place % 2 ? -STAGGER : STAGGER) : 0);
      set(this.threads[place], {
        d: `M${at[0]} ${ys[0]}C${at[0]} ${bend[0]} ${at[1]} ${bend[0]} ${at[1]} ${ys[1]}C${at[1]} ${bend[1]} ${at[2]} ${bend[1]} ${at[2]} ${end}`,
        "stroke-width": place === chosen ? 3.4 : 1.6,
        "stroke-opacity": place === chosen ? 1 : 0.55,
        "stroke-dasharray": back ? "5 6" : null,
      });
      for (const [row, line] of dots.entries()) {
        this.placeDot(line[place], { x: at[row], y: row === 2 ? end : ys[row], radius: radii[row], row, place });
      }
      const picked = asking ? guessed.has(place) : place === chosen;
      const { root, halo, body, label } = this.outputs[place];
      set(root, {
        "aria-label": this.kit.say("picture.output", { number: place + 1, y: fixed(output[place]) }),
        "aria-checked": picked,
      });
      set(halo, { stroke: asking ? "var(--batch)" : "none", "stroke-opacity": picked ? 1 : 0.4 });
      set(body, {
        fill: asking && !picked ? "var(--bn-card)" : "var(--batch)",
        stroke: asking && !picked ? "var(--batch)" : "var(--bn-card)",
      });
      set(label, { style: asking && !picked ? "fill:var(--batch)" : "" });
    });
    [batch.x[chosen], normalized[chosen], output[chosen]].forEach((value, row) => {
      const top = this.tops[row];
      this.placeDot(top, { x: this.x(value), y: ys[row], radius: radii[row] + 2, row, place: chosen });
      set(top.root, { visibility: row === 2 && asking ? "hidden" : "visible" });
    });
  }

  /** @param {Dot} one @param {{x: number, y: number, radius: number, row: number, place: number}} where */
  placeDot({ root, halo, body, label }, { x, y, radius, row, place }) {
    const small = row === 1 && this.narrow;
    set(root, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
    set(body, { r: radius });
    set(halo, { r: radius + 4 });
    set(label, { text: small ? "" : place + 1, "font-size": radius + 1, y: radius * 0.37 });
    label.style.fontSize = `${radius + 1}px`;
  }

  /** Rings where the dots were before the last move. @param {Numbers} now @param {{back: boolean}} mode */
  drawBefore({ normalized, output }, { back }) {
    const { before, batch } = this.state;
    const former = before ? normalize(before) : null;
    const then = former && before ? [before.x, former.normalized, former.output] : null;
    [batch.x, normalized, output].forEach((values, row) => {
      values.forEach((value, place) => {
        const from = then ? this.x(then[row][place]) : 0;
        const to = this.x(value);
        const visibility = then && !back && Math.abs(from - to) > 1.5 ? "visible" : "hidden";
        set(this.rings[row][place], { cx: from, cy: this.ys[row], r: this.radii[row], visibility });
        set(this.trails[row][place], { x1: from, x2: to, y1: this.ys[row], y2: this.ys[row], visibility });
      });
    });
  }

  drawGrips() {
    const { gamma, beta } = this.state.batch;
    const { ys, band } = this;
    const size = this.narrow ? " scale(.85)" : "";
    const under = ys[2] + band + (this.narrow ? 31 : 44);
    const over = ys[2] - band - (this.narrow ? 13 : 20);
    set(this.betaGrip, { transform: `translate(${this.x(beta)} ${under})${size}` });
    set(this.gammaGrip, { transform: `translate(${this.x(beta + gamma)} ${over})${size}` });
    set(this.stems[0], { x1: this.x(beta), x2: this.x(beta), y1: ys[2] + band, y2: under - 12 });
    set(this.stems[1], { x1: this.x(beta + gamma), x2: this.x(beta + gamma), y1: over + 12, y2: ys[2] + band });
  }

  /** @param {Numbers} now @param {{asking: boolean, back: boolean}} mode */
  drawLabels({ mean, variance, output }, { asking, back }) {
    const { ys, band, narrow, state, kit } = this;
    const sigma = Math.sqrt(variance);
    const right = this.x(mean + sigma);
    const under = ys[0] + band + 26;
    set(this.meanLabel, { x: this.x(mean), y: ys[0] - band - 14, text: `μ ${fixed(mean)}` });
    set(this.sigmaLine, {
      x1: this.x(mean),
      x2: right,
      y1: under - 4,
      y2: under - 4,
      visibility: narrow ? "hidden" : "visible",
    });
    set(this.sigmaLabel, { x: (this.x(mean) + right) / 2, y: under + (narrow ? 2 : 12), text: `σ ${fixed(sigma)}` });
    const waits = asking && !state.moved;
    const from = this.x(state.batch.x[state.chosen]) + 18;
    const y = ys[0] - band - 9;
    set(this.hint, { x1: from, x2: from + 42, y1: y, y2: y, visibility: waits ? "visible" : "hidden" });
    set(this.hintLabel, { x: this.width - 14, y: narrow ? 18 : y - 16, text: waits ? kit.say("picture.hint") : "" });
    const former = state.before ? normalize(state.before).output : output;
    const moved = output.filter((value, place) => Math.abs(value - former[place]) > MOVED).length;
    const text = asking
      ? kit.say("picture.tapped", { number: state.guessed.size })
      : kit.say("picture.moved", { number: moved });
    const shown = !narrow && !back && (asking || moved > 0);
    const outside = (/** @type {(value: number) => boolean} */ is) =>
      output.flatMap((value, place) => (is(value) ? [`${place + 1}: ${fixed(value, 1)}`] : [])).join(", ");
    const [low, high] = [outside((value) => value < LOW), outside((value) => value > HIGH)];
    const row = ys[2] + band + (narrow ? 26 : 36);
    set(this.beyond[0], { x: 14, y: row, text: low ? `← ${low}` : "" });
    set(this.beyond[1], { x: this.width - 14, y: row, text: high ? `${high} →` : "" });
    set(this.message, { x: this.width - 16, y: this.height - 14, text: shown ? text : "" });
  }

  /** How each input moves the chosen output: one row of the Jacobian. @param {Numbers} now @param {boolean} back */
  drawGradient({ output }, back) {
    const { batch, chosen } = this.state;
    const row = jacobian(batch.x, batch.gamma, EPS)[chosen];
    const from = batch.x.map((value) => this.x(value));
    const lengths = row.map((slope) => slope * this.axis.slope);
    const factor = arrowFactor(from, lengths, { left: MARGIN, right: this.width - MARGIN, most: PULL });
    from.forEach((x, place) => {
      const length = lengths[place] * factor;
      const y = this.ys[0] - this.radii[0] - 8 - (place % 2) * 8;
      set(this.arrows[place], {
        x1: x,
        x2: x + length,
        y1: y,
        y2: y,
        visibility: back && Math.abs(length) > 2 ? "visible" : "hidden",
      });
    });
    const x = this.x(output[chosen]);
    const y = this.ys[2] + this.radii[2] + 9;
    set(this.pull, { x1: x, x2: x + 1.1 * this.axis.slope, y1: y, y2: y, visibility: back ? "visible" : "hidden" });
  }
}
